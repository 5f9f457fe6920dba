"""The pinned strip: notes at the top of a lead's feed, which stay in the history too."""

from __future__ import annotations

import msgspec
import pytest_asyncio

from app.ids import ActivityId, LeadId
from app.lead.details import CreateLead
from app.lead.notes import WriteNote
from app.lead.pins import PinNote, UnpinNote
from projections.activity_feed import read
from tests.projections.screens import LONG_AGO, activity_row, activity_rows, deleted, last_fact, pinned_ids
from tests.support.office import Office
from tests.support.postgres import both_versions


async def note_on(office: Office, lead_id: LeadId, *, pinned: bool = False) -> ActivityId:
    """A note of long ago."""
    written = WriteNote(lead_id=lead_id, text="Likes stairs", pinned=pinned, occurred_at=LONG_AGO)
    await office.run(written)
    return written.note_id


@pytest_asyncio.fixture(loop_scope="session")
async def notes(office: Office, lead_id: LeadId) -> list[ActivityId]:
    """Three notes of one instant, in the order in which they were written."""
    return [await note_on(office, lead_id) for _ in range(3)]


async def test_nothing_is_pinned_until_somebody_pins_it(
    office: Office, lead_id: LeadId, notes: list[ActivityId]
) -> None:
    assert await pinned_ids(office, lead_id) == []


async def test_a_note_can_be_written_pinned(office: Office, lead_id: LeadId) -> None:
    note_id = await note_on(office, lead_id, pinned=True)
    assert await pinned_ids(office, lead_id) == [note_id]


@both_versions
async def test_the_note_written_last_stands_first_whatever_was_pinned_last(
    office: Office, lead_id: LeadId, notes: list[ActivityId]
) -> None:
    for note_id in (notes[2], notes[0], notes[1]):
        await office.run(PinNote(note_id=note_id))
    assert await pinned_ids(office, lead_id) == notes[::-1]


async def test_a_pin_is_kept_with_its_time_and_version(
    office: Office, lead_id: LeadId, notes: list[ActivityId]
) -> None:
    before = await activity_row(office, notes[0])
    await office.run(PinNote(note_id=notes[0]))
    now = (await last_fact(office)).recorded_at
    after = msgspec.structs.replace(before, pinned_at=now, updated_at=now, version=5)
    assert await activity_row(office, notes[0]) == after


async def test_a_pinned_note_keeps_its_place_in_the_history(
    office: Office, lead_id: LeadId, notes: list[ActivityId]
) -> None:
    before = [row.activity_id for row in await activity_rows(office, lead_id)]
    await office.run(PinNote(note_id=notes[0]))
    assert [row.activity_id for row in await activity_rows(office, lead_id)] == before


async def test_the_end_of_a_pin_leaves_the_note(office: Office, lead_id: LeadId, notes: list[ActivityId]) -> None:
    for note_id in notes:
        await office.run(PinNote(note_id=note_id))
    await office.run(UnpinNote(note_id=notes[1]))
    assert await pinned_ids(office, lead_id) == [notes[2], notes[0]]
    row = await activity_row(office, notes[1])
    assert (row.pinned_at, row.version, row.updated_at) == (None, 8, (await last_fact(office)).recorded_at)


@both_versions
async def test_a_deleted_note_is_pinned_no_longer(office: Office, lead_id: LeadId, notes: list[ActivityId]) -> None:
    for note_id in notes[:2]:
        await office.run(PinNote(note_id=note_id))
    await deleted(office, notes[1])
    assert await pinned_ids(office, lead_id) == [notes[0]]


@both_versions
async def test_each_lead_has_a_strip_of_its_own(office: Office, lead_id: LeadId) -> None:
    other, bare = CreateLead(), CreateLead()
    await office.run(other)
    await office.run(bare)
    strips = {
        each: [await note_on(office, each, pinned=True) for _ in range(5)][::-1] for each in (lead_id, other.lead_id)
    }
    async with office.reader() as reader:
        found = await read.pinned(reader, [lead_id, bare.lead_id, other.lead_id])
    assert {each: [row.activity_id for row in rows] for each, rows in found.items()} == strips
