"""A stream of boards for one page: each change within a second, a beat while nothing changes, an end with the session.

A stream holds no thread and no database connection while it waits.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

from fastapi.concurrency import run_in_threadpool

from checkin.errors import CheckinError
from checkin.hub.guides.board import board
from checkin.hub.guides.day import Woken
from checkin.hub.guides.passes import Pass
from checkin.hub.guides.service import GuideService

BEAT_S = 5.0
PAUSE_S = 0.3
"""Between two boards of one stream: a group of 25 that is scanned one by one is a few boards, not 25."""
AFTER_ERROR_S = 2.0


async def stream(guides: GuideService, token: str, who: Pass) -> AsyncIterator[str]:
    """Events for a page, until the session or the server ends."""
    last = ""
    sent_s = 0.0
    while True:
        held = await run_in_threadpool(guides.passes.holder, token)
        if held is None:
            yield "event: end\ndata: {}\n\n"
            return
        try:
            day, position = await run_in_threadpool(guides.attendance.day, who)
        except CheckinError:
            await asyncio.sleep(AFTER_ERROR_S)
            continue
        shown = board(day, who)
        same = shown.model_dump_json(exclude={"at"})
        if same != last:
            last, sent_s = same, time.monotonic()
            yield f"event: board\ndata: {shown.model_dump_json()}\n\n"
        else:
            yield f"event: beat\ndata: {json.dumps({'at': shown.at.isoformat()})}\n\n"
        match await guides.attendance.wait(who, position, BEAT_S):
            case Woken.CLOSING:
                return
            case Woken.MOVED:
                await asyncio.sleep(max(0.0, sent_s + PAUSE_S - time.monotonic()))
            case Woken.TIME_UP:
                pass
