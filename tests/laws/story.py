"""Stories: rounds of commands that Hypothesis tells, some of which are refused, run on a real organization."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import strategies as st
from msgspec import UNSET

from app.ids import (
    ActivityId,
    ItemId,
    ThreadId,
    UserId,
    encode_id,
)
from app.lead.activities import DeleteActivity
from app.lead.addresses import Address
from app.lead.attendees import NewAttendee
from app.lead.calls import LogCall, UpdateCall
from app.lead.contact_changes import RemoveContact, ReorderContacts, UpdateContact
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from app.lead.contacts import AddContact, NewContact
from app.lead.custom_activities import RecordCustomActivity
from app.lead.custom_activity_changes import PublishCustomActivity, UpdateCustomActivity
from app.lead.custom_values import ValueChange
from app.lead.deletion import DeleteLead, RestoreLead
from app.lead.details import CreateLead, ExternalId, LeadCreated, UpdateLead
from app.lead.drafts import EditDraft
from app.lead.emails import LogEmail
from app.lead.meetings import LogMeeting, UpdateMeeting
from app.lead.merge import MergeLeads
from app.lead.notes import EditNote, WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.opportunity_changes import RemoveOpportunity, UpdateOpportunity
from app.lead.pins import PinActivity, PinNote, UnpinActivity, UnpinNote
from app.lead.sms import LogSms
from app.lead.status_changes import LogLeadStatusChange, LogOpportunityStatusChange
from app.lead.statuses import ChangeLeadStatus
from app.lead.task_changes import RemoveTask, ReopenTask, UpdateTask
from app.lead.tasks import AddTask, CompleteTask
from app.lead.thread_deletion import DeleteEmailThread
from app.lead.unmerge import UnmergeLead
from app.lead.upsert import UpsertLead
from app.organization.activity_type_edits import (
    ArchiveCustomActivityType,
    CreateCustomActivityType,
    ReorderCustomActivityTypes,
    UnarchiveCustomActivityType,
    UpdateCustomActivityType,
)
from app.organization.custom_fields import CustomFieldCreated, CustomFieldDeleted, CustomFieldRequirementChanged
from app.organization.details import UpdateOrganization
from app.organization.field_edits import CreateCustomField, UpdateCustomField
from app.organization.invitations import InviteUser
from app.organization.pipeline_edits import CreatePipeline, UpdatePipeline
from app.organization.stages import DeleteOpportunityStatus
from app.organization.status_edits import ReorderLeadStatuses, UpdateLeadStatus
from app.organization.statuses import ArchiveLeadStatus, CreateLeadStatus, DeleteLeadStatus, UnarchiveLeadStatus
from app.organization.users import UpdateViewer
from app.refusal import Refusal, Refused
from app.request import Command
from app.vocabulary import (
    CustomFieldTarget,
    CustomFieldType,
    Direction,
    MeetingStatus,
    MessageStatus,
    PublicationStatus,
    TaskPriority,
)
from tests.laws.inbox_story import BEN, CLEO, INBOX_COMMANDS, PEOPLE
from tests.laws.memory import NOON, Story, headers, on, when
from tests.laws.undo_story import TakeBack, take_back, taken_back
from tests.support.acme import VISIT_TYPE, VISITS
from tests.support.custom import FIELDS, TAGS, TEAM, VISIT_FIELDS, Record, adding, removing, seen_by_named, setting
from tests.support.filed import BringFiles, attachment, signature
from tests.support.office import Office

LEADS_MAX = 3
NAMES = (None, "Bluth", "émigré & Co.", "ΣΊΣΥΦΟΣ", "!!!", "a" * 500, "\u202etricky 🏗️")
_SITE = (ContactUrl(url="bluth.example/lindsay"),)


@dataclass(frozen=True)
class Step:
    """One command. `seed` decides everything about it that the state leaves open."""

    kind: str
    seed: int


async def tell(places: Sequence[Office], rounds: Sequence[Sequence[Step]]) -> None:
    """Run a story. The commands of one round run at once, in turn in several places; refusals are part of it."""
    async for _ in telling(places, rounds):
        pass


async def telling(places: Sequence[Office], rounds: Sequence[Sequence[Step]]) -> AsyncIterator[None]:
    """Run a story, round by round."""
    founded = await places[0].organization()
    story = Story(
        statuses=[*founded.lead_statuses],
        stages=[*founded.opportunity_statuses],
        pipelines=[*founded.pipelines],
        users=[places[0].admin_id],
    )
    for steps in rounds:
        story.items = await _items(places[0])
        commands = [(_actor(story, step), _COMMANDS[step.kind](story, random.Random(step.seed))) for step in steps]
        runs = zip(cycle(places), commands, strict=False)
        await asyncio.gather(*(_run(place.by(user), story, one) for place, (user, one) in runs if one is not None))
        yield


def _actor(story: Story, step: Step) -> UserId:
    """Mostly the admin, who may do everything."""
    return random.Random(step.seed + 1).choice((*story.users[:1] * 2, *story.users))


async def _items(office: Office) -> list[ItemId]:
    """All that there ever were, in the order in which they came."""
    query = "SELECT item_id FROM inbox_item WHERE org_id = $1 ORDER BY opened, kind, item_id LIMIT 1000"
    return [ItemId(row["item_id"]) for row in await office.system.store.fetch(None, query, office.org_id)]


async def _run(office: Office, story: Story, command: Command) -> None:
    if isinstance(command, TakeBack):
        await taken_back(office, command)
        return
    try:
        done = await office.run(command)
    except (Refusal, Refused):
        return
    if isinstance(command, CreateLead | UpsertLead) and LeadCreated.event_name() in done.events:
        story.leads.append(command.lead_id)
    if isinstance(command, CreateLead | UpsertLead):
        story.contacts += [contact.contact_id for contact in command.contacts]
    _remember(story, command)
    _remember_people(story, command)
    words = ("call", "email", "sms", "note", "meeting", "custom_activity")
    made: Sequence[UUID] = [done.ids[word] for word in words if word in done.ids]
    story.activities += [ActivityId(one) for one in (*made, *done.events.values())]


def _remember(story: Story, command: Any) -> None:
    """What a command made, for others to name."""
    match command:
        case AddContact():
            story.contacts.append(command.contact_id)
        case WriteNote():
            story.notes.append(command.note_id)
        case LogEmail() | LogSms() if command.status is MessageStatus.DRAFT:
            story.drafts.append(command)
        case RecordCustomActivity():
            story.visits.append(command.custom_activity_id)
        case AddOpportunity():
            story.opportunities.append(command.opportunity_id)
        case AddTask():
            story.tasks.append(command.task_id)
        case CreateLeadStatus():
            story.statuses.append(command.status_id)
        case CreatePipeline():
            story.pipelines.append(command.pipeline_id)
        case CreateCustomField():
            story.fields.append(command.field_id)


def _remember_people(story: Story, command: Any) -> None:
    match command:
        case LogCall():
            story.calls.append(command.call_id)
        case Record(events) if events == PEOPLE and not story.users[1:]:
            story.users += [BEN, CLEO]


def _create(story: Story, chance: random.Random) -> Command | None:
    if len(story.leads) >= LEADS_MAX:
        return None
    contacts = tuple(NewContact(name=chance.choice(NAMES), title="Ms") for _ in range(chance.randrange(3)))
    external = ExternalId("erp", str(chance.randrange(2))) if chance.random() < 0.3 else None
    return CreateLead(name=chance.choice(NAMES), contacts=contacts, external_id=external)


def _update(story: Story, chance: random.Random) -> Command | None:
    given: dict[str, Any] = {name: chance.choice(NAMES) for name in ("name", "description") if chance.random() < 0.7}
    url: dict[str, Any] = {"url": chance.choice(("bluth.example", "no url", None))} if chance.random() < 0.3 else {}
    seen = chance.choice((None, None, 1, 3, 50))
    return on(story, chance, lambda lead_id: UpdateLead(lead_id=lead_id, expected_version=seen, **given, **url))


def _change_status(story: Story, chance: random.Random) -> Command | None:
    status_id = chance.choice(story.statuses)
    return on(
        story, chance, lambda lead_id: ChangeLeadStatus(lead_id=lead_id, status_id=status_id, occurred_at=when(chance))
    )


def _add_contact(story: Story, chance: random.Random) -> Command | None:
    emails = (EmailAddress(email=chance.choice(("lindsay@bluth.example", "nobody"))),)
    contact = NewContact(name=chance.choice(NAMES), title=chance.choice(NAMES), emails=emails)
    return on(story, chance, lambda lead_id: AddContact(lead_id=lead_id, contact=contact))


def _change_contact(story: Story, chance: random.Random) -> Command | None:
    if not story.contacts:
        return None
    contact_id = chance.choice(story.contacts)
    if chance.random() < 0.3:
        return RemoveContact(contact_id=contact_id)
    emails = (EmailAddress(email=chance.choice(("lindsay@bluth.example", "tobias@bluth.example", "nobody"))),)
    changes: dict[str, Any] = {"name": chance.choice(NAMES), "title": chance.choice(NAMES), "emails": emails}
    given = {name: value for name, value in changes.items() if chance.random() < 0.6}
    phones = chance.choice(((), (PhoneNumber(phone="+12125550100"),)))
    return UpdateContact(contact_id=contact_id, phones=phones, urls=chance.choice((None, _SITE)), **given)


def _reorder_contacts(story: Story, chance: random.Random) -> Command | None:
    if not story.contacts:
        return None
    first = tuple({chance.choice(story.contacts) for _ in range(2)})
    return on(story, chance, lambda lead_id: ReorderContacts(lead_id=lead_id, contact_ids=first))


def _address(story: Story, chance: random.Random) -> Command | None:
    city, country = chance.choice(NAMES), chance.choice(("DE", None, "nowhere"))
    addresses = chance.choice((None, (Address(city=city, country=country),)))
    return on(story, chance, lambda lead_id: UpdateLead(lead_id=lead_id, addresses=addresses))


def _delete_lead(story: Story, chance: random.Random) -> Command | None:
    kind: type[DeleteLead] | type[RestoreLead] = chance.choice((DeleteLead, RestoreLead, RestoreLead))
    return on(story, chance, lambda lead_id: kind(lead_id=lead_id))


def _merge(story: Story, chance: random.Random) -> Command | None:
    """Any two leads, whatever became of them; sometimes twice the same."""
    seen = chance.choice((None, None, 2))
    return on(
        story,
        chance,
        lambda lead_id: MergeLeads(
            lead_id=lead_id, other_lead_id=chance.choice(story.leads), expected_other_version=seen
        ),
    )


def _unmerge(story: Story, chance: random.Random) -> Command | None:
    return on(story, chance, lambda lead_id: UnmergeLead(lead_id=lead_id, other_lead_id=lead_id))


def _upsert(story: Story, chance: random.Random) -> Command | None:
    contacts = chance.choice(((), (NewContact(name=chance.choice(NAMES)),)))
    name, status = chance.choice((UNSET, *NAMES)), chance.choice((None, "Customer", "Unheard of"))
    number = str(chance.randrange(2))
    return UpsertLead(source="erp", external_id=number, name=name, status=status, contacts=contacts)


def _add_opportunity(story: Story, chance: random.Random) -> Command | None:
    value = chance.choice((None, Decimal("0.0001"), Decimal("1200.50"), Decimal(-1)))
    return on(story, chance, lambda lead_id: AddOpportunity(lead_id=lead_id, value=value))


def _update_opportunity(story: Story, chance: random.Random) -> Command | None:
    if not story.opportunities:
        return None
    opportunity_id = chance.choice(story.opportunities)
    if chance.random() < 0.1:
        return RemoveOpportunity(opportunity_id=opportunity_id)
    changes: dict[str, Any] = {
        "status_id": chance.choice(story.stages),
        "value": chance.choice((None, Decimal("99.9"), Decimal(-1))),
        "confidence": chance.choice((10, 101)),
        "note": chance.choice(NAMES),
        "user_id": None,
        "date_won": NOON.date(),
        "date_lost": None,
        "expected_version": chance.choice((None, 3)),
    }
    given = {name: value for name, value in changes.items() if chance.random() < 0.4}
    return UpdateOpportunity(opportunity_id=opportunity_id, **given)


def _update_task(story: Story, chance: random.Random) -> Command | None:
    if not story.tasks:
        return None
    task_id = chance.choice(story.tasks)
    if chance.random() < 0.4:
        return ReopenTask(task_id=task_id)
    if chance.random() < 0.1:
        return RemoveTask(task_id=task_id)
    changes: dict[str, Any] = {
        "text": chance.choice(("Write", "")),
        "due_date": chance.choice((None, NOON.date())),
        "due_at": chance.choice((None, NOON)),
        "priority": chance.choice((None, TaskPriority.HIGH)),
        "assigned_to": None,
    }
    return UpdateTask(task_id=task_id, **{name: value for name, value in changes.items() if chance.random() < 0.5})


def _add_task(story: Story, chance: random.Random) -> Command | None:
    due_at = chance.choice((None, NOON))
    return on(story, chance, lambda lead_id: AddTask(lead_id=lead_id, text=chance.choice(("Call", "")), due_at=due_at))


def _log_call(story: Story, chance: random.Random) -> Command | None:
    return on(
        story, chance, lambda lead_id: LogCall(lead_id=lead_id, direction=Direction.INBOUND, occurred_at=when(chance))
    )


def _log_email(story: Story, chance: random.Random) -> Command | None:
    given = headers(chance, 6, 0.6)
    status = chance.choice((None, None, MessageStatus.DRAFT))
    subject, to = chance.choice(("", "Offer", "Re: offer")), ("lindsay@bluth.example",)
    return on(
        story,
        chance,
        lambda lead_id: LogEmail(
            lead_id=lead_id,
            direction=Direction.OUTBOUND,
            status=status,
            subject=subject,
            to=to,
            occurred_at=when(chance),
            **given,
        ),
    )


def _log_sms(story: Story, chance: random.Random) -> Command | None:
    status = chance.choice((None, MessageStatus.DRAFT))
    return on(
        story,
        chance,
        lambda lead_id: LogSms(
            lead_id=lead_id, direction=Direction.OUTBOUND, status=status, text="Yes", occurred_at=when(chance)
        ),
    )


def _edit_draft(story: Story, chance: random.Random) -> Command | None:
    if not story.drafts:
        return None
    changes: dict[str, Any] = {
        "contact_id": chance.choice((None, *story.contacts)),
        "user_id": None,
        "occurred_at": when(chance),
        "status": chance.choice((MessageStatus.SENT, MessageStatus.DRAFT, MessageStatus.OUTBOX)),
    }
    of_kind: dict[str, Any] = {
        "subject": chance.choice((None, "Offer", "AW: offer")),
        "to": chance.choice((None, ("Lindsay <lindsay@bluth.example>", "gob@bluth.example"))),
        "body_html": chance.choice((None, "<p>Likes <b>stairs</b></p>")),
        "message_id": f"<{chance.randrange(6)}@x.example>",
        "in_reply_to": chance.choice((None, f"<{chance.randrange(6)}@x.example>")),
    }
    draft = chance.choice(story.drafts)
    if isinstance(draft, LogSms):
        of_kind = {"text": chance.choice((None, "No", "\0")), "remote_phone": chance.choice((None, "+12125550100"))}
    given = {name: value for name, value in {**changes, **of_kind}.items() if chance.random() < 0.4}
    return EditDraft(activity_id=draft.sms_id if isinstance(draft, LogSms) else draft.email_id, **given)


def _delete_thread(story: Story, chance: random.Random) -> Command | None:
    return DeleteEmailThread(thread_id=ThreadId(chance.choice(story.activities))) if story.activities else None


def _write_note(story: Story, chance: random.Random) -> Command | None:
    html = chance.choice((None, "<p>Likes <b>stairs</b></p>", "<script>x</script>"))
    pinned = chance.random() < 0.5
    return on(
        story,
        chance,
        lambda lead_id: WriteNote(lead_id=lead_id, text="Note", html=html, pinned=pinned, occurred_at=when(chance)),
    )


def _bring_files(story: Story, chance: random.Random) -> Command | None:
    """Some of them again and again, so that they are taken for signatures, until some are deleted."""
    files = tuple(chance.choice((attachment, signature))() for _ in range(chance.randrange(1, 4)))
    return on(story, chance, lambda lead_id: BringFiles(lead_id=lead_id, files=files, occurred_at=when(chance)))


def _edit(story: Story, chance: random.Random) -> Command | None:
    """Some of it names a note for a call, and the other way round."""
    if not story.activities:
        return None
    activity_id, seen = chance.choice(story.activities), chance.choice((None, None, 5))
    contact_id = chance.choice((UNSET, None, *story.contacts[-2:]))
    occurred_at = chance.choice((UNSET, None, NOON + timedelta(days=chance.randrange(-400, 400))))
    match chance.randrange(3):
        case 0:
            changes: dict[str, Any] = {
                "title": chance.choice(NAMES),
                "text": chance.choice(("Note", "Other", "")),
                "html": chance.choice(("<p>Hates <i>stairs</i></p>", "<div>" * 200, None)),
            }
            given = {name: one for name, one in changes.items() if chance.random() < 0.5}
            return EditNote(
                note_id=activity_id, contact_id=contact_id, occurred_at=occurred_at, expected_version=seen, **given
            )
        case 1:
            return UpdateCall(
                call_id=activity_id,
                contact_id=contact_id,
                occurred_at=occurred_at,
                duration_s=chance.choice((UNSET, None, 7)),
                note=chance.choice((UNSET, *NAMES)),
                user_id=chance.choice((UNSET, None)),
            )
        case _:
            return UpdateMeeting(
                meeting_id=activity_id,
                contact_id=contact_id,
                starts_at=chance.choice((UNSET, NOON + timedelta(days=chance.randrange(-30, 30)))),
                ends_at=chance.choice((UNSET, NOON + timedelta(days=chance.randrange(-30, 30)))),
                status=chance.choice((UNSET, None, *MeetingStatus)),
                location=chance.choice((UNSET, *NAMES)),
                attendees=chance.choice((UNSET, (), (NewAttendee(email="lindsay@bluth.example"),))),
            )


def _log_meeting(story: Story, chance: random.Random) -> Command | None:
    starts_at = NOON + timedelta(days=chance.randrange(-400, 400))
    attendees = tuple(NewAttendee(email=one) for one in ("lindsay@bluth.example", "nobody")[: chance.randrange(3)])
    return on(
        story,
        chance,
        lambda lead_id: LogMeeting(
            lead_id=lead_id,
            title=chance.choice(NAMES),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=chance.choice((-1, 0, 1))),
            status=chance.choice((None, *MeetingStatus)),
            attendees=attendees,
        ),
    )


def _log_status_change(story: Story, chance: random.Random) -> Command | None:
    label, moment = chance.choice((*NAMES, "Customer", "Won")), when(chance)
    if story.opportunities and chance.random() < 0.5:
        return LogOpportunityStatusChange(
            opportunity_id=chance.choice(story.opportunities),
            new_status_id=chance.choice(story.stages),
            occurred_at=moment,
        )
    status_id = chance.choice((None, *story.statuses))
    return on(
        story,
        chance,
        lambda lead_id: LogLeadStatusChange(
            lead_id=lead_id, old_status_label=label, new_status_id=status_id, new_status_label=label, occurred_at=moment
        ),
    )


def _pin(story: Story, chance: random.Random) -> Command | None:
    kind = chance.choice((PinNote, UnpinNote))
    return kind(note_id=chance.choice(story.notes)) if story.notes else None


def _pin_any(story: Story, chance: random.Random) -> Command | None:
    kind = chance.choice((PinActivity, UnpinActivity))
    return kind(activity_id=chance.choice([*story.visits, *story.visits, *story.activities])) if story.visits else None


def _record(story: Story, chance: random.Random) -> Command | None:
    values = _values_of(VISIT_FIELDS, story, chance)
    status, pinned = chance.choice((PublicationStatus.DRAFT, PublicationStatus.PUBLISHED)), chance.random() < 0.4
    return on(
        story,
        chance,
        lambda lead_id: RecordCustomActivity(
            lead_id=lead_id,
            type_id=VISITS,
            custom_fields=values,
            status=status,
            pinned=pinned,
            occurred_at=when(chance),
        ),
    )


def _edit_visit(story: Story, chance: random.Random) -> Command | None:
    if not story.visits:
        return None
    visit = chance.choice(story.visits)
    if chance.random() < 0.2:
        return PublishCustomActivity(custom_activity_id=visit)
    changes: dict[str, Any] = {
        "custom_fields": _values_of(VISIT_FIELDS, story, chance),
        "contact_id": chance.choice((None, *story.contacts)),
        "user_id": None,
        "status": chance.choice((PublicationStatus.DRAFT, PublicationStatus.DRAFT, None)),
        "occurred_at": when(chance),
        "expected_version": chance.choice((None, 3)),
    }
    given = {name: value for name, value in changes.items() if chance.random() < 0.5}
    return UpdateCustomActivity(custom_activity_id=visit, **given)


def _found_type(_: Story, __: random.Random) -> Command | None:
    return Record((VISIT_TYPE[0], *VISIT_FIELDS))


def _change_type(_: Story, chance: random.Random) -> Command | None:
    """Types come, get other names and go out of use; their fields go, and become required or not."""
    one = chance.choice(VISIT_FIELDS)
    return chance.choice(
        (
            CreateCustomActivityType(name=f"Type {chance.randrange(3)}"),
            UpdateCustomActivityType(type_id=VISITS, name=f"Type {chance.randrange(3)}", field_ids=(one.field_id,)),
            ReorderCustomActivityTypes(type_ids=(VISITS,)),
            ArchiveCustomActivityType(type_id=VISITS),
            UnarchiveCustomActivityType(type_id=VISITS),
            Record((CustomFieldDeleted(field_id=one.field_id, name=one.name),)),
            Record((CustomFieldRequirementChanged(field_id=one.field_id, before=False, after=chance.random() < 0.3),)),
        )
    )


def _complete(story: Story, chance: random.Random) -> Command | None:
    return CompleteTask(task_id=chance.choice(story.tasks), occurred_at=when(chance)) if story.tasks else None


def _delete(story: Story, chance: random.Random) -> Command | None:
    return DeleteActivity(activity_id=chance.choice(story.activities)) if story.activities else None


def _configure(story: Story, chance: random.Random) -> Command | None:
    if chance.random() < 0.4:
        return CreateLeadStatus(label=f"Status {chance.randrange(5)}")
    status_id = chance.choice(story.statuses)
    if chance.random() < 0.3:
        return UpdateLeadStatus(status_id=status_id, label=f"Status {chance.randrange(5)}")
    if chance.random() < 0.2:
        return ReorderLeadStatuses(status_ids=(status_id,))
    return chance.choice((ArchiveLeadStatus, UnarchiveLeadStatus, DeleteLeadStatus))(status_id=status_id)


def _run_the_office(_: Story, chance: random.Random) -> Command | None:
    return chance.choice(
        (
            UpdateOrganization(
                currency=chance.choice(("EUR", "USD", "euro")), country=chance.choice(("DE", "ZZ", None))
            ),
            UpdateViewer(name=chance.choice(NAMES)),
            InviteUser(email=f"{chance.randrange(3)}@acme.example"),
        )
    )


def _lay_pipelines(story: Story, chance: random.Random) -> Command | None:
    if chance.random() < 0.3:
        return CreatePipeline(name=f"Pipeline {chance.randrange(3)}")
    stage = chance.choice(story.stages)
    if chance.random() < 0.5:
        return UpdatePipeline(pipeline_id=chance.choice(story.pipelines), status_ids=(stage,))
    return DeleteOpportunityStatus(status_id=stage)


def _define(story: Story, chance: random.Random) -> Command | None:
    choices = (f"Choice {chance.randrange(3)}",)
    if not story.fields or chance.random() < 0.3:
        name = f"Field {chance.randrange(3)}"
        return CreateCustomField(
            target=CustomFieldTarget.LEAD, type=CustomFieldType.CHOICES, name=name, choices=choices
        )
    change: dict[str, Any] = {chance.choice(("add_choices", "remove_choices")): choices}
    return UpdateCustomField(field_id=chance.choice(story.fields), **change)


def _change_values(story: Story, chance: random.Random) -> Command | None:
    changes = _value_changes(story, chance, CustomFieldTarget.LEAD)
    seen = chance.choice((None, None, 3))
    return on(story, chance, lambda lead_id: UpdateLead(lead_id=lead_id, custom_fields=changes, expected_version=seen))


def _begin_with_values(story: Story, chance: random.Random) -> Command | None:
    target = chance.choice((CustomFieldTarget.LEAD, CustomFieldTarget.CONTACT, CustomFieldTarget.OPPORTUNITY))
    changes = _value_changes(story, chance, target)
    match target:
        case CustomFieldTarget.LEAD:
            return CreateLead(custom_fields=changes) if len(story.leads) < LEADS_MAX else None
        case CustomFieldTarget.CONTACT:
            if story.contacts and chance.random() < 0.5:
                return UpdateContact(contact_id=chance.choice(story.contacts), custom_fields=changes)
            contact = NewContact(name="Gob", custom_fields=changes)
            return on(story, chance, lambda lead_id: AddContact(lead_id=lead_id, contact=contact))
        case _:
            if story.opportunities and chance.random() < 0.5:
                return UpdateOpportunity(opportunity_id=chance.choice(story.opportunities), custom_fields=changes)
            return on(story, chance, lambda lead_id: AddOpportunity(lead_id=lead_id, custom_fields=changes))


def _change_fields(story: Story, chance: random.Random) -> Command | None:
    """Choices go and come back, values become several or one, fields go and come back, and who sees what changes."""
    del story
    one = chance.choice(FIELDS)
    return Record(
        chance.choice(
            (
                (msgspec.structs.replace(one, choices=one.choices[: chance.randrange(4)]),),
                (msgspec.structs.replace(TAGS, accepts_multiple_values=False),),
                (CustomFieldDeleted(field_id=one.field_id, name=one.name),),
                (seen_by_named(TEAM, allow_unassigned=chance.random() < 0.5),),
                FIELDS,
            )
        )
    )


def _value_changes(story: Story, chance: random.Random, target: CustomFieldTarget) -> tuple[ValueChange, ...]:
    """Mostly of one field, so that most of them are not refused for another one's sake."""
    return _values_of([one for one in FIELDS if one.target is target], story, chance)


