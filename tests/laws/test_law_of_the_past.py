"""The law of the past: what is read of a moment is what was read when the log ended there."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all

from app.system import System
from projections.lead_view import read as view
from tests.laws.story import MERGES, Step, long_story, merging_stories, stories, telling
from tests.support.office import Office, found_office
from tests.support.pages import Known, known, reads, without


class Look(NamedTuple):
    """What was read when the log ended at a position."""

    position: int
    some: Known
    found: dict[str, Any]


law = settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))


@for_all(rounds=stories(apart=MERGES))
@law
async def test_a_moment_reads_as_the_present_did(
    system: System, other_system: System, rounds: list[list[Step]]
) -> None:
    await holds(system, other_system, rounds)


@pytest.mark.parametrize("seed", range(3))
async def test_so_do_moments_of_long_histories(system: System, other_system: System, seed: int) -> None:
    await holds(system, other_system, long_story(seed), every=8)


# What belongs to a lead that is deleted today is not seen, on whosever page it was.
@for_all(rounds=merging_stories(apart="delete lead"))
@law
async def test_so_do_moments_of_leads_that_are_merged_and_parted(
    system: System, other_system: System, rounds: list[list[Step]]
) -> None:
    await holds(system, other_system, rounds, every=4)


async def holds(system: System, other_system: System, rounds: list[list[Step]], every: int = 1) -> None:
    """The law, at the end of every so many rounds; and those of what the past is made of."""
    office = await found_office(system, f"Acme {uuid4()}")
    looks: list[Look] = []
    number = 0
    async for _ in telling([office, office.at(other_system)], rounds):
        number += 1
        if number % every == 0:
            looks.append(await look(office))
    async with office.reader() as reader:
        for then in looks:
            there = set(await view.leads(reader, then.some.lead_ids))
            now = await reads(reader.at(then.position), then.some)
            expected = without(then.found, {*then.some.lead_ids} - there)
            assert {name for name, rows in expected.items() if now[name] != rows} == set(), then.position


async def look(office: Office) -> Look:
    """All that there is to see, and where the log ends."""
    some = await known(office)
    async with office.reader() as reader:
        _, position = await reader.position()
        return Look(position, some, await reads(reader, some))
