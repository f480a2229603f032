"""Groups of a list: made as rows name them, with neither phones nor documents in their names and leaders."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from checkin.domain.visit import Group
from checkin.i18n import gettext as _
from checkin.rosters import identity
from checkin.rosters.cells import is_error, text_of, tidy
from checkin.rosters.naming import MAX_NAME
from checkin.rosters.private import is_contact, is_document, without_private
from checkin.rosters.schedule import Slot
from checkin.rosters.table import Cell
from checkin.rosters.vocabulary import says_nothing, yes_or_no

_WORDY = 4
"""Letters of a school's name from which on it is no mere number: ``11`` stands in ``11 А`` by chance."""
_Key = tuple[str, Cell, Cell, Cell, Cell]


class Groups:
    """Puts the groups of one list into ``groups``, by their ids."""

    def __init__(self, groups: dict[str, Group], notice: Callable[[str], None]) -> None:
        self._groups = groups
        self._notice = notice
        self._known: dict[_Key, str | None] = {}

    def of(self, slot: Slot, cells: Sequence[Cell], place: Mapping[str, int]) -> str | None:
        """The id of the group that a row names, or None; ``place`` is where each column's cell is."""
        key = (
            slot.tour,
            cells[place["group"]],
            cells[place["school"]],
            cells[place["class"]],
            cells[place["leader"]],
        )
        if key not in self._known:
            self._known[key] = self._made(slot, key)
        return self._known[key]

    def _made(self, slot: Slot, key: _Key) -> str | None:
        _tour, named, school, grade, leader_cell = key
        if is_error(text_of(named)):
            self._notice(_("The name of a group cannot be read: {text}").format(text=text_of(named)))
            return None
        name = _joined(_said(school), _said(named) or _said(grade))
        named_leader = _said(leader_cell)
        if yes_or_no(named_leader) is not None:
            named_leader = ""  # an answer to whether somebody leads
        if is_contact(named_leader):
            self._notice(_("A leader's phone number or address was left out."))
            named_leader = ""
        leader = self._without_private(named_leader, bare=True)[:MAX_NAME].rstrip()
        if is_document(name):
            self._notice(_("The group's name looks like a document's number and is not stored."))
            return None
        if is_contact(name):
            self._notice(_("The group's name is an address or a phone number and is not stored."))
            return None
        name = self._without_private(name, bare=False)
        if not name:
            if leader:
                self._notice(_("A leader stands in a row without a group and is not kept."))
            return None
        if len(name) > MAX_NAME:
            self._notice(_("The name of a group was too long and is cut."))
            name = name[:MAX_NAME].rstrip()
        identifier = identity.group_id(slot.tour, name)
        made = Group(id=identifier, plant=slot.plant, tour=slot.tour, name=name, leader=leader)
        held = self._groups.setdefault(identifier, made)
        if leader and not held.leader:
            self._groups[identifier] = replace(held, leader=leader)
        elif leader and leader != held.leader:
            self._notice(_("The group “{name}” has two leaders; the first counts.").format(name=name[:60]))
        return identifier

    def _without_private(self, text: str, *, bare: bool) -> str:
        """A leader or a group without phones and documents."""
        cleaned = without_private(text, bare=bare)
        for notice in cleaned.notices:
            self._notice(notice)
        return cleaned.text


def _said(cell: Cell) -> str:
    """What a cell says; empty for what stands there in place of nothing."""
    text = tidy(text_of(cell))[0]
    return "" if says_nothing(text) or is_error(text) else text


def _joined(school: str, part: str) -> str:
    """``5А`` of two schools are two groups; a name that has the school in it already does not get it twice."""
    if len(school) >= _WORDY and re.search(rf"(?<!\w){re.escape(school)}(?!\w)", part, re.IGNORECASE):
        return part
    return ", ".join(filter(None, (school, part)))
