"""Commands that race: of two that exclude each other exactly one is done, and the other is told why it was not."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from app.dispatch import ATTEMPTS
from app.ids import ActivityId, LeadId
from app.lead.activities import ActivityDeleted, DeleteActivity
from app.lead.calls import LogCall
from app.lead.custom_activities import CustomActivityRecorded, RecordCustomActivity
from app.lead.details import CreateLead, LeadCreated, UpdateLead
from app.lead.notes import NoteWritten, WriteNote
from app.lead.pins import PINS_MAX, NotePinned, PinActivity, PinNote
from app.lead.statuses import ChangeLeadStatus
from app.lead.tasks import AddTask, CompleteTask, TaskCompleted
from app.organization.statuses import ArchiveLeadStatus, CreateLeadStatus
from app.request import Command
from app.system import System
from app.vocabulary import Direction, PublicationStatus
from tests.support.acme import VISIT_TYPE, VISITS
from tests.support.custom import Record
from tests.support.office import Office
from tests.support.outcomes import reasons
from tests.support.postgres import both_versions
from tests.support.rival import outcomes_of, rival_of

ROUNDS = 20  # of each race: it is lost in some of them only


async def lead_with_pins(office: Office, pins: int, notes: int) -> tuple[LeadId, list[ActivityId]]:
    """A lead some of whose notes are pinned; and the others."""
    lead = CreateLead()
    await office.run(lead)
    written = [WriteNote(lead_id=lead.lead_id, text="Note", pinned=number < pins) for number in range(pins + notes)]
    for note in written:
        await office.run(note)
    return lead.lead_id, [note.note_id for note in written[pins:]]


async def pins_of(office: Office, lead_id: UUID) -> int:
    lead = await office.system.states.lead(office.org_id, lead_id)
    assert lead is not None
    return len(lead.pins)


@both_versions
async def test_two_systems_racing_for_the_fifth_pin_never_make_six(office: Office, other_system: System) -> None:
    elsewhere = office.at(other_system)
    for _ in range(ROUNDS):
        lead_id, notes = await lead_with_pins(office, PINS_MAX - 1, 4)
        runs = [place.run(PinNote(note_id=note)) for place, note in zip([office, elsewhere] * 2, notes, strict=True)]
        assert await reasons(*runs) == ["done", *["too_many_pins"] * 3]
        assert await pins_of(office, lead_id) == PINS_MAX


@both_versions
async def test_of_twenty_pins_of_both_kinds_at_once_exactly_five_are_done(office: Office, other_system: System) -> None:
    await office.run(Record(VISIT_TYPE))
    lead = CreateLead()
    await office.run(lead)
    id, draft = lead.lead_id, PublicationStatus.DRAFT
    notes = [WriteNote(lead_id=id, text="Note") for _ in range(6)]
    visits = [RecordCustomActivity(lead_id=id, type_id=VISITS, status=draft) for _ in range(6)]
    made: list[Command] = [*notes, *visits]
    for one in made:
        await office.run(one)
    pins: list[Command] = [
        *(PinNote(note_id=one.note_id) for one in notes[:3]),
        *(PinActivity(activity_id=one.note_id) for one in notes[3:]),
        *(PinActivity(activity_id=one.custom_activity_id) for one in visits),
        *(WriteNote(lead_id=id, text="Note", pinned=True) for _ in range(4)),
        *(RecordCustomActivity(lead_id=id, type_id=VISITS, status=draft, pinned=True) for _ in range(4)),
    ]
    runs = [place.run(pin) for place, pin in zip([office, office.at(other_system)] * 10, pins, strict=True)]
    assert await reasons(*runs) == ["done"] * PINS_MAX + ["too_many_pins"] * 15
    assert await pins_of(office, id) == PINS_MAX
    recorded = len(await office.events(NoteWritten)) + len(await office.events(CustomActivityRecorded))
    assert 12 <= recorded <= 12 + PINS_MAX, "what cannot be pinned is not written either"


async def test_two_processes_racing_for_the_fifth_pin_never_make_six(office: Office) -> None:
    leads = [await lead_with_pins(office, PINS_MAX - 1, 2) for _ in range(ROUNDS)]
    async with rival_of(office) as rival:
        theirs, ours = await asyncio.gather(
            rival.pin([notes[0] for _, notes in leads]), outcomes_of(office, [notes[1] for _, notes in leads])
        )
    for one, other in zip(theirs, ours, strict=True):
        assert sorted((one, other)) == ["done", "too_many_pins"]
    assert [await pins_of(office, lead_id) for lead_id, _ in leads] == [PINS_MAX] * ROUNDS


async def test_a_status_archived_as_unused_while_a_lead_takes_it(office: Office, other_system: System) -> None:
    elsewhere = office.at(other_system)
    lead = CreateLead()
    await office.run(lead)
    for number in range(ROUNDS):
        status = CreateLeadStatus(label=f"Unused {number}")
        await office.run(status)
        changing = ChangeLeadStatus(lead_id=lead.lead_id, status_id=status.status_id)
        taking = changing if number % 2 else CreateLead(status_id=status.status_id)
        outcomes = await reasons(office.run(ArchiveLeadStatus(status_id=status.status_id)), elsewhere.run(taking))
        assert outcomes in (["done", "status_archived"], ["done", "status_in_use"])
        in_use = await office.system.store.fetch(
            None, "SELECT 1 FROM lead_view WHERE org_id = $1 AND status_id = $2", office.org_id, status.status_id
        )
        is_archived = (await office.organization()).lead_statuses[status.status_id].is_archived
        assert bool(in_use) != is_archived


async def test_the_last_usable_statuses_are_not_archived_together(office: Office, other_system: System) -> None:
    statuses = list((await office.organization()).lead_statuses)
    for status_id in statuses[2:]:
        await office.run(ArchiveLeadStatus(status_id=status_id))
    outcomes = await reasons(
        office.run(ArchiveLeadStatus(status_id=statuses[0])),
        office.at(other_system).run(ArchiveLeadStatus(status_id=statuses[1])),
    )
    assert outcomes == ["done", "last_status"]


async def test_a_note_is_not_pinned_once_it_is_deleted(office: Office, other_system: System) -> None:
    for number in range(ROUNDS):
        lead_id, notes = await lead_with_pins(office, 0, 1)
        places: Sequence[Office] = (office, office.at(other_system)) if number % 2 else (office, office)
        outcomes = await reasons(
            places[0].run(PinNote(note_id=notes[0])), places[1].run(DeleteActivity(activity_id=notes[0]))
        )
        assert outcomes in (["done", "done"], ["done", "note_not_found"])
        assert await pins_of(office, lead_id) == 0
        kinds = [type(fact.event) for fact in await office.log() if fact.stream_id == lead_id][2:]
        assert kinds in ([NotePinned, ActivityDeleted], [ActivityDeleted])


async def test_an_activity_is_deleted_once(office: Office, other_system: System) -> None:
    for number in range(ROUNDS):
        _, notes = await lead_with_pins(office, 0, 1)
        second = office.at(other_system) if number % 2 else office
        runs = [place.run(DeleteActivity(activity_id=notes[0])) for place in (office, second)]
        assert await reasons(*runs) == ["activity_not_found", "done"]


async def test_a_task_is_completed_once(office: Office, other_system: System) -> None:
    for number in range(ROUNDS):
        lead = CreateLead()
        await office.run(lead)
        task = AddTask(lead_id=lead.lead_id, text="Call back")
        await office.run(task)
        second = office.at(other_system) if number % 2 else office
        runs = [place.run(CompleteTask(task_id=task.task_id)) for place in (office, second)]
        assert await reasons(*runs) == ["done", "done"]
    assert len(await office.events(TaskCompleted)) == ROUNDS


async def test_many_commands_on_one_lead_all_get_through(office: Office, other_system: System) -> None:
    lead = CreateLead()
    await office.run(lead)
    places = [office, office.at(other_system)]
    count = 15 * ATTEMPTS
    runs = [places[n % 2].run(LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND)) for n in range(count)]
    assert await reasons(*runs) == ["done"] * count
    versions = [fact.version for fact in await office.log() if fact.stream_id == lead.lead_id]
    assert versions == list(range(1, count + 2))


async def test_a_configuration_that_changes_all_the_time_starves_nobody(office: Office, other_system: System) -> None:
    async def configure() -> None:
        for number in range(30):
            await office.run(CreateLeadStatus(label=f"Status {number}"))

    async def work() -> None:
        for number in range(30):
            await office.at(other_system).run(CreateLead(name=f"Lead {number}"))

    await asyncio.gather(configure(), work())
    assert len(await office.events(LeadCreated)) == 30


@pytest.mark.parametrize("count", [2, 8])
async def test_renames_at_once_all_happen_in_some_order(office: Office, other_system: System, count: int) -> None:
    lead = CreateLead(name="0")
    await office.run(lead)
    places = [office, office.at(other_system)]
    runs = [places[n % 2].run(UpdateLead(lead_id=lead.lead_id, name=str(n + 1))) for n in range(count)]
    assert await reasons(*runs) == ["done"] * count
    renames = [fact.event for fact in await office.log() if fact.stream_id == lead.lead_id][1:]
    names = ["0", *(getattr(one, "after", None) for one in renames)]
    assert [getattr(one, "before", None) for one in renames] == names[:-1]
