"""Charts as SVG for documents: bars with their values written on them, readable in black and white."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from checkin.i18n import language


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of a chart: its series, and its words."""

    series: tuple[str, ...] = ("#2F6F8F", "#C9D8DF", "#8A6D3B")
    words: str = "#222222"


ON_PAPER = Inks()


def written(number: float) -> str:
    """A number as people of the language in use write it: 83.2, in Russian 83,2."""
    text = f"{number:.10g}"
    return text.replace(".", ",") if language() == "ru" else text


def bars(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], width: int = 720, inks: Inks = ON_PAPER
) -> str:
    """Horizontal bars, one of each series for each label."""
    left, bar, gap = 210, 13, 8
    legend = _legend(series, left, width)
    top = legend[-1][1] + 20 if legend else 10
    height = top + len(labels) * (len(series) * bar + gap) + 6
    highest = max((value for _name, values in series for value in values), default=0) or 1
    room = width - left - 60
    ink, fills = inks.words, inks.series
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'font-family="DejaVu Sans, Noto Sans, sans-serif" font-size="11">'
    ]
    for number, (x, row) in enumerate(legend):
        fill = fills[number % len(fills)]
        out.append(f'<rect x="{x}" y="{row}" width="10" height="10" fill="{fill}" stroke="{ink}" />')
        out.append(f'<text x="{x + 15}" y="{row + 9}" fill="{ink}">{escape(series[number][0])}</text>')
    y = top
    for place, label in enumerate(labels):
        shown = label if len(label) <= 27 else label[:26] + "…"
        middle = y + len(series) * bar / 2 + 4
        out.append(f'<text x="{left - 8}" y="{middle}" text-anchor="end" fill="{ink}">{escape(shown)}</text>')
        for number, (_name, values) in enumerate(series):
            long = max(1, round(room * values[place] / highest))
            out.append(
                f'<rect x="{left}" y="{y}" width="{long}" height="{bar - 2}" fill="{fills[number % len(fills)]}" '
                f'stroke="{ink}" stroke-width="0.5" />'
            )
            out.append(f'<text x="{left + long + 5}" y="{y + bar - 3}" fill="{ink}">{written(values[place])}</text>')
            y += bar
        y += gap
    out.append("</svg>")
    return "".join(out)


def _legend(series: Sequence[tuple[str, Sequence[float]]], left: int, width: int) -> list[tuple[int, int]]:
    """Where the name of each series begins: side by side, in further lines where they are too long."""
    places: list[tuple[int, int]] = []
    x, y = left, 6
    for name, _values in series:
        long = 30 + 8 * len(name)
        if x > left and x + long > width:
            x, y = left, y + 16
        places.append((x, y))
        x += long
    return places
