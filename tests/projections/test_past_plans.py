"""How PostgreSQL reads a moment in the middle of a history of 10,000 events: by indexes, and little more than it gives.

What came later is passed over in the index; what was changed later is found in the past, in the order asked for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest
import pytest_asyncio

from app.bulk.seed import seed
from app.ids import decode_id
from app.lead.notes import EditNote
from app.onboarding import system_request
from app.settings import Settings
from app.system import System, open_system, session
from app.vocabulary import ActivityKind
from projections.activity_feed import read as feed
from projections.activity_feed.read import ActivityCriteria
from projections.email_threads import read as threads
from projections.files_tab import read as files
from projections.files_tab.read import FileCriteria
from projections.lead_view import opportunity_list, task_list
from projections.lead_view import read as view
from projections.machinery import moments
from projections.machinery.reader import Reader
from tests.projections.explaining import RunningReader
from tests.support.logs import connected
from tests.support.postgres import TEMPLATE, Servers, both_versions, new_database

pytestmark = both_versions

EVENTS = 10_000
EDITS = 100  # of notes from all over the history, at its end
LIMIT = 51
UTC = ZoneInfo("UTC")
KINDS = (ActivityKind.NOTE, ActivityKind.CALL)


@dataclass(frozen=True, kw_only=True)
class Long:
    """A lead with a long history among short ones, and the position in the middle of it."""

    pool: asyncpg.Pool
    org_id: UUID
    lead_id: UUID
    contact_ids: Sequence[UUID]
    thread_ids: Sequence[UUID]
    note_ids: Sequence[UUID]
    middle: int


Read = Callable[[Reader, Long], Awaitable[Any]]


def _page(**asked: Any) -> Read:
    return lambda reader, one: feed.activity_page(reader, [one.lead_id], ActivityCriteria(**asked), limit=LIMIT)


# With each, how many rows and entries of indexes it may look at: what it gives, what was changed later, and a few.
READS: dict[str, tuple[Read, int]] = {
    "leads": (lambda reader, one: view.leads(reader, [one.lead_id]), 100 + 4 * EDITS),
    "contacts": (lambda reader, one: view.contacts_of_leads(reader, [one.lead_id], LIMIT), 100),
    "contacts by id": (lambda reader, one: view.contacts(reader, one.contact_ids), 100),
    "opportunities": (lambda reader, one: view.opportunities_of_leads(reader, [one.lead_id], LIMIT), 100),
    "tasks": (lambda reader, one: view.tasks_of_leads(reader, [one.lead_id], LIMIT, include_completed=True), 200),
    "next task": (lambda reader, one: task_list.next_tasks(reader, [one.lead_id], UTC), 200),
    "custom values": (lambda reader, one: view.custom_values(reader, [one.lead_id, *one.contact_ids]), 100),
    "numbers": (lambda reader, one: opportunity_list.opportunity_counts(reader, [one.lead_id], []), 100),
    "feed": (_page(), 5 * LIMIT),
    "the oldest of the feed": (
        lambda reader, one: feed.activity_page(
            reader, [one.lead_id], ActivityCriteria(), from_oldest=True, limit=LIMIT
        ),
        5 * LIMIT,
    ),
    "feed of kinds": (_page(kinds=KINDS), 10 * LIMIT + 2 * EDITS),
    "pinned": (lambda reader, one: feed.pinned(reader, [one.lead_id]), 100),
    "count": (
        lambda reader, one: feed.count(reader, [one.lead_id], ActivityCriteria()),
        feed.COUNT_MAX + 2 * EDITS,
    ),
    "activities by id": (lambda reader, one: feed.activities(reader, one.note_ids), 6 * EDITS),
    "threads": (lambda reader, one: threads.thread_page(reader, [one.lead_id], limit=LIMIT), 6 * LIMIT),
    "e-mails of threads": (lambda reader, one: threads.email_page(reader, one.thread_ids, limit=10), 500),
    "people of threads": (lambda reader, one: threads.thread_people(reader, one.thread_ids), 500),
    "files": (lambda reader, one: files.file_page(reader, [one.lead_id], FileCriteria(), limit=LIMIT), 4 * LIMIT),
    "count of files": (lambda reader, one: files.count(reader, [one.lead_id], FileCriteria()), 100),
    "version": (lambda reader, one: moments.version_at(reader, one.lead_id, one.middle), 20),
    "position": (lambda reader, one: _position_at(reader, one.middle), 40),
}


async def _position_at(reader: Reader, position: int) -> None:
    time = await moments.recorded_at(reader, position)
    assert time is not None
    await moments.position_at(reader, time)


class Made:
    """Those of each PostgreSQL version, made when first asked for."""

    def __init__(self, servers: Servers, held: AsyncExitStack) -> None:
        self._servers, self._held = servers, held
        self._made: dict[int, Long] = {}

    async def of(self, version: int) -> Long:
        """The one in PostgreSQL of a version."""
        if version not in self._made:
            self._made[version] = await self._make(version)
        return self._made[version]

    async def _make(self, version: int) -> Long:
        database = await self._held.enter_async_context(new_database(self._servers.of(version), TEMPLATE))
        async with open_system(Settings(), database) as system:
            for leads, activities, number in ((100, 20, 1), (1, EVENTS, 2)):
                made = await seed(
                    system,
                    leads=leads,
                    activities=activities,
                    seed=number,
                    organization=None,
                    progress=lambda _done, _total: None,
                )
            org_id, lead_id = decode_id("orga", made.organization_id), decode_id("lead", made.lead_ids[0])
            found = await _found(system, org_id, lead_id)
        async with connected(database.owner_url) as owner:
            await owner.execute("VACUUM ANALYZE")
        pool = asyncpg.create_pool(database.app_url, min_size=1, max_size=2, server_settings=session(Settings()))
        entered = await self._held.enter_async_context(pool)
        return Long(pool=entered, org_id=org_id, lead_id=lead_id, **found)


async def _found(system: System, org_id: UUID, lead_id: UUID) -> dict[str, Any]:
    async def ids(sql: str) -> list[Any]:
        return [row[0] for row in await system.store.fetch(None, sql, org_id, lead_id)]

    notes = await ids(
        "SELECT activity_id FROM activity_feed WHERE org_id = $1 AND lead_id = $2 AND kind = 'NOTE' ORDER BY position"
    )
    positions = await ids("SELECT position FROM events WHERE org_id = $1 AND stream_id = $2 ORDER BY position")
    note_ids = notes[:: len(notes) // EDITS][:EDITS]
    for note_id in note_ids:
        await system.dispatch.run(EditNote(note_id=note_id, text="Edited"), system_request(org_id, source="test"))
    threads_of_lead = "FROM email_thread WHERE org_id = $1 AND lead_id = $2 ORDER BY latest_position LIMIT 10"
    return {
        "contact_ids": await ids("SELECT contact_id FROM lead_contact WHERE org_id = $1 AND lead_id = $2"),
        "thread_ids": await ids(f"SELECT thread_id {threads_of_lead}"),
        "note_ids": note_ids,
        "middle": positions[len(positions) // 2],
    }


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def made(servers: Servers) -> AsyncIterator[Made]:
    async with AsyncExitStack() as held:
        yield Made(servers, held)


@pytest_asyncio.fixture(loop_scope="session")
async def long(made: Made, postgres_version: int) -> Long:
    return await made.of(postgres_version)


@pytest.mark.parametrize("generic", [False, True], ids=["for the values", "for any"])
@pytest.mark.parametrize(("read", "most"), READS.values(), ids=READS)
async def test_a_moment_is_read_by_indexes_and_little_more_than_it_has(
    long: Long, read: Read, most: int, generic: bool
) -> None:
    reader = RunningReader(long.pool, long.org_id, snapshot=False, generic=generic)
    await read(reader.at(long.middle), long)
    assert reader.plans
    assert not any(plan.walks_a_table for plan in reader.plans)
    assert reader.looked_at <= most


@pytest.mark.parametrize("name", ["feed", "the oldest of the feed", "threads", "files"])
async def test_a_page_of_a_moment_is_read_in_order_and_no_more_is_sorted_than_it_has(long: Long, name: str) -> None:
    reader = RunningReader(long.pool, long.org_id, snapshot=False)
    await READS[name][0](reader.at(long.middle), long)
    assert not any(plan.sorts_what_no_limit_cut for plan in reader.plans)
