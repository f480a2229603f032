"""What Prometheus asks a hub for.  Counts only: no plant, no device, nothing that could name a person.

Several workers of one hub add up: each writes its counts to a file of its own once a second, and whoever is asked sums
them.  A worker that takes a dead one's place goes on from its file, so no count ever goes back.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from checkin.wire import Answer

TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
EVERY_S = 1.0

REQUESTS = "prohodnaya_requests_total"
SECONDS = "prohodnaya_request_seconds"
EVENTS = "prohodnaya_events_total"
PAGES = "prohodnaya_roster_pages_total"

_HELP = {
    REQUESTS: ("counter", "Requests by method, route and status"),
    SECONDS: ("histogram", "Time to answer, by route; a wait for other gates' events is part of it"),
    EVENTS: ("counter", "Journal lines by the answer that they got"),
    PAGES: ("counter", "Roster pages that were sent"),
    "prohodnaya_devices": ("gauge", "Devices that have enrolled and were not revoked"),
    "prohodnaya_devices_seen": ("gauge", "Devices that were here in the last five minutes"),
    "prohodnaya_database_up": ("gauge", "1 when the database answers, else 0"),
    "prohodnaya_workers": ("gauge", "Processes whose counts these are"),
}


class Metrics:
    """One process's counts.  Any thread may call anything.

    ``folder`` is where the workers of one hub keep their files, ``worker`` which of them this is; None counts alone.
    """

    def __init__(self, folder: Path | None = None, worker: int = 0) -> None:
        self._file = None if folder is None else folder / f"worker-{worker}.json"
        self._lock = threading.Lock()
        self._counts: dict[str, float] = defaultdict(float)
        if self._file is not None:
            self._counts.update(_read(self._file))
        self._shared: dict[str, float] | None = None  # None: the others do not know of this one yet

    def request(self, method: str, route: str, status: int, took_s: float) -> None:
        """Counts an answered request."""
        where = f'route="{_label(route)}"'
        with self._lock:
            self._counts[f'{REQUESTS}{{method="{_label(method)}",{where},status="{status}"}}'] += 1
            self._counts[f"{SECONDS}_sum{{{where}}}"] += took_s
            self._counts[f"{SECONDS}_count{{{where}}}"] += 1
            bound = next((str(bound) for bound in BOUNDS_S if took_s <= bound), "+Inf")
            self._counts[f'{SECONDS}_in{{{where},le="{bound}"}}'] += 1

    def answered(self, answers: Iterable[Answer]) -> None:
        """Counts what was said to journal lines."""
        said = Counter(
            f'{EVENTS}{{answer="{answer.status.value}",reason="{answer.reason.value if answer.reason else ""}"}}'
            for answer in answers
        )
        with self._lock:
            for series, count in said.items():
                self._counts[series] += count

    def page(self) -> None:
        """Counts a roster page."""
        with self._lock:
            self._counts[PAGES] += 1

    def text(self, gauges: dict[str, int]) -> str:
        """Everything in Prometheus's text format, with what the database says in ``gauges``."""
        counts, workers = self._all()
        shown: dict[str, list[str]] = {name: [] for name in _HELP}
        for series, value in _cumulative(counts):
            name = series.partition("{")[0]
            family = SECONDS if name.startswith(SECONDS) else name
            shown[family].append(f"{series} {value:.10g}")
        for name, value in {**gauges, "prohodnaya_workers": workers}.items():
            shown[name].append(f"{name} {value}")
        lines: list[str] = []
        for name, (kind, about) in _HELP.items():
            lines += [f"# HELP {name} {about}", f"# TYPE {name} {kind}", *shown[name]]
        return "\n".join(lines) + "\n"

    def _all(self) -> tuple[dict[str, float], int]:
        with self._lock:
            total = defaultdict(float, self._counts)
        if self._file is None:
            return total, 1
        others = [one for one in self._file.parent.glob("worker-*.json") if one != self._file]
        for one in others:
            for series, count in _read(one).items():
                total[series] += count
        return total, 1 + len(others)

    @property
    def alone(self) -> bool:
        """Whether there are no other workers to share with."""
        return self._file is None

    def share(self) -> None:
        """Lets the other workers see the counts; called every ``EVERY_S``, from one thread at a time."""
        with self._lock:
            counts = dict(self._counts)
        if self._file is None or counts == self._shared:
            return
        beside = self._file.with_suffix(".new")
        try:
            beside.write_text(json.dumps(counts), encoding="utf-8")
            os.replace(beside, self._file)
        except OSError:  # a full disk: they see it a second later
            return
        self._shared = counts


def _cumulative(counts: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """The series as Prometheus wants them: a histogram's bucket holds everything below its bound."""
    yield from sorted((series, value) for series, value in counts.items() if f"{SECONDS}_in{{" not in series)
    bounds = [*map(str, BOUNDS_S), "+Inf"]
    marked = f"{SECONDS}_in{{"
    routes = {series.partition("{")[2].rpartition(",le=")[0] for series in counts if series.startswith(marked)}
    for where in sorted(routes):
        below = 0.0
        for bound in bounds:
            below += counts.get(f'{SECONDS}_in{{{where},le="{bound}"}}', 0)
            yield f'{SECONDS}_bucket{{{where},le="{bound}"}}', below


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _read(file: Path) -> dict[str, float]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
