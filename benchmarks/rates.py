"""Rates: how much was done in a round, and how long each piece took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict


class Rate(TypedDict):
    """What a round comes to. A dictionary, because processes hand it to each other."""

    per_s: float
    p50_ms: float
    p99_ms: float
    count: int


def rate(taken_s: Sequence[float], elapsed_s: float) -> Rate:
    """From the seconds that each piece took, and those that all of them took together."""
    if not taken_s:
        raise RuntimeError("nothing was done in a whole round")
    ordered = sorted(taken_s)
    return Rate(
        per_s=len(ordered) / elapsed_s,
        p50_ms=ordered[len(ordered) // 2] * 1000,
        p99_ms=ordered[len(ordered) * 99 // 100] * 1000,
        count=len(ordered),
    )
