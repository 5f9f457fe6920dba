"""The law of the past: what is read of a moment is what was read when the log ended there."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import given as for_all

from app.system import System
from tests.laws.story import Step, stories, telling
from tests.support.office import found_office
from tests.support.pages import known, reads, without

law = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))


@for_all(rounds=stories())
@law
async def test_a_moment_reads_as_the_present_did(
    system: System, other_system: System, rounds: list[list[Step]]
) -> None:
    office = await found_office(system, f"Acme {uuid4()}")
    kept = []
    async for _ in telling([office, office.at(other_system)], rounds):
        some = await known(office)
        async with office.reader() as reader:
            _, position = await reader.position()
            kept.append((position, some, await reads(reader, some)))
    for position, some, then in kept:
        async with office.reader() as reader:
            there = {row.lead_id for row in (await reads(reader, some))["leads"].values()}
            now = await reads(reader.at(position), some)
            expected = without(then, {*some.lead_ids} - there)
            assert {name for name, rows in expected.items() if now[name] != rows} == set(), position
