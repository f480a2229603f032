"""Packets at a gate.  Nothing is taken before it was shown, and a new maker's only after the words were compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from checkin.errors import CheckinError, PacketUntrusted
from checkin.facade.packets import PacketsNow, events_word, refused
from checkin.i18n import gettext as _
from checkin.i18n import local_day, local_time, ngettext
from ui.packets.state import PacketsState, Seen, Step, Tab
from ui.ports import Facade, Presenter, Turn
from ui.status import age

if TYPE_CHECKING:
    from checkin.packets.gate import Arrived, Preview, Took


class PacketsPresenter(Presenter[PacketsState]):
    """Owns the page's state."""

    def __init__(self, app: Facade, turn: Turn) -> None:
        super().__init__()
        self._app, self._turn = app, turn
        self._tab, self._step = Tab.TAKE, Step.NONE
        self._now: PacketsNow | None = None
        self._path: Path | None = None
        self._arrived: Arrived | None = None
        self._stranger: tuple[str, str] | None = None
        self._progress = (0, 0)
        self._says = self._error = ""
        self._handing = self._everything = False
        self._hand_says = self._hand_error = ""
        self._key_says = self._key_error = ""
        self._pictures: dict[str, tuple[str, bytes]] = {}

    # --- the page ---------------------------------------------------------------------------------

    def opened(self) -> None:
        """The page comes into view: what is on sticks now, what waits."""
        self.refreshed()

    def refreshed(self) -> None:
        """Something may have changed."""
        self._turn.deliver(self._app.packets.now(), self._came, self._now_failed)
        self._publish()

    def tab_chosen(self, tab: str) -> None:
        """Another of the three."""
        self._tab = Tab(tab)
        self.refreshed()

    def _came(self, now: PacketsNow) -> None:
        self._now = now
        self._publish()

    def _now_failed(self, _error: CheckinError) -> None:
        self._now = None  # nobody who may see it is here
        self._publish()

    # --- taking -----------------------------------------------------------------------------------

    def file_chosen(self, path: Path) -> None:
        """Look into this file: nothing is taken yet."""
        if self._step in (Step.LOOKING, Step.TAKING):
            return
        self._path, self._step, self._error, self._says = path, Step.LOOKING, "", ""
        self._arrived, self._stranger = None, None
        self._turn.deliver(self._app.packets.look(path), self._looked, self._look_failed)
        self._publish()

    def take_pressed(self) -> None:
        """The words agree: take it, or believe the maker first."""
        if self._step is not Step.SEEN:
            return
        if self._stranger is not None:
            recipient, name = self._stranger
            path = self._path

            def believed(_done: None) -> None:
                if path is not None:
                    self._step = Step.NONE
                    self.file_chosen(path)

            self._turn.deliver(self._app.packets.believe(recipient, name), believed, self._take_failed)
            return
        if self._arrived is None or self._arrived.preview.repeated:
            return
        self._step, self._progress = Step.TAKING, (0, 0)
        self._turn.deliver(
            self._app.packets.take(
                self._arrived, lambda done, total: self._turn.post(lambda: self._progressed(done, total))
            ),
            self._took,
            self._take_failed,
        )
        self._publish()

    def away_pressed(self) -> None:
        """Do not take it, or what was said has been read."""
        if self._step is not Step.TAKING:
            self._step, self._arrived, self._stranger, self._error, self._says = Step.NONE, None, None, "", ""
            self.refreshed()

    def _looked(self, arrived: Arrived) -> None:
        self._arrived, self._step = arrived, Step.SEEN
        self._publish()

    def _look_failed(self, error: CheckinError) -> None:
        self._step, self._error = Step.NONE, str(error)
        if isinstance(error, PacketUntrusted):
            self._error = refused(error)
            recipient = getattr(error, "recipient", "")
            if recipient:
                self._step, self._error, self._stranger = Step.SEEN, "", (recipient, getattr(error, "name", ""))
        self._publish()

    def _progressed(self, done: int, total: int) -> None:
        if self._step is Step.TAKING:
            self._progress = (done, total)
            self._publish()

    def _took(self, took: Took) -> None:
        self._step, self._arrived = Step.TAKEN, None
        parts = [_("The packet was taken.")]
        if took.changes:
            parts.append(
                ngettext(
                    "{count} record of the list was renewed.", "{count} records of the list were renewed.", took.changes
                ).format(count=took.changes)
            )
        if took.settled:
            parts.append(
                ngettext(
                    "The organiser has {count} event of this gate now.",
                    "The organiser has {count} events of this gate now.",
                    took.settled,
                ).format(count=took.settled)
            )
        if took.rejected:
            parts.append(
                ngettext(
                    "{count} event was not accepted: call the organiser.",
                    "{count} events were not accepted: call the organiser.",
                    took.rejected,
                ).format(count=took.rejected)
            )
        self._says = " ".join(parts)
        self.refreshed()

    def _take_failed(self, error: CheckinError) -> None:
        self._step, self._error = Step.NONE, str(error)
        self._arrived, self._stranger = None, None
        self._publish()

    # --- handing over -----------------------------------------------------------------------------

    def everything_pressed(self) -> None:
        """The whole journal, or only what has no answer."""
        self._everything = not self._everything
        self._publish()

    def place_chosen(self, path: Path) -> None:
        """Write the journal packet there: a folder or a file."""
        if self._handing:
            return
        self._handing, self._hand_says, self._hand_error = True, "", ""
        self._turn.deliver(
            self._app.packets.hand_over(path, everything=self._everything), self._handed, self._hand_failed
        )
        self._publish()

    def _handed(self, line: dict[str, object]) -> None:
        self._handing, events = False, int(str(line["events"]))
        self._hand_says = _(
            "Written: {file}, {events}. Take the stick to the organiser. Everything stays here until the answer comes."
        ).format(file=Path(str(line["file"])).name, events=events_word(events))
        if line["left"]:
            self._hand_says += " " + _(
                "Events that did not fit: {left}. They go with the next packet, after the answer to this one"
            ).format(left=line["left"])
        self.refreshed()

    def _hand_failed(self, error: CheckinError) -> None:
        self._handing, self._hand_error = False, str(error)
        self._publish()

    # --- keys -------------------------------------------------------------------------------------

    def key_copied(self) -> None:
        """The key is in the clipboard."""
        self._key_says, self._key_error = _("Copied."), ""
        self._publish()

    def key_saved(self, path: Path) -> None:
        """Write the key into this file."""
        if path.suffix.lower() not in (".png", ".txt"):
            path = path.with_name(path.name + ".png")

        def written(name: str) -> None:
            self._key_says, self._key_error = _("Written: {file}").format(file=name), ""
            self._publish()

        self._turn.deliver(self._app.packets.save_key(path), written, self._key_failed)

    def doubted(self, recipient: str) -> None:
        """Packets of this maker are not taken any more."""
        self._turn.deliver(self._app.packets.doubt(recipient), lambda _done: self.refreshed(), self._key_failed)

    def _key_failed(self, error: CheckinError) -> None:
        self._key_says, self._key_error = "", str(error)
        self._publish()

    # --- the state --------------------------------------------------------------------------------

    def _tell(self) -> PacketsState:
        now = self._now
        state = PacketsState(
            tab=self._tab,
            step=self._step,
            seen=self._seen(),
            done=self._progress[0],
            total=self._progress[1],
            says=self._says,
            error=self._error,
            handing=self._handing,
            everything=self._everything,
            hand_says=self._hand_says,
            hand_error=self._hand_error,
            key_says=self._key_says,
            key_error=self._key_error,
        )
        return state if now is None else _with(state, now, self)

    def when(self, moment: datetime) -> str:
        """A moment in the plant's time, with its age."""
        status, now = self._app.status(), self._app.clock.now()
        zone = status.plant.tz if status.plant is not None else "Europe/Moscow"
        return f"{local_day(moment, zone)}, {local_time(moment, zone)} ({age(moment, now)})"

    def _seen(self) -> Seen | None:
        if self._step not in (Step.SEEN, Step.TAKING):
            return None
        if self._stranger is not None:
            recipient, name = self._stranger
            words, qr = self._picture(recipient)
            return Seen(
                title=_("A maker who is new here"),
                facts=((_("Made by"), name or "—"),),
                words=words,
                qr=qr,
                advice=_(
                    "This gate believes another organiser. Call yours by telephone: do they have a new PC, do they see "
                    "the same four words? If anything differs, do not take it and call security."
                ),
                tone="bad",
                can_take=self._step is Step.SEEN,
                take=_("The words agree: believe this maker"),
            )
        if self._arrived is None:
            return None
        preview = self._arrived.preview
        words, qr = self._picture(preview.recipient)
        advice, tone = _advice(preview)
        return Seen(
            title=_("List of visitors") if preview.kind == "roster" else _("The organiser's answer"),
            facts=self._facts(preview),
            words=words,
            qr=qr,
            advice=advice,
            tone=tone,
            can_take=self._step is Step.SEEN and not preview.repeated,
            take=_("Take it") if preview.believed else _("The words agree: take it"),
        )

    def _facts(self, preview: Preview) -> tuple[tuple[str, str], ...]:
        facts = [
            (_("Made by"), preview.maker or "—"),
            (_("Made"), self.when(datetime.fromisoformat(preview.made_at))),
            (_("Plant"), preview.plant_name),
        ]
        if preview.kind == "roster":
            facts += [
                (
                    _("In it"),
                    _("tours: {tours}, visitors: {visitors}").format(
                        tours=preview.records.get("tour", 0), visitors=preview.records.get("visitor", 0)
                    ),
                ),
                (
                    _("Changes here"),
                    _(
                        "records (a person, a ticket, a tour are one each): new {added}, changed {changed}, "
                        "gone {removed}, the same {unchanged}"
                    ).format(
                        added=preview.added,
                        changed=preview.changed,
                        removed=preview.removed,
                        unchanged=preview.unchanged,
                    ),
                ),
            ]
        if people := preview.records.get("person", 0):
            facts.append((_("People who work at the gate"), str(people)))
        if preview.peer_events:
            facts.append((_("Other gates"), events_word(preview.peer_events)))
        if preview.answers:
            facts.append((_("Answers for this gate"), str(preview.answers)))
        if preview.unreadable:
            facts.append((_("Left out"), _("not understood by this program: {count}").format(count=preview.unreadable)))
        return tuple(facts)

    def _picture(self, recipient: str) -> tuple[str, bytes]:
        """Words and QR of a key, made once: the words cost an argon2id."""
        if recipient not in self._pictures:
            from checkin.issuing.qr import png
            from checkin.packets.identity import words

            self._pictures[recipient] = (words(recipient), png(recipient.upper(), 5))
        return self._pictures[recipient]

    def retold(self) -> None:
        """Another language: the words are the same things in it."""
        self._pictures.clear()


