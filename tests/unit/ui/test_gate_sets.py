"""Several tickets in one frame: each judged once and on its own, shown as a set, with one tone."""

from __future__ import annotations

import pytest
from fake_app import FakeApp
from hand_turn import HandTurn

from checkin.app import Sight
from checkin.desk.outcome import Direction, Source
from checkin.domain.admission import Reason
from checkin.errors import StoreBusy
from ui.gate.judging import DWELL_S, SETTLE_S
from ui.gate.presenter import GatePresenter
from ui.gate.shown import ADMIT_SHOWN_S, REFUSE_SHOWN_S
from ui.gate.state import CardKind
from ui.ports import Tone

GOOD = ("C-V001", "C-V003", "C-V004", "C-V005", "C-V006")
DOCUMENT, NEAR_STOP_LIST = "C-V002", "C-V007"


class Gate:
    """A presenter at which a camera looks."""

    def __init__(self, turn: HandTurn, *, slow: bool = False) -> None:
        self.app, self.turn, self.tones = FakeApp(slow=slow), turn, list[Tone]()
        self.presenter = GatePresenter(self.app, turn, sound=self.tones.append)
        self.app.listen(self.presenter.refreshed)
        self.app.listen_sights(self.presenter.sight_came)
        self.app.listen_codes(lambda texts: [self.presenter.code_scanned(text, Source.CAMERA) for text in texts])

    def show(self, *texts: str, unread: int = 0, fresh: tuple[str, ...] | None = None) -> None:
        self.app.show_together(*texts, unread=unread, fresh=fresh)

    @property
    def state(self):
        return self.presenter.state

    @property
    def kinds(self) -> list[str]:
        return [row.kind for row in self.state.ticket_set]

    @property
    def judged(self) -> list[str]:
        return [str(each[1]) for each in self.app.asked if each[0] == "scan"]


