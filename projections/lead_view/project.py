"""Events to rows: details, status, contacts, opportunities and tasks of a lead."""

from pathlib import Path

from app.event import Entry
from app.folding import folded
from app.lead.contacts import ContactAdded
from app.lead.custom_values import CustomValueChanged
from app.lead.details import LeadCreated, LeadDescriptionChanged, LeadRenamed, LeadUrlChanged
from app.lead.event import LeadEvent
from app.lead.opportunities import OpportunityAdded
from app.lead.statuses import StatusChanged
from app.lead.tasks import TaskAdded, TaskCompleted
from app.vocabulary import CustomFieldTarget
from projections.lead_view.custom_values import change_value, insert_values
from projections.lead_view.tables import CONTACT, CUSTOM, LEAD, OPPORTUNITY, PULSE, SEARCH, TASK
from projections.lead_view.terms import email_terms, phone_terms, url_terms, word_terms
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
        url=event.url,
        status_id=event.status_id,
        source=entry.source,
        created_at=RECORDED_AT,
        created_by=entry.actor.user_id,
        name_terms=word_terms(event.name),
        url_terms=url_terms(event.url),
        address_terms=(),
    )
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})
    rows.insert(PULSE, {"lead_id": entry.stream_id}, version=0, updated_at=RECORDED_AT)
    insert_values(entry.stream_id, entry.stream_id, event.custom_values, rows)


@lead_view.on(LeadRenamed)
def rename(entry: Entry[LeadRenamed], rows: Rows) -> None:
    name = entry.event.after
    rows.update(LEAD, {"lead_id": entry.stream_id}, name=name, name_key=folded(name), name_terms=word_terms(name))
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(LeadDescriptionChanged)
def describe(entry: Entry[LeadDescriptionChanged], rows: Rows) -> None:
    rows.update(LEAD, {"lead_id": entry.stream_id}, description=entry.event.after)


@lead_view.on(LeadUrlChanged)
def change_url(entry: Entry[LeadUrlChanged], rows: Rows) -> None:
    rows.update(LEAD, {"lead_id": entry.stream_id}, url=entry.event.after, url_terms=url_terms(entry.event.after))
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})


@lead_view.on(StatusChanged)
def change_status(entry: Entry[StatusChanged], rows: Rows) -> None:
    rows.update(LEAD, {"lead_id": entry.stream_id}, status_id=entry.event.after_id)


@lead_view.on(ContactAdded)
def add_contact(entry: Entry[ContactAdded], rows: Rows) -> None:
    event = entry.event
    rows.insert(
        CONTACT,
        {"contact_id": event.contact_id},
        lead_id=entry.stream_id,
        place=event.place,
        name=event.name,
        title=event.title,
        emails=event.emails,
        phones=event.phones,
        urls=event.urls,
        name_key=folded(event.name),
        name_terms=word_terms(event.name),
        title_terms=word_terms(event.title),
        email_terms=email_terms(one.email for one in event.emails),
        phone_terms=phone_terms(one.phone for one in event.phones),
        url_terms=[term for one in event.urls for term in url_terms(one.url)],
        created_at=RECORDED_AT,
        updated_at=RECORDED_AT,
        version=entry.version,
    )
    insert_values(entry.stream_id, event.contact_id, event.custom_values, rows)
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})
    if event.place == 0:
        rows.update(
            LEAD,
            {"lead_id": entry.stream_id},
            primary_contact_id=event.contact_id,
            primary_name=event.name,
            primary_name_key=folded(event.name),
        )


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


@lead_view.on_every(LeadEvent)
def beat(entry: Entry[LeadEvent], rows: Rows) -> None:
    rows.update(
        PULSE,
        {"lead_id": entry.stream_id},
        version=entry.version,
        updated_at=RECORDED_AT,
        updated_by=entry.actor.user_id,
    )