def _values_of(fields: Sequence[CustomFieldCreated], story: Story, chance: random.Random) -> tuple[ValueChange, ...]:
    return tuple(_value_change(chance.choice(fields), story, chance) for _ in range(chance.choice((1, 1, 2, 3))))


def _value_change(field: CustomFieldCreated, story: Story, chance: random.Random) -> ValueChange:
    values = _VALUES.get(field.type) or tuple(encode_id("cont", one) for one in story.contacts[-2:]) or (None,)
    if field.accepts_multiple_values:
        make = chance.choice((setting, adding, adding, removing))
        some = [chance.choice(values) for _ in range(chance.randrange(1, 4))]
        return make(field, some) if make is setting else make(field, *some)
    return setting(field, chance.choice((*values, None)))


_VALUES: dict[CustomFieldType, tuple[Any, ...]] = {
    CustomFieldType.TEXT: (*NAMES, "a\0b", "12", "2026-01-01"),
    CustomFieldType.TEXTAREA: (*NAMES, "one\n\n  two\n"),
    CustomFieldType.NUMBER: (0, -1.5, "1000000000000000.25", "1e400"),
    CustomFieldType.DATE: ("0001-01-01", "2026-02-30"),
    CustomFieldType.DATETIME: ("9999-12-31T23:59:59.999999Z", "2026-11-22T08:30:00+02:00"),
    CustomFieldType.CHOICES: ("a", "b", "c", "North"),
    CustomFieldType.USER: ("Ada", "Ben", "Cleo", "nobody"),
    CustomFieldType.HIDDEN: (1, True, [1.0, {"ü": None}], {"a": "\U0010ffff"}, "text"),
}


