"""Editing notes: what changed alone is recorded, twins follow each other, files are replaced as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.ids import ActivityId, ContactId, FileId, encode_id
from app.lead.activities import ActivityDeleted
from app.lead.attachments import Attachment, file_claims
from app.lead.edits import EDITS_MAX
from app.lead.notes import EditNote, NoteContent, NoteEdited, NoteWritten, WriteNote
from app.lead.refusals import (
    ContactNotFound,
    FileNotFound,
    NotEditable,
    NoteNotFound,
    NothingWritten,
    NotOfThisKind,
    TooManyEdits,
)
from app.situation import KnownFile
from app.text import TextTooLong
from app.vocabulary import ActivityKind
from tests.support.acme import (
    CALL,
    CALL_LOGGED,
    CONTACT,
    CONTACT_ADDED,
    LEAD,
    LEAD_CREATED,
    MEMBER,
    NOTE,
    NOTE_WRITTEN,
    NOW,
    UNKNOWN,
    VISIT,
    VISIT_DRAFTED,
    YESTERDAY,
    thing,
)
from tests.support.given import Given, fact_id, given

RICH = NoteWritten(note_id=NOTE, title="Stairs", text="Likes stairs", html="<p>Likes <b>stairs</b></p>")
PLAN = Attachment(file_id=FileId(thing(40)), name="plan.pdf", content_type="application/pdf", size_bytes=9, sha256="ab")
VIEW = Attachment(file_id=FileId(thing(41)), name="view.png", content_type="image/png", size_bytes=9, sha256="cd")
ON_LEAD = {
    one.file_id: KnownFile(
        file_id=one.file_id,
        name=one.name,
        content_type=one.content_type,
        size_bytes=one.size_bytes,
        sha256=one.sha256,
        lead_id=LEAD,
    )
    for one in (PLAN, VIEW)
}
FILES_ALONE = NoteWritten(note_id=NOTE, text="", html="", files=(PLAN,))


def written(*facts: NoteWritten | NoteEdited) -> Given:
    return given(LEAD_CREATED, CONTACT_ADDED, *facts)


def edited(before: NoteContent, after: NoteContent) -> NoteEdited:
    return NoteEdited(note_id=NOTE, before=before, after=after)


def test_only_what_changed_is_recorded() -> None:
    edit = EditNote(note_id=NOTE, title=" Steps ", text="Likes stairs", contact_id=CONTACT, occurred_at=NOW)
    written(RICH).when(edit).then(
        edited(
            NoteContent(title="Stairs", contact_id=None, occurred_at=YESTERDAY),
            NoteContent(title="Steps", contact_id=CONTACT, occurred_at=NOW),
        )
    )


@pytest.mark.parametrize(
    "edit",
    [
        EditNote(note_id=NOTE),
        EditNote(note_id=NOTE, title="Stairs", contact_id=None, file_ids=(), occurred_at=None),
        EditNote(note_id=NOTE, html="<p>Likes <b onclick=x()>stairs</b></p>", text="Something else"),
        EditNote(note_id=NOTE, text="Likes stairs"),
    ],
)
def test_an_edit_that_changes_nothing_is_none(edit: EditNote) -> None:
    written(RICH).when(edit).then()


def test_another_text_makes_the_html_anew() -> None:
    written(RICH).when(EditNote(note_id=NOTE, text="Hates <stairs>")).then(
        edited(
            NoteContent(text="Likes stairs", html="<p>Likes <b>stairs</b></p>"),
            NoteContent(text="Hates <stairs>", html="<p>Hates &lt;stairs&gt;</p>"),
        )
    )


def test_html_counts_more_than_text_and_brings_its_mentions() -> None:
    mention = f'<span data-type="mention" data-id="{encode_id("user", MEMBER)}">@Mem</span>'
    edit = EditNote(note_id=NOTE, html=f"<p>Ask {mention}</p>", text="Something else")
    after = written(RICH).when(edit).only.after
    assert (after.text, after.mentions) == ("Ask @Mem", (MEMBER,))
    gone = written(RICH, edited(NoteContent(mentions=()), after)).when(EditNote(note_id=NOTE, html="<p>Ask</p>")).only
    assert (gone.before.mentions, gone.after.mentions) == ((MEMBER,), ())


def test_html_alone_can_change_and_leave_the_text() -> None:
    after = written(RICH).when(EditNote(note_id=NOTE, html="<p>Likes <i>stairs</i></p>")).only.after
    assert after == NoteContent(html="<p>Likes <i>stairs</i></p>")


@pytest.mark.parametrize(
    "edit",
    [
        EditNote(note_id=NOTE, text=" "),
        EditNote(note_id=NOTE, text=None, html=None),
        EditNote(note_id=NOTE, html="<script>x</script>"),
        EditNote(note_id=NOTE, html="<img src='javascript:x'>"),
    ],
)
def test_a_note_does_not_become_blank(edit: EditNote) -> None:
    written(RICH).when(edit).then_refused(NothingWritten, "text")


def test_what_can_be_empty_is_cleared() -> None:
    whole = NoteWritten(note_id=NOTE, contact_id=CONTACT, title="Stairs", text="a", html="<p>a</p>", occurred_at=NOW)
    written(whole).when(EditNote(note_id=NOTE, contact_id=None, title=None, occurred_at=None)).then(
        edited(
            NoteContent(contact_id=CONTACT, title="Stairs", occurred_at=NOW),
            NoteContent(contact_id=None, title=None, occurred_at=YESTERDAY),
        )
    )


def test_an_edit_stands_on_those_before_it() -> None:
    first = edited(NoteContent(title="Stairs"), NoteContent(title="Steps"))
    written(RICH, first).when(EditNote(note_id=NOTE, title="Stairs")).then(
        edited(NoteContent(title="Steps"), NoteContent(title="Stairs"))
    )


def test_a_contact_that_was_removed_stays_named_until_somebody_changes_it() -> None:
    written_to = replace_contact(RICH)
    given(LEAD_CREATED, written_to).when(EditNote(note_id=NOTE, contact_id=CONTACT, title="Stairs")).then()


def replace_contact(note: NoteWritten) -> NoteWritten:
    return NoteWritten(note_id=note.note_id, contact_id=CONTACT, title=note.title, text=note.text, html=note.html)


def test_independent_refusals_come_together() -> None:
    edit = EditNote(note_id=NOTE, title="t" * 501, text="", contact_id=ContactId(UNKNOWN), file_ids=(FileId(UNKNOWN),))
    written(RICH).when(edit).then_refused_all(
        (TextTooLong, "title"), (NothingWritten, "text"), (ContactNotFound, "contact_id"), (FileNotFound, "file_ids.0")
    )


def test_what_is_no_note_is_refused_by_what_it_is() -> None:
    given(LEAD_CREATED, CALL_LOGGED).when(EditNote(note_id=CALL, text="a")).then_refused(
        NotOfThisKind, "note_id", found="CALL", expected="NOTE"
    )
    created = ActivityId(fact_id(1))
    given(LEAD_CREATED).when(EditNote(note_id=created, text="a")).then_refused(NotEditable, "note_id", found="CREATED")


def test_a_custom_activity_is_no_note_and_has_a_command_of_its_own() -> None:
    edit = EditNote(note_id=VISIT, text="a")
    given(LEAD_CREATED, VISIT_DRAFTED).when(edit).then_refused(
        NotOfThisKind, "note_id", found="CUSTOM", expected="NOTE"
    )


def test_a_note_that_is_not_there_is_not_found() -> None:
    edit = EditNote(note_id=NOTE, text="a")
    given(LEAD_CREATED).when(edit).then_refused(NoteNotFound, "note_id")
    deleted = ActivityDeleted(activity_id=NOTE, kind=ActivityKind.NOTE)
    given(LEAD_CREATED, NOTE_WRITTEN, deleted).when(edit).then_refused(NoteNotFound, "note_id")


def test_nobody_edits_without_end() -> None:
    edits = [edited(NoteContent(title="a"), NoteContent(title="b"))] * EDITS_MAX
    given(LEAD_CREATED, NOTE_WRITTEN, *edits).when(EditNote(note_id=NOTE, title="c")).then_refused(
        TooManyEdits, "note_id", limit=EDITS_MAX
    )


def test_an_input_writes_the_parts_that_it_gives() -> None:
    edit = EditNote(note_id=NOTE, title=None, contact_id=None, file_ids=())
    assert edit.writes == {f"{NOTE}.title", f"{NOTE}.contact", f"{NOTE}.files"}
    assert edited(NoteContent(), NoteContent(text="a", contact_id=None)).touched == {f"{NOTE}.text", f"{NOTE}.contact"}


def test_text_and_html_are_one_thing_to_write() -> None:
    """As one of them makes the other anew, an edit of either would undo somebody else's of the other unseen."""
    both = {f"{NOTE}.text", f"{NOTE}.html"}
    assert EditNote(note_id=NOTE, text="a").writes == EditNote(note_id=NOTE, html="<p>a</p>").writes == both