def _advice(preview: Preview) -> tuple[str, str]:
    """What a person does now, and how pressing it is."""
    if preview.repeated:
        return _("This packet was taken before: nothing changes. Put the stick away."), "plain"
    if not preview.believed:
        return _(
            "Call your organiser and read them the four words: they see the same on their screen. If one word differs, "
            "do not take the packet and call security. From then on this gate believes this maker only."
        ), "warn"
    if preview.clock_warning:
        return _("The packet was made after this PC's date. Check the clock of this PC"), "warn"
    return _("This gate knows the maker."), "ok"


def _with(state: PacketsState, now: PacketsNow, owner: PacketsPresenter) -> PacketsState:
    waiting = (
        _("{events} without an answer").format(events=events_word(now.waiting))
        if now.waiting
        else _("The organiser has everything")
    )
    handed = ""
    if now.handed is not None:
        count, at = now.handed
        handed = _("Last handed over: {when}, {events}").format(when=owner.when(at), events=events_word(count))
    return replace(
        state,
        offered=tuple(
            (str(one.path), one.path.name, f"{one.stick} · {owner.when(one.at)} · {_size(one.bytes)}")
            for one in now.offered
        ),
        offered_says=""
        if now.offered
        else _("No packet on a stick. Put the stick in, or choose the file.")
        if not now.sticks
        else _("There is a stick, but no packet on it. Choose the file if it lies elsewhere."),
        waiting=waiting,
        handed=handed,
        rejected=_("Not accepted by the organiser: {count}").format(count=now.rejected) if now.rejected else "",
        to="; ".join(f"{one.name or '—'} ({one.words})" for one in now.makers),
        sticks=tuple((str(one), one.name or str(one)) for one in now.sticks),
        recipient=now.recipient,
        words=now.words,
        qr=now.qr,
        makers=tuple((one.recipient, one.name or "—", one.words) for one in now.makers),
    )


def _size(count: int) -> str:
    return _("{count} kB").format(count=max(1, round(count / 1024)))
