"""What a person chooses for this gate.  A choice is saved and in force at once; there is no "apply"."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from pydantic import ValidationError

from checkin.domain.visit import Gate, Plant
from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from ui.ports import Facade, Presenter, Tone, Turn
from ui.status import camera_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a list: ``key`` is what is kept, ``name`` what is shown."""

    key: str
    name: str


SWITCHES = ("sheet_renewed", "sheet_printed", "sheet_open", "board_names")
"""Settings that are on or off and nothing more."""

FindCameras = Callable[[], Future[list[Choice]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsState:
    """Everything on the settings page.  ``camera`` is the source in use; it may be none of ``cameras``."""

    plants: tuple[Choice, ...]
    plant: str
    gates: tuple[Choice, ...]
    gate: str
    place_says: str
    cameras: tuple[Choice, ...]
    camera: str
    camera_says: str
    camera_tone: str
    looking: bool
    sound: bool
    sound_note: str
    language: str
    switches: dict[str, bool]


class SettingsPresenter(Presenter[SettingsState]):
    """Owns the settings page's state.  ``retold`` is called after the language has changed."""

    def __init__(
        self,
        app: Facade,
        turn: Turn,
        *,
        find_cameras: FindCameras,
        sound: Callable[[Tone], None] = lambda _tone: None,
        sound_note: Callable[[], str] = lambda: "",
        retold: Callable[[str], None] = lambda _language: None,
    ) -> None:
        super().__init__()
        self._app, self._turn = app, turn
        self._find_cameras, self._sound, self._sound_note, self._retold = find_cameras, sound, sound_note, retold
        self._plants: list[Plant] = []
        self._gates: list[Gate] = []
        self._gates_of = ""
        self._plant = app.settings.plant
        self._place_error = ""
        self._camera_error = ""
        self._cameras: list[Choice] = []
        self._looking = False

    def opened(self) -> None:
        """The page comes into view."""
        self.refreshed()
        if not self._cameras:
            self.cameras_wanted()

    def refreshed(self) -> None:
        """The roster, the place or the camera may be another."""
        self._turn.deliver(self._app.plants(), self._plants_came, lambda _error: None)
        self._publish()

    def cameras_wanted(self) -> None:
        """Look for cameras again."""
        if not self._looking:
            self._looking = True
            self._turn.deliver(self._find_cameras(), self._cameras_came, lambda _error: self._cameras_came([]))
        self._publish()

    def plant_chosen(self, plant: str) -> None:
        """This is the plant; its gates are asked for."""
        self._plant = plant
        self._ask_gates()
        self._publish()

    def gate_chosen(self, gate: str) -> None:
        """This is the gate: now the place is known and is kept."""
        gate = gate.strip()
        if self._plant and gate:
            self._place_error = ""
            self._turn.deliver(
                self._app.choose_place(self._plant, gate), lambda _done: self.refreshed(), self._place_failed
            )

    def camera_chosen(self, source: str) -> None:
        """Use this camera, file or address; empty for none."""
        self._camera_error = ""
        self._change(camera=source.strip())

    def sound_chosen(self, on: bool) -> None:
        """Tones on or off."""
        self._change(sound=on)

    def tone_tried(self, tone: Tone) -> None:
        """Play it, to hear whether it can be heard."""
        self._sound(tone)

    def language_chosen(self, language: str) -> None:
        """The language of everything on the screen."""
        if language != self._app.settings.language:
            self._change(language=language)
            self._retold(self._app.settings.language)

    def switch_chosen(self, name: str, on: bool) -> None:
        """One of ``SWITCHES``."""
        self._change(**{name: on})

    def _change(self, **changes: object) -> None:
        try:
            changed = type(self._app.settings).model_validate(self._app.settings.model_dump() | changes)
            self._app.change_settings(changed)
        except ValidationError:
            self._camera_error = _("This cannot be kept: it is too long.")
        except CheckinError as error:
            self._camera_error = str(error)
        self._publish()

    def _plants_came(self, plants: list[Plant]) -> None:
        self._plants = plants
        known = {plant.id for plant in plants}
        if self._plant not in known:
            self._plant = self._app.settings.plant if self._app.settings.plant in known else ""
        if not self._plant and len(plants) == 1:
            self._plant = plants[0].id
        if self._plant and self._gates_of != self._plant:
            self._ask_gates()
        self._publish()

    def _ask_gates(self) -> None:
        plant = self._plant
        self._gates = []

        def came(gates: list[Gate]) -> None:
            if plant == self._plant:
                self._gates, self._gates_of = gates, plant
                self._publish()

        if plant:
            self._turn.deliver(self._app.gates(plant), came, lambda _error: None)

    def _place_failed(self, error: CheckinError) -> None:
        self._place_error = str(error)
        self._publish()

    def _cameras_came(self, found: list[Choice]) -> None:
        self._looking, self._cameras = False, found
        self._publish()

    def _tell(self) -> SettingsState:
        settings, status = self._app.settings, self._app.status()
        says = ". ".join(words for words in camera_words(status) if words)
        running = _("Picture: {name}, {fps} fps").format(
            name=status.camera_name or settings.camera, fps=round(status.camera_fps)
        )
        place = ""
        if not self._plants:
            place = _("The list of plants comes with the list of visitors: load one first.")
        return SettingsState(
            plants=tuple(Choice(key=plant.id, name=plant.name) for plant in self._plants),
            plant=self._plant,
            gates=tuple(Choice(key=gate.id, name=gate.name) for gate in self._gates),
            gate=settings.gate if self._plant == settings.plant else "",
            place_says=self._place_error or place,
            cameras=tuple(self._cameras),
            camera=settings.camera,
            camera_says=self._camera_error or says or running,
            camera_tone="bad" if self._camera_error else "ok" if not says else "plain",
            looking=self._looking,
            sound=settings.sound,
            sound_note=self._sound_note(),
            language=settings.language,
            switches={name: bool(getattr(settings, name)) for name in SWITCHES},
        )
