"""The hub: the service that gates sync with, on one PC at a plant or central for a whole programme.

Importing this package loads no web framework; ``checkin.hub.serve`` does.
"""

from checkin.hub.hub import Hub, open_hub
from checkin.hub.models import ConflictOut, DeviceOut, FindingOut
from checkin.hub.roster import PutCounts
from checkin.hub.schema import migrate

__all__ = ["ConflictOut", "DeviceOut", "FindingOut", "Hub", "PutCounts", "migrate", "open_hub"]
