"""Where the lines and bars of a chart stand, in the units of its picture. Drawn by ``inbox/statistics/chart.html``.

Positions are whole numbers: a template would write a fraction with a comma.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, log10

from .tables import Kind, in_words

__all__ = ["Bar", "Chart", "Line", "Mark", "bars", "columns", "lines"]

LEFT, TOP, RIGHT, BOTTOM = 56, 16, 16, 32
HEIGHT, NARROWEST, SLOT, LABEL = 240, 440, 24, 76
ROW, THICK, NAMES, NUMBERS = 34, 14, 0, 70
BARS_WIDTH = 440


@dataclass(frozen=True)
class Line:
    """One line of a chart: its name and a value for each label; none where there is a gap."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Mark:
    """A text or a point on the chart, with the line across the chart at its height if it has one."""

    x: int
    y: int
    text: str


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    width: int
    height: int
    name: str
    value: str
    value_x: int = 0


@dataclass(frozen=True)
class Drawn:
    """A line as it is drawn: its runs between gaps, and its points."""

    name: str
    runs: tuple[str, ...]
    points: tuple[Mark, ...]


@dataclass(frozen=True)
class Chart:
    """A chart that is ready to draw; ``says`` is the same in a sentence's length, for who does not see it."""

    title: str
    says: str
    width: int
    height: int
    left: int = LEFT
    right: int = 0
    bars: tuple[Bar, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    levels: tuple[Mark, ...] = ()
    labels: tuple[Mark, ...] = field(default=())
    is_lying: bool = False


def _top(largest: float) -> int:
    """Return a round number, not smaller, that four equal steps lead to."""
    unit = 10 ** max(0, int(log10(largest)) - 1) if largest >= 1 else 1
    return ceil(max(largest, 4) / (4 * unit)) * 4 * unit


@dataclass(frozen=True)
class _Frame:
    count: int
    top: float
    kind: Kind

    @property
    def width(self) -> int:
        return max(NARROWEST, LEFT + RIGHT + self.count * SLOT)

    def x(self, number: int) -> int:
        """The middle of a label's place."""
        return LEFT + round((number + 0.5) * (self.width - LEFT - RIGHT) / self.count)

    def y(self, value: float) -> int:
        return HEIGHT - BOTTOM - round(value / self.top * (HEIGHT - TOP - BOTTOM))

    @property
    def levels(self) -> tuple[Mark, ...]:
        values = (self.top * step / 4 for step in range(5))
        return tuple(Mark(LEFT - 8, self.y(value), in_words(value, self.kind)) for value in values)

    def labels(self, names: Sequence[str]) -> tuple[Mark, ...]:
        """As many labels as have room."""
        room = (self.width - LEFT - RIGHT) / max(self.count, 1)
        every = max(1, ceil(LABEL / room))
        return tuple(
            Mark(self.x(number), HEIGHT - 10, name) for number, name in enumerate(names) if number % every == 0
        )


def _said(names: Sequence[str], values: Sequence[float | None], kind: Kind) -> str:
    return "; ".join(f"{name}: {in_words(value, kind)}" for name, value in zip(names, values, strict=True))


def columns(title: str, names: Sequence[str], values: Sequence[int]) -> Chart:
    """Return one standing bar for each name."""
    frame = _Frame(len(names), _top(max(values, default=0)), Kind.NUMBER)
    wide = min(40, round((frame.width - LEFT - RIGHT) / max(len(names), 1) * 0.7))
    return Chart(
        title,
        _said(names, values, Kind.NUMBER),
        frame.width,
        HEIGHT,
        right=frame.width - RIGHT,
        bars=tuple(
            Bar(
                frame.x(number) - wide // 2,
                frame.y(value),
                wide,
                HEIGHT - BOTTOM - frame.y(value),
                names[number],
                in_words(value, Kind.NUMBER),
            )
            for number, value in enumerate(values)
        ),
        levels=frame.levels,
        labels=frame.labels(names),
    )


def lines(title: str, names: Sequence[str], series: Sequence[Line], kind: Kind = Kind.NUMBER) -> Chart:
    """Return lines over the same names."""
    known = [value for line in series for value in line.values if value is not None]
    frame = _Frame(len(names), 1 if kind == Kind.SHARE else _top(max(known, default=0)), kind)
    return Chart(
        title,
        ". ".join(f"{line.name}. {_said(names, line.values, kind)}" for line in series),
        frame.width,
        HEIGHT,
        right=frame.width - RIGHT,
        drawn=tuple(_drawn(line, names, frame) for line in series),
        levels=frame.levels,
        labels=frame.labels(names),
    )


def _drawn(line: Line, names: Sequence[str], frame: _Frame) -> Drawn:
    runs: list[list[str]] = [[]]
    points = []
    for number, value in enumerate(line.values):
        if value is None:
            runs.append([])
            continue
        x, y = frame.x(number), frame.y(value)
        runs[-1].append(f"{x},{y}")
        points.append(Mark(x, y, f"{line.name}, {names[number]}: {in_words(value, frame.kind)}"))
    return Drawn(line.name, tuple(" ".join(run) for run in runs if len(run) > 1), tuple(points))


def bars(title: str, values: Sequence[tuple[str, int]]) -> Chart:
    """Return one lying bar for each name, which stands above it."""
    largest = max((value for _name, value in values), default=0) or 1
    drawn = []
    for number, (name, value) in enumerate(values):
        width = round(value / largest * (BARS_WIDTH - NUMBERS))
        shown = in_words(value, Kind.NUMBER)
        drawn.append(Bar(NAMES, number * ROW + 16, width, THICK, name, shown, NAMES + width + 6))
    return Chart(
        title,
        _said([name for name, _value in values], [value for _name, value in values], Kind.NUMBER),
        BARS_WIDTH,
        len(values) * ROW,
        bars=tuple(drawn),
        is_lying=True,
    )
