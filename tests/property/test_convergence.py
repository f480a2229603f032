"""Three gates, a plant's hub, a central hub, and a network that loses, doubles, delays and lies: they agree in the end.

Whatever was done and in whatever order it was heard of: when the network is whole again, every hub has every gate's
journal exactly once and nothing else, everybody has the same roster and counts the same heads, and each double
admission is on the list of both gates and of both hubs.  ``PROHODNAYA_LONG=1`` plays for long.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import Engine, select

from checkin.clock import SettableClock
from checkin.desk import Desk, Place, Source
from checkin.desk.conflicts import conflicts, resolve
from checkin.desk.groups import Groups
from checkin.desk.outcome import Direction
from checkin.domain.admission import Admit, Reason
from checkin.domain.events import INWARD, AttendanceEvent, Kind
from checkin.domain.visit import Group, Record, Revocation
from checkin.errors import CheckinError
from checkin.hub import Hub, open_hub, rows
from checkin.hub.api.app import application
from checkin.hub.api.limits import Limits
from checkin.hub.database import reading
from checkin.hub.upstreams import join as joined
from checkin.hub.upstreams import joined as upstreams
from checkin.hubchain.rounds import Rounds
from checkin.packets.hubhouse import HubHouse
from checkin.settings import Settings
from checkin.store import Store, open_store
from checkin.sync.engine import Engine as SyncEngine
from checkin.sync.enrol import enrol, enrolment
from checkin.wire import EnrolAnswer, EnrolRequest, line_out, record_json
from tests.field import KEY, NOW, plant, profile, signed, ticket, tour, visitor
from tests.property.nearby import Air, Loop

LONG = os.environ.get("PROHODNAYA_LONG") == "1"
EXAMPLES = int(os.environ.get("EXAMPLES", "4000" if LONG else "8"))
STEPS = 45 if LONG else 25
STORIES: Counter[str] = Counter()
"""How many came to a good end, for whoever looks at the long form."""

GATES = ("a", "b", "c")
NAMED = tuple(f"v{number}" for number in range(5))
SIGNED = tuple(f"{number:016x}" for number in (0xA1, 0xA2, 0xA3))
"""Signed tickets, on no list at the beginning."""
CHANGES = ("whose", "whose", "other", "nobody", "revoke", "allow", "party", "cancel", "again")
CODES = (*(f"CODE-{name}" for name in NAMED), "SCHOOL", *(signed(identity) for identity in SIGNED))
SCHOOL = Group(id="school", plant="hleb", tour="t1", name="Школа", size=4)
CLASS = Group(id="class", plant="hleb", tour="t1", name="7 «Б»")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200 if LONG else 300)]


def roster() -> Iterator[Record]:
    yield plant()
    yield tour("t1", NOW, 600)
    yield KEY.__class__(id=KEY.id, plant="hleb", public=KEY.public)
    yield SCHOOL
    yield CLASS
    for name in NAMED:
        yield visitor(name, f"Иванова {name}", group="class" if name in ("v0", "v1", "v2") else None)
        yield ticket(f"CODE-{name}", name, id=f"k-{name}")
    yield ticket("SCHOOL", None, id="k-school", group="school", party=4)


_FIRST: dict[str, Engine] = {}


def quick(engine: Engine, what: str) -> None:
    """A story opens a dozen databases with the same few hundred statements: each is compiled once for all of them."""
    first = _FIRST.setdefault(what, engine)
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


def memory() -> str | None:
    """Where files cost no disk, if there is such a place."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@dataclass
class GateHere:
    """A gate: its store, its desk, its connection."""

    name: str
    folder: Path
    clock: SettableClock
    store: Store
    engine: SyncEngine
    done: list[str] = field(default_factory=list)
    """Events that may be taken back."""

    @property
    def desk(self) -> Desk:
        return Desk(self.store, self.clock, Place(plant="hleb", gate=self.name))


