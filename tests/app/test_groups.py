"""Commands that come together are appended together, and stay strangers to each other."""

import asyncio

import pytest

from app.ids import ActivityId, LeadId, uuid7
from app.lead.calls import LogCall
from app.lead.details import CreateLead
from app.lead.notes import WriteNote
from app.lead.pins import PinNote
from app.refusal import Refusal
from app.vocabulary import Direction
from tests.support.office import Office


def call(lead_id: LeadId) -> LogCall:
    return LogCall(lead_id=lead_id, direction=Direction.OUTBOUND)


async def test_a_burst_of_commands_needs_fewer_commits_than_commands(office: Office) -> None:
    leads = [CreateLead() for _ in range(40)]
    await asyncio.gather(*(office.run(lead) for lead in leads))
    log = await office.log()
    times = {fact.recorded_at for fact in log if fact.event.event_name() == "lead.created"}
    assert len(times) < len(leads)
    assert [fact.position for fact in log] == list(range(1, len(log) + 1))


async def test_a_refusal_in_a_burst_harms_nobody(office: Office) -> None:
    lead = CreateLead()
    await office.run(lead)
    commands = [call(lead.lead_id if number % 3 else LeadId(uuid7())) for number in range(30)]
    answers = await asyncio.gather(*(office.run(one) for one in commands), return_exceptions=True)
    refused = [number for number, answer in enumerate(answers) if isinstance(answer, Refusal)]
    assert refused == [number for number in range(30) if number % 3 == 0]
    logged = [fact for fact in await office.log() if fact.event.event_name() == "lead.call_logged"]
    assert len(logged) == 20


async def test_a_burst_of_pins_stops_at_five(office: Office) -> None:
    lead = CreateLead()
    await office.run(lead)
    notes = [WriteNote(lead_id=lead.lead_id, text="x") for _ in range(12)]
    for note in notes:
        await office.run(note)
    pins = (office.run(PinNote(note_id=ActivityId(note.note_id))) for note in notes)
    answers = await asyncio.gather(*pins, return_exceptions=True)
    assert sum(isinstance(answer, Refusal) for answer in answers) == 7
    pinned = [fact for fact in await office.log() if fact.event.event_name() == "lead.note_pinned"]
    assert len(pinned) == 5


async def test_who_leaves_a_burst_takes_nobody_along(office: Office) -> None:
    leads = [CreateLead() for _ in range(20)]
    running = [asyncio.create_task(office.run(lead)) for lead in leads]
    await asyncio.sleep(0)
    for task in running[::2]:
        task.cancel()
    answers = await asyncio.gather(*running, return_exceptions=True)
    assert not [answer for answer in answers[1::2] if isinstance(answer, BaseException)]
    made = {fact.stream_id for fact in await office.log()}
    assert {lead.lead_id for lead in leads[1::2]} <= made


@pytest.mark.parametrize("others", [0, 5])
async def test_a_command_appended_after_a_burst_is_alone_again(office: Office, others: int) -> None:
    await asyncio.gather(*(office.run(CreateLead()) for _ in range(others)))
    before = await office.log()
    await office.run(CreateLead())
    assert len(await office.log()) == len(before) + 1
