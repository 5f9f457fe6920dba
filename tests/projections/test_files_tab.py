"""Rows of the files tab: what came with what, when, and what belongs to signatures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from app.bulk.rows import Folded
from app.event import Entry, Fact
from app.ids import ActivityId, EventId, LeadId, uuid7
from app.lead.activities import DeleteActivity
from app.lead.attachments import Attachment
from app.lead.emails import EmailLogged
from app.lead.notes import NoteWritten
from app.situation import Actor
from app.vocabulary import Direction, MessageStatus
from projections.files_tab.media import media_type
from projections.files_tab.project import files_tab
from projections.files_tab.read import FileCriteria, FileRow, criteria_of_types, file_page
from projections.files_tab.tables import FILE
from projections.machinery.projection import Projection
from projections.machinery.rows import RECORDED_AT, Rows
from projections.machinery.writers import writer_name
from tests.projections.screens import LONG_AGO, last_fact
from tests.support.acme import EMAIL_LOGGED, NOTE_WRITTEN
from tests.support.filed import BringFiles, attachment, signature
from tests.support.office import Office
from tests.support.postgres import both_versions


async def tab(office: Office, lead_id: UUID) -> list[FileRow]:
    async with office.reader() as reader:
        return (await file_page(reader, [lead_id], FileCriteria(), limit=100)).get(lead_id, [])


async def names(office: Office, lead_id: UUID) -> list[str]:
    return [row.name for row in await tab(office, lead_id)]


async def bring(office: Office, lead_id: LeadId, *files: Attachment, **others: Any) -> ActivityId:
    command = BringFiles(lead_id=lead_id, files=files, **others)
    await office.run(command)
    return command.note_id


@both_versions
async def test_a_row_has_all_that_is_known_of_a_file(office: Office, lead_id: LeadId) -> None:
    file = attachment("offer.PDF", "Application/PDF; x=y", content_id="part1")
    note_id = await bring(office, lead_id, file, occurred_at=LONG_AGO)
    (row,) = await tab(office, lead_id)
    assert row == FileRow(
        file_id=file.file_id,
        activity_id=note_id,
        lead_id=lead_id,
        name="offer.PDF",
        content_type="Application/PDF; x=y",
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        content_id="part1",
        is_inline=False,
        received_at=LONG_AGO,
        position=(await last_fact(office)).position,
        place=0,
    )


async def test_without_another_time_it_came_when_it_was_recorded(office: Office, lead_id: LeadId) -> None:
    await bring(office, lead_id, attachment())
    (row,) = await tab(office, lead_id)
    assert row.received_at == (await last_fact(office)).recorded_at


async def test_the_newest_come_first_and_those_of_one_message_in_the_other_order(
    office: Office, lead_id: LeadId
) -> None:
    await bring(office, lead_id, attachment("a"), attachment("b"))
    await bring(office, lead_id, attachment("old"), occurred_at=LONG_AGO)
    await bring(office, lead_id, attachment("c"))
    assert await names(office, lead_id) == ["c", "b", "a", "old"]


@both_versions
async def test_files_go_with_what_brought_them(office: Office, lead_id: LeadId) -> None:
    await bring(office, lead_id, attachment("stays"))
    gone = await bring(office, lead_id, attachment("goes"), attachment("goes too"))
    await office.run(DeleteActivity(activity_id=gone))
    assert await names(office, lead_id) == ["stays"]


# ---------------------------------------------------------------- signatures


async def test_a_small_picture_in_a_text_is_not_in_the_tab(office: Office, lead_id: LeadId) -> None:
    small = attachment("logo.png", "image/png", size_bytes=10_239, is_inline=True)
    large = attachment("plan.png", "image/png", size_bytes=10_240, is_inline=True)
    await bring(office, lead_id, small, large, attachment("small but attached.png", size_bytes=1))
    assert await names(office, lead_id) == ["small but attached.png", "plan.png"]


async def test_a_picture_that_comes_a_fourth_time_belongs_to_a_signature(office: Office, lead_id: LeadId) -> None:
    for seen in (1, 2, 3):
        await bring(office, lead_id, signature())
        assert len(await tab(office, lead_id)) == seen
    await bring(office, lead_id, signature(), signature(7))
    assert [row.sha256 for row in await tab(office, lead_id)] == [signature(7).sha256]


@both_versions
async def test_it_is_shown_again_once_it_is_rare_again(office: Office, lead_id: LeadId) -> None:
    notes = [await bring(office, lead_id, signature()) for _ in range(5)]
    for note, shown in zip(notes, (0, 3, 2, 1, 0), strict=True):
        await office.run(DeleteActivity(activity_id=note))
        assert len(await tab(office, lead_id)) == shown


async def test_the_same_file_attached_often_is_shown_often(office: Office, lead_id: LeadId) -> None:
    for _ in range(5):
        await bring(office, lead_id, attachment(size_bytes=20_000), signature())
    assert len(await tab(office, lead_id)) == 5


# ---------------------------------------------------------------- types


@pytest.mark.parametrize(
    ("claimed", "kind"),
    [
        ("Application/PDF", "application/pdf"),
        ("text/plain; charset=x", "text/plain"),
        (" image/PNG ", "image/png"),
        ("", "application/octet-stream"),
        ("pdf", "application/octet-stream"),
        ("/pdf", "application/octet-stream"),
        ("image/", "application/octet-stream"),
        ("İ/x", "i̇/x"),
    ],
)
def test_types_are_compared_without_capitals_and_parameters(claimed: str, kind: str) -> None:
    assert media_type(claimed) == kind


@pytest.mark.parametrize(
    ("asked", "types", "groups"),
    [
        (["image/*"], (), ("image",)),
        (["image/png", "image/*", "IMAGE/PNG"], (), ("image",)),
        (["image/png", "image/png; q=1"], ("image/png",), ()),
        ([], (), ()),
    ],
)
def test_no_file_is_asked_for_twice(asked: list[str], types: tuple[str, ...], groups: tuple[str, ...]) -> None:
    assert criteria_of_types(asked) == FileCriteria(types=types, groups=groups)


def test_every_type_is_no_condition() -> None:
    assert criteria_of_types(["*/*", "image/png"]) == criteria_of_types(None) == FileCriteria()


# ---------------------------------------------------------------- edits


class Edited(NoteWritten, frozen=True, kw_only=True, tag="lead.test_edited"):
    """An edit as those of every kind are."""

    makes = None

    before: Any = None
    after: Any = None


class Content(msgspec.Struct, frozen=True, kw_only=True):
    files: tuple[Attachment, ...] | msgspec.UnsetType = msgspec.UNSET
    occurred_at: datetime | msgspec.UnsetType = msgspec.UNSET


def edit(note_id: ActivityId, before: Content, after: Content) -> Edited:
    return Edited(note_id=note_id, text="", html="", before=before, after=after)


def entry(event: Any, lead_id: UUID, position: int = 1) -> Fact[Any]:
    return Fact(
        event=event,
        event_id=EventId(uuid7()),
        stream_id=lead_id,
        version=1,
        actor=Actor(),
        source=None,
        correlation_id=uuid7(),
        position=position,
        recorded_at=datetime(2026, 3, 31, tzinfo=UTC),
    )


@pytest.fixture
def edits() -> Projection:
    """The projection, and the edits of a test."""
    projection = Projection("files_tab", files_tab.tables, files_tab.directory)
    projection._handlers = {**files_tab._handlers, Edited: files_tab._handlers[NoteWritten]}
    return projection


async def write(office: Office, projection: Projection, one: Entry[Any]) -> None:
    """As an append does."""
    for table in projection.tables:
        operations = [each.as_json(1) for each in projection.project(one) if each.table is table]
        if operations:
            call = f"SELECT {writer_name(table)}($1, $2::jsonb, ARRAY[77]::bigint[], now())"
            text = msgspec.json.encode(operations).decode()
            await office.system.store.fetch(None, call, office.org_id, text)


@both_versions
async def test_an_edit_takes_what_is_gone_and_brings_what_is_new(
    office: Office, lead_id: LeadId, edits: Projection
) -> None:
    stays, goes, comes = attachment("stays"), attachment("goes"), attachment("comes")
    note_id = await bring(office, lead_id, goes, stays, occurred_at=LONG_AGO)
    event = edit(note_id, Content(files=(goes, stays)), Content(files=(stays, comes)))
    await write(office, edits, entry(event, lead_id))
    rows = {row.name: row for row in await tab(office, lead_id)}
    assert rows.keys() == {"stays", "comes"}
    assert rows["stays"].received_at == LONG_AGO
    assert (rows["comes"].activity_id, rows["comes"].position, rows["comes"].place) == (note_id, 77, 1)


@both_versions
async def test_files_move_in_time_with_what_brought_them(office: Office, lead_id: LeadId, edits: Projection) -> None:
    note_id = await bring(office, lead_id, attachment("a"), attachment("b"))
    other = await bring(office, lead_id, attachment("c"))
    await write(office, edits, entry(edit(note_id, Content(), Content(occurred_at=LONG_AGO)), lead_id))
    rows = await tab(office, lead_id)
    assert [row.name for row in rows] == ["c", "b", "a"]
    assert [row.received_at == LONG_AGO for row in rows] == [False, True, True]
    assert rows[0].activity_id == other


async def test_an_edit_of_something_else_leaves_them_alone(office: Office, lead_id: LeadId, edits: Projection) -> None:
    note_id = await bring(office, lead_id, attachment())
    before = await tab(office, lead_id)
    assert edits.project(entry(edit(note_id, Content(), Content()), lead_id)) == []
    assert await tab(office, lead_id) == before


def test_a_batch_moves_the_rows_that_it_makes_too(edits: Projection) -> None:
    org_id, lead_id, note_id = uuid7(), uuid7(), ActivityId(uuid7())
    folded = Folded([edits], org_id)
    files = (attachment("a"), attachment("b"))
    folded.add(entry(NoteWritten(note_id=note_id, text="", html="", files=files), lead_id, 1))
    folded.add(entry(edit(note_id, Content(), Content(occurred_at=LONG_AGO)), lead_id, 2))
    table = folded.tables[0]
    place = table.table.all_columns.index("received_at")
    assert [row[place] for row in table.records(0, datetime.now(UTC))] == [LONG_AGO, LONG_AGO]
    assert [change.operation.kind for change in table.changes] == ["update_each"]


def test_changes_of_one_row_are_not_moved_before_a_change_of_all() -> None:
    note_id, file_id = uuid7(), uuid7()
    projection = Projection("files_tab", [FILE], files_tab.directory)

    @projection.on(NoteWritten)
    def change(one: Entry[NoteWritten], rows: Rows) -> None:
        rows.update(FILE, {"activity_id": note_id, "file_id": file_id}, name="a")
        rows.update_each(FILE, {"activity_id": note_id}, name="b", received_at=RECORDED_AT)
        rows.update(FILE, {"activity_id": note_id, "file_id": file_id}, name="c")

    folded = Folded([projection], uuid7())
    folded.add(entry(NOTE_WRITTEN, uuid7()))
    assert [change.operation.values["name"] for change in folded.tables[0].changes] == ["a", "b", "c"]


def test_an_e_mail_brings_its_files_as_a_note_does() -> None:
    logged = EmailLogged(
        email_id=EMAIL_LOGGED.email_id,
        thread_id=EMAIL_LOGGED.thread_id,
        direction=Direction.INBOUND,
        status=MessageStatus.INBOX,
        files=(attachment(), signature()),
    )
    inserted = [one for one in files_tab.project(entry(logged, uuid7())) if one.kind == "insert"]
    assert [one.key["activity_id"] for one in inserted] == [logged.email_id, logged.email_id]
