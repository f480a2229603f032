"""Packets at the organiser's.  A gate is known by its key; its words are shown wherever it is named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from checkin.clock import file_stamp
from checkin.errors import CheckinError, SettingsWrong
from checkin.facade.packets import events_word
from checkin.i18n import gettext as _
from checkin.i18n import local_day, local_time, ngettext
from checkin.organising import packets
from checkin.organising.office import Office
from checkin.organising.packets import Came, Desktop
from checkin.packets.identity import tidy_recipient
from checkin.packets.sticks import ENDING
from ui.organiser.packets.state import CameRow, GateRow, PacketsState, Tab
from ui.ports import Presenter, Turn

ZONE = "Europe/Moscow"
"""Of moments that belong to no plant."""


class PacketsPresenter(Presenter[PacketsState]):
    """Owns the page's state."""

    def __init__(self, office: Office, turn: Turn) -> None:
        super().__init__()
        self._office, self._turn = office, turn
        self._desktop: Desktop | None = None
        self._plant = ""
        self._issuer: str | None = None
        self._ticked: dict[str, set[str]] = {}
        self._added = 0
        self._said = PacketsState(tab=Tab.MAKE)
        self._came: list[Came] = []

    # --- the page ---------------------------------------------------------------------------------

    def opened(self) -> None:
        """The page comes into view."""
        names = self._office.ask(lambda desk: tuple((one.id, one.name) for one in desk.book.plants()))

        def named(plants: tuple[tuple[str, str], ...]) -> None:
            self._turn.deliver(
                self._office.pack(lambda store, house: packets.desktop(store, house, plants)), self._looked, self._bad
            )

        self._turn.deliver(names, named, self._bad)
        self._publish()

    def _looked(self, desktop: Desktop) -> None:
        self._desktop = desktop
        if self._plant not in {key for key, _name in desktop.plants}:
            self._plant = desktop.plants[0][0] if desktop.plants else ""
        if self._issuer is None:
            self._issuer = desktop.issuer
        self._publish()

    def _bad(self, error: CheckinError) -> None:
        self._say(busy="", make_error=str(error))

    def retold(self) -> None:
        """The language is another: what was said in the old one is gone."""
        self._say(made="", make_error="", add_error="", accept_error="", answered="", key_says="", key_error="")

    def tab_chosen(self, tab: str) -> None:
        """Another part of the page."""
        self._say(tab=Tab(tab))
        self.opened()

    # --- a roster out -----------------------------------------------------------------------------

    def plant_chosen(self, plant: str) -> None:
        """Whose roster goes out."""
        self._plant = plant
        self._say(made="", make_error="")

    def issuer_named(self, name: str) -> None:
        """How the gate will see who made it."""
        self._issuer = name.strip()[:120]
        self._publish()

    def gate_pressed(self, recipient: str) -> None:
        """For this gate, or not for it."""
        ticked = self._ticks()
        ticked.symmetric_difference_update({recipient})
        self._ticked[self._plant] = ticked
        self._say(made="", make_error="")

    def gate_added(self, text: str, name: str) -> None:
        """A gate by its key."""

        if not text.strip():
            self._say(add_error=_("The key is missing: type or paste it into the left field, or take it from a file"))
            return
        try:
            tidy_recipient(text)
        except SettingsWrong:
            self._say(
                add_error=_(
                    "“{text}” is not a gate's key. At the gate the page “Stick” shows it: it begins with age1"
                ).format(text=text.strip()[:70])
            )
            return

        def came(recipient: str) -> None:
            self._ticked[self._plant] = self._ticks() | {recipient}
            self._added += 1
            self._say(add_error="", adding=self._added)
            self.opened()

        self._turn.deliver(
            self._office.pack(lambda store, house: packets.add_gate(store, house, text, name)),
            came,
            lambda error: self._say(add_error=str(error)),
        )

    def key_file_chosen(self, path: Path, name: str) -> None:
        """A gate by the file in which it saved its key."""
        self._turn.deliver(
            self._office.ask(lambda _desk: packets.key_in(path)),
            lambda key: self.gate_added(key, name),
            lambda error: self._say(add_error=str(error)),
        )

    def gate_dropped(self, recipient: str) -> None:
        """No packets for this gate any more."""
        self._turn.deliver(
            self._office.pack(lambda store, house: packets.drop_gate(store, house, recipient)),
            lambda _done: self.opened(),
            self._bad,
        )

    def make_chosen(self, path: Path) -> None:
        """Write the roster packet into this file."""
        to = [row.recipient for row in self._gates() if row.ticked]
        if self._said.busy or not to:
            return
        plant, issuer, target = self._plant, self._issuer or "", _named(path)
        self._say(busy=_("Packing the list…"), made="", make_error="", add_error="")

        def made(line: dict[str, object]) -> None:
            self._say(
                busy="",
                made=_("Written: {file}. Tours: {tours}, visitors: {visitors}. For {gates}.").format(
                    file=target.name,
                    tours=line["tours"],
                    visitors=line["visitors"],
                    gates=ngettext("{count} gate", "{count} gates", len(to)).format(count=len(to)),
                )
                + _left_out(line),
            )
            self.opened()

        self._turn.deliver(
            self._office.pack(
                lambda store, house: packets.make_roster(
                    store, house, target, self._office.clock, plant=plant, to=to, name=issuer
                )
            ),
            made,
            self._bad,
        )

    # --- journals in ------------------------------------------------------------------------------

    def files_chosen(self, paths: Sequence[Path]) -> None:
        """Journal packets, one or many."""
        if self._said.busy or not paths:
            return
        self._say(busy=_("Taking the journals…"), accept_error="", answered="", tab=Tab.ACCEPT)

        def took(came: list[Came]) -> None:
            self._came = came
            self._say(busy="")
            self.opened()

        self._turn.deliver(
            self._office.pack(lambda store, house: packets.accept(store, house, list(paths), self._office.clock)),
            took,
            lambda error: self._say(busy="", accept_error=str(error)),
        )

    def answer_chosen(self, path: Path) -> None:
        """Write the answers for the gates into this file."""
        if self._said.busy:
            return
        target, plant, issuer = _named(path), self._plant, self._issuer or ""
        came = [one.accepted.plant for one in self._came if one.accepted is not None]
        wanted = came[0] if came else plant
        self._say(busy=_("Packing the answers…"), answered="", accept_error="")

        def made(line: dict[str, object]) -> None:
            self._say(
                busy="",
                answered=_("Written: {file}. Gates: {gates}, answers: {answers}. Take the stick to the gates.").format(
                    file=target.name, gates=line["gates"], answers=line["answers"]
                )
                + _left_out(line),
            )
            self.opened()

        self._turn.deliver(
            self._office.pack(
                lambda store, house: packets.make_ack(
                    store, house, target, self._office.clock, plant=wanted, name=issuer
                )
            ),
            made,
            lambda error: self._say(busy="", accept_error=str(error)),
        )

    # --- this PC's key ----------------------------------------------------------------------------

    def key_copied(self) -> None:
        """The key is in the clipboard."""
        self._say(key_says=_("Copied."), key_error="")

    def key_saved(self, path: Path) -> None:
        """Write this PC's key into a file."""
        target = path if path.suffix.lower() in (".png", ".txt") else path.with_name(path.name + ".png")
        self._turn.deliver(
            self._office.pack(lambda store, _house: packets.save_key(store, target)),
            lambda name: self._say(key_says=_("Written: {file}").format(file=name), key_error=""),
            lambda error: self._say(key_says="", key_error=str(error)),
        )

    # --- the state --------------------------------------------------------------------------------

    def _say(self, **changes: object) -> None:
        self._said = replace(self._said, **changes)  # type: ignore[arg-type]
        self._publish()

    def _ticks(self) -> set[str]:
        if self._plant not in self._ticked and self._desktop is not None:
            self._ticked[self._plant] = set(self._desktop.to.get(self._plant, ()))
        return set(self._ticked.get(self._plant, set()))

    def _gates(self) -> tuple[GateRow, ...]:
        desktop = self._desktop
        if desktop is None:
            return ()
        ticked, names = self._ticks(), dict(desktop.plants)
        rows = [
            GateRow(
                recipient=one.recipient,
                title=one.name or _("A gate without a name yet"),
                words=one.words,
                detail=_("{plant}, last journal {when}").format(
                    plant=names.get(one.plant, one.plant), when=_at(one.seen_at)
                )
                if one.seen_at is not None
                else _("no journal yet"),
                ticked=one.recipient in ticked,
            )
            for one in desktop.gates
            if one.plant in ("", self._plant)
        ]
        return tuple(sorted(rows, key=lambda row: (not row.ticked, row.title)))

    def _tell(self) -> PacketsState:
        desktop = self._desktop
        if desktop is None:
            return self._said
        gates = self._gates()
        plain = re.sub(r"[^\w-]+", "-", dict(desktop.plants).get(self._plant, "")).strip("-")[:40]
        return replace(
            self._said,
            plants=desktop.plants,
            plant=self._plant,
            issuer=self._issuer or "",
            gates=gates,
            can_make=not self._said.busy and bool(self._plant) and any(row.ticked for row in gates),
            came=tuple(_row(one) for one in self._came),
            can_answer=not self._said.busy and any(one.seen_at is not None for one in desktop.gates),
            log=tuple((_at(at), what) for at, what in desktop.log),
            recipient=desktop.recipient,
            words=desktop.words,
            qr=desktop.qr,
            file=f"{plain or 'packet'}-{file_stamp(self._office.clock.now(), seconds=False)}",
        )


def _at(moment: datetime) -> str:
    return f"{local_day(moment, ZONE)}, {local_time(moment, ZONE)}"


def _named(path: Path) -> Path:
    return path if path.suffix.lower() == ENDING else path.with_name(path.name + ENDING)


def _row(came: Came) -> CameRow:
    took = came.accepted
    if took is None:
        return CameRow(title=came.file, detail=came.error, tone="bad")
    parts = [
        events_word(took.events),
        _("new: {count}").format(count=took.accepted),
        _("known before: {count}").format(count=took.duplicate),
    ]
    if took.rejected:
        parts.append(_("not accepted: {count}").format(count=took.rejected))
    if took.repeated:
        parts.append(_("this packet came before"))
    return CameRow(
        title=_("Gate “{gate}”").format(gate=took.gate) + f" · {came.file}",
        detail=" · ".join([*parts, *took.findings]),
        tone="bad" if not took.sound else "warn" if took.findings else "ok",
    )


def _left_out(line: dict[str, object]) -> str:
    """What a packet had no room for."""
    if not line["left_out"]:
        return ""
    return " " + _("Older events of other gates that did not fit: {count}").format(count=line["left_out"])
