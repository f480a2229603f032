"""What a gate does: scan, let out, take back.  Each is one transaction, and what it returns is on the disk.

The desk has no thread and no state of its own; whoever calls it (a window, a pipe, a test) decides where it runs.
"""

from checkin.desk.desk import Desk
from checkin.desk.lookup import Place
from checkin.desk.outcome import Direction, Found, Outcome, RecentScan, Source, TourLine

__all__ = ["Desk", "Direction", "Found", "Outcome", "Place", "RecentScan", "Source", "TourLine"]
