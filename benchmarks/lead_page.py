"""lead_page: the lead page over HTTP, beside PostGraphile over plain tables with the same facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from benchmarks.bench import Bench, PeerMissing
from benchmarks.documents import known
from benchmarks.load import GENERATOR, Target, shoot
from benchmarks.office import Office, office, serving
from benchmarks.postgraphile import PEERS, lead_ids, postgraphile
from benchmarks.rates import Rate
from benchmarks.table import Row, Side, alone, compared, in_turns

CONNECTIONS = 16


def rows(bench: Bench) -> Iterator[Row]:
    """Any of the leads at random, one process a side."""
    sizes, home = bench.sizes, office(bench)
    page, left_out = known("lead_page")
    work = f"lead page, {sizes.leads:,} leads of {sizes.activities} activities, {CONNECTIONS} connections, {GENERATOR}"
    work += f"; ours without {', '.join(left_out)}" if left_out else ""
    with ExitStack() as held:
        ours = our_page(bench, held.enter_context(serving(bench, home.database)), home, home.lead_ids, page)
        try:
            url = held.enter_context(postgraphile(bench))
        except PeerMissing as missing:
            yield alone(work, requests([_shot(bench, ours) for _ in range(sizes.rounds)]), str(missing))
            return
        query = (PEERS / "lead_page.graphql").read_text()
        peer = Target.of(bench.scratch, url=url, document=query, variables={"id": "__ID__"}, ids=lead_ids(bench))
        found = in_turns(sizes.rounds, lambda: _shot(bench, ours), lambda: _shot(bench, peer))
        yield compared(work, requests(found[0]), requests(found[1]))


def our_page(bench: Bench, url: str, home: Office, ids: Sequence[str], page: str) -> Target:
    """The page of some leads."""
    return Target.of(
        bench.scratch,
        url=url,
        document=page,
        variables={"id": "__ID__"},
        ids=ids,
        authorization=f"Bearer {home.api_key}",
    )


def requests(rates: Sequence[Rate]) -> Side:
    """Requests a second, and how long the middle round's took."""
    middle = sorted(rates, key=lambda one: one["per_s"])[len(rates) // 2]
    note = f"p50 {middle['p50_ms']:.1f} ms, p99 {middle['p99_ms']:.1f} ms"
    return Side(numbers=[one["per_s"] for one in rates], unit="requests/s", note=note)


def _shot(bench: Bench, target: Target) -> Rate:
    return shoot(target, connections=CONNECTIONS, seconds=bench.sizes.round_s)
