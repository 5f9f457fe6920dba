"""Commands around merges: by whatever id, on whichever process, none is lost and none goes astray."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from app.ids import LeadId
from app.lead.contacts import AddContact, NewContact
from app.lead.details import CreateLead, LeadRenamed, UpdateLead
from app.lead.event import LeadEvent
from app.lead.merge import MergeLeads
from app.lead.merge_events import LeadMerged
from app.lead.notes import EditNote, NoteEdited, WriteNote
from app.lead.refusals import ContactNotFound, MergedAlready, NotMerged
from app.lead.tasks import AddTask
from app.lead.unmerge import UnmergeLead
from app.refusal import Refusal, Refused
from app.states import States
from app.system import System
from tests.app.rebuild.rows import rebuilt
from tests.support.office import Office, found_office


async def two_leads(office: Office) -> tuple[LeadId, LeadId]:
    commands = CreateLead(name="Source"), CreateLead(name="Root")
    for command in commands:
        await office.run(command)
    return commands[0].lead_id, commands[1].lead_id


def merging(source: LeadId, root: LeadId) -> MergeLeads:
    return MergeLeads(lead_id=root, other_lead_id=source)


def parting(source: LeadId) -> UnmergeLead:
    return UnmergeLead(lead_id=source, other_lead_id=source)


async def streams(office: Office, kind: type[LeadEvent]) -> list[tuple[LeadId, LeadId | None]]:
    """Where events of a kind are, and which lead what they are about was born in."""
    return [(LeadId(fact.stream_id), fact.event.born_in) for fact in await office.log() if isinstance(fact.event, kind)]


async def test_another_process_that_knows_nothing_of_a_merge_follows_it(office: Office, other_system: System) -> None:
    source, root = await two_leads(office)
    note = WriteNote(lead_id=source, text="x")
    elsewhere = office.at(other_system)
    await elsewhere.run(note)
    await elsewhere.run(UpdateLead(lead_id=source, name="Kept in memory there"))
    await office.run(merging(source, root))
    await elsewhere.run(UpdateLead(lead_id=source, name="Both"))
    await elsewhere.run(EditNote(note_id=note.note_id, text="y"))
    assert await streams(office, LeadRenamed) == [(source, None), (root, None)]
    assert await streams(office, NoteEdited) == [(root, source)]
    await office.run(parting(source))
    await elsewhere.run(UpdateLead(lead_id=source, name="Source again"))
    await elsewhere.run(EditNote(note_id=note.note_id, text="z"))
    assert (await streams(office, LeadRenamed))[-1] == (source, None)
    assert (await streams(office, NoteEdited))[-1] == (source, None)


@pytest.mark.parametrize("late", range(5))
async def test_edits_that_race_a_merge_and_its_taking_back_are_all_there(
    system: System, other_system: System, late: int
) -> None:
    office = await found_office(system, f"Acme {uuid4()}")
    source, root = await two_leads(office)
    note = WriteNote(lead_id=source, text="0")
    await office.run(note)
    elsewhere = office.at(other_system)

    async def edit(number: int) -> None:
        await elsewhere.run(EditNote(note_id=note.note_id, text=str(number)))
        await elsewhere.run(AddTask(lead_id=source, text=str(number)))

    async def merge_and_part() -> None:
        await asyncio.sleep(late / 200)
        await office.run(merging(source, root))
        await office.run(parting(source))

    await asyncio.gather(merge_and_part(), *(edit(number) for number in range(1, 6)))
    edited = [one for one in await office.events(NoteEdited) if isinstance(one, NoteEdited)]
    assert sorted(str(one.after.text) for one in edited) == list("12345")
    states = States(office.system.store)
    tasks = [(await states.lead(office.org_id, one)) for one in (source, root)]
    assert sorted(task.text for lead in tasks if lead for task in lead.tasks.values()) == list("12345")
    assert await rebuilt(office) == []


async def test_of_two_that_merge_at_once_one_is_refused(office: Office, other_system: System) -> None:
    source, root = await two_leads(office)
    third = CreateLead()
    await office.run(third)

    async def merge(place: Office, into: LeadId) -> str:
        try:
            await place.run(merging(source, into))
        except (Refusal, Refused) as refusal:
            return type(refusal).__name__
        return "done"

    answers = await asyncio.gather(merge(office, root), merge(office.at(other_system), third.lead_id))
    assert sorted(answers) == ["MergedAlready", "done"]
    assert len(await office.events(LeadMerged)) == 1


async def test_each_into_the_other_at_once_makes_one_lead(office: Office, other_system: System) -> None:
    one, other = await two_leads(office)
    results = await asyncio.gather(
        office.run(merging(one, other)), office.at(other_system).run(merging(other, one)), return_exceptions=True
    )
    assert sorted(isinstance(result, Refusal) for result in results) == [False, True]
    assert len(await office.events(LeadMerged)) == 1


async def test_a_merge_twice_is_refused_and_so_is_parting_twice(office: Office) -> None:
    source, root = await two_leads(office)
    await office.run(merging(source, root))
    with pytest.raises(MergedAlready):
        await office.run(merging(source, root))
    await office.run(parting(source))
    with pytest.raises(NotMerged):
        await office.run(parting(source))
    await office.run(merging(source, root))  # but once more they can be
    await office.run(parting(source))


async def test_contacts_of_the_other_lead_can_be_named_only_while_they_are_one(office: Office) -> None:
    source, root = await two_leads(office)
    contact = NewContact(name="Lindsay")
    await office.run(AddContact(lead_id=source, contact=contact))
    await office.run(merging(source, root))
    task = AddTask(lead_id=root, text="x", contact_id=contact.contact_id)
    await office.run(task)
    await office.run(parting(source))
    with pytest.raises(Refused) as refused:
        await office.run(AddTask(lead_id=root, text="y", contact_id=contact.contact_id))
    assert [type(one) for one in refused.value.refusals] == [ContactNotFound]
    lead = await office.system.states.lead(office.org_id, root)
    assert lead is not None
    assert lead.tasks[task.task_id].contact_id is None
