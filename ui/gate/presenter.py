"""The gate page: one code is judged at a time, and whatever comes meanwhile waits in its order.

A card turns green only with an outcome, and the app gives an outcome only after the commit; the tone sounds at that
moment.  While a question stands nothing else is judged and nothing is lost.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from checkin.app import CameraState, Status
from checkin.desk.groups import GroupCard
from checkin.desk.outcome import Direction, Outcome, RecentScan, Source, TourLine
from checkin.domain.headcount import Count
from checkin.domain.ticket import short_holds, tidy_short
from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from ui.gate import cards
from ui.gate.rows import recent_rows, tour_rows
from ui.gate.state import CardState, GateState
from ui.gate.typed import is_code, wears_short
from ui.groups.presenter import GroupPresenter, Passed, opened_by
from ui.ports import Facade, Presenter, Tone, Turn
from ui.status import camera_words

ADMIT_SHOWN_S = 12.0
REFUSE_SHOWN_S = 30.0
"""A card is taken away after so long: a green one must not be taken for the next visitor's."""
DWELL_S = 1.5
"""The answer to a question is shown for so long before a held scan may replace it."""
GROUP_DWELL_S = 4.0
"""What became of a group has names to be read."""
LONGEST_QUEUE = 5000


@dataclass(frozen=True, slots=True)
class Scan:
    """A code and how it came."""

    text: str
    source: Source
    direction: Direction