_COMMANDS: dict[str, Callable[[Story, random.Random], Command | None]] = {
    "create": _create,
    "update": _update,
    "change status": _change_status,
    "add contact": _add_contact,
    "change contact": _change_contact,
    "reorder contacts": _reorder_contacts,
    "address": _address,
    "delete lead": _delete_lead,
    "merge": _merge,
    "merge again": _merge,
    "unmerge": _unmerge,
    "unmerge again": _unmerge,
    "upsert": _upsert,
    "add opportunity": _add_opportunity,
    "update opportunity": _update_opportunity,
    "add task": _add_task,
    "update task": _update_task,
    "log call": _log_call,
    "log email": _log_email,
    "log sms": _log_sms,
    "edit draft": _edit_draft,
    "delete thread": _delete_thread,
    "write note": _write_note,
    "bring files": _bring_files,
    "edit": _edit,
    "edit again": _edit,
    "log meeting": _log_meeting,
    "log status change": _log_status_change,
    "pin": _pin,
    "pin any": _pin_any,
    "record": _record,
    "edit visit": _edit_visit,
    "found type": _found_type,
    "change type": _change_type,
    "complete": _complete,
    "delete": _delete,
    "configure": _configure,
    "lay pipelines": _lay_pipelines,
    "define": _define,
    "run the office": _run_the_office,
    "change values": _change_values,
    "begin with values": _begin_with_values,
    "change fields": _change_fields,
    "take back": take_back,
    "take back again": take_back,
}

