"""The line below every page, and the banners above it: queue, roster age, hub and camera in the operator's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from checkin.app import CameraState, HubState, Status
from checkin.i18n import gettext as _
from checkin.i18n import local_day, local_time, ngettext
from ui.ports import Facade, Presenter

OLD_ROSTER = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusItem:
    """``tone`` is ok, plain, warn or bad: it picks the icon's colour.  ``short`` is for a narrow window."""

    key: str
    icon: str
    text: str
    tone: str = "plain"
    explained: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusState:
    """What the frame around the pages shows."""

    items: tuple[StatusItem, ...]
    banners: tuple[str, ...]
    place: str
    gate: str
    clock: str


class StatusPresenter(Presenter[StatusState]):
    """Owns the status line's state.  ``sound_note`` says why there is no sound, if there is none."""

    def __init__(self, app: Facade, sound_note: Callable[[], str] = lambda: "") -> None:
        super().__init__()
        self._app, self._sound_note = app, sound_note

    def refreshed(self) -> None:
        """Something may have changed, or time has passed."""
        self._publish()

    def _tell(self) -> StatusState:
        status, now = self._app.status(), self._app.clock.now()
        zone = status.plant.tz if status.plant is not None else "Europe/Moscow"
        items = [hub_item(status, now), waiting_item(status), roster_item(status, now, zone), camera_item(status)]
        note = self._sound_note()
        person = self._app.people.person
        if note:
            items.append(StatusItem(key="sound", icon="sound_off", text=_("no sound"), tone="warn", explained=note))
        return StatusState(
            items=tuple(items),
            banners=status.banners,
            place=status.plant.name if status.plant is not None else "",
            gate=" · ".join(part for part in (status.gate, person.name if person is not None else "") if part),
            clock=local_time(now, zone),
        )


def age(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest fitting unit."""
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 5:
        return _("just now")
    if seconds < 60:
        return ngettext("{count} s ago", "{count} s ago", seconds).format(count=seconds)
    if seconds < 3600:
        return ngettext("{count} min. ago", "{count} min. ago", seconds // 60).format(count=seconds // 60)
    if seconds < 48 * 3600:
        return ngettext("{count} h ago", "{count} h ago", seconds // 3600).format(count=seconds // 3600)
    days = seconds // 86400
    return ngettext("{count} day ago", "{count} days ago", days).format(count=days)


def hub_item(status: Status, now: datetime) -> StatusItem:
    """How the gate stands to its hub."""
    match status.hub:
        case HubState.NONE:
            return StatusItem(
                key="hub", icon="hub_off", text=_("works on its own"), explained=hub_sentence(status, now)
            )
        case HubState.SYNCING:
            text, tone = _("syncing…"), "ok"
        case HubState.OK:
            text = _("hub: {age}").format(age=age(status.hub_at, now)) if status.hub_at else _("hub: connected")
            tone = "ok"
        case HubState.OFFLINE:
            text, tone = _("hub: no connection"), "warn"
        case HubState.REVOKED:
            text, tone = _("hub: gate not accepted"), "bad"
    icon = "hub" if tone == "ok" else "hub_off"
    return StatusItem(key="hub", icon=icon, text=text, tone=tone, explained=hub_sentence(status, now))


def hub_sentence(status: Status, now: datetime) -> str:
    """The same in a sentence that says what it means for the work."""
    match status.hub:
        case HubState.NONE:
            return _("This gate works on its own. Connect it to a hub, or carry lists and attendance as files.")
        case HubState.SYNCING:
            return _("The gate is talking to the hub.")
        case HubState.OK:
            when = age(status.hub_at, now) if status.hub_at else _("just now")
            return _("Connected. Last exchange: {age}.").format(age=when)
        case HubState.OFFLINE:
            return status.hub_message or _(
                "No connection. The gate goes on working; everything is sent when the connection is back."
            )
        case HubState.REVOKED:
            return status.hub_message or _(
                "The hub does not accept this gate any more. Ask the organiser for a new code and connect again."
            )


def waiting_item(status: Status) -> StatusItem:
    """What the hub has not answered for."""
    text = _("to send: {count}").format(count=status.waiting)
    if status.rejected:
        text += " · " + _("rejected: {count}").format(count=status.rejected)
    tone = "bad" if status.rejected else "plain"
    return StatusItem(key="waiting", icon="waiting", text=text, tone=tone, explained=_("Records that wait for the hub"))


def roster_item(status: Status, now: datetime, zone: str) -> StatusItem:
    """How old the roster is."""
    if status.roster_at is None:
        return StatusItem(
            key="roster", icon="list", text=_("no list"), tone="warn", explained=_("No list was loaded yet")
        )
    old = now - status.roster_at > OLD_ROSTER
    same_day = now - status.roster_at < timedelta(hours=20)
    when = local_time(status.roster_at, zone) if same_day else local_day(status.roster_at, zone)
    return StatusItem(
        key="roster",
        icon="list",
        text=_("list: {time}").format(time=when),
        tone="warn" if old else "plain",
        explained=ngettext("{count} visitor on the list", "{count} visitors on the list", status.visitors).format(
            count=status.visitors
        ),
    )


def camera_item(status: Status) -> StatusItem:
    """How the camera does."""
    match status.camera:
        case CameraState.ON:
            text, tone = _("camera: {fps} fps").format(fps=round(status.camera_fps)), "ok"
        case CameraState.STARTING:
            text, tone = _("camera: starting"), "plain"
        case CameraState.OFF:
            text, tone = _("no camera"), "plain"
        case CameraState.LOST:
            text, tone = _("camera: no picture"), "bad"
        case CameraState.ENDED:
            text, tone = _("camera: ended"), "warn"
    icon = "camera" if tone == "ok" else "camera_off"
    return StatusItem(
        key="camera", icon=icon, text=text, tone=tone, explained=status.camera_message or status.camera_name
    )


def camera_words(status: Status) -> tuple[str, str]:
    """What stands in place of the picture: what is the matter, and what to do.  Nothing while the camera runs."""
    match status.camera:
        case CameraState.ON:
            return "", ""
        case CameraState.OFF:
            return _("No camera chosen"), _("The handheld scanner and typed codes work.")
        case CameraState.STARTING:
            return _("The camera is starting…"), ""
        case CameraState.LOST:
            return status.camera_message or _("The camera gives no picture"), _(
                "Check its cable. The handheld scanner and typed codes work."
            )
        case CameraState.ENDED:
            return _("The recording has ended"), _("The handheld scanner and typed codes work.")
