"""The demo, with a window to try or as a scripted shift."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import typer

from checkin import i18n
from checkin.commands.console import JSON, out, progress, put, say, table
from checkin.i18n import gettext as _

TICKETS = 240


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("demo", help=_("A made-up season at a hub of its own: try the window, or see a scripted shift"))(demo)


def demo(
    headless: bool = typer.Option(False, "--headless", help=_("A scripted shift without a window, with screenshots")),
    seed: int = typer.Option(1, "--seed", help=_("Another season")),
    folder: Path = typer.Option(None, "--out", help=_("Where the demo's files and screenshots go")),
    tickets: int = typer.Option(TICKETS, "--tickets", min=1, max=2000, help=_("How many tickets the shift shows")),
    outage: bool = typer.Option(True, "--outage/--no-outage", help=_("The hub is killed for the middle of the shift")),
    json: bool = JSON,
) -> None:
    """Runs the demo."""
    if not headless and not _has_display():
        say(_("There is no display here: the demo runs as a scripted shift, with screenshots"))
        headless = True
    if headless:
        _shift(folder or Path("demo-out"), seed, tickets, outage=outage, json=json)
    else:
        where = (
            folder or Path(tempfile.gettempdir()) / f"prohodnaya-demo-{os.getuid() if hasattr(os, 'getuid') else ''}"
        )
        raise typer.Exit(_window(where, seed))


def _has_display() -> bool:
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _window(folder: Path, seed: int) -> int:
    from checkin.rehearsal.audience import Audience
    from checkin.rehearsal.demo import demo as running_demo

    with running_demo(folder, seed) as running:
        from ui.main import run

        audience = Audience(running)
        audience.start()
        try:
            return run(running.app, sys.argv[:1])
        finally:
            audience.stop()


def _shift(folder: Path, seed: int, tickets: int, *, outage: bool, json: bool) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from checkin.rehearsal.demo import demo as running_demo
    from checkin.rehearsal.demo import rehearse
    from checkin.words import brief
    from ui.rehearsed import Rehearsed

    shown = i18n.language()
    with running_demo(folder, seed) as running, progress(_("Shift"), shown=not json) as bar:
        with Rehearsed(running.app, folder) as window:
            played = window.play(
                lambda on_step: rehearse(running, tickets, outage=outage, on_step=on_step),
                lambda number: bar.tell(number, tickets),
            )
            shots = window.shoot(played.outcomes)
        i18n.use(shown)
        events, uploaded = running.events()
        latencies = sorted(running.app.frame_to_verdict_ms)
        result: dict[str, Any] = {
            "tickets": played.shown,
            "verdicts": dict(sorted(played.reasons.items())),
            "frame_to_verdict_ms": {"p50": _quantile(latencies, 0.5), "p95": _quantile(latencies, 0.95)},
            "events": events,
            "uploaded": uploaded,
            "inside_at_gate": running.inside_at_gate(),
            "inside_at_hub": running.inside_at_hub(),
            "screenshots": [str(shot) for shot in shots],
        }
    if json:
        put(result)
    else:
        from checkin.domain.admission import Reason

        rows = [(brief(Reason(reason)), count) for reason, count in result["verdicts"].items()]
        table([_("Verdict"), _("Count")], rows, _("Nothing was shown"))
        speed = result["frame_to_verdict_ms"]
        out(_("Frame to committed verdict: median {p50} ms, p95 {p95} ms").format(**speed))
        out(_("Events {events}, uploaded {uploaded}").format(events=events, uploaded=uploaded))
        out(
            _("Inside: {gate} as the gate counts, {hub} as the hub counts").format(
                gate=result["inside_at_gate"], hub=result["inside_at_hub"]
            )
        )
        out(_("Screenshots: {folder}").format(folder=folder))
    if result["inside_at_gate"] != result["inside_at_hub"] or events != uploaded:
        say(_("The gate and the hub do not agree"))
        raise typer.Exit(1)


def _quantile(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2) if ordered else 0.0
