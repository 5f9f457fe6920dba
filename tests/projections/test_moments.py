"""Moments: times and versions are positions, and what stood at one is read with today's sight."""

from __future__ import annotations

from datetime import timedelta

from app.ids import UserId, uuid7
from app.lead.contact_changes import RemoveContact
from app.lead.contacts import AddContact, NewContact
from app.lead.deletion import DeleteLead, RestoreLead
from app.lead.details import CreateLead, UpdateLead
from app.lead.notes import WriteNote
from app.lead.pins import PinNote
from app.organization.visibility import Assignment
from projections.lead_view import read
from projections.machinery import moments
from projections.machinery.reader import Reader
from projections.machinery.sight import Sight
from tests.support.office import Office
from tests.support.postgres import both_versions
from tests.support.rich import rich_lead

NOBODY = Assignment(user_id=UserId(uuid7()), field_ids=(), single_ids=frozenset(), allow_unassigned=False)

pytestmark = both_versions


async def end(office: Office) -> int:
    """Where the log ends."""
    return (await office.log())[-1].position


async def test_a_time_is_the_last_position_recorded_by_then(office: Office) -> None:
    await rich_lead(office)
    log = await office.log()
    async with office.reader() as reader:
        for fact in log:
            last = max(one.position for one in log if one.recorded_at <= fact.recorded_at)
            assert await moments.position_at(reader, fact.recorded_at) == last
            assert await moments.recorded_at(reader, fact.position) == fact.recorded_at
        first, newest = log[0].recorded_at, log[-1]
        assert await moments.position_at(reader, first - timedelta(microseconds=1)) == 0
        assert await moments.position_at(reader, newest.recorded_at + timedelta(days=1)) == newest.position
        assert await moments.recorded_at(reader, newest.position + 1) is None


async def test_a_version_is_a_position_and_back(office: Office) -> None:
    leads = [(await rich_lead(office)).lead_id for _ in range(2)]
    log = await office.log()
    async with office.reader() as reader:
        for stream_id in (office.org_id, *leads):
            facts = [fact for fact in log if fact.stream_id == stream_id]
            for fact in facts:
                assert await moments.position_of_version(reader, stream_id, fact.version) == fact.position
            for position in range(len(log) + 2):
                before = [fact.version for fact in facts if fact.position <= position]
                assert await moments.version_at(reader, stream_id, position) == max(before, default=0)
        assert await moments.position_of_version(reader, leads[0], 1_000_000) is None
        assert await moments.version_at(reader, uuid7(), 10) == 0


async def test_moments_of_an_organization_without_a_log_are_none(office: Office) -> None:
    reader = Reader(office.system.store.readers, uuid7(), snapshot=False)
    assert await moments.position_at(reader, (await office.log())[0].recorded_at) == 0
    assert await moments.known_since(reader) == 0


async def test_a_past_that_older_versions_did_not_keep_is_known_since_a_position(office: Office) -> None:
    async with office.reader() as reader:
        assert await moments.known_since(reader) == 0
        await office.system.store.fetch(None, "INSERT INTO past_known VALUES ($1, 7)", office.org_id)
        await reader.renew()
        assert await moments.known_since(reader) == 7


async def test_what_hung_on_a_lead_that_was_deleted_was_absent(office: Office) -> None:
    lead = CreateLead(name="Bluth")
    await office.run(lead)
    contact = AddContact(lead_id=lead.lead_id, contact=NewContact(name="Gob"))
    await office.run(contact)
    there = await end(office)
    await office.run(DeleteLead(lead_id=lead.lead_id))
    deleted = await end(office)
    await office.run(RestoreLead(lead_id=lead.lead_id))
    async with office.reader() as reader:
        assert await read.contacts(reader.at(there), [contact.contact_id])
        assert await read.leads(reader.at(there), [lead.lead_id])
        assert not await read.contacts(reader.at(deleted), [contact.contact_id])
        assert not await read.leads(reader.at(deleted), [lead.lead_id])


async def test_a_lead_that_is_deleted_was_never_there(office: Office) -> None:
    lead = CreateLead(name="Bluth")
    await office.run(lead)
    there = await end(office)
    await office.run(DeleteLead(lead_id=lead.lead_id))
    async with office.reader() as reader:
        assert not await read.leads(reader.at(there), [lead.lead_id])


async def test_who_sees_what_of_a_moment_follows_the_present(office: Office) -> None:
    lead = CreateLead(name="Bluth")
    await office.run(lead)
    async with office.reader() as reader:
        then = reader.at(await end(office))
        assert await read.leads(then, [lead.lead_id])
        reader.sight = Sight(NOBODY)
        assert not await read.leads(then, [lead.lead_id])
        then.sight = Sight()
        assert (reader.sight, then.sight.of_moment) == (Sight(), True)
        assert await read.leads(then, [lead.lead_id])


async def test_a_contact_that_is_gone_is_still_known_of_then(office: Office) -> None:
    lead = CreateLead(name="Bluth")
    await office.run(lead)
    before = await end(office)
    contact = AddContact(lead_id=lead.lead_id, contact=NewContact(name="Gob"))
    await office.run(contact)
    there = await end(office)
    await office.run(RemoveContact(contact_id=contact.contact_id))
    async with office.reader() as reader:
        names = {
            position: [row.name for row in (await read.contacts(reader.at(position), [contact.contact_id])).values()]
            for position in (before, there, await end(office))
        }
    assert list(names.values()) == [[], ["Gob"], []]


async def test_what_one_event_makes_of_a_row_is_one_version(office: Office) -> None:
    lead = CreateLead(name="Bluth")
    await office.run(lead)
    for name in ("Bluth Company", "Sitwell"):
        await office.run(UpdateLead(lead_id=lead.lead_id, name=name))
    note = WriteNote(lead_id=lead.lead_id, text="Note")
    await office.run(note)
    await office.run(PinNote(note_id=note.note_id))
    fetch = office.system.store.fetch
    names = await fetch(None, "SELECT name FROM lead_view_past WHERE org_id = $1 ORDER BY from_pos", office.org_id)
    assert [row["name"] for row in names] == ["Bluth", "Bluth Company"]
    (kept,) = await fetch(None, "SELECT * FROM activity_feed_past WHERE org_id = $1", office.org_id)
    (live,) = await fetch(None, "SELECT * FROM activity_feed WHERE activity_id = $1", note.note_id)
    assert (kept["pinned_at"], kept["to_pos"]) == (None, live["from_pos"])