def test_a_good_set_is_green_with_one_tone_and_every_ticket_is_written(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.show(*GOOD)
    assert gate.tones == []
    turn.pass_time(SETTLE_S)
    assert gate.tones == [Tone.YES]
    assert gate.state.card.kind is CardKind.ADMIT
    assert gate.state.card.headline == "прочитано: 5"
    assert gate.kinds == ["admit"] * 5
    assert gate.judged == list(GOOD)
    assert [event.subject for event in gate.app.events] == [code.removeprefix("C-") for code in GOOD]


def test_what_is_not_read_counts_and_is_no_green(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.show(*GOOD, unread=2)
    turn.pass_time(SETTLE_S)
    assert gate.tones == [Tone.QUESTION]
    assert gate.state.card.kind is CardKind.ASK
    assert gate.state.card.headline == "5 из 7 прочитано"
    assert gate.state.card.yes == ""
    assert gate.kinds[0] == "unread"
    gate.show(*GOOD, "C-V008", "C-V009", fresh=("C-V008", "C-V009"))
    turn.pass_time(SETTLE_S)
    assert gate.state.card.headline == "прочитано: 7"
    assert gate.state.card.kind is CardKind.ADMIT
    assert gate.tones == [Tone.QUESTION, Tone.YES]
    assert gate.judged == [*GOOD, "C-V008", "C-V009"]


def test_the_worst_verdict_gives_tone_and_colour_and_stands_first(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.show(*GOOD, "no-such-code")
    turn.pass_time(SETTLE_S)
    assert gate.tones == [Tone.NO]
    assert gate.state.card.kind is CardKind.REFUSE
    assert gate.state.card.tour == "Кода нет в списке"
    assert gate.kinds == ["refuse", *["admit"] * 5]
    assert gate.state.card.undo == ""


def test_questions_of_a_set_hold_nobody_of_it_and_are_answered_one_by_one(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.show(DOCUMENT, NEAR_STOP_LIST, *GOOD)
    turn.pass_time(SETTLE_S)
    assert gate.tones == [Tone.QUESTION]
    assert gate.judged == [DOCUMENT, NEAR_STOP_LIST, *GOOD]
    assert gate.state.card.name == "Ли Мэй: Проверьте документ"
    gate.presenter.yes_pressed()
    assert gate.app.asked[-1][-1] == frozenset({Reason.NEEDS_DOCUMENT})
    assert gate.state.card.name.startswith("Ахмедов Руслан")
    gate.presenter.no_pressed()
    assert gate.state.card.kind is CardKind.REFUSE
    assert gate.tones == [Tone.QUESTION, Tone.YES, Tone.NO]
    assert gate.kinds == ["refuse", *["admit"] * 6]


def test_somebody_else_waits_until_the_set_has_had_its_tone_and_its_answers(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.show(DOCUMENT, *GOOD)
    gate.presenter.code_scanned("C-V010", Source.SCANNER)
    assert "C-V010" not in gate.judged
    turn.pass_time(SETTLE_S)
    turn.pass_time(DWELL_S)
    assert "C-V010" not in gate.judged
    gate.presenter.yes_pressed()
    turn.pass_time(DWELL_S)
    assert gate.judged[-1] == "C-V010"
    assert gate.state.ticket_set == ()
    assert gate.state.card.kind is CardKind.ADMIT


def test_a_phone_that_comes_beside_another_makes_a_set_with_it(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.show("C-V003")
    assert gate.state.ticket_set == ()
    assert gate.tones == [Tone.YES]
    gate.show("C-V003", "C-V004", fresh=("C-V004",))
    turn.pass_time(SETTLE_S)
    assert gate.state.card.headline == "прочитано: 2"
    assert gate.kinds == ["admit", "admit"]
    assert gate.judged == ["C-V003", "C-V004"]


def test_a_set_goes_away_in_time_or_by_escape_but_not_with_a_question(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.show(*GOOD)
    turn.pass_time(SETTLE_S)
    turn.pass_time(ADMIT_SHOWN_S)
    assert gate.state.card.kind is CardKind.IDLE
    gate.show("C-V008", "no-such-code")
    turn.pass_time(SETTLE_S)
    gate.presenter.no_pressed()
    assert gate.state.ticket_set == ()
    gate.show(DOCUMENT, "C-V009")
    turn.pass_time(SETTLE_S)
    turn.pass_time(REFUSE_SHOWN_S)
    assert gate.state.card.kind is CardKind.ASK


def test_a_ticket_that_could_not_be_written_is_red_in_its_set(turn: HandTurn) -> None:
    gate = Gate(turn, slow=True)
    gate.show("C-V003", "C-V004")
    gate.app.error = StoreBusy("Занято")
    gate.app.release()
    turn.pass_time(SETTLE_S)
    assert gate.tones == [Tone.NO]
    assert gate.state.card.kind is CardKind.REFUSE
    assert gate.state.card.happened == "Занято"
    assert sorted(gate.kinds) == ["admit", "refuse"]
    assert len(gate.app.events) == 1


def test_the_set_sounds_only_when_the_last_of_it_is_written(turn: HandTurn) -> None:
    gate = Gate(turn, slow=True)
    gate.show(*GOOD)
    gate.app.release(4)
    turn.pass_time(SETTLE_S)
    assert gate.tones == []
    gate.app.release()
    turn.pass_time(SETTLE_S)
    assert gate.tones == [Tone.YES]


def test_a_sheet_of_a_group_opens_it_with_those_ticked_whose_tickets_were_read(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.app.by_group = True
    gate.show("WIFI:hall", *GOOD)
    state = gate.presenter.group.state
    assert state.active
    assert {row.id for row in state.members if row.ticked} == {code.removeprefix("C-") for code in GOOD}
    assert gate.judged == []
    gate.show("WIFI:hall", *GOOD, "C-V008", fresh=("C-V008",))
    assert sum(row.ticked for row in gate.presenter.group.state.members) == 6
    assert gate.presenter.group.state.waiting == "ждёт 1"  # what is no ticket of theirs


def test_a_sheet_of_the_whole_group_ticks_everybody(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.app.by_group = True
    gate.show(*(f"C-V{number:03}" for number in range(18)))
    state = gate.presenter.group.state
    assert not state.one_by_one
    assert sum(row.ticked for row in state.members) == 18


def test_phones_of_different_groups_open_none(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.app.by_group = True
    gate.show("C-V003", "C-V018", "C-V019", "no-such-code")
    turn.pass_time(SETTLE_S)
    assert not gate.presenter.group.active
    assert len(gate.judged) == 4


def test_a_set_that_leaves(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.show("C-V003", "C-V004")
    turn.pass_time(SETTLE_S)
    gate.presenter.direction_chosen(Direction.OUT)
    gate.presenter.sight_came(Sight())
    gate.show("C-V003", "C-V004")
    turn.pass_time(SETTLE_S)
    assert gate.state.card.kind is CardKind.OUT
    assert gate.kinds == ["out", "out"]


@pytest.mark.parametrize("button", ["", "group"])
def test_a_good_set_is_taken_back_as_one(turn: HandTurn, button: str) -> None:
    gate = Gate(turn)
    gate.show(*GOOD)
    turn.pass_time(SETTLE_S)
    assert gate.state.card.undo == "group"
    gate.presenter.undo_pressed(button)
    assert len([each for each in gate.app.asked if each[0] == "undo"]) == 5
    assert gate.state.card.brief == "Отменено: показанные вместе билеты (5)"