def test_files_alone_are_a_note() -> None:
    write = WriteNote(lead_id=LEAD, note_id=NOTE, file_ids=(PLAN.file_id,))
    note = given(LEAD_CREATED).when(write, files=ON_LEAD).only
    assert (note.text, note.html, [one.name for one in note.files]) == ("", "", ["plan.pdf"])


def test_a_file_that_is_not_there_is_refused() -> None:
    write = WriteNote(lead_id=LEAD, text="a", file_ids=(PLAN.file_id, FileId(UNKNOWN)))
    given(LEAD_CREATED).when(write, files=ON_LEAD).then_refused(FileNotFound, "file_ids.1")


def test_files_are_replaced_and_kept_ones_stay_what_they_are() -> None:
    edit = EditNote(note_id=NOTE, file_ids=(VIEW.file_id, PLAN.file_id))
    (view, plan) = written(FILES_ALONE).when(edit, files=ON_LEAD).only.after.files
    assert plan == PLAN
    assert (view.name, view.repeats) == ("view.png", VIEW.file_id)


def test_the_last_file_of_a_note_without_a_word_stays() -> None:
    written(FILES_ALONE).when(EditNote(note_id=NOTE, file_ids=())).then_refused(NothingWritten, "text")
    after = written(FILES_ALONE).when(EditNote(note_id=NOTE, file_ids=None, text="a")).only.after
    assert (after.files, after.html) == ((), "<p>a</p>")


def test_a_title_of_a_note_of_files_alone_can_be_changed() -> None:
    after = written(FILES_ALONE).when(EditNote(note_id=NOTE, title="Plan", text="", html="")).only.after
    assert after == NoteContent(title="Plan")


def test_a_note_takes_its_uploads_and_an_edit_those_that_are_new() -> None:
    assert FILES_ALONE.takes(LEAD) == file_claims((PLAN,), LEAD)
    edit = edited(NoteContent(files=(PLAN,)), NoteContent(files=(PLAN, VIEW)))
    assert edit.takes(LEAD) == file_claims((VIEW,), LEAD)
    assert replace(WriteNote(lead_id=LEAD), text="a").file_ids == ()
