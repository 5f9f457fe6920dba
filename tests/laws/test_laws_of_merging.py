"""Laws of merging: taken back, a merge was nothing; and merged leads' pages are read as those of one are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from app.ids import LeadId
from app.lead.event import LeadEvent
from app.lead.lead import Lead, replay
from app.lead.merge import MergeLeads
from app.lead.unmerge import UnmergeLead
from app.rebuild import rebuild
from app.refusal import Refusal, Refused
from app.states import States
from app.system import System
from app.verify import verify
from projections import INLINE
from projections.activity_feed import read as feed
from projections.activity_feed.read import ActivityCriteria
from projections.email_threads import read as threads
from projections.files_tab import read as files
from projections.lead_view import read as lead_side
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.lists import LeadOrder, lead_page
from tests.laws.story import Step, merging_stories, tell
from tests.support.office import Office, found_office

law = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
STAMPS = {"version", "from_pos", "updated_at", "updated_by", "position", "edited_at"}
EVERYTHING = 1_000
BY_ID = (
    ("contacts", "contact_id", lead_side.contacts),
    ("opportunities", "opportunity_id", lead_side.opportunities),
    ("tasks", "task_id", lead_side.tasks),
)


async def told(system: System, rounds: Sequence[Sequence[Step]]) -> tuple[Office, list[LeadId]]:
    """A new organization of which a story was told, and its leads."""
    office = await found_office(system, f"Acme {uuid4()}")
    await tell([office], rounds)
    log = await office.log()
    return office, list(dict.fromkeys(LeadId(fact.stream_id) for fact in log if isinstance(fact.event, LeadEvent)))


async def rows(office: Office) -> dict[str, list[Any]]:
    """What every table holds, but for what counts or dates events."""
    found: dict[str, list[Any]] = {}
    for table in (table for one in INLINE for table in one.tables if table.name != "lead_pulse"):
        sql = f"SELECT * FROM {table.name} WHERE org_id = $1"  # noqa: S608 - a table's name
        kept = [
            {name: value for name, value in row.items() if name not in STAMPS or table.name == "email_message"}
            for row in await office.system.store.fetch(None, sql, office.org_id)
            if row.get("kind") != "LEAD_MERGE"
        ]
        for row in kept:
            row.pop("from_pos", None)
        found[table.name] = sorted(kept, key=str)
    return found


async def state(office: Office, lead_id: LeadId) -> Lead | None:
    lead = await office.system.states.lead(office.org_id, lead_id)
    return lead and msgspec.structs.replace(lead, version=0, returned_at=0)


@for_all(rounds=merging_stories(), chosen=st.permutations(range(3)))
@law
async def test_a_merge_that_is_taken_back_was_nothing(
    system: System, rounds: list[list[Step]], chosen: list[int]
) -> None:
    office, leads = await told(system, rounds)
    source, destination = (leads[number % len(leads)] for number in chosen[:2])
    before = await rows(office), [await state(office, one) for one in leads]
    try:
        await office.run(MergeLeads(lead_id=destination, other_lead_id=source))
    except (Refusal, Refused):
        return
    await office.run(UnmergeLead(lead_id=source, other_lead_id=source))
    after = await rows(office), [await state(office, one) for one in leads]
    for name, were in before[0].items():
        assert after[0][name] == were, name
    assert after[1] == before[1]


@for_all(rounds=merging_stories(), chosen=st.permutations(range(3)))
@law
async def test_a_merged_page_has_what_both_pages_had(
    system: System, rounds: list[list[Step]], chosen: list[int]
) -> None:
    office, leads = await told(system, rounds)
    source, destination = (leads[number % len(leads)] for number in chosen[:2])
    before = await page(office, source), await page(office, destination)
    try:
        done = await office.run(MergeLeads(lead_id=destination, other_lead_id=source))
    except (Refusal, Refused):
        return
    after = await page(office, source)
    assert after == await page(office, destination)
    for name in after:
        both = {*before[0][name], *before[1][name]} | ({done.ids["merge"]} if name == "activities" else set())
        assert (name, after[name]) == (name, both)
    async with office.reader() as reader:
        listed = await lead_page(reader, LeadCriteria(), LeadOrder.CREATED, descending=False, after=None, limit=100)
    assert source not in [lead_id for lead_id, _ in listed]


@for_all(rounds=merging_stories())
@law
async def test_rebuilt_is_live(system: System, other_system: System, rounds: list[list[Step]]) -> None:
    office = await found_office(system, f"Acme {uuid4()}")
    await tell([office, office.at(other_system)], rounds)
    name = (await office.organization()).name
    assert await rebuild(system, projection=None, organization=name) == []
    assert await verify(system, organization=name) == []
    log = await office.log()
    for states in (system.states, other_system.states, States(system.store)):
        for stream_id in {fact.stream_id for fact in log if isinstance(fact.event, LeadEvent)}:
            facts = [fact for fact in log if fact.stream_id == stream_id]
            assert await states.lead(office.org_id, stream_id) == replay(None, facts)


async def page(office: Office, lead_id: LeadId) -> dict[str, set[Any]]:
    """The ids of all that is on a lead's page."""
    async with office.reader() as reader:
        found = (await lead_side.leads(reader, [lead_id])).get(lead_id)
        ids = [found.lead_id if found else lead_id]
        activities = await feed.activity_page(reader, ids, ActivityCriteria(), limit=EVERYTHING)
        kinds = await feed.count_kinds(reader, ids, ActivityCriteria())
        history = activities.get(ids[0], [])
        assert sum(one.count for one in kinds.get(ids[0], [])) == len(history)
        assert {row.lead_id for row in history} <= set(ids)
        places = [(row.occurred_at, row.position) for row in history]
        assert places == sorted(places, reverse=True)
        mail = await threads.thread_page(reader, ids, limit=EVERYTHING)
        tab = await files.file_page(reader, ids, files.FileCriteria(), limit=EVERYTHING)
        side: dict[str, Any] = {
            "contacts": await lead_side.contacts_of_leads(reader, ids, EVERYTHING),
            "opportunities": await lead_side.opportunities_of_leads(reader, ids, EVERYTHING),
            "tasks": await lead_side.tasks_of_leads(reader, ids, EVERYTHING, include_completed=True),
        }
        for name, key, read in BY_ID:
            listed = {getattr(one, key): one for one in side[name].get(ids[0], [])}
            assert not found or await read(reader, [*listed]) == listed
        return {
            "activities": {row.activity_id for row in history},
            "threads": {row.thread_id for row in mail.get(ids[0], [])},
            "files": {row.file_id for row in tab.get(ids[0], [])},
            "contacts": {row.contact_id for row in side["contacts"].get(ids[0], [])},
            "opportunities": {row.opportunity_id for row in side["opportunities"].get(ids[0], [])},
            "tasks": {row.task_id for row in side["tasks"].get(ids[0], [])},
        }
