"""Events to rows: details, status, contacts, opportunities and tasks of a lead."""

from pathlib import Path
from typing import get_args

from app.event import Entry
from app.folding import folded
from app.ids import ContactId
from app.lead.addresses import LeadAddressesChanged
from app.lead.contact_changes import (
    ContactEmailsChanged,
    ContactPhonesChanged,
    ContactRemoved,
    ContactRenamed,
    ContactsReordered,
    ContactTitleChanged,
    ContactUrlsChanged,
)
from app.lead.contacts import ContactAdded
from app.lead.custom_values import CustomValueChanged
from app.lead.deletion import LeadDeleted, LeadRestored
from app.lead.details import LeadCreated, LeadDescriptionChanged, LeadRenamed, LeadUrlChanged
from app.lead.event import LeadEvent
from app.lead.opportunities import OpportunityAdded
from app.lead.opportunity_events import OpportunityChange, OpportunityRemoved
from app.lead.statuses import StatusChanged
from app.lead.task_events import TaskChange, TaskReopened
from app.lead.tasks import TaskAdded, TaskCompleted, TaskRemoved
from app.vocabulary import CustomFieldTarget
from projections.lead_view.changes import opportunity_columns, task_columns
from projections.lead_view.custom_values import change_value, delete_values, insert_values
from projections.lead_view.found_by import (
    Columns,
    address_columns,
    email_columns,
    name_columns,
    phone_columns,
    primary_columns,
    site_columns,
    title_columns,
    url_columns,
)
from projections.lead_view.tables import CONTACT, CUSTOM, LEAD, OPPORTUNITY, PULSE, SEARCH, TASK
from projections.lead_view.terms import own_terms
from projections.machinery.projection import Projection
from projections.machinery.rows import RECORDED_AT, Rows

lead_view = Projection("lead_view", (LEAD, PULSE, CONTACT, OPPORTUNITY, TASK, CUSTOM, SEARCH), Path(__file__).parent)


@lead_view.on(LeadCreated)
def create(entry: Entry[LeadCreated], rows: Rows) -> None:
    event = entry.event
    rows.insert(
        LEAD,
        {"lead_id": entry.stream_id},
        name=event.name,
        name_key=folded(event.name),
        description=event.description,
        **site_columns(event.url),
        **address_columns(event.addresses),
        status_id=event.status_id,
        source=event.source or entry.source,
        created_at=RECORDED_AT,
        created_by=entry.actor.user_id,
        name_terms=own_terms(event.name),
    )
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})
    rows.insert(PULSE, {"lead_id": entry.stream_id}, version=0, updated_at=RECORDED_AT)
    insert_values(entry.stream_id, entry.stream_id, event.custom_values, rows)


@lead_view.on(LeadRenamed)
def rename(entry: Entry[LeadRenamed], rows: Rows) -> None:
    name = entry.event.after
    rows.update(LEAD, {"lead_id": entry.stream_id}, name=name, name_key=folded(name), name_terms=own_terms(name))
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(LeadDescriptionChanged)
def describe(entry: Entry[LeadDescriptionChanged], rows: Rows) -> None:
    rows.update(LEAD, {"lead_id": entry.stream_id}, description=entry.event.after)


@lead_view.on(LeadUrlChanged)
def change_url(entry: Entry[LeadUrlChanged], rows: Rows) -> None:
    rows.update(LEAD, {"lead_id": entry.stream_id}, **site_columns(entry.event.after))
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(LeadAddressesChanged)
def change_addresses(entry: Entry[LeadAddressesChanged], rows: Rows) -> None:
    rows.update(LEAD, {"lead_id": entry.stream_id}, **address_columns(entry.event.after))
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(LeadDeleted)
def delete(entry: Entry[LeadDeleted], rows: Rows) -> None:
    rows.update(LEAD, {"lead_id": entry.stream_id}, deleted_at=RECORDED_AT)
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(LeadRestored)
def restore(entry: Entry[LeadRestored], rows: Rows) -> None:
    rows.update(LEAD, {"lead_id": entry.stream_id}, deleted_at=None)
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(StatusChanged)
def change_status(entry: Entry[StatusChanged], rows: Rows) -> None:
    rows.update(LEAD, {"lead_id": entry.stream_id}, status_id=entry.event.after_id)
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(ContactAdded)
def add_contact(entry: Entry[ContactAdded], rows: Rows) -> None:
    event = entry.event
    rows.insert(
        CONTACT,
        {"contact_id": event.contact_id},
        lead_id=entry.stream_id,
        place=event.place,
        **name_columns(event.name),
        **title_columns(event.title),
        **email_columns(event.emails),
        **phone_columns(event.phones),
        **url_columns(event.urls),
        created_at=RECORDED_AT,
        updated_at=RECORDED_AT,
        version=entry.version,
    )
    insert_values(entry.stream_id, event.contact_id, event.custom_values, rows)
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})
    if event.place == 0:
        rows.update(LEAD, {"lead_id": entry.stream_id}, **primary_columns(event.contact_id, event.name))


@lead_view.on(ContactRenamed)
def rename_contact(entry: Entry[ContactRenamed], rows: Rows) -> None:
    event = entry.event
    _change_contact(entry, rows, event.contact_id, name_columns(event.after))
    if event.is_primary:
        rows.update(LEAD, {"lead_id": entry.stream_id}, **primary_columns(event.contact_id, event.after))


@lead_view.on(ContactTitleChanged)
def change_contact_title(entry: Entry[ContactTitleChanged], rows: Rows) -> None:
    _change_contact(entry, rows, entry.event.contact_id, title_columns(entry.event.after))


