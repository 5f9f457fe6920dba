"""What a read of lead_view gives: rows with the names that the screen uses."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from app.ids import ContactId, CustomFieldId, LeadId, OpportunityId, StatusId, TaskId, UserId
from app.lead.addresses import Address
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from app.vocabulary import TaskPriority, ValuePeriod


class LeadRow(msgspec.Struct, frozen=True, kw_only=True):
    """A lead's details and counters. `last_activity_at` None: nothing has happened yet."""

    lead_id: LeadId
    name: str | None
    display_name: str
    description: str | None
    url: str | None
    addresses: list[Address]
    status_id: StatusId
    source: str | None
    created_at: datetime
    created_by: UserId | None
    primary_contact_id: ContactId | None
    version: int
    updated_at: datetime
    updated_by: UserId | None
    last_activity_at: datetime | None
    last_communication_at: datetime | None


class ContactRow(msgspec.Struct, frozen=True, kw_only=True):
    """A person of a lead."""

    lead_id: LeadId
    contact_id: ContactId
    name: str | None
    title: str | None
    emails: list[EmailAddress]
    phones: list[PhoneNumber]
    urls: list[ContactUrl]
    created_at: datetime
    updated_at: datetime
    version: int


class OpportunityRow(msgspec.Struct, frozen=True, kw_only=True):
    """An opportunity. `value` is in the organization's currency."""

    lead_id: LeadId
    opportunity_id: OpportunityId
    contact_id: ContactId | None
    user_id: UserId | None
    status_id: StatusId
    value: Decimal | None
    value_period: ValuePeriod
    confidence: int
    note: str | None
    date_won: date | None
    date_lost: date | None
    created_at: datetime
    updated_at: datetime
    version: int


class CustomRow(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept in one custom field of a lead, contact or opportunity; whether it counts, the field decides."""

    owner_id: UUID
    field_id: CustomFieldId
    value: list[Any]


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A task; `completed_at` None: open."""

    lead_id: LeadId
    task_id: TaskId
    contact_id: ContactId | None
    text: str
    assigned_to: UserId | None
    due_date: date | None
    due_at: datetime | None
    priority: TaskPriority
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
