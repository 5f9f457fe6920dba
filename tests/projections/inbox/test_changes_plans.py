"""What feeds of inboxes ask again and again reads a handful of rows, however much somebody has."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.ids import uuid7
from app.store.store import SQL as STORE
from app.store.store import EventStore
from projections.inbox.changes import SQL, changed_inboxes, changed_items, due_between, next_due
from tests.projections.crowded import Crowd
from tests.projections.explaining import RunningReader
from tests.projections.inbox.crowded import FEW, LOT, LOTS, NOW, ZONES
from tests.support.postgres import both_versions

pytestmark = both_versions
owners = pytest.mark.parametrize("owner_id", [FEW[0], LOT], ids=["who has little", "who has much"])


def looked_at(reader: RunningReader) -> int:
    assert not any(plan.walks_a_table for plan in reader.plans)
    return reader.looked_at


@owners
async def test_what_changed_is_read_off_its_index(crowd: Crowd, reader: RunningReader, owner_id: object) -> None:
    await crowd.pool.execute(STORE["found"], crowd.org_id)
    found = await changed_items(reader, owner_id, LOTS - 20, 1_000)  # type: ignore[arg-type]
    assert looked_at(reader) <= 10 * len(found.items) + 20


@owners
async def test_what_fell_due_and_what_will_is_read_off_indexes(
    crowd: Crowd, reader: RunningReader, owner_id: object
) -> None:
    del crowd
    found = await due_between(reader, owner_id, NOW, NOW + timedelta(hours=2), ZONES[0], 1_000)  # type: ignore[arg-type]
    assert looked_at(reader) <= 10 * len(found) + 20
    reader.plans.clear()
    await next_due(reader, owner_id, NOW, ZONES[0])  # type: ignore[arg-type]
    assert looked_at(reader) <= 20  # one or two of each kind


async def test_whose_inbox_moved_is_one_look_each(crowd: Crowd, reader: RunningReader) -> None:
    await reader.fetch(SQL["moved"], [*FEW, LOT], LOTS - 20)
    assert looked_at(reader) <= 2 * len([*FEW, LOT])
    store = EventStore(crowd.pool, crowd.pool)
    assert await changed_inboxes(store, crowd.org_id, [uuid7(), LOT], LOTS - 20) == (0, 0, [LOT])