_COMMANDS |= INBOX_COMMANDS
_STEP = st.builds(Step, st.sampled_from(sorted(_COMMANDS)), st.integers(0, 2**16))
_BEGINNING = st.just(
    [Step("create", 1), Step("found type", 1), Step("found people", 1)]
)  # without a lead there is nothing to tell


# What else changes what lies in inboxes; what ends much is rare, what people do about items is not.
_AROUND_INBOXES = (
    *("complete", "complete", "update task", "update opportunity", "delete", "delete", "delete thread", "delete lead"),
    *("add contact", "change contact", "edit draft", "change values", "change values", "merge", "unmerge"),
)
_INBOX_WORDS = (
    *(one for one in INBOX_COMMANDS if one != "found people"),
    *_AROUND_INBOXES,
    *["handle", "ring", "await an answer"] * 3,
)


def stories(apart: Collection[str] = ()) -> st.SearchStrategy[list[list[Step]]]:
    """A lead, then up to 16 rounds of one to three commands; without some kinds of them."""
    step = st.builds(Step, st.sampled_from(sorted({*_COMMANDS} - {*apart})), st.integers(0, 2**16)) if apart else _STEP
    rounds = st.lists(st.lists(step, min_size=1, max_size=3), max_size=16)
    return st.builds(lambda first, others: [first, *others], _BEGINNING, rounds)


