from __future__ import annotations

from pathlib import Path

from checkin.hub.api.metrics import BOUNDS_S, Metrics
from checkin.wire import Answer, Rejection, Status


def lines(metrics: Metrics) -> dict[str, float]:
    text = metrics.text({"prohodnaya_database_up": 1})
    return {
        line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
        for line in text.splitlines()
        if not line.startswith("#")
    }


def test_a_histogram_holds_everything_below_its_bounds() -> None:
    metrics = Metrics()
    for took_s in (0.001, 0.02, 0.02, 7.0, 100.0):
        metrics.request("GET", "/roster", 200, took_s)
    found = lines(metrics)
    buckets = [found[f'prohodnaya_request_seconds_bucket{{route="/roster",le="{bound}"}}'] for bound in BOUNDS_S]
    assert buckets == [1, 1, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4]
    assert found['prohodnaya_request_seconds_bucket{route="/roster",le="+Inf"}'] == 5
    assert found['prohodnaya_request_seconds_count{route="/roster"}'] == 5
    assert found['prohodnaya_requests_total{method="GET",route="/roster",status="200"}'] == 5


def test_every_series_has_its_type_before_it() -> None:
    metrics = Metrics()
    metrics.request("GET", 'a"b\\', 404, 0.2)
    metrics.page()
    text = metrics.text({"prohodnaya_devices": 3, "prohodnaya_database_up": 0})
    typed: set[str] = set()
    for line in text.splitlines():
        if line.startswith("# TYPE"):
            typed.add(line.split()[2])
        elif not line.startswith("#"):
            name = line.split("{")[0].split(" ")[0]
            assert any(name == one or name.startswith(f"{one}_") for one in typed)
    assert 'route="a\\"b\\\\"' in text
    assert "prohodnaya_roster_pages_total 1" in text


def test_answers_are_counted_by_reason() -> None:
    metrics = Metrics()
    metrics.answered([Answer(id="1", status=Status.ACCEPTED), Answer(id="2", status=Status.ACCEPTED)])
    metrics.answered([Answer(id="3", status=Status.REJECTED, reason=Rejection.FORK)])
    found = lines(metrics)
    assert found['prohodnaya_events_total{answer="accepted",reason=""}'] == 2
    assert found['prohodnaya_events_total{answer="rejected",reason="fork"}'] == 1


def test_workers_add_up_and_a_successor_goes_on(tmp_path: Path) -> None:
    one, two = Metrics(tmp_path, 0), Metrics(tmp_path, 1)
    one.page()
    one.page()
    two.page()
    one.share()
    two.share()
    assert lines(one)["prohodnaya_roster_pages_total"] == 3
    successor = Metrics(tmp_path, 1)
    successor.page()
    assert lines(successor)["prohodnaya_roster_pages_total"] == 4
    assert lines(successor)["prohodnaya_workers"] == 2


def test_a_worker_that_has_counted_nothing_is_one_of_them(tmp_path: Path) -> None:
    one, idle = Metrics(tmp_path, 0), Metrics(tmp_path, 1)
    idle.share()
    assert lines(one)["prohodnaya_workers"] == 2


def test_a_damaged_file_of_a_worker_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / "worker-1.json").write_text("{", encoding="utf-8")
    metrics = Metrics(tmp_path, 0)
    metrics.page()
    assert lines(metrics)["prohodnaya_roster_pages_total"] == 1