@cache
def template() -> Path:
    """The world as it is before anything happened: made once, copied for each run."""
    folder = Path(tempfile.mkdtemp(dir=memory(), prefix="convergence-"))
    clock = SettableClock(NOW)
    with (
        open_hub(f"sqlite:///{folder}/central.sqlite", clock) as central,
        open_hub(f"sqlite:///{folder}/plant.sqlite", clock) as below,
        whole_air() as air,
    ):
        air.apps |= {"central": served(central, clock), "plant": served(below, clock)}
        central.put_records(roster())
        request = EnrolRequest(code=central.invite_hub("hleb", "Завод"), device="f" * 32, public_key="0" * 64)
        with air.backend("central", "") as backend:
            told = backend.ask(EnrolAnswer, "POST", "relay/enrol", body=request.model_dump_json().encode())
        joined(below.engine, "hleb", "http://central", None, told.token, request.device, request.public_key)
        with air.backend("central", told.token) as above:
            Rounds(below, above, clock, lambda: False).go(upstreams(below.engine)[0])
        for name in GATES:
            with closing(open_store(profile(folder / name), Settings(key_place="file"))[0]) as store:
                with air.backend("plant", "") as backend:
                    enrol(store, backend, "http://plant", below.invite("hleb", name))
                token = enrolment(store).token  # type: ignore[union-attr]
                with air.backend("plant", token) as backend:
                    SyncEngine(store, backend, clock, "hleb").round()
        with air.backend("central", told.token) as above:
            Rounds(below, above, clock, lambda: False).go(upstreams(below.engine)[0])
    return folder


@contextmanager
def whole_air() -> Iterator[Air]:
    with closing(Loop()) as loop:
        yield Air(loop)


def served(hub: Hub, clock: SettableClock):  # type: ignore[no-untyped-def]
    return application(hub.engine, clock, Limits(1e6, 1e6, 1e6))