@lead_view.on(ContactEmailsChanged)
def change_contact_emails(entry: Entry[ContactEmailsChanged], rows: Rows) -> None:
    _change_contact(entry, rows, entry.event.contact_id, email_columns(entry.event.after))


@lead_view.on(ContactPhonesChanged)
def change_contact_phones(entry: Entry[ContactPhonesChanged], rows: Rows) -> None:
    _change_contact(entry, rows, entry.event.contact_id, phone_columns(entry.event.after))


@lead_view.on(ContactUrlsChanged)
def change_contact_urls(entry: Entry[ContactUrlsChanged], rows: Rows) -> None:
    _change_contact(entry, rows, entry.event.contact_id, url_columns(entry.event.after))


@lead_view.on(ContactRemoved)
def remove_contact(entry: Entry[ContactRemoved], rows: Rows) -> None:
    event = entry.event
    rows.delete(CONTACT, {"contact_id": event.contact_id})
    delete_values(event.contact_id, event.custom_values, rows)
    if event.was_primary:
        rows.update(LEAD, {"lead_id": entry.stream_id}, **primary_columns(event.primary_id, event.primary_name))
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(ContactsReordered)
def reorder_contacts(entry: Entry[ContactsReordered], rows: Rows) -> None:
    event = entry.event
    for place, contact_id in enumerate(event.after):
        rows.update(CONTACT, {"contact_id": contact_id}, place=place)
    if event.after[:1] != event.before[:1]:
        rows.update(LEAD, {"lead_id": entry.stream_id}, **primary_columns(event.after[0], event.primary_name))
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(OpportunityAdded)
def add_opportunity(entry: Entry[OpportunityAdded], rows: Rows) -> None:
    event = entry.event
    rows.insert(
        OPPORTUNITY,
        {"opportunity_id": event.opportunity_id},
        lead_id=entry.stream_id,
        contact_id=event.contact_id,
        user_id=event.user_id,
        status_id=event.status_id,
        value=event.value,
        value_period=event.value_period,
        confidence=event.confidence,
        note=event.note,
        date_won=event.date_won,
        date_lost=event.date_lost,
        created_at=RECORDED_AT,
        updated_at=RECORDED_AT,
        version=entry.version,
    )
    insert_values(entry.stream_id, event.opportunity_id, event.custom_values, rows)
    if event.custom_values:
        rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(*get_args(OpportunityChange))
def change_opportunity(entry: Entry[OpportunityChange], rows: Rows) -> None:
    key = {"opportunity_id": entry.event.opportunity_id}
    rows.update(OPPORTUNITY, key, **opportunity_columns(entry.event), updated_at=RECORDED_AT, version=entry.version)


@lead_view.on(OpportunityRemoved)
def remove_opportunity(entry: Entry[OpportunityRemoved], rows: Rows) -> None:
    delete_values(entry.event.opportunity_id, entry.event.custom_values, rows)
    rows.delete(OPPORTUNITY, {"opportunity_id": entry.event.opportunity_id})
    if entry.event.custom_values:
        rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(CustomValueChanged)
def change_custom_value(entry: Entry[CustomValueChanged], rows: Rows) -> None:
    change_value(entry, rows)
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})
    match entry.event.target:
        case CustomFieldTarget.CONTACT:
            key = {"contact_id": entry.event.owner_id}
            rows.update(CONTACT, key, updated_at=RECORDED_AT, version=entry.version)
        case CustomFieldTarget.OPPORTUNITY:
            key = {"opportunity_id": entry.event.owner_id}
            rows.update(OPPORTUNITY, key, updated_at=RECORDED_AT, version=entry.version)


@lead_view.on(TaskAdded)
def add_task(entry: Entry[TaskAdded], rows: Rows) -> None:
    event = entry.event
    rows.insert(
        TASK,
        {"task_id": event.task_id},
        lead_id=entry.stream_id,
        contact_id=event.contact_id,
        text=event.text,
        assigned_to=event.assigned_to,
        due_date=event.due_date,
        due_at=event.due_at,
        priority=event.priority,
        created_at=RECORDED_AT,
        updated_at=RECORDED_AT,
        version=entry.version,
    )


@lead_view.on(TaskCompleted)
def complete_task(entry: Entry[TaskCompleted], rows: Rows) -> None:
    completed_at = entry.event.occurred_at or RECORDED_AT
    rows.update(
        TASK,
        {"task_id": entry.event.task_id},
        completed_at=completed_at,
        updated_at=RECORDED_AT,
        version=entry.version,
    )


def _change_contact(entry: Entry[LeadEvent], rows: Rows, contact_id: ContactId, columns: Columns) -> None:
    rows.update(CONTACT, {"contact_id": contact_id}, **columns, updated_at=RECORDED_AT, version=entry.version)
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(*get_args(TaskChange))
def change_task(entry: Entry[TaskChange], rows: Rows) -> None:
    key = {"task_id": entry.event.task_id}
    rows.update(TASK, key, **task_columns(entry.event), updated_at=RECORDED_AT, version=entry.version)


@lead_view.on(TaskReopened)
def reopen_task(entry: Entry[TaskReopened], rows: Rows) -> None:
    key = {"task_id": entry.event.task_id}
    rows.update(TASK, key, completed_at=None, updated_at=RECORDED_AT, version=entry.version)


@lead_view.on(TaskRemoved)
def remove_task(entry: Entry[TaskRemoved], rows: Rows) -> None:
    rows.delete(TASK, {"task_id": entry.event.task_id})


@lead_view.on_every(LeadEvent)
def beat(entry: Entry[LeadEvent], rows: Rows) -> None:
    rows.update(
        PULSE,
        {"lead_id": entry.stream_id},
        version=entry.version,
        updated_at=RECORDED_AT,
        updated_by=entry.actor.user_id,
    )
