"""People at a gate: who they are, how they say so, and what the journal keeps of it."""

from checkin.people.guard import Guard, NotAllowed, Waiting
from checkin.people.staff import Staff

__all__ = ["Guard", "NotAllowed", "Staff", "Waiting"]
