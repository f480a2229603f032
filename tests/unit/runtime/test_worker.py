"""The store's thread: the urgent first, equals in order, nothing lost when it closes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest

from checkin.runtime.units import directly
from checkin.runtime.worker import Urgency, Worker

PATIENCE_S = 30.0


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker("test store")
    yield made
    made.close()


class Gate:
    """A job that stands in the way until it is opened."""

    def __init__(self, worker: Worker) -> None:
        self.open = threading.Event()
        self.entered = threading.Event()
        self.future = worker.submit(Urgency.SCAN, self._stand)
        assert self.entered.wait(PATIENCE_S)

    def _stand(self) -> None:
        self.entered.set()
        assert self.open.wait(PATIENCE_S)


def test_the_urgent_go_first_and_equals_in_order(worker: Worker) -> None:
    done: list[str] = []
    gate = Gate(worker)
    urgencies = [Urgency.SYNC, Urgency.PAGE, Urgency.SCAN, Urgency.SYNC, Urgency.SCAN, Urgency.PAGE]
    futures = [
        worker.submit(urgency, done.append, f"{urgency.name}-{number}") for number, urgency in enumerate(urgencies)
    ]
    gate.open.set()
    for future in futures:
        future.result(PATIENCE_S)
    assert done == ["SCAN-2", "SCAN-4", "PAGE-1", "PAGE-5", "SYNC-0", "SYNC-3"]


def test_jobs_run_in_one_thread_one_at_a_time(worker: Worker) -> None:
    names = [worker.submit(Urgency.PAGE, lambda: threading.current_thread().name) for _ in range(20)]
    assert {future.result(PATIENCE_S) for future in names} == {"test store"}


def test_who_asked_gets_the_error_and_the_thread_goes_on(worker: Worker) -> None:
    failing = worker.submit(Urgency.SCAN, lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        failing.result(PATIENCE_S)
    leaving = worker.submit(Urgency.SCAN, lambda: (_ for _ in ()).throw(SystemExit(3)))
    with pytest.raises(SystemExit):
        leaving.result(PATIENCE_S)
    assert worker.submit(Urgency.SCAN, int, "7").result(PATIENCE_S) == 7


def test_closing_runs_what_was_accepted_and_accepts_no_more() -> None:
    worker = Worker("closing")
    gate = Gate(worker)
    done: list[int] = []
    futures = [worker.submit(Urgency.SYNC, done.append, number) for number in range(10)]
    closing = threading.Thread(target=worker.close)
    closing.start()
    gate.open.set()
    closing.join(PATIENCE_S)
    assert done == list(range(10))
    assert all(future.done() for future in futures)
    with pytest.raises(RuntimeError):
        worker.submit(Urgency.SCAN, done.append, 99)
    worker.close()


def test_a_cancelled_job_does_not_run(worker: Worker) -> None:
    done: list[int] = []
    gate = Gate(worker)
    future = worker.submit(Urgency.PAGE, done.append, 1)
    assert future.cancel()
    gate.open.set()
    worker.submit(Urgency.SYNC, done.append, 2).result(PATIENCE_S)
    assert done == [2]
    with pytest.raises(CancelledError):
        future.result(PATIENCE_S)


def test_a_job_may_close_its_own_worker() -> None:
    worker = Worker("self")
    worker.submit(Urgency.SCAN, worker.close).result(PATIENCE_S)
    with pytest.raises(RuntimeError):
        worker.submit(Urgency.SCAN, int)


def test_directly_is_right_here() -> None:
    assert directly(lambda: 5) == 5
