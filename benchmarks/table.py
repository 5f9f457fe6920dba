"""The table: one row for each thing measured, from rounds in which both sides took turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

One = TypeVar("One")
Other = TypeVar("Other")

HEADER = "| Work | Ours | Peer | Ratio | Spread |\n| --- | ---: | ---: | ---: | ---: |"
NOTHING = "-"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table. `ratio` is ours ÷ peer, be more better or less; `spread` its lowest and highest."""

    work: str
    ours: str = NOTHING
    peer: str = NOTHING
    ratio: str = NOTHING
    spread: str = NOTHING

    def markdown(self) -> str:
        cells = (self.work, self.ours, self.peer, self.ratio, self.spread)
        return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a row: a number a round, how to write it, and what else there is to say."""

    numbers: Sequence[float]
    unit: str
    note: str = ""

    def cell(self) -> str:
        return f"{_number(median(self.numbers))} {self.unit}{f', {self.note}' if self.note else ''}"


def compared(work: str, ours: Side, peer: Side) -> Row:
    """A row from rounds that alternated."""
    ratios = [one / other for one, other in zip(ours.numbers, peer.numbers, strict=True)]
    return Row(
        work=work,
        ours=ours.cell(),
        peer=peer.cell(),
        ratio=f"{median(ratios):.2f}",
        spread=f"{min(ratios):.2f} to {max(ratios):.2f}",
    )


def alone(work: str, ours: Side, why: str = NOTHING) -> Row:
    """A row without a peer; `why` there is none."""
    low, high = min(ours.numbers), max(ours.numbers)
    spread = f"{_number(low)} to {_number(high)}" if len(ours.numbers) > 1 else NOTHING
    return Row(work=work, ours=ours.cell(), peer=why, spread=spread)


def in_turns(rounds: int, ours: Callable[[], One], peer: Callable[[], Other]) -> tuple[list[One], list[Other]]:
    """Run both sides so many times, one after the other, so that what disturbs the machine disturbs both."""
    pairs = [(ours(), peer()) for _ in range(rounds)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