class GatePresenter(Presenter[GateState]):
    """Owns the gate page's state."""

    def __init__(
        self,
        app: Facade,
        turn: Turn,
        *,
        sound: Callable[[Tone], None] = lambda _tone: None,
        find: Callable[[str], None] = lambda _query: None,
        group: GroupPresenter | None = None,
    ) -> None:
        super().__init__()
        self.group = group or GroupPresenter(app, turn, sound=sound)
        self.group.passed, self.group.closed = self._group_passed, self._group_closed
        self._passed: Passed | None = None
        self._remained: list[GroupCard] = []
        self._app, self._turn, self._sound, self._find = app, turn, sound, find
        self._direction = Direction.IN
        self._held: deque[Scan] = deque()
        self._judging = False
        self._answering = False
        self._dwelling = False
        self._outcome: Outcome | None = None
        self._trouble = ""
        self._undone = ""
        self._serial = 0
        self._typed = ""
        self._tours: list[TourLine] | None = None
        self._recent: list[RecentScan] = []
        self._status: Status = app.status()
        self._cancel_fade: Callable[[], None] = lambda: None
        self._asking_lists = False
        self._ask_lists_again = False

    # Intents

    def code_scanned(self, text: str, source: Source, direction: Direction | None = None) -> None:
        """A code came in; the direction is the page's unless it is given."""
        scan = Scan(text, source, direction or self._direction)
        if text and self.group.active and self.group.code_shown(text, scan.direction):
            return
        if text and len(self._held) < LONGEST_QUEUE and not self._waits_already(scan):
            self._held.append(scan)
        self._judge_next()
        self._publish()

    def entry_changed(self, text: str) -> None:
        """The field for a code or a name holds this text now."""
        self._typed = text
        self._publish()

    def entry_submitted(self, text: str) -> None:
        """Enter in the field: a code is judged, anything else is looked for as a name."""
        text = text.strip()
        self._typed = ""
        if not text:
            self._publish()
        elif is_code(text):
            self.code_scanned((tidy_short(text) or text) if wears_short(text) else text, Source.TYPED)
        else:
            self._publish()
            self._find(text)

    def yes_pressed(self) -> None:
        """The operator has settled what the question asks for, or lets the group through."""
        if self.group.active:
            self.group.pass_pressed()
            return
        asked = self._asked()
        if asked is None or self._answering:
            return
        self._answering = True
        self._turn.deliver(
            self._app.scan(asked.text, asked.source, asked.direction, asked.confirmed | {asked.reason}),
            self._answered,
            self._answer_failed,
        )
        self._publish()

    def no_pressed(self) -> None:
        """The operator does not let the visitor in, or puts the group's card away."""
        if self.group.active:
            self.group.put_away()
            return
        asked = self._asked()
        if asked is None or self._answering:
            return
        self._answering = True
        self._turn.deliver(self._app.decline(asked), self._answered, self._answer_failed)
        self._publish()

    def undo_pressed(self, event_id: str = "") -> None:
        """Take this event back; without an id, the card's, or else the newest one that can be taken back."""
        if event_id in ("", cards.WHOLE_GROUP) and self._passed is not None:
            self._undo_group(self._passed)
            return
        shown = self._shown_event()
        open_scans = [scan for scan in self._recent if scan.can_undo and not scan.undone]
        identity = event_id or shown or (open_scans[0].event.id if open_scans else "")
        if not identity:
            return
        name = next((scan.name for scan in open_scans if scan.event.id == identity), "")
        if not name and identity == shown and self._outcome is not None:
            name = self._outcome.visitor_name
        self._turn.deliver(
            self._app.undo(identity), lambda done: self._undo_answered(done, identity, name), self._failed
        )

    def direction_chosen(self, direction: Direction) -> None:
        """From now on scans are entries, or exits."""
        self._direction = direction
        self._publish()

    def remained_pressed(self) -> None:
        """Those who remained inside stand at the gate now, or are looked for."""
        if self._remained and not self.group.active:
            card = self._remained[0]
            self.group.opened(card, Direction.OUT)
            self._publish()

    def outcome_came(self, outcome: Outcome) -> None:
        """An outcome that was made elsewhere is shown like one of this page's own."""
        self._show_outcome(outcome)
        self._publish()

    def card_put_away(self) -> None:
        """The card goes back to waiting for a visitor; a question that stands there goes with it, unanswered."""
        self._cancel_fade()
        self._faded()
        self._judge_next()

    def refreshed(self) -> None:
        """Something may have changed: status, counts, last scans."""
        self._status = self._app.status()
        self._publish()
        if self._asking_lists:
            self._ask_lists_again = True
            return
        self._asking_lists, self._ask_lists_again = True, False
        self._turn.deliver(self._app.tours(), self._tours_came, lambda _error: None)
        self._turn.deliver(self._app.groups.remained(), self._remained_came, lambda _error: None)
        self._turn.deliver(self._app.recent(), self._recent_came, self._lists_failed)

    # What came back

    def _judge_next(self) -> None:
        busy = self._judging or self._answering or self._dwelling or self.group.active
        if busy or self._asked() is not None or not self._held:
            self.group.waiting_changed(len(self._held))
            return
        scan = self._held.popleft()
        self._judging = True
        self._turn.deliver(
            self._app.groups.find(scan.text),
            lambda card: self._group_found(scan, card),
            lambda _error: self._judge(scan),
        )

    def _group_found(self, scan: Scan, card: GroupCard | None) -> None:
        """A group that stands at the gate is let through in one go; anybody else alone."""
        if card is None or not opened_by(card, scan.text, scan.direction):
            self._judge(scan)
            return
        self._judging = False
        self._new_card()
        self._outcome = None
        self.group.opened(card, scan.direction, scan.text)
        self._held = deque(one for one in self._held if not self.group.code_shown(one.text, one.direction))
        self.group.waiting_changed(len(self._held))
        self._publish()

    def _judge(self, scan: Scan) -> None:
        self._turn.deliver(self._app.scan(scan.text, scan.source, scan.direction), self._judged, self._judge_failed)

    def _group_passed(self, passed: Passed) -> None:
        """What became of the group is seen before the next ticket is judged."""
        self._new_card()
        self._outcome, self._passed = None, passed
        self._cancel_fade = self._turn.after(
            REFUSE_SHOWN_S if passed.held or passed.remained else ADMIT_SHOWN_S, self._faded
        )
        if self._held:
            self._dwelling = True
            self._turn.after(GROUP_DWELL_S, self._dwelt)
        self.refreshed()

    def _group_closed(self) -> None:
        self._judge_next()
        self._publish()

    def _undo_group(self, passed: Passed) -> None:
        """Every entry of the group is taken back; what cannot be is said."""
        done: list[bool] = []

        def one(answer: bool) -> None:
            done.append(answer)
            if len(done) < len(passed.events):
                return
            self._new_card()
            back = sum(done)
            self._undone = (
                _("Taken back: {name}").format(name=f"{passed.title} ({back})")
                if back == len(done)
                else _("Taken back: {done} of {total}").format(done=back, total=len(done))
            )
            self._cancel_fade = self._turn.after(ADMIT_SHOWN_S, self._faded)
            self._publish()

        self._passed = None
        for event in passed.events:
            self._turn.deliver(self._app.undo(event), one, lambda _error: one(False))
        self._publish()

    def _judged(self, outcome: Outcome) -> None:
        self._judging = False
        self._show_outcome(outcome)
        self._judge_next()
        self._publish()

    def _judge_failed(self, error: CheckinError) -> None:
        self._judging = False
        self._failed(error)
        self._judge_next()

    def _answered(self, outcome: Outcome) -> None:
        self._answering = False
        self._show_outcome(outcome)
        if self._held and self._asked() is None:
            self._dwelling = True
            self._turn.after(DWELL_S, self._dwelt)
        self._publish()

    def _answer_failed(self, error: CheckinError) -> None:
        """The question still stands; what went wrong is said in its card."""
        self._answering = False
        self._trouble = str(error)
        self._publish()

    def _dwelt(self) -> None:
        self._dwelling = False
        self._judge_next()
        self._publish()

    def _failed(self, error: CheckinError) -> None:
        self._new_card()
        self._outcome, self._trouble = None, str(error)
        self._sound(Tone.NO)
        self._publish()

    def _show_outcome(self, outcome: Outcome) -> None:
        self._new_card()
        self._outcome = outcome
        match outcome.word:
            case "admit":
                self._sound(Tone.YES)
                self._cancel_fade = self._turn.after(ADMIT_SHOWN_S, self._faded)
            case "ask":
                self._sound(Tone.QUESTION)
            case _:
                self._sound(Tone.NO)
                self._cancel_fade = self._turn.after(REFUSE_SHOWN_S, self._faded)

    def _new_card(self) -> None:
        self._cancel_fade()
        self._cancel_fade = lambda: None
        self._trouble = self._undone = ""
        self._passed = None
        self._serial += 1

    def _faded(self) -> None:
        self._outcome, self._passed, self._trouble, self._undone = None, None, "", ""
        self._publish()

    def _undo_answered(self, done: bool, identity: str, name: str) -> None:
        """Says what became of it in the card's place, unless the card is about somebody else."""
        shown = self._outcome.event.id if self._outcome is not None and self._outcome.event is not None else ""
        if self._asked() is None and shown in ("", identity):
            self._new_card()
            self._outcome = None
            self._undone = (
                _("Taken back: {name}").format(name=name or _("the last entry"))
                if done
                else _("This cannot be taken back any more")
            )
            self._cancel_fade = self._turn.after(ADMIT_SHOWN_S, self._faded)
        self._publish()

    def _tours_came(self, lines: list[TourLine]) -> None:
        self._tours = lines
        self._publish()

    def _remained_came(self, groups: list[GroupCard]) -> None:
        self._remained = groups
        self._publish()

    def _recent_came(self, scans: list[RecentScan]) -> None:
        self._recent = scans
        self._lists_done()

    def _lists_failed(self, error: CheckinError) -> None:
        self._lists_done()

    def _lists_done(self) -> None:
        self._asking_lists = False
        self._publish()
        if self._ask_lists_again:
            self.refreshed()

    # The state

    def _shown_event(self) -> str:
        """The entry or exit that the card is about, if it is about one."""
        outcome = self._outcome
        return outcome.event.id if outcome is not None and outcome.word == "admit" and outcome.event is not None else ""

    def _waits_already(self, scan: Scan) -> bool:
        """Whoever waits shows the ticket again: that is no second visit, and must not turn red after the green."""
        asked = self._asked()
        standing = asked is not None and (asked.text, asked.direction) == (scan.text, scan.direction)
        return standing or any((each.text, each.direction) == (scan.text, scan.direction) for each in self._held)

    def _asked(self) -> Outcome | None:
        return self._outcome if self._outcome is not None and self._outcome.word == "ask" else None

    def _tell(self) -> GateState:
        status, now = self._status, self._app.clock.now()
        lines = self._tours or []
        says, advice = camera_words(status)
        return GateState(
            card=self._card(),
            direction=self._direction,
            waiting=ngettext("{count} waits", "{count} wait", len(self._held)).format(count=len(self._held))
            if self._held
            else "",
            totals=sum((line.count for line in lines if not line.tour.cancelled), Count()),
            tours=tour_rows(sorted(lines, key=lambda line: line.tour.end < now), now),
            no_tours="" if lines or self._tours is None else _("No tours at this plant today"),
            recent=recent_rows(self._recent),
            hint=self._hint(),
            group=self.group.active,
            remained=cards.remained(self._remained),
            camera_on=status.camera is CameraState.ON,
            camera_says=says,
            camera_advice=advice,
            choose_camera=status.camera in (CameraState.OFF, CameraState.LOST, CameraState.ENDED),
        )

    def _card(self) -> CardState:
        if self._passed is not None:
            return cards.group(self._passed, self._serial)
        if self._outcome is not None:
            return cards.verdict(self._outcome, self._trouble, self._shown_event(), self._serial, busy=self._answering)
        if self._trouble:
            return cards.trouble(self._trouble, self._serial)
        return cards.idle(self._undone, self._serial, leaving=self._direction is Direction.OUT)

    def _hint(self) -> str:
        """What is wrong with the typed code, told before Enter."""
        if not wears_short(self._typed):
            return ""
        tidy = tidy_short(self._typed)
        return (
            _("A character of this code is wrong: compare it with the ticket") if tidy and not short_holds(tidy) else ""
        )
