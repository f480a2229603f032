"""The eyes of a gate: cameras, decoding, handheld scanners.  No Qt, no journal, no rules: texts come out,
nothing is judged.
"""

from checkin.scanning.camera import Camera
from checkin.scanning.decoder import Decoder
from checkin.scanning.devices import Device, devices
from checkin.scanning.frame import Frame, Located, Reading, Symbol
from checkin.scanning.motion import MotionGate
from checkin.scanning.pictures import Film, Result, read_paths
from checkin.scanning.reader import Pace, Reader
from checkin.scanning.repeat import RepeatFilter
from checkin.scanning.sources import Source, State, open_source
from checkin.scanning.together import Sighting, Together
from checkin.scanning.wedge import Outcome, Wedge

__all__ = [
    "Camera",
    "Decoder",
    "Device",
    "Film",
    "Frame",
    "Located",
    "MotionGate",
    "Outcome",
    "Pace",
    "Reader",
    "Reading",
    "RepeatFilter",
    "Result",
    "Sighting",
    "Source",
    "State",
    "Symbol",
    "Together",
    "Wedge",
    "devices",
    "open_source",
    "read_paths",
]
