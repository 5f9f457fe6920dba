"""What items say of their subjects: whoever shows one is told when it reads otherwise."""

from __future__ import annotations

from app.event import Entry
from app.lead.calls import CallEdited
from app.lead.notes import NoteEdited
from app.lead.opportunity_events import OpportunityEvent, OpportunityStatusChanged, OpportunityValueChanged
from app.lead.task_events import TaskTextChanged
from projections.inbox.project.items import inbox, of_subject
from projections.machinery.rows import Rows


@inbox.on(TaskTextChanged)
def reword_task(entry: Entry[TaskTextChanged], rows: Rows) -> None:
    of_subject(entry, rows, entry.event.task_id)


@inbox.on(OpportunityValueChanged, OpportunityStatusChanged)
def revalue(entry: Entry[OpportunityEvent], rows: Rows) -> None:
    of_subject(entry, rows, entry.event.opportunity_id)


@inbox.on(CallEdited)
def reword_call(entry: Entry[CallEdited], rows: Rows) -> None:
    of_subject(entry, rows, entry.event.call_id)


@inbox.on(NoteEdited)
def reword_note(entry: Entry[NoteEdited], rows: Rows) -> None:
    of_subject(entry, rows, entry.event.note_id)
