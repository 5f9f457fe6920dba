"""The history: what all its items have in common, those that tell of something else, deleting one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, assert_never, cast

import strawberry

from app.ids import StatusId
from app.lead.activities import EDITABLE_KINDS, DeleteActivity
from app.lead.pins import PINNABLE
from projections.activity_feed.details import (
    MergeDetails,
    NoteDetails,
    OpportunityStatusChangeDetails,
    StatusChangeDetails,
    TaskCompletedDetails,
)
from projections.activity_feed.read import ActivityRow
from schema.belonging import TheContact, TheLead, its_contact, its_lead
from schema.commands import CommandInput, Inputs, Payload, answer
from schema.context import Info
from schema.enums import ActivityKind, MessageStatus, OpportunityStatusType, ValuePeriod
from schema.fields import argument, plain, resolved
from schema.ids import id_argument, public_id
from schema.node import Node
from schema.organization import User, user_with

if TYPE_CHECKING:
    from schema.inbox import InboxItem

TheItem = Annotated["InboxItem", strawberry.lazy("schema.inbox")]
HEADLINE_MAX = 120  # characters
MESSAGE_KINDS = frozenset({ActivityKind.EMAIL, ActivityKind.SMS})


@strawberry.interface(description="One item of a lead's history.")
class Activity(Node):
    kind: ActivityKind = plain("What it is; a client shows a kind it does not know by its headline.")
    occurred_at: datetime = plain("When it happened: the feed's order.")
    created_at: datetime = plain("When it was recorded.")
    updated_at: datetime = plain("When it was last changed.")
    version: int = plain("Stream version of the last event that changed it: of two copies keep the higher.")
    pinned_at: datetime | None = plain("When it was pinned; null: it is not.")
    source: str | None = plain("Where it came from: api, import …")
    row: strawberry.Private[ActivityRow]

    lead: TheLead = resolved(its_lead)
    contact: TheContact | None = resolved(its_contact)

    @resolved
    async def user(self, info: Info) -> User | None:
        """Whose it is. Null when nobody did it: an unanswered inbound call, an integration."""
        return await user_with(info.context, self.row.user_id)

    @resolved
    def permalink(self, info: Info) -> str:
        """{app address}/lead/{leadId}/#activityId={id}"""
        lead_id = public_id("lead", self.row.lead_id)
        return f"{info.context.services.app_url}/lead/{lead_id}/#activityId={self.id}"

    @resolved
    def headline(self) -> str:
        """One line for a kind that the client does not know."""
        return headline(self.row)

    @resolved
    async def viewer_inbox_item(self, info: Info) -> TheItem | None:
        """The viewer's own open item: show Done only where it is."""
        from schema.inbox import viewer_item_of

        return await viewer_item_of(info.context, self.row)

    @resolved
    def viewer_can_edit(self) -> bool:
        """Notes, calls, meetings and messages that are drafts can be edited, by everybody who sees the lead."""
        return can_be_edited(self.row)

    @resolved
    def viewer_can_delete(self) -> bool:
        """Everything but the entries that tell of the lead's creation and of merges can be deleted."""
        return self.row.kind not in (ActivityKind.CREATED, ActivityKind.LEAD_MERGE)

    @resolved
    def viewer_can_pin(self) -> bool:
        """Notes and custom activities can be pinned, by everybody who sees the lead."""
        return self.row.kind in PINNABLE


@strawberry.type(description="The lead came into being.")
class LeadCreated(Activity):
    pass


@strawberry.type(description="The lead went from one status to another. Labels are those of then.")
class LeadStatusChange(Activity):
    old_status_id: strawberry.ID | None = plain("Null: it had none.")
    old_status_label: str | None = plain("As it was called then.")
    new_status_id: strawberry.ID = plain("The status that it got.")
    new_status_label: str = plain("As it was called then.")