class Convergence(RuleBasedStateMachine):
    """What people do, and what the network makes of it."""

    def __init__(self) -> None:
        super().__init__()
        source = template()
        self.folder = Path(tempfile.mkdtemp(dir=memory(), prefix="run-"))
        shutil.copytree(source, self.folder, dirs_exist_ok=True)
        self.clock = SettableClock(NOW + timedelta(minutes=1))
        self.loop = Loop()
        self.air = Air(self.loop)
        self.hubs: dict[str, Hub] = {}
        for name in ("central", "plant"):
            self.open_hub(name)
        self.gates = {name: self.open_gate(name, SettableClock(self.clock.now())) for name in GATES}
        (place,) = upstreams(self.hubs["plant"].engine)
        self.above = self.air.backend("central", place.token)
        self.backup: Path | None = None
        self.list_saved = False
        self.lately_restored = False
        """The hub below has not been heard since: nobody else writes here before it comes."""

    # --- the world --------------------------------------------------------------------------------

    def open_hub(self, name: str) -> None:
        self.hubs[name] = open_hub(f"sqlite:///{self.folder}/{name}.sqlite", self.clock)
        quick(self.hubs[name].engine, "hub")
        self.air.apps[name] = served(self.hubs[name], self.clock)

    def open_gate(self, name: str, clock: SettableClock) -> GateHere:
        folder = self.folder / name
        store = open_store(profile(folder), Settings(key_place="file"))[0]
        quick(store._engine, "store")
        token = enrolment(store).token  # type: ignore[union-attr]
        backend = self.air.backend("plant", token)
        return GateHere(name, folder, clock, store, SyncEngine(store, backend, clock, "hleb"))

    def weather(self, seed: int) -> None:
        self.air.dice = Random(seed)
        self.air.share = 0.45

    # --- people -----------------------------------------------------------------------------------

    @rule(
        some=st.lists(
            st.tuples(st.sampled_from(GATES), st.sampled_from(CODES), st.sampled_from((False, False, True))),
            min_size=1,
            max_size=5,
        )
    )
    def scan(self, some: list[tuple[str, str, bool]]) -> None:
        for gate, code, out in some:
            here = self.gates[gate]
            here.clock.advance(timedelta(seconds=7))
            outcome = here.desk.scan(code, Source.PIPE, Direction.OUT if out else Direction.IN)
            assert outcome.event is not None
            if isinstance(outcome.verdict, Admit):
                here.done.append(outcome.event.id)
            note(f"{gate}: {code[:12]} {'out' if out else 'in'} {outcome.reason}")

    @rule(gate=st.sampled_from(GATES), back=st.integers(1, 3))
    def undo(self, gate: str, back: int) -> None:
        here = self.gates[gate]
        here.clock.advance(timedelta(seconds=3))
        if len(here.done) >= back:
            here.desk.undo(here.done[-back])

    @rule(gate=st.sampled_from(GATES), ticked=st.sets(st.sampled_from(("v0", "v1", "v2"))), out=st.booleans())
    def group(self, gate: str, ticked: set[str], out: bool) -> None:
        here = self.gates[gate]
        here.clock.advance(timedelta(seconds=9))
        groups = Groups(here.desk)
        card = groups.open_group("hleb", "class")
        assert card is not None
        done = groups.let_out(card, ticked) if out else groups.admit(card, ticked, frozenset(Reason))
        here.done += [event.id for event in done.events]

    @rule(gate=st.sampled_from(GATES), in_place_of=st.sampled_from((None, *NAMED[:3])))
    def walk_in(self, gate: str, in_place_of: str | None) -> None:
        here = self.gates[gate]
        here.clock.advance(timedelta(seconds=9))
        groups = Groups(here.desk)
        card = groups.open_group("hleb", "class")
        assert card is not None
        with suppress(CheckinError):  # the member is here: there is no place to be taken
            event = (
                groups.walk_in(card, "Гость", "пришёл")
                if in_place_of is None
                else groups.substitute(card, in_place_of, "Другой", "вместо")
            )
            here.done.append(event.id)

    @rule(gate=st.sampled_from(GATES), by_s=st.sampled_from((-600, -60, 30, 600, 86_400, -86_400)))
    def set_clock(self, gate: str, by_s: int) -> None:
        clock = self.gates[gate].clock
        clock.jump(clock.now() + timedelta(seconds=by_s))

    # --- the roster -------------------------------------------------------------------------------

    @rule(some=st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 2)), min_size=1, max_size=4))
    def change(self, some: list[tuple[str, int]]) -> None:
        """The list changes: a signed ticket becomes somebody's, another's, nobody's; one is stopped or allowed."""
        for what, number in some:
            self.clock.advance(timedelta(seconds=5))
            self.change_one(what, number)

    def change_one(self, what: str, number: int) -> None:
        hub, identity = self.hubs["central"], SIGNED[number]
        self.list_saved = False
        text = CODES[-3 + number]
        match what:
            case "whose" | "other":
                who = f"s{number}" if what == "whose" else "v4"
                hub.put_records([visitor(f"s{number}", f"Поздняя {number}"), ticket(text, who, id=identity)])
            case "nobody":
                hub.put_records([], [("hleb", "ticket", identity)])
            case "revoke":
                hub.put_records([Revocation(id=f"k-v{number}", plant="hleb", at=self.clock.now())])
            case "allow":
                hub.put_records([], [("hleb", "revocation", f"k-v{number}")])
            case "party":
                hub.put_records([ticket("SCHOOL", None, id="k-school", group="school", party=2 + 2 * number)])
            case "cancel":
                hub.put_records([], [("hleb", "visitor", f"v{3 + number % 2}")])
            case "again":
                hub.put_records([visitor(f"v{3 + number % 2}", "Иванова снова")])

    # --- the network ------------------------------------------------------------------------------

    @rule(some=st.lists(st.sampled_from(GATES), min_size=1, max_size=3, unique=True), seed=st.integers(0, 2**16))
    def sync(self, some: list[str], seed: int) -> None:
        self.weather(seed)
        for gate in some:
            with suppress(CheckinError):
                self.gates[gate].engine.round()

    @rule(seed=st.integers(0, 2**16))
    def chain(self, seed: int) -> None:
        self.weather(seed)
        self.clock.advance(timedelta(seconds=1))
        with suppress(CheckinError):
            self.pass_on()

    def pass_on(self) -> None:
        (place,) = upstreams(self.hubs["plant"].engine)
        Rounds(self.hubs["plant"], self.above, self.clock, lambda: False).go(place)
        self.lately_restored = False

    @rule(gate=st.sampled_from(GATES), to=st.sampled_from(("central", "plant")), times=st.integers(0, 2))
    def stick(self, gate: str, to: str, times: int) -> None:
        """The journal goes out on a stick, which is lost, taken, or taken twice."""
        here = self.gates[gate]
        with here.store.read() as tx:
            device = tx.meta.device()
            lines = [line_out(stored.line).model_dump() for stored in tx.journal.lines(device.id)]
        taken = to == "plant" or not self.lately_restored
        for _ in range(times if lines and taken else 0):
            HubHouse(self.hubs[to]).receive("hleb", device.id, device.public_hex, gate, lines, self.clock.now())

    @rule(gate=st.sampled_from(GATES))
    def restart(self, gate: str) -> None:
        here = self.gates[gate]
        here.store.close()
        fresh = self.open_gate(gate, here.clock)
        fresh.done = here.done
        self.gates[gate] = fresh

    @rule(where=st.sampled_from(("central", "plant", *GATES)), which=st.integers(0, 2))
    def deal_with(self, where: str, which: int) -> None:
        """A person at a hub or a gate has found out about a double admission that is known there."""
        self.clock.advance(timedelta(seconds=1))
        if where in GATES:
            here = self.gates[where]
            here.clock.advance(timedelta(seconds=5))
            desk = here.desk
            with here.store.write() as tx:
                open_ones = [one for one in conflicts(tx, "hleb") if not one.resolved]
                for one in open_ones[which : which + 1]:
                    resolve(desk, tx, one, "гусева")
        elif where == "plant" or not self.lately_restored:
            hub = self.hubs[where]
            for told in [one for one in hub.conflicts("hleb") if not one.resolved][which : which + 1]:
                hub.resolve("hleb", told.events[0].event_id)

    @rule(restore=st.booleans())
    def central_backup(self, restore: bool) -> None:
        """The same at the central hub, and nobody says that it was restored.

        Lists that were changed after the backup are their importer's to bring again: only a whole one is restored.
        """
        path, copied = self.folder / "central.sqlite", self.folder / "central-backup.sqlite"
        if not restore:
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copied)) as copy:
                source.backup(copy)
            self.list_saved = True
        elif copied.exists() and self.list_saved:
            self.air.deliver_late()
            self.lately_restored = True
            self.hubs["central"].close()
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            shutil.copy(copied, path)
            self.open_hub("central")

    @rule(restore=st.booleans())
    def plant_backup(self, restore: bool) -> None:
        """The plant's hub is backed up; or what there is of it burns, and the backup comes in its place."""
        path = self.folder / "plant.sqlite"
        if not restore:
            self.backup = self.folder / "backup.sqlite"
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(self.backup)) as copy:
                source.backup(copy)
        elif self.backup is not None:
            self.hubs["plant"].close()
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            shutil.copy(self.backup, path)
            self.open_hub("plant")
            self.hubs["plant"].restored()

    # --- the end ----------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            self.heal()
            self.agree()
        finally:
            for gate in self.gates.values():
                gate.store.close()
            for hub in self.hubs.values():
                hub.close()
            self.loop.close()
            shutil.rmtree(self.folder, ignore_errors=True)
        if LONG:
            STORIES.update(told=1)
            print(f"{STORIES['told']} stories", flush=True)

    def heal(self) -> None:
        """The network is whole; everybody talks until nobody has anything new."""
        self.air.share = 0.0
        self.air.deliver_late()
        before: object = None
        for _ in range(25):
            self.clock.advance(timedelta(seconds=1))
            for gate in self.gates.values():
                gate.clock.advance(timedelta(minutes=6))  # whatever was put aside is due again
                gate.engine.round()
            self.pass_on()
            now = [self.attendance(hub) for hub in self.hubs.values()], [self.heard(one) for one in self.gates.values()]
            if now == before and all(not self.waiting(one) for one in self.gates.values()):
                return
            before = now
        raise AssertionError("they still talk")

    def attendance(self, hub: Hub) -> Counter[tuple[str, int, str]]:
        c = rows.attendance.c
        with reading(hub.engine) as connection:
            return Counter(
                (row.device, row.seq, row.hash) for row in connection.execute(select(c.device, c.seq, c.hash))
            )

    def heard(self, gate: GateHere) -> Counter[tuple[str, int, str]]:
        with gate.store.read() as tx:
            lines = [stored.line for stored in tx.journal.lines()]
        return Counter((line.device, line.seq, line.hash) for line in lines)

    def waiting(self, gate: GateHere) -> int:
        with gate.store.read() as tx:
            assert not [(one.reason, one.line.event) for one in tx.outbox.rejections()]
            return tx.outbox.waiting()

    def agree(self) -> None:
        own: Counter[tuple[str, int, str]] = Counter()
        events: list[AttendanceEvent] = []
        for gate in self.gates.values():
            with gate.store.read() as tx:
                device = tx.meta.device()
                assert tx.journal.first_break(device.id, device.public_hex) is None
                lines = [stored.line for stored in tx.journal.lines(device.id)]
            own += Counter((line.device, line.seq, line.hash) for line in lines)
            events += [line.event for line in lines]
        central = self.attendance(self.hubs["central"])
        assert not own - central
        strange = {device for device, _seq, _hash in central - own}
        assert not strange & {device for device, _seq, _hash in own}  # nothing else is there but the hubs' own acts
        own = central
        assert max(own.values(), default=1) == 1
        for hub in self.hubs.values():
            assert self.attendance(hub) == own
        for gate in self.gates.values():
            assert self.heard(gate) == own

        lists = {name: listed_at_hub(hub) for name, hub in self.hubs.items()}
        lists |= {name: listed_at_gate(gate.store) for name, gate in self.gates.items()}
        assert_same("roster", lists)
        stays = {name: stays_at_hub(hub) for name, hub in self.hubs.items()}
        stays |= {name: stays_at_gate(gate.store) for name, gate in self.gates.items()}
        assert_same("who is where", stays)
        counts = {name: counts_at_hub(hub) for name, hub in self.hubs.items()}
        counts |= {name: counts_at_gate(gate.store) for name, gate in self.gates.items()}
        assert_same("heads", counts)
        doubles = {name: doubles_at_hub(hub) for name, hub in self.hubs.items()}
        doubles |= {name: doubles_at_gate(gate.store) for name, gate in self.gates.items()}
        assert_same("double admissions", doubles)
        done = {name: done_at_hub(hub) for name, hub in self.hubs.items()}
        done |= {name: done_at_gate(gate.store) for name, gate in self.gates.items()}
        assert_same("what was dealt with", done)
        self.nobody_was_missed(events, lists["central"], doubles["central"], stays["central"])

    def nobody_was_missed(
        self,
        events: list[AttendanceEvent],
        listed: dict[tuple[str, str], str],
        told: set[tuple[str, ...]],
        stays: dict[str, tuple[int, int, int, str | None, tuple[str, ...]]],
    ) -> None:
        """What can be said without any fold: of those who never left and were never undone."""
        tickets: dict[str, str] = {}
        for (kind, identity), body in listed.items():
            if kind == "ticket" and '"visitor":"' in body:
                tickets[identity] = body.split('"visitor":"')[1].split('"')[0]
        stories: dict[str, list[AttendanceEvent]] = {}
        for event in events:
            if event.subject is not None and event.kind in INWARD | {Kind.EXIT, Kind.VOID}:
                stories.setdefault(tickets.get(event.subject, event.subject), []).append(event)
        for subject, story in stories.items():
            if subject == "k-school" or any(one.kind not in INWARD for one in story):
                continue
            assert stays[subject][0] == 1, f"{subject} is not inside once"
            pair = {one.id for one in story}
            assert len(pair) == 1 or any(pair == set(entries) for entries in told), f"{subject} was admitted twice"


