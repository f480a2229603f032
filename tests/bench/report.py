"""What benchmarks say: tables on the screen, figures as JSON, charts as PNG in docs/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

DOCS = Path(__file__).resolve().parents[2] / "docs"
_COLOURS = ("#1f6f54", "#8a8f98", "#c08a2d", "#4a6fa5", "#7d4e87", "#a5483c")


@dataclass
class Report:
    """One run of one or more benchmarks."""

    quick: bool = False
    silent: bool = False
    charts: bool = True
    pretix: bool = False
    figures: dict[str, float] = field(default_factory=dict)

    def figure(self, name: str, value: float) -> None:
        self.figures[name] = round(float(value), 4)

    def table(self, title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        if self.silent:
            return
        cells = [[str(cell) for cell in row] for row in (headings, *rows)]
        widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
        print(f"\n{title}")
        for number, row in enumerate(cells):
            line = [
                cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
            ]
            print("  " + "  ".join(line))
            if number == 0:
                print("  " + "  ".join("-" * width for width in widths))

    def bars(self, file: str, title: str, groups: Sequence[str], series: Sequence[tuple[str, Sequence[float]]]) -> None:
        """A bar chart: for each group one bar of each series, with its value written on it."""
        if not self.charts:
            return
        left, bar, gap = 210, 18, 14
        height = 70 + len(groups) * (len(series) * bar + gap) + 20
        chart = Image.new("RGB", (900, height), "white")
        pen = ImageDraw.Draw(chart)
        font, small = ImageFont.load_default(15), ImageFont.load_default(12)
        pen.text((16, 10), title, "black", font=font)
        x = 16
        for index, (name, _values) in enumerate(series):
            pen.rectangle((x, 40, x + 11, 51), fill=_COLOURS[index % len(_COLOURS)])
            pen.text((x + 16, 38), name, "black", font=small)
            x += 30 + int(pen.textlength(name, font=small))
        top = max((value for _name, values in series for value in values), default=1.0) or 1.0
        y = 66
        for number, group in enumerate(groups):
            pen.text((16, y + len(series) * bar / 2 - 8), group, "black", font=small)
            for index, (_name, values) in enumerate(series):
                long = int((900 - left - 70) * values[number] / top)
                pen.rectangle((left, y, left + max(1, long), y + bar - 3), fill=_COLOURS[index % len(_COLOURS)])
                pen.text((left + long + 6, y + 1), f"{values[number]:g}", "black", font=small)
                y += bar
            y += gap
        DOCS.mkdir(exist_ok=True)
        chart.save(DOCS / file)
