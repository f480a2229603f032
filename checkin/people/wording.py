"""Roles and acts in a person's words."""

from __future__ import annotations

from checkin.domain.people import Act, Role
from checkin.i18n import gettext as _


def role_word(role: Role) -> str:
    """What somebody is."""
    return {
        Role.SCANNER: _("Scanner only"),
        Role.GUIDE: _("Guide"),
        Role.OPERATOR: _("Operator"),
        Role.SUPERVISOR: _("Supervisor"),
        Role.ADMINISTRATOR: _("Administrator"),
    }[role]


def role_says(role: Role) -> str:
    """What a role may do, in a sentence."""
    return {
        Role.SCANNER: _("Sees the card of the ticket just read and nothing else"),
        Role.GUIDE: _("Admits groups and calls the roll; no search by name, no data out"),
        Role.OPERATOR: _("Works at the gate: tickets, groups, search by name"),
        Role.SUPERVISOR: _("As an operator, and lets in against the rules, takes data and packets out"),
        Role.ADMINISTRATOR: _("May do everything: lists, settings and people too"),
    }[role]


def act_word(what: str) -> str:
    """What somebody did: an ``Act``, or the kind of an event that let somebody in."""
    return {
        Act.LOG_IN.value: _("Logged in"),
        Act.LOG_OUT.value: _("Logged out"),
        Act.LOG_IN_FAILED.value: _("Wrong PIN or badge"),
        Act.SEARCH.value: _("Searched by name"),
        Act.EXPORT.value: _("Took data out"),
        Act.PACKET.value: _("Packet"),
        Act.LIST.value: _("Took a list in"),
        Act.SETTING.value: _("Changed settings"),
        Act.PEOPLE.value: _("Changed the list of people"),
        Act.RESOLVE.value: _("Dealt with a double admission"),
        Act.KEY.value: _("Gave the data a new key"),
        Act.PURGE.value: _("Purged names"),
        "alarm": _("Raised the alarm"),
        "all_clear": _("Gave the all-clear"),
        "override": _("Let in against the rules"),
        "walk_in": _("Let in who was not on the list"),
    }.get(what, what)