def assert_same(what: str, found: dict[str, object]) -> None:
    one = found["central"]
    for name, other in found.items():
        assert other == one, f"{what} at {name}: {other}\nat the central hub: {one}"


def listed_at_hub(hub: Hub) -> dict[tuple[str, str], str]:
    kinds = ("tour", "visitor", "ticket", "group", "revocation")
    held = hub.held(["hleb"])
    return {(kind, one.id): record_json(one) for kind in kinds for one in held[kind]}


def listed_at_gate(store: Store) -> dict[tuple[str, str], str]:
    from checkin.rosters.taking import revocations_of

    with store.read() as tx:
        found: dict[str, list[Record]] = {
            "tour": [*tx.roster.tours("hleb")],
            "visitor": [*tx.roster.visitors("hleb")],
            "ticket": [*tx.roster.tickets("hleb")],
            "group": [*tx.roster.groups("hleb")],
            "revocation": [*revocations_of(tx, "hleb")],
        }
    return {(kind, one.id): record_json(one) for kind, some in found.items() for one in some}


def stays_at_hub(hub: Hub) -> dict[str, object]:
    import json

    p = rows.presence.c
    query = select(p.subject, p.inside, p.left, p.party, p.tour, p.doubles)
    with reading(hub.engine) as connection:
        return {
            row.subject: (row.inside, row.left, row.party, row.tour, tuple(json.loads(row.doubles or "[]")))
            for row in connection.execute(query)
        }


