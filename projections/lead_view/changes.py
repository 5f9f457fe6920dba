"""Events to columns: what a fact about an opportunity or a task changes in its row."""

from __future__ import annotations

from typing import Any, assert_never

from app.lead.opportunity_events import (
    OpportunityChange,
    OpportunityCloseDateChanged,
    OpportunityConfidenceChanged,
    OpportunityContactChanged,
    OpportunityLossDateChanged,
    OpportunityNoteChanged,
    OpportunityOwnerChanged,
    OpportunityStatusChanged,
    OpportunityValueChanged,
)
from app.lead.task_events import (
    TaskAssigned,
    TaskChange,
    TaskContactChanged,
    TaskDueChanged,
    TaskPriorityChanged,
    TaskTextChanged,
)


def opportunity_columns(event: OpportunityChange) -> dict[str, Any]:
    """The columns that have another value, with it."""
    match event:
        case OpportunityStatusChanged():
            return {"status_id": event.after_id}
        case OpportunityValueChanged():
            return {"value": event.after.value, "value_period": event.after.period}
        case OpportunityConfidenceChanged():
            return {"confidence": event.after}
        case OpportunityNoteChanged():
            return {"note": event.after}
        case OpportunityOwnerChanged():
            return {"user_id": event.after}
        case OpportunityContactChanged():
            return {"contact_id": event.after}
        case OpportunityCloseDateChanged():
            return {"date_won": event.after}
        case OpportunityLossDateChanged():
            return {"date_lost": event.after}
        case _:
            assert_never(event)


def task_columns(event: TaskChange) -> dict[str, Any]:
    """The columns that have another value, with it."""
    match event:
        case TaskTextChanged():
            return {"text": event.after}
        case TaskDueChanged():
            return {"due_date": event.after.day, "due_at": event.after.instant}
        case TaskPriorityChanged():
            return {"priority": event.after}
        case TaskAssigned():
            return {"assigned_to": event.after}
        case TaskContactChanged():
            return {"contact_id": event.after}
        case _:
            assert_never(event)
