"""Who is judged next, and what the card then shows: the gate page's work, without its lists and its field.

A card turns green only with an outcome, and the app gives an outcome only after the commit; the tone sounds at that
moment.  While a question stands nothing else is judged and nothing is lost.  Tickets that are in front of the camera
together are judged one after another without a pause, shown as one set, and have one tone; when they are a group's,
its card opens instead.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from checkin.app import Sight
from checkin.desk.groups import GroupCard
from checkin.desk.outcome import Direction, Outcome, Source
from checkin.errors import CheckinError
from ui.gate.sets import LEAST, TicketSet, tone_of, worst
from ui.gate.shown import ADMIT_SHOWN_S, REFUSE_SHOWN_S, Shown
from ui.gate.waiting import Scan, Waiting
from ui.groups.opening import Passed, opened_by
from ui.groups.presenter import GroupPresenter
from ui.ports import Facade, Tone, Turn

DWELL_S = 1.5
"""The answer to a question, or a set, is shown for so long before a held scan may replace it."""
GROUP_DWELL_S = 4.0
"""What became of a group has names to be read."""
SETTLE_S = 0.5
"""A set has come to rest when no more of it was judged for so long: then it has its tone."""
TRIES = 4
"""So many tickets of a set are asked for their group before it is taken for a set of single visitors."""


class Judging:
    """``changed`` is called whenever something that a page shows is another.  Owns ``shown`` and ``waiting``."""

    def __init__(
        self,
        app: Facade,
        turn: Turn,
        group: GroupPresenter,
        sound: Callable[[Tone], None],
        changed: Callable[[], None],
    ) -> None:
        self._app, self._turn, self._sound, self._changed = app, turn, sound, changed
        self._group = group
        group.passed, group.closed = self._group_passed, self._next
        self.shown = Shown(turn, self._faded)
        self.waiting = Waiting()
        self.answering = False
        self._judging = 0
        self._dwelling = False
        self._coming: TicketSet | None = None
        self._unsounded: list[str] = []
        self._cancel_settle: Callable[[], None] = lambda: None

    def sight_came(self, sight: Sight, direction: Direction) -> None:
        """What is in front of the camera together now; told before the codes themselves."""
        if len(sight.together) < LEAST:
            self._coming = None
        elif self._coming is None or not self._coming.grow(sight):
            self._coming = TicketSet(sight, direction)
        self._changed()

    def scanned(self, text: str, source: Source, direction: Direction) -> None:
        """A code came in: it is judged when its turn comes."""
        seen = self._coming if source is Source.CAMERA else None
        company = seen if seen is not None and text in seen.texts else None
        scan = Scan(text, source, direction, company)
        if text and self._group.active and self._group.code_shown(text, direction):
            return
        if text and not self._stands(scan):
            self.waiting.add(scan)
        self._next()

    def answered_with(self, *, yes: bool) -> None:
        """The operator's answer to the question that stands; the first one counts."""
        asked = self.shown.asked
        if asked is None or self.answering:
            return
        self.answering = True
        settled = asked.confirmed | {asked.reason}
        again = self._app.scan(asked.text, asked.source, asked.direction, settled) if yes else self._app.decline(asked)
        self._turn.deliver(again, self._answered, self._answer_failed)
        self._changed()

    def put_away(self) -> None:
        """The card goes back to waiting for a visitor; a question that stands there goes with it, unanswered."""
        self._faded()
        self._next()

    def outcome_came(self, outcome: Outcome) -> None:
        """An outcome is what the card is about now."""
        self._new_card()
        self.shown.outcome = outcome
        self._sound(tone_of(outcome.word))
        if outcome.word != "ask":
            self.shown.fade_after(ADMIT_SHOWN_S if outcome.word == "admit" else REFUSE_SHOWN_S)
        self._changed()

    def failed(self, error: CheckinError) -> None:
        """The gate could not do what was wanted."""
        self._new_card()
        self.shown.trouble = str(error)
        self._sound(Tone.NO)
        self._changed()

    def taken_back(self, event: str, says: str) -> None:
        """Says what became of it in the card's place, unless the card is about somebody else."""
        if not event or (self.shown.asked is None and self.shown.event in ("", event)):
            self._new_card()
            self.shown.undone = says
            self.shown.fade_after(ADMIT_SHOWN_S)
        self._changed()

    # One after another

    def _next(self) -> None:
        if not self._may_judge():
            self._group.waiting_changed(len(self.waiting))
        else:
            scan = self.waiting.take()
            self._judging = 1
            if scan.company is not None and scan.company.singly:
                self._judge(scan)
            else:
                self._look_for_group(scan, scan.company.texts[:TRIES] if scan.company is not None else (scan.text,))
        self._changed()

    def _may_judge(self) -> bool:
        """Whether somebody waits and may have their turn: the others of a set wait for no question of it."""
        first = self.waiting.first
        if first is None or self._judging or self.answering or self._dwelling or self._group.active:
            return False
        same = first.company is not None and first.company is self.shown.company
        return same or (self.shown.asked is None and not self._unsounded)

    def _look_for_group(self, scan: Scan, texts: tuple[str, ...]) -> None:
        """A group that stands at the gate is let through in one go; anybody else alone."""
        text, others, company = texts[0], texts[1:], scan.company

        def found(card: GroupCard | None) -> None:
            if card is not None and opened_by(card, text, scan.direction) and (company is None or company.is_of(card)):
                self._open(card, scan, text)
            elif others:
                self._look_for_group(scan, others)
            else:
                if company is not None:
                    company.singly = True
                self._judge(scan)

        self._turn.deliver(self._app.groups.find(text), found, lambda _error: self._judge(scan))

    def _open(self, card: GroupCard, scan: Scan, text: str) -> None:
        """The group's card stands where the verdict was; of a sheet those are ticked whose tickets were read."""
        self._judging = 0
        self._new_card()
        self._group.opened(card, scan.direction, text)
        texts = scan.company.texts if scan.company is not None else ()
        if texts and len(texts) < (card.inside if scan.direction is Direction.OUT else card.coming):
            self._group.read_one_by_one()
        for each in texts:
            self._group.code_shown(each, scan.direction)
        self.waiting.add(scan)
        self.waiting.drop(lambda one: one.text == text or self._group.code_shown(one.text, one.direction))
        self._group.waiting_changed(len(self.waiting))
        self._changed()

    def _judge(self, scan: Scan) -> None:
        """With it, everybody of its set: the store writes them one after another while the window does other things."""
        company = scan.company
        scans = [scan] if company is None else [scan, *self.waiting.take_of(company)]
        self._judging = len(scans)
        for one in scans:
            self._ask_desk(one)

    def _ask_desk(self, scan: Scan) -> None:
        future = self._app.scan(scan.text, scan.source, scan.direction)
        self._turn.deliver(future, partial(self._judged, scan), partial(self._judge_failed, scan))

    def _judged(self, scan: Scan, outcome: Outcome) -> None:
        self._judging -= 1
        if scan.company is None:
            self.outcome_came(outcome)
        else:
            self._show_set(scan.company)
            scan.company.add(outcome)
            self._unsounded.append(outcome.word)
        self._next()

    def _judge_failed(self, scan: Scan, error: CheckinError) -> None:
        self._judging -= 1
        if scan.company is None:
            self.failed(error)
        else:
            self._show_set(scan.company)
            scan.company.fail(scan.text)
            self.shown.trouble = str(error)
            self._unsounded.append("refuse")
        self._next()

    # Sets

    def _show_set(self, company: TicketSet) -> None:
        before = self.shown.outcome
        if self.shown.company is not company:
            self._new_card()
            self.shown.company = company
            if before is not None and before.text in company.texts:
                company.add(before)  # read a moment before the others
        self.shown.stay()
        self._cancel_settle()
        self._cancel_settle = self._turn.after(SETTLE_S, self._settled)

    def _settled(self) -> None:
        """The one tone of what came together: the worst, so that nobody passes under somebody else's good tone."""
        company = self.shown.company
        if company is None or not self._unsounded:
            return
        if self._judging or self.waiting.any_of(company):
            self._cancel_settle = self._turn.after(SETTLE_S, self._settled)
            return
        unread = ("ask",) if company.unread else ()
        self._sound(tone_of(worst((*self._unsounded, *unread))))
        self._unsounded.clear()
        self.shown.serial += 1
        self._fade_set(company)
        if self.waiting:
            self._dwell(DWELL_S)
        self._next()

    def _fade_set(self, company: TicketSet) -> None:
        if company.asked is None:
            self.shown.fade_after(ADMIT_SHOWN_S if company.word == "admit" else REFUSE_SHOWN_S)

    # Answers and groups

    def _answered(self, outcome: Outcome) -> None:
        self.answering = False
        company = self.shown.company
        if company is None:
            self.outcome_came(outcome)
        else:
            company.add(outcome)
            self.shown.trouble = ""
            self.shown.serial += 1
            self._sound(tone_of(outcome.word))
            self._fade_set(company)
        if self.waiting and self.shown.asked is None:
            self._dwell(DWELL_S)
        self._next()

    def _answer_failed(self, error: CheckinError) -> None:
        """The question still stands; what went wrong is said in its card."""
        self.answering = False
        self.shown.trouble = str(error)
        self._changed()

    def _group_passed(self, passed: Passed) -> None:
        """What became of the group is seen before the next ticket is judged."""
        self._new_card()
        self.shown.passed = passed
        self.shown.fade_after(REFUSE_SHOWN_S if passed.held or passed.remained else ADMIT_SHOWN_S)
        if self.waiting:
            self._dwell(GROUP_DWELL_S)
        self._changed()

    # The card

    def _new_card(self) -> None:
        self._cancel_settle()
        self._unsounded.clear()
        self.shown.clear()

    def _faded(self) -> None:
        serial = self.shown.serial
        self._new_card()
        self.shown.serial = serial  # nobody is no new card
        self._changed()

    def _dwell(self, seconds: float) -> None:
        if not self._dwelling:
            self._dwelling = True
            self._turn.after(seconds, self._dwelt)

    def _dwelt(self) -> None:
        self._dwelling = False
        self._next()

    def _stands(self, scan: Scan) -> bool:
        """Whoever is asked something shows the ticket again: that must not turn red after the green."""
        asked = self.shown.asked
        return asked is not None and (asked.text, asked.direction) == (scan.text, scan.direction)
