"""Who of an opened group is ticked, what has been settled for them, and who would stay behind.  No Qt.

Nobody is ticked who cannot go through; what is asked is asked only of those who are ticked.
"""

from __future__ import annotations

from checkin import words
from checkin.desk.groups import GroupCard, Member
from checkin.domain.admission import Reason
from checkin.domain.headcount import State
from checkin.i18n import gettext as _
from checkin.i18n import local_time
from ui.groups.state import MemberKind, MemberRow, QuestionRow, member_row, question_text


class Ticks:
    """The operator's choice on one card.  ``card`` may be replaced by a newer one; ticks that still make sense stay."""

    def __init__(self, card: GroupCard, *, leaving: bool) -> None:
        self.card, self.leaving = card, leaving
        self.ticked: set[str] = set()
        self.scanned: set[str] = set()
        self.settled: set[Reason] = set()
        self.came_up: dict[str, Reason] = {}
        """Questions that arose only among those who were ticked, by member."""
        self.one_by_one = self.gone_before
        self.all()
        if self.one_by_one:
            self.ticked = set(self.scanned)

    @property
    def gone_before(self) -> bool:
        """Whether the group has been here and left: a scan by mistake must not offer to let all of them in again."""
        members = self.card.members
        return not self.leaving and any(member.stay.state is State.LEFT for member in members)

    @property
    def tickable(self) -> set[str]:
        """Ids of those who can go through: members, and on the way out walk-ins too."""
        card = self.card
        if self.leaving:
            inside = {member.visitor.id for member in card.members if member.inside}
            return inside | {guest.subject for guest in card.guests}
        return {member.visitor.id for member in card.members if member.may_come}

    def all(self) -> None:
        """Everybody who may; of a group that has been here, those who were here."""
        self.ticked = self.tickable
        card = self.card
        if not self.leaving:
            back = {member.visitor.id for member in card.members if member.stay.state is State.LEFT}
            if back & self.ticked:
                self.ticked &= back | self.scanned
            elif card.inside:
                self.ticked &= self.scanned

    def renewed(self, card: GroupCard) -> None:
        """The card as it is now."""
        self.card = card
        self.ticked &= self.tickable

    def held(self, card: GroupCard, asked: dict[str, Reason]) -> None:
        """Those who were ticked and have a question that nobody foresaw; the others are through."""
        self.card, self.came_up = card, asked
        self.ticked = set(asked)

    def touched(self, identity: str) -> bool:
        """A name was touched; False for somebody who cannot be ticked."""
        if identity not in self.tickable:
            return False
        self.ticked ^= {identity}
        return True

    def switched(self) -> None:
        """Only those who are scanned, or everybody again."""
        self.one_by_one = not self.one_by_one
        if self.one_by_one:
            self.ticked = set(self.scanned)
        else:
            self.all()

    def shown(self, member: Member) -> str:
        """A member's ticket was scanned; what is to be said about it, if anything."""
        if member.visitor.id in self.tickable:
            self.scanned.add(member.visitor.id)
            self.ticked.add(member.visitor.id)
            return ""
        if self.leaving and member.stay.last_out is not None:
            at = local_time(member.stay.last_out, self.card.plant.tz)
            return _("{name} has left already: {time}").format(name=member.visitor.name, time=at)
        if self.leaving:
            return _("{name} is not recorded as inside").format(name=member.visitor.name)
        if member.inside:
            return _("{name} is inside already").format(name=member.visitor.name)
        why = words.brief(member.verdict.reason)
        return _("{name} cannot come in: {why}").format(name=member.visitor.name, why=why)

    def asked(self) -> dict[Reason, list[str]]:
        """What has to be settled for those who are ticked, with their names."""
        asked: dict[Reason, list[str]] = {}
        if self.leaving:
            return asked
        for member in self.card.members:
            if member.visitor.id in self.ticked:
                extra = self.came_up.get(member.visitor.id)
                for reason in dict.fromkeys((*member.questions, *((extra,) if extra is not None else ()))):
                    asked.setdefault(reason, []).append(member.visitor.name)
        return asked

    def questions(self) -> tuple[QuestionRow, ...]:
        """The same as it is shown."""
        return tuple(
            QuestionRow(reason=reason, text=question_text(reason, names), settled=reason in self.settled)
            for reason, names in self.asked().items()
        )

    def rows(self) -> tuple[MemberRow, ...]:
        """Members, then walk-ins."""
        card = self.card
        rows = [
            member_row(
                member,
                card.at,
                card.plant.tz,
                member.visitor.id in self.ticked,
                member.visitor.id in self.scanned,
                leaving=self.leaving,
            )
            for member in card.members
        ]
        guests = [
            MemberRow(
                id=guest.subject,
                name=guest.name,
                detail=_("not on the list"),
                marks="",
                kind=MemberKind.TICK if self.leaving else MemberKind.INSIDE,
                ticked=guest.subject in self.ticked,
            )
            for guest in card.guests
        ]
        return (*rows, *guests)

    def remain(self) -> str:
        """Who would stay inside if those who are ticked left now: the question about the missing."""
        if not self.leaving:
            return ""
        card = self.card
        staying = [row.name for row in self.rows() if row.kind is MemberKind.TICK and row.id not in self.ticked]
        if not staying or len(staying) == sum(member.inside for member in card.members) + len(card.guests):
            return ""
        return _("Who is missing? They stay inside: {names}").format(names=", ".join(staying))
