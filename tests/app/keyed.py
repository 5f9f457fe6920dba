"""Commands to be sent under idempotency keys, and how an organization is prepared for each of them."""

from collections.abc import Callable

import pytest

from app.ids import ActivityId, TaskId, uuid7
from app.lead.activities import ActivityDeleted, DeleteActivity
from app.lead.calls import CallLogged, LogCall
from app.lead.contact_changes import ContactRemoved, RemoveContact
from app.lead.contacts import AddContact, NewContact
from app.lead.deletion import DeleteLead, LeadDeleted
from app.lead.details import CreateLead, ExternalId, LeadCreated, LeadRenamed, UpdateLead
from app.lead.emails import EmailLogged, LogEmail
from app.lead.notes import WriteNote
from app.lead.pins import NotePinned, NoteUnpinned, PinNote, UnpinNote
from app.lead.statuses import ChangeLeadStatus, StatusChanged
from app.lead.tasks import AddTask, CompleteTask, TaskCompleted
from app.lead.upsert import UpsertLead
from app.organization.api_keys import ApiKeyRevoked, CreateApiKey, RevokeApiKey
from app.organization.details import OrganizationRenamed, UpdateOrganization
from app.organization.invitations import AcceptInvitation, InviteUser, UserInvited
from app.organization.members import DeactivateUser, UserDeactivated
from app.organization.statuses import ArchiveLeadStatus, CreateLeadStatus, LeadStatusArchived
from app.organization.users import AddUser, UserAdded
from app.request import Command
from app.vocabulary import Direction
from tests.support.office import Office

Prepared = tuple[Callable[[], Command], type]


async def lead_of(office: Office) -> CreateLead:
    lead = CreateLead(name="Bluth Company")
    await office.run(lead)
    return lead


async def note_of(office: Office, *, pinned: bool = False) -> ActivityId:
    note = WriteNote(lead_id=(await lead_of(office)).lead_id, text="Likes stairs", pinned=pinned)
    await office.run(note)
    return note.note_id


async def task_of(office: Office) -> TaskId:
    task = AddTask(lead_id=(await lead_of(office)).lead_id, text="Call back")
    await office.run(task)
    return task.task_id


async def creating(office: Office) -> Prepared:
    return lambda: CreateLead(name="Sitwell Housing"), LeadCreated


async def creating_what_another_system_names(office: Office) -> Prepared:
    external = ExternalId("erp", str(uuid7()))
    return lambda: CreateLead(name="Sitwell Housing", external_id=external), LeadCreated


async def logging_a_call(office: Office) -> Prepared:
    lead = await lead_of(office)
    return lambda: LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND), CallLogged


async def logging_a_message(office: Office) -> Prepared:
    lead = await lead_of(office)
    message_id = f"<{uuid7()}@x.example>"
    return (
        lambda: LogEmail(lead_id=lead.lead_id, direction=Direction.OUTBOUND, message_id=message_id),
        EmailLogged,
    )


async def pinning(office: Office) -> Prepared:
    note_id = await note_of(office)
    return lambda: PinNote(note_id=note_id), NotePinned


async def unpinning(office: Office) -> Prepared:
    note_id = await note_of(office, pinned=True)
    return lambda: UnpinNote(note_id=note_id), NoteUnpinned


async def completing(office: Office) -> Prepared:
    task_id = await task_of(office)
    return lambda: CompleteTask(task_id=task_id), TaskCompleted


async def deleting(office: Office) -> Prepared:
    note_id = await note_of(office)
    return lambda: DeleteActivity(activity_id=note_id), ActivityDeleted


async def renaming(office: Office) -> Prepared:
    lead = await lead_of(office)
    return lambda: UpdateLead(lead_id=lead.lead_id, name="Sitwell"), LeadRenamed


async def changing_the_version_seen(office: Office) -> Prepared:
    lead = await lead_of(office)
    return lambda: ChangeLeadStatus(lead_id=lead.lead_id, status="Customer", expected_version=1), StatusChanged


async def upserting(office: Office) -> Prepared:
    number = str(uuid7())
    return lambda: UpsertLead(source="erp", external_id=number, name="Sitwell"), LeadCreated


async def upserting_what_is_there(office: Office) -> Prepared:
    number = str(uuid7())
    await office.run(UpsertLead(source="erp", external_id=number, name="Bluth"))
    return lambda: UpsertLead(source="erp", external_id=number, name="Sitwell"), LeadRenamed


async def deleting_a_lead(office: Office) -> Prepared:
    lead = await lead_of(office)
    return lambda: DeleteLead(lead_id=lead.lead_id), LeadDeleted


async def removing_a_contact(office: Office) -> Prepared:
    added = AddContact(lead_id=(await lead_of(office)).lead_id, contact=NewContact(name="Lindsay"))
    await office.run(added)
    return lambda: RemoveContact(contact_id=added.contact_id), ContactRemoved


async def adding_a_user(office: Office) -> Prepared:
    email = f"{uuid7()}@acme.example"
    return lambda: AddUser(name="Bob", email=email), UserAdded


async def archiving(office: Office) -> Prepared:
    status = CreateLeadStatus(label=f"Unused {uuid7()}")
    await office.run(status)
    return lambda: ArchiveLeadStatus(status_id=status.status_id), LeadStatusArchived


async def inviting(office: Office) -> Prepared:
    email = f"{uuid7()}@acme.example"
    return lambda: InviteUser(email=email), UserInvited


async def accepting(office: Office) -> Prepared:
    invite = InviteUser(email=f"{uuid7()}@acme.example", name="Bob")
    await office.run(invite)
    return lambda: AcceptInvitation(invitation_id=invite.invitation_id), UserAdded


async def shutting_somebody_out(office: Office) -> Prepared:
    user = AddUser(name="Bob", email=f"{uuid7()}@acme.example")
    await office.run(user)
    return lambda: DeactivateUser(user_id=user.user_id), UserDeactivated


async def revoking_a_key(office: Office) -> Prepared:
    key = CreateApiKey(user_id=office.admin_id)
    await office.run(key)
    return lambda: RevokeApiKey(key_id=key.key_id), ApiKeyRevoked


async def restating_the_organization(office: Office) -> Prepared:
    name = f"Acme {uuid7()}"
    return lambda: UpdateOrganization(name=name), OrganizationRenamed


COMMANDS = [
    creating,
    creating_what_another_system_names,
    logging_a_call,
    logging_a_message,
    pinning,
    unpinning,
    completing,
    deleting,
    renaming,
    changing_the_version_seen,
    upserting,
    upserting_what_is_there,
    deleting_a_lead,
    removing_a_contact,
    adding_a_user,
    archiving,
    inviting,
    accepting,
    shutting_somebody_out,
    revoking_a_key,
    restating_the_organization,
]
prepared = pytest.mark.parametrize("prepare", COMMANDS, ids=lambda prepare: prepare.__name__)
