"""Limits on callers and bodies, without a server."""

from __future__ import annotations

import gzip
import json
import logging

import pytest

from checkin.hub.api import limits
from checkin.hub.api.body import MAX_BODY_BYTES, unpacked
from checkin.hub.api.limits import Buckets
from checkin.hub.api.problems import HttpProblem
from checkin.hub.logs import JsonLines


def test_a_burst_and_then_the_rate() -> None:
    now = 0.0
    buckets = Buckets(per_s=2, burst=3, now_s=lambda: now)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.wait_s("a") == 0.5
    assert buckets.take("b") == 0
    now = 0.5
    assert buckets.wait_s("a") == 0
    assert buckets.take("a") == 0
    assert buckets.take("a") == 0.5
    now = 100.0
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_who_has_not_come_for_longest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CALLERS", 2)
    buckets = Buckets(per_s=0.001, burst=1, now_s=lambda: 0.0)
    for caller in "abc":
        assert buckets.take(caller) == 0
    assert buckets.take("a") == 0
    assert buckets.take("c") > 0


def test_gzip_in() -> None:
    assert unpacked(gzip.compress(b"{}")) == b"{}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (gzip.compress(b"\0" * (MAX_BODY_BYTES + 1)), 413),
        (gzip.compress(b"\0" * 500_000_000), 413),
        (gzip.compress(b"hello world")[:-4], 400),
        (gzip.compress(b"{}") + b"more", 400),
        (b"", 400),
        (b"{}", 400),
    ],
    ids=["too long", "bomb", "cut", "more", "empty", "plain"],
)
def test_gzip_that_is_not_taken(body: bytes, status: int) -> None:
    with pytest.raises(HttpProblem) as caught:
        unpacked(body)
    assert caught.value.status == status


def test_a_line_of_the_log() -> None:
    record = logging.LogRecord("checkin.hub", logging.INFO, "", 1, "request", (), None)
    record.status = 200
    record.name_of_a_visitor = "Иванова"
    line = json.loads(JsonLines().format(record))
    assert (line["what"], line["status"], line["level"]) == ("request", 200, "info")
    assert "Иванова" not in json.dumps(line, ensure_ascii=False)
