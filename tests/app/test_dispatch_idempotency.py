"""Idempotency keys through dispatch: one input is done once, and everybody who sent it gets its result."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.ids import ActivityId, UserId, uuid7
from app.lead.calls import CallLogged, LogCall
from app.lead.details import CreateLead
from app.lead.notes import WriteNote
from app.lead.pins import NotePinned, PinNote, UnpinNote
from app.lead.refusals import TooManyPins
from app.organization.statuses import CreateLeadStatus
from app.organization.users import AddUser
from app.refusal import Refusal
from app.request import Done, IdempotencyMismatch
from app.situation import Actor
from app.system import System
from app.vocabulary import Direction
from tests.app.keyed import Prepared, lead_of, note_of, prepared
from tests.support.office import Office

ROUNDS = 12  # of each race: it is lost in some of them only


@prepared
async def test_two_requests_at_once_are_one_fact_and_both_get_its_result(
    office: Office, other_system: System, prepare: Callable[[Office], Awaitable[Prepared]]
) -> None:
    elsewhere = office.at(other_system)
    for number in range(ROUNDS):
        make, kind = await prepare(office)
        before = len(await office.events(kind))
        second = elsewhere if number % 2 else office
        one, other = await asyncio.gather(office.run(make(), f"k{number}"), second.run(make(), f"k{number}"))
        assert one == other
        assert len(await office.events(kind)) == before + 1


@prepared
async def test_a_request_repeated_later_gets_the_first_result(
    office: Office, prepare: Callable[[Office], Awaitable[Prepared]]
) -> None:
    make, kind = await prepare(office)
    first = await office.run(make(), "k")
    count = len(await office.events(kind))
    await office.run(CreateLeadStatus(label="Since then"))
    assert await office.run(make(), "k") == first
    assert len(await office.events(kind)) == count


@prepared
async def test_the_key_with_another_input_is_refused(
    office: Office, prepare: Callable[[Office], Awaitable[Prepared]]
) -> None:
    make, _ = await prepare(office)
    await office.run(CreateLead(), "k", b"another input")
    length = len(await office.log())
    with pytest.raises(IdempotencyMismatch):
        await office.run(make(), "k")
    assert len(await office.log()) == length


async def test_who_goes_away_at_any_moment_and_comes_back_finds_it_done_once(office: Office) -> None:
    lead = await lead_of(office)
    for number in range(60):
        call = LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND)
        first = asyncio.create_task(office.run(call, f"k{number}"))
        await asyncio.sleep(number * 0.0001)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        done = await office.run(LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND), f"k{number}")
        assert done.version == number + 2
    assert len(await office.events(CallLogged)) == 60


async def test_a_command_with_nothing_to_do_is_remembered_as_such(office: Office) -> None:
    note_id = await note_of(office, pinned=True)
    first = await office.run(PinNote(note_id=note_id), "k")
    await office.run(UnpinNote(note_id=note_id))
    assert await office.run(PinNote(note_id=note_id), "k") == first
    assert len(await office.events(NotePinned)) == 1


async def test_two_at_once_with_nothing_to_do_get_the_same(office: Office, other_system: System) -> None:
    note_id = await note_of(office, pinned=True)
    for number in range(ROUNDS):
        runs = (place.run(PinNote(note_id=note_id), f"k{number}") for place in (office, office.at(other_system)))
        one, other = await asyncio.gather(*runs)
        assert one == other
    assert len(await office.events(NotePinned)) == 1


async def test_a_refusal_is_not_remembered(office: Office) -> None:
    lead = await lead_of(office)
    notes = [WriteNote(lead_id=lead.lead_id, text="Note", pinned=number < 5) for number in range(6)]
    for note in notes:
        await office.run(note)
    sixth = PinNote(note_id=notes[5].note_id)
    with pytest.raises(TooManyPins):
        await office.run(sixth, "k")
    await office.run(UnpinNote(note_id=notes[0].note_id))
    await office.run(sixth, "k")
    assert len(await office.events(NotePinned)) == 6


async def test_a_result_says_what_was_made_where(office: Office) -> None:
    lead = await lead_of(office)
    note = WriteNote(lead_id=lead.lead_id, text="Likes stairs", pinned=True)
    done = await office.run(note, "k")
    facts = (await office.log())[-2:]
    assert done == Done(
        stream_id=lead.lead_id,
        version=3,
        ids={"lead": lead.lead_id, "note": note.note_id},
        events={fact.event.event_name(): fact.event_id for fact in facts},
        position=facts[-1].position,
    )


async def test_keys_of_two_users_never_meet(office: Office) -> None:
    lead = await lead_of(office)
    bob = AddUser(name="Bob", email="bob@acme.example")
    await office.run(bob)
    request = office.request("k")
    await office.run(LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND), "k")
    for actor in (Actor(user_id=UserId(bob.user_id)), Actor()):
        done = await office.system.dispatch.run(
            LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND),
            type(request)(org_id=office.org_id, actor=actor, correlation_id=uuid7(), idempotency=request.idempotency),
        )
        assert done.version > 2
    assert len(await office.events(CallLogged)) == 3


async def test_a_refusal_that_stands_is_given_to_both(office: Office) -> None:
    unknown = PinNote(note_id=ActivityId(uuid7()))
    results = await asyncio.gather(*(office.run(unknown, "k") for _ in range(2)), return_exceptions=True)
    assert all(isinstance(result, Refusal) and result.reason == "note_not_found" for result in results)
