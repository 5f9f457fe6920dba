"""What only one kind of activity has, as it stands in the feed's `details` column."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from app.ids import CustomActivityTypeId, CustomFieldId, LeadId, OpportunityId, StatusId, TaskId, ThreadId, UserId
from app.lead.attachments import Attachment
from app.lead.attendees import Attendee
from app.vocabulary import (
    CallDisposition,
    Direction,
    MeetingStatus,
    MessageStatus,
    OpportunityStatusType,
    PublicationStatus,
    ValuePeriod,
)

PREVIEW_LENGTH = 200  # characters of a body shown in lists


class CallDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    direction: Direction
    disposition: CallDisposition | None = None
    duration_s: int = 0
    phone: str | None = None
    local_phone: str | None = None
    note: str | None = None
    recording_url: str | None = None
    voicemail_url: str | None = None


class EmailDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    direction: Direction
    status: MessageStatus
    thread_id: ThreadId
    sender: str | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    body_text: str = ""
    body_html: str | None = None
    body_preview: str = ""
    message_id: str | None = None
    files: tuple[Attachment, ...] = ()
    follow_up_at: datetime | None = None


class SmsDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    direction: Direction
    status: MessageStatus
    local_phone: str | None = None
    remote_phone: str | None = None
    text: str = ""
    files: tuple[Attachment, ...] = ()


class NoteDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    title: str | None = None
    text: str
    html: str
    mentions: tuple[UserId, ...] = ()
    files: tuple[Attachment, ...] = ()


class CustomActivityDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`values` are kept as values of all custom fields are: see app.lead.custom_values."""

    type_id: CustomActivityTypeId
    status: PublicationStatus
    values: dict[CustomFieldId, tuple[Any, ...]] = {}
    files: tuple[Attachment, ...] = ()


class MeetingDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """It begins when it occurs. `status`: what was said of it; the clock tells the rest."""

    title: str | None = None
    status: MeetingStatus | None = None
    ends_at: datetime
    location: str | None = None
    note: str | None = None
    attendees: tuple[Attendee, ...] = ()


class CreatedDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class StatusChangeDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    old_status_id: StatusId | None = None
    old_status_label: str | None = None
    new_status_id: StatusId
    new_status_label: str


class OpportunityStatusChangeDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    opportunity_id: OpportunityId
    old_status_id: StatusId | None = None
    old_status_label: str | None = None
    old_status_type: OpportunityStatusType | None = None
    new_status_id: StatusId
    new_status_label: str
    new_status_type: OpportunityStatusType
    value: Decimal | None = None
    value_period: ValuePeriod
    confidence: int


class TaskCompletedDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    task_id: TaskId
    task_text: str


class MergeDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    source_id: LeadId
    source_name: str
    is_reverted: bool = False


Details = (
    CallDetails
    | EmailDetails
    | SmsDetails
    | NoteDetails
    | CustomActivityDetails
    | MeetingDetails
    | CreatedDetails
    | StatusChangeDetails
    | OpportunityStatusChangeDetails
    | TaskCompletedDetails
    | MergeDetails
)
