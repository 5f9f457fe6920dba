"""The `eventsourcing` library's own PostgreSQL application, logging calls on leads as ours does.

A process of its own, because importing the library patches `dataclasses`, and so that neither side's threads stand in
the other's way. Reads one JSON object a line, {"clients": 32, "seconds": 4}, and answers each with a Rate as JSON;
ends with its input.

Its address stands in POSTGRES_* variables, which the library reads. It gets what makes it fast: psycopg in C, a
connection for every client up to POOL_MAX, leads kept in memory and taken from there without a look at the database
(we do not look either: a stale version is refused by the append), and without a copy.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from itertools import cycle
from typing import ClassVar
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.rates import Rate, rate

POOL_MAX = 32  # connections for all applications together
KEPT_LEADS = 5_000  # as many as we keep


class Lead(Aggregate):
    """What its event says is what ours says; it has no read models to write."""

    class Opened(Aggregate.Created):
        name: str

    class CallLogged(Aggregate.Event):
        call_id: UUID
        user_id: UUID
        direction: str
        duration_s: int
        phone: str
        note: str

    @event(Opened)
    def __init__(self, name: str) -> None:
        self.name = name
        self.calls = 0

    @event(CallLogged)
    def log_call(
        self,
        call_id: UUID,  # noqa: ARG002  # all of them go into the event
        user_id: UUID,  # noqa: ARG002
        direction: str,  # noqa: ARG002
        duration_s: int,  # noqa: ARG002
        phone: str,  # noqa: ARG002
        note: str,  # noqa: ARG002
    ) -> None:
        """One more call."""
        self.calls += 1


class Leads(Application[UUID]):
    """One organization, or several in one log."""

    env: ClassVar[dict[str, str]] = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "AGGREGATE_CACHE_MAXSIZE": str(KEPT_LEADS),
        "AGGREGATE_CACHE_FASTFORWARD": "n",
        "DEEPCOPY_FROM_AGGREGATE_CACHE": "n",
    }

    def open_lead(self, name: str) -> UUID:
        lead = Lead(name)
        self.save(lead)
        return lead.id

    def log_call(self, lead_id: UUID, user_id: UUID, note: str) -> None:
        lead: Lead = self.repository.get(lead_id)
        lead.log_call(uuid4(), user_id, "outbound", 60, "+12025550123", note)
        self.save(lead)


def main() -> None:
    """Make applications, each with tables of its own, and leads; then answer one line after the other."""
    applications, leads_each, note = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    pool_size = str(max(POOL_MAX // applications, 1))
    offices = [
        Leads({**os.environ, "POSTGRES_SCHEMA": f"application_{number}", "POSTGRES_POOL_SIZE": pool_size})
        for number in range(applications)
    ]
    leads = [(office, office.open_lead(f"Lead {number}")) for number in range(leads_each) for office in offices]
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(_round(leads, asked["clients"], asked["seconds"], note)), flush=True)
    for office in offices:
        office.close()


def _round(leads: Sequence[tuple[Leads, UUID]], clients: int, seconds: float, note: str) -> Rate:
    """Every client logs calls on leads of its own, one after the other, until time is over."""
    user_id = uuid4()
    taken: list[list[float]] = [[] for _ in range(clients)]

    def client(number: int) -> None:
        for office, lead_id in cycle(leads[number::clients]):
            began = time.perf_counter()
            if began >= end:
                return
            office.log_call(lead_id, user_id, note)
            taken[number].append(time.perf_counter() - began)

    began = time.perf_counter()
    end = began + seconds
    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return rate([each for one in taken for each in one], time.perf_counter() - began)


if __name__ == "__main__":
    main()