@strawberry.type(description="An opportunity went from one stage to another. All that it says is of then.")
class OpportunityStatusChange(Activity):
    opportunity_id: strawberry.ID = plain("The opportunity; it may have been removed since.")
    old_status_id: strawberry.ID | None = plain("Null: it had none.")
    old_status_label: str | None = plain("As it was called then; null: nobody knows.")
    old_status_type: OpportunityStatusType | None = plain("As it was then; null: nobody knows.")
    new_status_id: strawberry.ID = plain("The stage that it got.")
    new_status_label: str = plain("As it was called then.")
    new_status_type: OpportunityStatusType = plain("As it was then.")
    value: Decimal | None = plain("In the organization's currency, as it was then.")
    value_period: ValuePeriod = plain("How often the value was paid then.")
    confidence: int = plain("0 to 100, as it was then.")


@strawberry.type(description="Somebody finished a task.")
class TaskCompleted(Activity):
    task_id: strawberry.ID = plain("The task.")
    task_text: str = plain("What it said then.")


@strawberry.type(description="Another lead was merged into this one.")
class LeadMerge(Activity):
    source_lead_id: strawberry.ID = plain("The lead that was merged; its id leads here while the merge holds.")
    source_display_name: str = plain("What it was called then.")
    is_reverted: bool = plain("The merge was taken back: it is a lead of its own again.")


def shared(row: ActivityRow) -> dict[str, Any]:
    """The fields that every kind has."""
    return {
        "id": public_id("activity", row.activity_id),
        "kind": row.kind,
        "occurred_at": row.occurred_at,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "version": row.version,
        "pinned_at": row.pinned_at,
        "source": row.source,
        "row": row,
    }


def activity_of(row: ActivityRow) -> Activity:  # noqa: C901 - one arm a kind
    """An activity of the right type, from its row."""
    from schema.calls import call_of
    from schema.custom_activities import custom_activity_of
    from schema.emails import email_of
    from schema.meetings import meeting_of
    from schema.notes import note_of
    from schema.sms import sms_of

    match row.kind:
        case ActivityKind.CALL:
            return call_of(row)
        case ActivityKind.EMAIL:
            return email_of(row)
        case ActivityKind.SMS:
            return sms_of(row)
        case ActivityKind.NOTE:
            return note_of(row)
        case ActivityKind.CUSTOM:
            return custom_activity_of(row)
        case ActivityKind.MEETING:
            return meeting_of(row)
        case ActivityKind.LEAD_STATUS_CHANGE:
            return _status_change(row, cast(StatusChangeDetails, row.details))
        case ActivityKind.OPPORTUNITY_STATUS_CHANGE:
            return _opportunity_status_change(row, cast(OpportunityStatusChangeDetails, row.details))
        case ActivityKind.TASK_COMPLETED:
            done = cast(TaskCompletedDetails, row.details)
            return TaskCompleted(**shared(row), task_id=public_id("task", done.task_id), task_text=done.task_text)
        case ActivityKind.CREATED:
            return LeadCreated(**shared(row))
        case ActivityKind.LEAD_MERGE:
            return _merge(row, cast(MergeDetails, row.details))
        case _:
            assert_never(row.kind)


def _merge(row: ActivityRow, merge: MergeDetails) -> LeadMerge:
    return LeadMerge(
        **shared(row),
        source_lead_id=public_id("lead", merge.source_id),
        source_display_name=merge.source_name,
        is_reverted=merge.is_reverted,
    )


def _status_change(row: ActivityRow, change: StatusChangeDetails) -> LeadStatusChange:
    return LeadStatusChange(
        **shared(row),
        old_status_id=_status_id(change.old_status_id),
        old_status_label=change.old_status_label,
        new_status_id=public_id("status", change.new_status_id),
        new_status_label=change.new_status_label,
    )


def _opportunity_status_change(row: ActivityRow, change: OpportunityStatusChangeDetails) -> OpportunityStatusChange:
    return OpportunityStatusChange(
        **shared(row),
        opportunity_id=public_id("opportunity", change.opportunity_id),
        old_status_id=_status_id(change.old_status_id),
        old_status_label=change.old_status_label,
        old_status_type=change.old_status_type,
        new_status_id=public_id("status", change.new_status_id),
        new_status_label=change.new_status_label,
        new_status_type=change.new_status_type,
        value=change.value,
        value_period=change.value_period,
        confidence=change.confidence,
    )