_INBOX_STEP = st.builds(Step, st.sampled_from(_INBOX_WORDS), st.integers(0, 2**16))
_INBOX_BEGINNING = [[Step(word, 1)] for word in ("create", "found people", "create", "change fields", "add contact")]


def inbox_stories() -> st.SearchStrategy[list[list[Step]]]:
    """Stories in which much comes into inboxes, one command after the other."""
    rounds = st.lists(_INBOX_STEP, min_size=4, max_size=40).map(lambda steps: [[step] for step in steps])
    return rounds.map(lambda rounds: [*_INBOX_BEGINNING, *rounds])


_APART_FROM_MERGES = ("run the office", "lay pipelines", "define", "change type", "found people")
_AROUND_MERGES = (
    "log email",
    "edit draft",
    "complete",
    "update task",
    "bring files",
    "edit",
    "pin",
    "delete",
    "record",
)
_MERGING_WORDS = (
    *(one for one in _COMMANDS if one not in _APART_FROM_MERGES),
    *["merge", "unmerge"] * 6,
    *_AROUND_MERGES * 2,
)
_MERGING_FIRST = ("create", "create", "create", "found people", "change fields", "found type")
_MERGING_BEGINNING = [[Step(word, number)] for number, word in enumerate(_MERGING_FIRST, start=1)]


