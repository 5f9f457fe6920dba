"""seed: as many leads and activities as asked for, and the same for the same number."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from app.bulk.seed import SeedResult, seed
from app.ids import decode_id, uuid7
from app.lead.pins import PINS_MAX
from app.operator_error import OperatorError
from app.rebuild import rebuild
from app.system import System
from app.verify import verify
from app.vocabulary import Role
from tests.support.tables import assert_whole


@pytest.fixture
def name() -> str:
    """Of an organization that there is not yet."""
    return f"Seeded {uuid7()}"


async def test_a_seed_is_what_was_asked_for(system: System, name: str) -> None:
    made = await _seed(system, name, leads=12, activities=40)
    org_id = decode_id("orga", made.organization_id)
    assert len(set(made.lead_ids)) == 12
    for table, each in (("activity_feed", 40), ("lead_contact", 3), ("lead_opportunity", 2), ("lead_task", 3)):
        assert await _each(system, table, org_id) == {decode_id("lead", lead_id): each for lead_id in made.lead_ids}
    kinds = {row["kind"] for row in await _rows(system, "SELECT kind FROM activity_feed WHERE org_id = $1", org_id)}
    assert kinds == {"CREATED", "CALL", "EMAIL", "NOTE", "LEAD_STATUS_CHANGE", "TASK_COMPLETED"}
    pins = "SELECT lead_id FROM activity_feed WHERE org_id = $1 AND pinned_at IS NOT NULL"
    pinned = Counter(row["lead_id"] for row in await _rows(system, pins, org_id))
    assert set(pinned.values()) == {2}
    assert PINS_MAX > 2
    assert len((await system.states.organization(org_id)).users) == 20
    await assert_whole(system.store, org_id)


async def test_what_is_seeded_is_what_the_log_says(system: System, name: str) -> None:
    await _seed(system, name, leads=5, activities=30)
    assert await rebuild(system, projection=None, organization=name) == []
    assert await verify(system, organization=name) == []


async def test_a_seed_is_the_same_for_the_same_number(system: System) -> None:
    one, same, other = [
        await _texts(system, await _seed(system, f"Seeded {uuid7()}", leads=3, activities=20, number=number))
        for number in (7, 7, 8)
    ]
    assert one == same
    assert one != other


@pytest.mark.parametrize(("activities", "items"), [(0, 1), (1, 1), (2, 2), (3, 3)])
async def test_the_creation_is_the_first_activity(system: System, name: str, activities: int, items: int) -> None:
    made = await _seed(system, name, leads=1, activities=activities)
    org_id = decode_id("orga", made.organization_id)
    assert list((await _each(system, "activity_feed", org_id)).values()) == [items]


async def test_a_second_seed_adds_to_the_first(system: System, name: str) -> None:
    first, second = [await _seed(system, name, leads=2, activities=3) for _ in range(2)]
    assert first.organization_id == second.organization_id
    assert not set(first.lead_ids) & set(second.lead_ids)
    org_id = decode_id("orga", first.organization_id)
    assert len(await _each(system, "lead_view", org_id)) == 4
    assert len((await system.states.organization(org_id)).users) == 20


async def test_the_key_is_the_admins(system: System, name: str) -> None:
    principal = await system.keys.authenticate((await _seed(system, name, leads=1, activities=1)).api_key)
    assert principal is not None
    assert principal.user.role is Role.ADMIN


async def test_two_organizations_of_one_name_are_told_apart_by_nobody(system: System, name: str) -> None:
    for _ in range(2):
        await system.keys.add_organization(uuid7(), name)
    with pytest.raises(OperatorError, match="several organizations"):
        await _seed(system, name, leads=1, activities=1)


async def _seed(system: System, name: str, *, leads: int, activities: int, number: int = 1) -> SeedResult:
    steps: list[tuple[int, int]] = []
    made = await seed(
        system,
        leads=leads,
        activities=activities,
        seed=number,
        organization=name,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps[0] == (0, leads)
    assert steps[-1] == (leads, leads)
    return made


async def _rows(system: System, sql: str, org_id: UUID) -> list[Any]:
    return await system.store.fetch(None, sql, org_id)


async def _each(system: System, table: str, org_id: UUID) -> dict[UUID, int]:
    """How many rows of a table each lead has."""
    rows = await _rows(system, f"SELECT lead_id FROM {table} WHERE org_id = $1", org_id)  # noqa: S608  # of the test
    return Counter(row["lead_id"] for row in rows)


async def _texts(system: System, made: SeedResult) -> list[str]:
    org_id = decode_id("orga", made.organization_id)
    names = await _rows(system, "SELECT name AS text FROM lead_view WHERE org_id = $1 ORDER BY lead_id", org_id)
    details = "coalesce(details->>'body_text', details->>'text', details->>'note')"
    feed = f"SELECT {details} AS text FROM activity_feed WHERE org_id = $1 ORDER BY position"  # noqa: S608
    return [row["text"] for row in (*names, *await _rows(system, feed, org_id))]
