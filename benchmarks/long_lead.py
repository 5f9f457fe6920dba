"""long_lead: the lead page of a lead with a very long history, beside those of short ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.bench import Bench
from benchmarks.documents import known
from benchmarks.lead_page import our_page
from benchmarks.load import Target, shoot
from benchmarks.office import office, serving
from benchmarks.table import Row, Side, compared, in_turns


def rows(bench: Bench) -> Iterator[Row]:
    """Milliseconds that a page takes, one at a time: the ratio is to stay below 1.5."""
    sizes, home = bench.sizes, office(bench)
    page, _ = known("lead_page")
    with serving(bench, home.database) as url:
        long = our_page(bench, url, home, [home.long_lead_id], page)
        short = our_page(bench, url, home, [home.lead_ids[len(home.lead_ids) // 2]], page)
        found = in_turns(sizes.rounds, lambda: _taken_ms(bench, long), lambda: _taken_ms(bench, short))
    work = f"lead page, a lead of {sizes.long_activities:,} activities beside one of {sizes.activities}, 1 connection"
    yield compared(work, _side(found[0]), _side(found[1]))


def _taken_ms(bench: Bench, target: Target) -> float:
    return shoot(target, connections=1, seconds=bench.sizes.round_s / 2)["p50_ms"]


def _side(numbers: Sequence[float]) -> Side:
    return Side(numbers=numbers, unit="ms")
