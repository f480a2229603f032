"""What the card of a group shows.  No Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checkin import words
from checkin.desk.groups import GroupCard, Member
from checkin.domain.admission import Reason, Refuse, age_band
from checkin.domain.headcount import State
from checkin.domain.visit import Flag
from checkin.i18n import gettext as _
from checkin.i18n import local_time, ngettext

NAMED = 3
"""A question names so many people; more of them are counted."""


class MemberKind(StrEnum):
    """What can be done with a member."""

    TICK = "tick"
    INSIDE = "inside"
    AWAY = "away"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member of the group.  ``detail`` tells namesakes apart, or says why the member cannot be ticked."""

    id: str
    name: str
    detail: str
    marks: str
    kind: MemberKind
    ticked: bool = False
    scanned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """Something that is asked once for the whole group."""

    reason: Reason
    text: str
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestForm:
    """Somebody who is not on the list.  ``places`` are (id, name) of members whose place may be taken.

    ``ticket`` says whose ticket to another tour was shown, or that it may be.
    """

    places: tuple[tuple[str, str], ...]
    instead_of: str
    reasons: tuple[str, ...]
    reason: str
    supervisor: bool
    says: str
    can_press: bool
    name: str = ""
    ticket: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupState:
    """The whole card.  ``press`` is what the one big button says; ``remain`` names those who would stay inside."""

    active: bool = False
    leaving: bool = False
    title: str = ""
    detail: str = ""
    chips: tuple[str, ...] = ()
    members: tuple[MemberRow, ...] = ()
    questions: tuple[QuestionRow, ...] = ()
    remain: str = ""
    says: str = ""
    good: str = ""
    waiting: str = ""
    press: str = ""
    can_press: bool = False
    one_by_one: bool = False
    brief: str = ""
    form: GuestForm | None = None


def detail_of(card: GroupCard) -> str:
    """Tour, its start, and the leader."""
    parts = [card.tour.title, local_time(card.tour.start, card.plant.tz)]
    if card.group is not None and card.group.leader:
        parts.append(_("leader: {name}").format(name=card.group.leader))
    return " · ".join(parts)


def chips_of(card: GroupCard) -> tuple[str, ...]:
    """The group at a glance."""
    bands = [age_band(member.visitor, card.at) for member in card.members]
    minors, adults = bands.count(Flag.MINOR), bands.count(Flag.ADULT)
    people = [member.visitor for member in card.members]
    help_needed = sum(Flag.MOBILITY in one.flags for one in people)
    documents = len(card.questions.get(Reason.NEEDS_DOCUMENT, ()))
    languages = sorted({one.language for one in people if one.language not in ("", "ru")})
    size = card.group.size if card.group is not None and card.group.size else len(card.members)
    expected = max(size, len(card.members))
    chips = [ngettext("{count} expected", "{count} expected", expected).format(count=expected)]
    if card.inside:
        chips.append(_("{count} inside").format(count=card.inside))
    if minors:
        chips.append(ngettext("{count} child", "{count} children", minors).format(count=minors))
    if adults:
        chips.append(ngettext("{count} adult", "{count} adults", adults).format(count=adults))
    if documents:
        chips.append(_("document: {count}").format(count=documents))
    if help_needed:
        chips.append(_("help to move: {count}").format(count=help_needed))
    if languages:
        chips.append(_("languages: {names}").format(names=", ".join(languages)))
    if (card.tour.policy or card.plant.policy).briefing:
        chips.append(_("briefed") if card.briefed else _("not briefed"))
    return tuple(chips)


def member_row(member: Member, now: datetime, tz: str, ticked: bool, scanned: bool, *, leaving: bool) -> MemberRow:
    """A member as a tile."""
    visitor = member.visitor
    year = str(visitor.birth_year or "")
    kind, detail = MemberKind.TICK, year
    if leaving and not member.inside:
        kind = MemberKind.AWAY
        detail = _("has left") if member.stay.state is State.LEFT else _("did not come")
    elif not leaving and member.inside:
        since = member.stay.entry.at if member.stay.entry is not None else None
        kind = MemberKind.INSIDE
        detail = _("inside since {time}").format(time=local_time(since, tz)) if since is not None else _("inside")
    elif not leaving and isinstance(member.verdict, Refuse):
        kind, detail = MemberKind.REFUSED, words.brief(member.verdict.reason)
    marks = []
    if age_band(visitor, now) is Flag.MINOR:
        marks.append(_("ch."))
    if Reason.NEEDS_DOCUMENT in member.questions and kind is MemberKind.TICK and not leaving:
        marks.append(_("doc."))
    if Flag.MOBILITY in visitor.flags:
        marks.append("♿")
    if visitor.language not in ("", "ru"):
        marks.append(visitor.language.upper())
    if kind is not MemberKind.TICK and year:
        detail = f"{year} · {detail}"
    can = kind is MemberKind.TICK
    return MemberRow(
        id=visitor.id,
        name=visitor.name,
        detail=detail,
        marks=" ".join(marks),
        kind=kind,
        ticked=ticked and can,
        scanned=scanned and can,
    )


def question_text(reason: Reason, names: Collection[str]) -> str:
    """What is asked, and of whom."""
    who = ", ".join(names)
    if len(names) > NAMED:
        who = ngettext("{count} person", "{count} people", len(names)).format(count=len(names))
    match reason:
        case Reason.NEEDS_BRIEFING:
            return _("Briefing done")
        case Reason.NEEDS_DOCUMENT:
            return _("Document checked: {names}").format(names=who)
        case Reason.NEEDS_ADULT:
            return _("An adult is with them: {names}").format(names=who)
        case Reason.NEAR_STOP_LIST:
            return _("Compared with the stop list, a different person: {names}").format(names=who)
        case _:
            return f"{words.brief(reason)}: {who}"