def stays_at_gate(store: Store) -> dict[str, object]:
    with store.read() as tx:
        found = tx.session.connection().exec_driver_sql(
            'SELECT subject, inside, "left", party, tour, doubles FROM presence'
        )
        return {row[0]: (*row[1:5], tuple(one for one in row[5].split(",") if one)) for row in found}


def counts_at_hub(hub: Hub) -> list[tuple[int, int, int]]:
    return [(line.expected, line.inside, line.left) for line in hub.headcount("hleb") if line.tour is not None]


def counts_at_gate(store: Store) -> list[tuple[int, int, int]]:
    with store.read() as tx:
        counts = [tx.headcounts.of_tour("hleb", one.id) for one in tx.roster.tours("hleb")]
    return [(one.expected, one.inside, one.left) for one in counts]


def doubles_at_hub(hub: Hub) -> set[tuple[str, ...]]:
    return {tuple(entry.event_id for entry in one.events) for one in hub.conflicts("hleb")}


def doubles_at_gate(store: Store) -> set[tuple[str, ...]]:
    with store.read() as tx:
        return {tuple(entry.id for entry in one.entries) for one in conflicts(tx, "hleb")}


def done_at_hub(hub: Hub) -> set[str]:
    return {one.events[-1].event_id for one in hub.conflicts("hleb") if one.resolved}


def done_at_gate(store: Store) -> set[str]:
    with store.read() as tx:
        return {one.entries[-1].id for one in conflicts(tx, "hleb") if one.resolved}


def test_everybody_agrees_in_the_end() -> None:
    run_state_machine_as_test(
        Convergence,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not LONG,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
            print_blob=True,
        ),
    )
    shutil.rmtree(template(), ignore_errors=True)
    template.cache_clear()