def _status_id(status_id: StatusId | None) -> strawberry.ID | None:
    return public_id("status", status_id) if status_id else None


def can_be_edited(row: ActivityRow) -> bool:
    """Whether there is a command that changes what it says."""
    if row.kind in MESSAGE_KINDS:
        return cast(Any, row.details).status is MessageStatus.DRAFT
    return row.kind in EDITABLE_KINDS


def headline(row: ActivityRow) -> str:  # noqa: C901 - one arm a kind
    """One line that says what it is, for people."""
    details = cast(Any, row.details)
    match row.kind:
        case ActivityKind.CALL:
            line = f"{'Call to' if details.direction == 'OUTBOUND' else 'Call from'} {details.phone or 'the lead'}"
        case ActivityKind.EMAIL:
            line = f"E-mail: {details.subject or details.body_preview or '(no subject)'}"
        case ActivityKind.SMS:
            line = f"SMS: {' '.join(details.text[: 2 * HEADLINE_MAX].split()) or '(file)'}"
        case ActivityKind.NOTE:
            line = f"Note: {words_of_note(details)}"
        case ActivityKind.CUSTOM:
            line = "Custom activity"  # CustomActivity.headline knows the type's name
        case ActivityKind.MEETING:
            line = f"Meeting: {details.title or '(no title)'}"
        case ActivityKind.LEAD_STATUS_CHANGE:
            line = f"Status: {details.old_status_label or '?'} → {details.new_status_label}"
        case ActivityKind.OPPORTUNITY_STATUS_CHANGE:
            line = f"Opportunity: {details.old_status_label or '?'} → {details.new_status_label}"
        case ActivityKind.TASK_COMPLETED:
            line = f"Task completed: {details.task_text}"
        case ActivityKind.CREATED:
            line = "Lead created"
        case ActivityKind.LEAD_MERGE:
            line = f"{'Merge taken back' if details.is_reverted else 'Merged'}: {details.source_name}"
        case _:
            assert_never(row.kind)
    return cut(line)


def cut(line: str) -> str:
    """A line that is not too long, and is one, whatever was written."""
    line = " ".join(line[: 4 * HEADLINE_MAX].split())
    return line if len(line) <= HEADLINE_MAX else f"{line[: HEADLINE_MAX - 1]}…"


def words_of_note(note: NoteDetails) -> str:
    """What a note says in one line: its title, else its beginning."""
    if note.title:
        return note.title
    words = " ".join(note.text[: 2 * HEADLINE_MAX].split())
    return words or (note.files[0].name if note.files else "(image)")


async def activity(info: Info, id: Annotated[strawberry.ID, argument("The activity's.")]) -> Activity | None:
    """What a shared link points at; null where the viewer may not see it."""
    row = await info.context.activity_row(id_argument("activity", id, "id"))
    return activity_of(row) if row else None


@strawberry.input(description="An activity to delete.")
class DeleteActivityInput(CommandInput):
    activity_id: strawberry.ID = plain("The activity.")


@strawberry.type(description="What deleteActivity did.")
class DeleteActivityPayload(Payload):
    @resolved
    def activity_id(self) -> strawberry.ID | None:
        """The activity that is gone; null where nothing was done."""
        return public_id("activity", self.done.ids["activity"]) if self.done else None


async def delete_activity(info: Info, input: DeleteActivityInput) -> DeleteActivityPayload | None:
    """Delete an item of the history; a pin of it ends. What it tells of, such as a status, stays as it is."""

    def build(ids: Inputs) -> DeleteActivity:
        return DeleteActivity(activity_id=ids.id("activity", input.activity_id, "activity_id"))

    return await answer(info, DeleteActivityPayload, input, build)
