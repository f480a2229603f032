"""Finding, exchange, settings, status and the first start, without Qt."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fake_app import BREAD, NOON, FakeApp, busy_app
from hand_turn import HandTurn

from checkin.app import CameraState, HubState
from checkin.desk.outcome import Direction, Source
from checkin.errors import NeedsHuman, Offline
from ui.find.presenter import PAUSE_S, FindPresenter
from ui.ports import Tone
from ui.settings.presenter import Choice, SettingsPresenter
from ui.status import StatusPresenter, age
from ui.sync.presenter import ImportStep, SyncPresenter
from ui.tours.presenter import ToursPresenter
from ui.welcome.presenter import Mark, WelcomePresenter

ROOT = Path(__file__).resolve().parents[3]
Admitted = list[tuple[str, Source, Direction]]


def test_presenters_know_no_qt() -> None:
    code = (
        "import sys, ui.gate.presenter, ui.find.presenter, ui.tours.presenter, ui.sync.presenter,"
        " ui.settings.presenter, ui.welcome.presenter, ui.status, checkin.words\n"
        "sys.exit(any(name.startswith(('PySide6', 'shiboken6')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# Find


def finder(app: FakeApp, turn: HandTurn) -> tuple[FindPresenter, Admitted]:
    admitted: Admitted = []
    return FindPresenter(app, turn, lambda *chosen: admitted.append(chosen)), admitted


def test_finding_waits_until_the_typing_rests(turn: HandTurn) -> None:
    app = FakeApp()
    presenter, _admitted = finder(app, turn)
    for text in ("к", "ку", "куз"):
        presenter.query_changed(text)
    assert app.asked == []
    turn.pass_time(PAUSE_S)
    assert app.asked == [("search", "куз")]
    assert [row.name for row in presenter.state.rows] == ["Кузнецов Иван", "Кузнецов Иван"]


def test_an_old_answer_does_not_replace_a_newer_one(turn: HandTurn) -> None:
    app = FakeApp(slow=True)
    presenter, _admitted = finder(app, turn)
    presenter.query_submitted("кузнецов")
    presenter.query_submitted("мэй")
    answers, app._waiting = list(app._waiting), type(app._waiting)()
    answers[1]()
    answers[0]()
    assert [row.name for row in presenter.state.rows] == ["Ли Мэй"]


def test_a_found_person_goes_in_or_out(turn: HandTurn) -> None:
    app = busy_app()
    presenter, admitted = finder(app, turn)
    presenter.query_submitted("белова")
    presenter.action_pressed("V004")
    presenter.query_submitted("ахмедов")
    presenter.action_pressed("V007")
    presenter.query_submitted("громов")
    assert presenter.state.rows[0].action == "Выпустить"
    presenter.action_pressed("V005")
    assert admitted == [
        ("C-V004", Source.SEARCH, Direction.IN),
        ("C-V007", Source.SEARCH, Direction.IN),
        ("C-V005", Source.SEARCH, Direction.OUT),
    ]


def test_somebody_without_a_ticket_has_no_button(turn: HandTurn) -> None:
    app = FakeApp()
    del app.tickets["C-V004"]
    presenter, admitted = finder(app, turn)
    presenter.query_submitted("белова")
    assert presenter.state.rows[0].action == ""
    presenter.action_pressed("V004")
    assert admitted == []


def test_a_walk_in_is_let_out_by_the_card_of_their_group(turn: HandTurn) -> None:
    app = busy_app()
    del app.tickets["C-V005"]
    opened: list[tuple[str, str, Direction]] = []
    presenter = FindPresenter(app, turn, lambda *_chosen: None, lambda *which: opened.append(which))
    presenter.query_submitted("громов")
    assert presenter.state.rows[0].action == "Выпустить"
    assert "нет в списке" in presenter.state.rows[0].facts
    presenter.action_pressed("V005")
    assert opened == [("bread-9", app.visitors["V005"].tour, Direction.OUT)]


def test_finding_nothing_says_what_to_try(turn: HandTurn) -> None:
    presenter, _admitted = finder(FakeApp(), turn)
    assert presenter.state.says == "Введите начало имени"
    presenter.query_submitted("zzzz")
    assert presenter.state.says == "Никого с таким именем нет"
    presenter.query_changed("")
    assert presenter.state.says == "Введите начало имени"


def test_a_failed_search_is_told(turn: HandTurn) -> None:
    app = FakeApp()
    presenter, _admitted = finder(app, turn)
    app.error = Offline("Не вышло")
    presenter.query_submitted("белова")
    assert presenter.state.advice == "Не вышло"


# Exchange


def test_a_list_is_tried_before_it_is_taken(turn: HandTurn) -> None:
    app = FakeApp(empty=True)
    presenter = SyncPresenter(app, turn)
    presenter.take_pressed()
    assert app.asked == []
    presenter.file_chosen(Path("список.csv"))
    assert app.asked == [("import_list", Path("список.csv"), False)]
    shown = presenter.state.imported
    assert shown.step is ImportStep.TRIED
    assert "прочитано 128 строк · новых: 125 · 3 ошибки" in shown.summary
    assert "строка 17, «дата»: «31.02.2026» — такой даты нет" in shown.faults
    presenter.take_pressed()
    assert app.asked[-1] == ("import_list", Path("список.csv"), True)
    assert presenter.state.imported.step is ImportStep.TAKEN


def test_a_tried_list_can_be_left(turn: HandTurn) -> None:
    presenter = SyncPresenter(FakeApp(), turn)
    presenter.file_chosen(Path("a.csv"))
    presenter.cancel_pressed()
    assert presenter.state.imported.step is ImportStep.NONE


def test_stopping_a_list_that_is_read(turn: HandTurn) -> None:
    app = FakeApp(slow=True)
    presenter = SyncPresenter(app, turn)
    presenter.file_chosen(Path("a.csv"))
    assert (presenter.state.imported.done, presenter.state.imported.total) == (40, 100)
    presenter.cancel_pressed()
    app.release()
    assert presenter.state.imported.step is ImportStep.NONE
    assert presenter.state.imported.error == ""


def test_a_list_that_cannot_be_read_is_told(turn: HandTurn) -> None:
    app = FakeApp()
    presenter = SyncPresenter(app, turn)
    app.error = NeedsHuman("Файл a.csv пуст")
    presenter.file_chosen(Path("a.csv"))
    assert presenter.state.imported.error == "Файл a.csv пуст"
    presenter.file_chosen(Path("b.csv"))
    assert presenter.state.imported.step is ImportStep.TRIED


def test_a_list_with_nothing_good_cannot_be_taken(turn: HandTurn) -> None:
    app = FakeApp()
    presenter = SyncPresenter(app, turn)
    presenter.file_chosen(Path("a.csv"))
    assert presenter._report is not None
    app.report = replace(presenter._report, taken=0, applied=False)
    presenter.cancel_pressed()
    presenter.file_chosen(Path("a.csv"))
    assert not presenter.state.imported.can_take


def test_enrolling_needs_both_and_tells_what_is_wrong(turn: HandTurn) -> None:
    app = FakeApp(empty=True)
    presenter = SyncPresenter(app, turn)
    presenter.enrol_pressed("hub.local:8000", " ")
    assert presenter.state.enrol_error
    app.error = NeedsHuman("Код уже использован")
    presenter.enrol_pressed("hub.local:8000", "ABC")
    assert app.asked[-1] == ("enrol", "http://hub.local:8000", "ABC")
    assert presenter.state.enrol_error == "Код уже использован"
    presenter.enrol_pressed("https://hub.local", "ABD")
    assert presenter.state.enrolled
    assert not presenter.state.enrol_open


def test_export_says_how_much_was_written(turn: HandTurn) -> None:
    app = busy_app()
    presenter = SyncPresenter(app, turn)
    presenter.export_chosen(Path("/tmp/посещения"))
    assert app.asked[-1] == ("export", Path("/tmp/посещения.xlsx"))
    assert presenter.state.export_says == f"посещения.xlsx: записано {len(app.events)} строк"
    app.error = NeedsHuman("Диск полон")
    presenter.export_chosen(Path("/tmp/b.csv"))
    assert (presenter.state.export_says, presenter.state.export_tone) == ("Диск полон", "bad")


@pytest.mark.parametrize("hub", list(HubState))
def test_every_state_of_the_hub_is_a_sentence(turn: HandTurn, hub: HubState) -> None:
    app = FakeApp()
    app.change_status(hub=hub, hub_at=None)
    state = SyncPresenter(app, turn).state
    assert state.hub_title
    assert state.hub_says.endswith(".")
    items = {item.key: item for item in StatusPresenter(app).state.items}
    assert items["hub"].text


# Settings


class Chosen:
    """A settings presenter and what it called."""

    def __init__(self, turn: HandTurn, app: FakeApp) -> None:
        self.app = app
        self.languages: list[str] = []
        self.tones: list[Tone] = []
        cameras: Future[list[Choice]] = Future()
        cameras.set_result([Choice(key="0", name="HD Webcam")])
        self.presenter = SettingsPresenter(
            app, turn, find_cameras=lambda: cameras, sound=self.tones.append, retold=self.languages.append
        )


def test_choosing_a_place(turn: HandTurn) -> None:
    chosen = Chosen(turn, FakeApp())
    chosen.presenter.opened()
    state = chosen.presenter.state
    assert (state.plant, state.gate) == (BREAD.id, "Главная проходная")
    chosen.presenter.plant_chosen("gears")
    assert [gate.name for gate in chosen.presenter.state.gates] == ["Проходная 1"]
    assert chosen.presenter.state.gate == ""
    chosen.presenter.gate_chosen("  Ворота 7 ")
    assert ("choose_place", "gears", "Ворота 7") in chosen.app.asked


def test_choosing_camera_sound_and_language(turn: HandTurn) -> None:
    chosen = Chosen(turn, FakeApp())
    chosen.presenter.opened()
    assert chosen.presenter.state.cameras == (Choice(key="0", name="HD Webcam"),)
    chosen.presenter.camera_chosen(" rtsp://10.0.0.7/live ")
    assert chosen.app.settings.camera == "rtsp://10.0.0.7/live"
    chosen.presenter.camera_chosen("x" * 5000)
    assert chosen.app.settings.camera == "rtsp://10.0.0.7/live"
    assert chosen.presenter.state.camera_tone == "bad"
    chosen.presenter.sound_chosen(False)
    assert chosen.app.settings.sound is False
    chosen.presenter.language_chosen("ru")
    assert chosen.languages == []
    chosen.presenter.language_chosen("en")
    assert chosen.languages == ["en"]
    chosen.presenter.tone_tried(Tone.QUESTION)
    assert chosen.tones == [Tone.QUESTION]


# Status, tours, first start


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(2, "только что"), (12, "12 с назад"), (130, "2 мин назад"), (7300, "2 ч назад"), (5 * 86400, "5 дней назад")],
)
def test_age(seconds: int, said: str) -> None:
    assert age(NOON - timedelta(seconds=seconds), NOON) == said


def test_the_status_line_shows_what_waits_and_what_was_rejected() -> None:
    app = FakeApp()
    app.change_status(waiting=3, rejected=1, camera=CameraState.LOST, roster_at=NOON - timedelta(days=2))
    presenter = StatusPresenter(app, lambda: "Нет динамика")
    items = {item.key: item for item in presenter.state.items}
    assert items["waiting"].text == "к отправке: 3 · не принято: 1"
    assert items["waiting"].tone == "bad"
    assert items["roster"].tone == "warn"
    assert items["camera"].tone == "bad"
    assert items["sound"].explained == "Нет динамика"


def test_tours_and_their_totals(turn: HandTurn) -> None:
    app = busy_app()
    presenter = ToursPresenter(app, turn)
    presenter.refreshed()
    state = presenter.state
    assert [row.tour.starts for row in state.rows] == ["07:00", "10:00", "11:30", "14:00"]
    assert (state.totals.expected, state.totals.inside, state.totals.left) == (23, 14, 1)
    assert [row.tour.on_now for row in state.rows] == [False, True, False, False]
    assert state.rows[1].missing.startswith("Не пришли: ")
    assert (state.rows[0].missing, state.rows[2].missing) == ("", "")
    app.tour_list.clear()
    presenter.refreshed()
    assert presenter.state.says == "Сегодня на этом предприятии экскурсий нет"


def test_the_first_start_step_by_step() -> None:
    app = FakeApp(empty=True, camera=False)
    presenter = WelcomePresenter(app)
    marks = [step.mark for step in presenter.state.steps]
    assert (presenter.state.active, marks) == (True, [Mark.NOW, Mark.LATER, Mark.LATER])
    app.change_status(visitors=10)
    assert [step.mark for step in presenter.state.steps] == [Mark.DONE, Mark.NOW, Mark.LATER]
    app.change_status(plant=BREAD, gate="1")
    assert [step.mark for step in presenter.state.steps] == [Mark.DONE, Mark.DONE, Mark.NOW]
    presenter.finished_pressed()
    assert not presenter.state.active
    assert presenter.state.guide == ""


def test_a_gate_that_is_set_up_sees_no_steps() -> None:
    assert not WelcomePresenter(FakeApp()).state.active