def merging_stories(*, apart: str = "") -> st.SearchStrategy[list[list[Step]]]:
    """Stories of three leads that are merged and parted again, of sixty commands; without one kind of them."""
    words = [one for one in _MERGING_WORDS if one != apart]
    return st.integers(0, 2**32).map(lambda seed: merging_story(seed, words))


def merging_story(seed: int, words: Sequence[str] = _MERGING_WORDS) -> list[list[Step]]:
    """One of them."""
    chance = random.Random(seed)
    steps = [Step(chance.choice(words), chance.randrange(2**16)) for _ in range(60)]
    return [*_MERGING_BEGINNING, *(steps[at : at + 2] for at in range(0, 20, 2)), *([step] for step in steps[20:])]


def long_inbox_story(seed: int) -> list[list[Step]]:
    """One of them, of 150 commands."""
    chance = random.Random(seed)
    steps = [Step(chance.choice(_INBOX_WORDS), chance.randrange(2**16)) for _ in range(150)]
    return [*_INBOX_BEGINNING, *([step] for step in steps)]


MERGES = ("merge", "merge again", "unmerge", "unmerge again")  # leads that are merged have stories of their own
_NOT_IN_LONG = ("found type", "found people", "delete lead", *MERGES)
_LONG_WORDS = (
    *(one for one in sorted(_COMMANDS) if one not in _NOT_IN_LONG),
    *["bring files", "log email", "edit draft", "delete", "delete", "pin any", "complete"] * 3,
)


def long_story(seed: int) -> list[list[Step]]:
    """A story of 80 rounds, in which things come and go; at its end leads are deleted, not all of them for good."""
    chance = random.Random(seed)
    told = [[Step(chance.choice(_LONG_WORDS), chance.randrange(2**16)) for _ in range(3)] for _ in range(80)]
    end = [[Step("delete lead", chance.randrange(2**16))] for _ in range(3)]
    return [[Step("create", 1), Step("found type", 1), Step("found people", 1)], *told, *end]
