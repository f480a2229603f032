"""Parts of the app's facade: the desk's work with groups and musters, on the store's thread, answered by futures."""

from checkin.facade.groups import GroupsAtGate
from checkin.facade.musters import MustersAtGate

__all__ = ["GroupsAtGate", "MustersAtGate"]
