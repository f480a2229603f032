"""Charts as SVG for documents: bars with their values written on them, readable in black and white."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

FILL, SECOND, INK = "#2F6F8F", "#C9D8DF", "#222222"


def bars(labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], width: int = 720) -> str:
    """Horizontal bars, one of each series for each label."""
    left, bar, gap, top = 210, 13, 8, 26
    height = top + len(labels) * (len(series) * bar + gap) + 6
    highest = max((value for _name, values in series for value in values), default=0) or 1
    room = width - left - 60
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'font-family="DejaVu Sans, Noto Sans, sans-serif" font-size="11">'
    ]
    x = left
    for number, (name, _values) in enumerate(series):
        out.append(f'<rect x="{x}" y="6" width="10" height="10" fill="{_colour(number)}" stroke="{INK}" />')
        out.append(f'<text x="{x + 15}" y="15" fill="{INK}">{escape(name)}</text>')
        x += 30 + 8 * len(name)
    y = top
    for place, label in enumerate(labels):
        shown = label if len(label) <= 27 else label[:26] + "…"
        middle = y + len(series) * bar / 2 + 4
        out.append(f'<text x="{left - 8}" y="{middle}" text-anchor="end" fill="{INK}">{escape(shown)}</text>')
        for number, (_name, values) in enumerate(series):
            long = max(1, round(room * values[place] / highest))
            out.append(
                f'<rect x="{left}" y="{y}" width="{long}" height="{bar - 2}" fill="{_colour(number)}" '
                f'stroke="{INK}" stroke-width="0.5" />'
            )
            out.append(f'<text x="{left + long + 5}" y="{y + bar - 3}" fill="{INK}">{values[place]:g}</text>')
            y += bar
        y += gap
    out.append("</svg>")
    return "".join(out)


def _colour(number: int) -> str:
    return (FILL, SECOND, "#8A6D3B")[number % 3]
