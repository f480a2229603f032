"""The way from an empty profile to the first scan: a roster, a place, a camera or none.

The steps are read off what the gate has, so whatever was done on another page counts here.  A gate that had roster and
place when the program started never sees them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from checkin.facade.keyplace import key_word
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from ui.ports import Facade, Presenter


class Mark(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the three steps.  ``actions`` are (key, text) of its buttons, the first one the main one."""

    mark: Mark
    title: str
    says: str
    actions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeState:
    """``active`` while the steps stand in the gate page's place; ``says`` what became of a ticket shown meanwhile."""

    active: bool
    steps: tuple[Step, ...]
    guide: str
    key: str = ""
    says: str = ""


class WelcomePresenter(Presenter[WelcomeState]):
    """Owns the first start's state."""

    def __init__(self, app: Facade) -> None:
        super().__init__()
        self._app = app
        self._finished = self._has_roster() and self._has_place()
        self._says = ""

    def refreshed(self) -> None:
        """A step may have been done."""
        self._publish()

    def ticket_came(self) -> bool:
        """Whether a ticket may be judged now: a verdict must be seen, and needs a list and a place.

        A ticket that was read says that there is a way to read tickets: the last step is done by it.
        """
        if self._finished or (self._has_roster() and self._has_place()):
            self.finished_pressed()
            return True
        todo = next(step for step in self._tell().steps if step.mark is Mark.NOW)
        self._says = _("The code was read, but no ticket is judged yet. First: {step}").format(step=todo.title)
        self._publish()
        return False

    def finished_pressed(self) -> None:
        """The person goes to the gate page."""
        self._finished, self._says = True, ""
        self._publish()

    def _has_roster(self) -> bool:
        return self._app.status().visitors > 0

    def _has_place(self) -> bool:
        return self._app.status().plant is not None and bool(self._app.status().gate)

    def _tell(self) -> WelcomeState:
        status, settings = self._app.status(), self._app.settings
        roster, place = self._has_roster(), self._has_place()
        first = Step(
            mark=Mark.DONE if roster else Mark.NOW,
            title=_("Get the list of visitors"),
            says=ngettext("{count} visitor on the list", "{count} visitors on the list", status.visitors).format(
                count=status.visitors
            )
            if roster
            else _("From a file that the organiser sent (CSV or Excel), or from a hub in the network."),
            actions=()
            if roster
            else (
                ("import", _("Load from a file")),
                ("packets", _("From a stick")),
                ("enrol", _("Connect to a hub")),
                ("organiser", _("I am the organiser")),
            ),
        )
        second = Step(
            mark=Mark.DONE if place else Mark.NOW if roster else Mark.LATER,
            title=_("Say where this gate is"),
            says=f"{status.plant.name} · {status.gate}"
            if place and status.plant is not None
            else _("The plant, and which of its gates this PC stands at."),
            actions=(("place", _("Choose plant and gate")),) if roster and not place else (),
        )
        ready = roster and place
        camera = bool(settings.camera)
        third = Step(
            mark=Mark.DONE if camera else Mark.NOW if ready else Mark.LATER,
            title=_("Choose how tickets are read"),
            says=_("Camera: {name}").format(name=status.camera_name or settings.camera)
            if camera
            else _("A camera, or a handheld scanner: it works as soon as it is plugged in."),
            actions=(("go", _("Start work")),)
            if ready and camera
            else (("camera", _("Choose a camera")), ("go", _("Handheld scanner is enough")))
            if ready
            else (),
        )
        steps = (first, second, third)
        now = next((number for number, step in enumerate(steps, 1) if step.mark is Mark.NOW), len(steps))
        guide = _("First start, step {number} of {count}: {step}").format(
            number=now, count=len(steps), step=steps[now - 1].title
        )
        key = _(
            "What is kept here is encrypted. The key: {place}. To change that: Settings, “Key to the data”."
        ).format(place=key_word(status.key_place))
        return WelcomeState(
            active=not self._finished,
            steps=steps,
            guide="" if self._finished else guide,
            key=key if status.key_place else "",
            says=self._says,
        )
