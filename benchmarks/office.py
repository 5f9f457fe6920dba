"""An organization with as many leads as pages are read from, and the server that serves it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from app.bulk.seed import SeedResult
from app.bulk.seed import seed as bulk_seed
from app.database import Database
from app.system import System, open_system
from benchmarks.bench import Bench, settings
from benchmarks.programs import environment, running

SERVING = re.compile(r"^serving on (http://\S+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Office:
    """Ids as the API shows them."""

    database: Database
    api_key: str
    lead_ids: Sequence[str]
    long_lead_id: str


def office(bench: Bench) -> Office:
    """Seeded once in a run."""
    return bench.once(_seeded)


def _seeded(bench: Bench) -> Office:
    sizes, database = bench.sizes, bench.database()
    with bench.opened(open_system(settings(database), database)) as system:
        made = bench.run(seeded(system, leads=sizes.leads, activities=sizes.activities, seed=1))
        long = bench.run(seeded(system, leads=1, activities=sizes.long_activities, seed=2))
    bench.run(bench.vacuumed(database))
    return Office(database=database, api_key=made.api_key, lead_ids=made.lead_ids, long_lead_id=long.lead_ids[0])


async def seeded(
    system: System, *, leads: int, activities: int, seed: int, organization: str | None = None
) -> SeedResult:
    """Leads through the bulk road, and what they are called."""

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\rseeding {done:,} of {total:,} leads" + "\n" * (done == total))

    return await bulk_seed(
        system, leads=leads, activities=activities, seed=seed, organization=organization, progress=progress
    )


@contextmanager
def serving(bench: Bench, database: Database) -> Iterator[str]:
    """One process of `serve`; its GraphQL address."""
    with served(bench, database) as (url, _):
        yield url


@contextmanager
def served(bench: Bench, database: Database) -> Iterator[tuple[str, int]]:
    """One process of `serve`; its GraphQL address and its process id."""
    log = bench.scratch / "serve.log"
    env = environment(DATABASE_URL=database.app_url, LEADSTREAM_OWNER_DATABASE_URL=database.owner_url)
    command = [sys.executable, "-m", "app", "serve", "--port", "0", "--workers", "1"]
    with running(command, log=log, ready=lambda: SERVING.search(log.read_text()) is not None, env=env) as pid:
        found = SERVING.search(log.read_text())
        assert found is not None
        yield f"{found[1]}/graphql", pid
