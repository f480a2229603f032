"""What stands in the lists of tours and last scans, and how it is made of what the app says.  No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from checkin import words
from checkin.desk.outcome import RecentScan, TourLine
from checkin.domain.admission import Reason
from checkin.domain.events import INWARD, Kind
from checkin.domain.headcount import Count
from checkin.domain.visit import Format
from checkin.i18n import gettext as _
from checkin.i18n import local_time

NO_SCANS = frozenset({Kind.ALARM, Kind.ALL_CLEAR, Kind.MARK, Kind.BRIEFING})


@dataclass(frozen=True, slots=True, kw_only=True)
class TourRow:
    """A tour with its heads.  ``share_inside`` and ``share_left`` are parts of the bar, 0 to 1, together at most 1."""

    id: str
    starts: str
    ends: str
    title: str
    detail: str
    figures: str
    share_inside: float
    share_left: float
    count: Count
    on_now: bool
    over: bool
    cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentRow:
    """A line of last scans.  ``kind`` is admit, out, ask, refuse or undone: it picks icon and colour."""

    event_id: str
    kind: str
    time: str
    name: str
    detail: str
    can_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRow:
    """A ticket of the set.  ``kind`` is admit, out, ask, refuse, waits (not judged yet) or unread."""

    kind: str
    name: str
    detail: str = ""


def tour_rows(lines: Iterable[TourLine], now: datetime) -> tuple[TourRow, ...]:
    """A row for each tour, in the order given."""
    return tuple(_tour_row(line, now) for line in lines)


def _tour_row(line: TourLine, now: datetime) -> TourRow:
    tour, count, zone = line.tour, line.count, line.plant.tz
    whole = max(1, count.expected + count.walk_ins, count.inside + count.left)
    detail = [format_name(tour.format)]
    if tour.guide:
        detail.append(_("guide: {name}").format(name=tour.guide))
    if tour.cancelled:
        detail = [_("cancelled")]
    return TourRow(
        id=tour.id,
        starts=local_time(tour.start, zone),
        ends=local_time(tour.end, zone),
        title=tour.title,
        detail=" · ".join(detail),
        figures=f"{count.inside} / {count.expected + count.walk_ins}",
        share_inside=min(1.0, count.inside / whole),
        share_left=min(1.0, count.left / whole),
        count=count,
        on_now=line.on_now and not tour.cancelled,
        over=tour.end < now,
        cancelled=tour.cancelled,
    )


def format_name(value: Format) -> str:
    """What a kind of visit is called."""
    return {
        Format.EXCURSION: _("excursion"),
        Format.MASTER_CLASS: _("master class"),
        Format.QUIZ: _("quiz"),
        Format.LECTURE: _("lecture"),
        Format.EXHIBITION: _("exhibition"),
        Format.GAME: _("game"),
        Format.OTHER: _("visit"),
    }[value]


def recent_rows(scans: Iterable[RecentScan]) -> tuple[RecentRow, ...]:
    """A row for each scan, in the order given; what is no scan (an alarm, a roll-call, a briefing) has none."""
    return tuple(_recent_row(scan) for scan in scans if scan.event.kind not in NO_SCANS)


def _recent_row(scan: RecentScan) -> RecentRow:
    event = scan.event
    brief = said(event.reason)
    if event.kind in INWARD:
        kind, detail = "admit", scan.tour_title or brief
    elif event.kind is Kind.EXIT:
        kind, detail = "out", scan.tour_title or brief
    elif event.kind is Kind.QUESTION:
        kind, detail = "ask", brief
    else:
        kind, detail = "refuse", brief
    if scan.undone:
        kind, detail = "undone", _("taken back")
    return RecentRow(
        event_id=event.id,
        kind=kind,
        time=local_time(event.at, scan.tz),
        name=scan.name or event.code or _("Unknown code"),
        detail=detail,
        can_undo=scan.can_undo and not scan.undone,
    )


def said(reason: str) -> str:
    """A stored reason in words; one that this program does not know is shown as it is."""
    try:
        return words.brief(Reason(reason))
    except ValueError:
        return reason
