"""log_call: one durable write over HTTP, beside PostGraphile's insert, which keeps no history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import asyncpg

from benchmarks.bench import Bench, PeerMissing
from benchmarks.documents import known
from benchmarks.lead_page import requests
from benchmarks.load import GENERATOR, Target, shoot
from benchmarks.office import office, serving
from benchmarks.postgraphile import PEERS, lead_ids, postgraphile
from benchmarks.rates import Rate
from benchmarks.table import Row, alone, compared, in_turns

CONNECTIONS = 32
INPUT = {
    "leadId": "__ID__",
    "direction": "OUTBOUND",
    "durationSeconds": 60,
    "phone": "+16505551234",
    "note": "hello there, spoke about the renewal",
}


def rows(bench: Bench) -> Iterator[Row]:
    """One organization; every request on another lead."""
    home = office(bench)
    mutation, _ = known("log_call")
    work = f"log call over HTTP, 1 organization, {CONNECTIONS} connections, {GENERATOR}"
    before = bench.run(_events(home.database.owner_url))
    with ExitStack() as held:
        ours = Target.of(
            bench.scratch,
            url=held.enter_context(serving(bench, home.database)),
            document=mutation,
            variables={"input": INPUT},
            ids=home.lead_ids,
            authorization=f"Bearer {home.api_key}",
        )
        try:
            url = held.enter_context(postgraphile(bench))
        except PeerMissing as missing:
            yield alone(work, requests([_shot(bench, ours) for _ in range(bench.sizes.rounds)]), str(missing))
            return
        query = (PEERS / "create_activity.graphql").read_text()
        variables = {"id": "acti_x__N__", "leadId": "__ID__"}
        peer = Target.of(bench.scratch, url=url, document=query, variables=variables, ids=lead_ids(bench))
        found = in_turns(bench.sizes.rounds, lambda: _shot(bench, ours), lambda: _shot(bench, peer))
        answered = sum(one["count"] for one in found[0])
    written = bench.run(_events(home.database.owner_url)) - before
    if written < answered:
        raise RuntimeError(f"{answered} calls were answered and {written} events are there")
    yield compared(work, requests(found[0]), requests(found[1]))


def _shot(bench: Bench, target: Target) -> Rate:
    return shoot(target, connections=CONNECTIONS, seconds=bench.sizes.round_s)


async def _events(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM leadstream.events"))
    finally:
        await connection.close()
