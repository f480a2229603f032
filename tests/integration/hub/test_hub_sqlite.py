"""One plant's hub on SQLite: many who write at once wait for each other, and nobody is answered 500."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from checkin.hub import open_hub
from checkin.wire import line_out
from tests.integration.hub.gates import enrol, now
from tests.integration.hub_process import hub_process
from tests.unit.hub.hub_world import season

GATES, BATCHES, BATCH = 8, 4, 5


def test_all_write_at_once(tmp_path: Path) -> None:
    """Gates push to two processes on one file, while the administrator imports a list."""
    url = f"sqlite:///{tmp_path}/hub.sqlite"
    with open_hub(url) as hub:
        hub.put_records(season(tours=1, visitors=200))
        with hub_process(url, tmp_path) as one, hub_process(url, tmp_path) as two:
            work = []
            for number in range(GATES):
                journal, backend = enrol(hub, one.url, f"Проходная {number}")
                backend.close()
                for count in range(BATCHES * BATCH):
                    journal.write(f"v1-{1 + (number * 17 + count) % 200}", at=now())
                work.append((journal, (one, two)[number % 2].url))

            def push(place: int) -> Counter[int]:
                journal, where = work[place]
                said: Counter[int] = Counter()
                with requests.Session() as session:
                    session.headers["Authorization"] = f"Bearer {journal.token}"
                    for begin in range(0, BATCHES * BATCH, BATCH):
                        lines = [line_out(line).model_dump() for line in journal.lines[begin : begin + BATCH]]
                        body = json.dumps({"lines": lines, "sent_at": now().isoformat()})
                        answer = session.post(f"{where}/api/v1/attendance", data=body, timeout=60)
                        said[answer.status_code] += 1
                return said

            with ThreadPoolExecutor(GATES + 1) as pool:
                importing = pool.submit(hub.put_records, list(season(tours=2, visitors=200)))
                said = sum(pool.map(push, range(GATES)), Counter())
                importing.result()
        assert said == {200: GATES * BATCHES}
        assert hub.findings() == []
        assert hub.headcount("bread")[-1].inside == len(
            {line.event.subject for journal, _ in work for line in journal.lines}
        )
