"""Entries that tell of something else, such as a change of status; those logged for what took place elsewhere too."""

from app.event import Entry
from app.lead.details import LeadCreated
from app.lead.opportunity_events import OpportunityStatusChanged
from app.lead.status_changes import OpportunityStatusChangeLogged, StatusChangeLogged
from app.lead.statuses import StatusChanged
from app.lead.tasks import TaskCompleted
from projections.activity_feed.details import (
    CreatedDetails,
    OpportunityStatusChangeDetails,
    StatusChangeDetails,
    TaskCompletedDetails,
)
from projections.activity_feed.project.items import activity_feed, add
from projections.machinery.rows import Rows


@activity_feed.on(LeadCreated)
def create(entry: Entry[LeadCreated], rows: Rows) -> None:
    add(entry, rows, CreatedDetails(), entry.actor.user_id)


@activity_feed.on(StatusChanged)
def change_status(entry: Entry[StatusChanged], rows: Rows) -> None:
    add(entry, rows, _status_change(entry.event), entry.actor.user_id)


@activity_feed.on(StatusChangeLogged)
def log_status_change(entry: Entry[StatusChangeLogged], rows: Rows) -> None:
    add(entry, rows, _status_change(entry.event), entry.event.user_id)


@activity_feed.on(OpportunityStatusChanged)
def change_opportunity_status(entry: Entry[OpportunityStatusChanged], rows: Rows) -> None:
    add(entry, rows, _opportunity_status_change(entry.event), entry.actor.user_id, entry.event.contact_id)


@activity_feed.on(OpportunityStatusChangeLogged)
def log_opportunity_status_change(entry: Entry[OpportunityStatusChangeLogged], rows: Rows) -> None:
    event = entry.event
    add(entry, rows, _opportunity_status_change(event), event.user_id, event.contact_id)


@activity_feed.on(TaskCompleted)
def complete_task(entry: Entry[TaskCompleted], rows: Rows) -> None:
    event = entry.event
    details = TaskCompletedDetails(task_id=event.task_id, task_text=event.text)
    add(entry, rows, details, entry.actor.user_id, event.contact_id)


def _status_change(event: StatusChanged | StatusChangeLogged) -> StatusChangeDetails:
    return StatusChangeDetails(
        old_status_id=event.before_id,
        old_status_label=event.before_label,
        new_status_id=event.after_id,
        new_status_label=event.after_label,
    )


def _opportunity_status_change(
    event: OpportunityStatusChanged | OpportunityStatusChangeLogged,
) -> OpportunityStatusChangeDetails:
    return OpportunityStatusChangeDetails(
        opportunity_id=event.opportunity_id,
        old_status_id=event.before_id,
        old_status_label=event.before_label,
        old_status_type=event.before_type,
        new_status_id=event.after_id,
        new_status_label=event.after_label,
        new_status_type=event.after_type,
        value=event.value,
        value_period=event.value_period,
        confidence=event.confidence,
    )
