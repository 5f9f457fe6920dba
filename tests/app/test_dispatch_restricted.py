"""RESTRICTED users and commands: a lead that is not seen is answered exactly like one that never was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from app.ids import ActivityId, CustomFieldId, LeadId, TaskId, UserId, encode_id, uuid7
from app.lead.activities import DeleteActivity
from app.lead.calls import LogCall
from app.lead.contacts import AddContact, NewContact
from app.lead.custom_values import ValueChange
from app.lead.details import CreateLead, UpdateLead
from app.lead.notes import WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.pins import PinNote, UnpinNote
from app.lead.statuses import ChangeLeadStatus
from app.lead.tasks import AddTask, CompleteTask
from app.organization.custom_fields import CustomFieldCreated, CustomFieldDeleted
from app.organization.details import UpdateOrganization
from app.organization.members import ChangeRole
from app.organization.users import AddUser
from app.refusal import Refusal, Refused, refusals_of
from app.request import Command, Done, Idempotency, Request
from app.situation import Actor
from app.vocabulary import CustomFieldTarget, CustomFieldType, Direction, Role, VisibilityBehavior
from tests.support.histories import append
from tests.support.office import Office

OWNER = "Owner"


@dataclass
class Desk:
    """A RESTRICTED user's place in an office with one visibility field."""

    office: Office
    user_id: UserId
    field_id: CustomFieldId

    async def run(self, command: Command, key: str | None = None) -> Done:
        request = Request(
            org_id=self.office.org_id,
            actor=Actor(user_id=self.user_id),
            correlation_id=uuid7(),
            idempotency=Idempotency(key=key, fingerprint=b"input") if key else None,
        )
        return await self.office.system.dispatch.run(command, request)

    async def answer(self, command: Command) -> list[tuple[str, str, tuple[str, ...]]]:
        """Code, message and path of each refusal; none where it is done."""
        try:
            await self.run(command)
        except (Refusal, Refused) as refused:
            return [(one.code, one.message, one.path) for one in refusals_of(refused)]
        return []

    def naming(self, *users: UserId) -> ValueChange:
        return ValueChange(field_id=self.field_id, set=[encode_id("user", one) for one in users] or None)

    async def lead(self, *named: UserId) -> LeadId:
        """A lead of the admin's in whose field these are named."""
        command = CreateLead(name="Bluth", custom_fields=(self.naming(*named),) if named else ())
        await self.office.run(command)
        return command.lead_id


@pytest.fixture
async def desk(office: Office) -> Desk:
    user = AddUser(name="Rita", email="rita@acme.example", role=Role.RESTRICTED)
    await office.run(user)
    field_id = CustomFieldId(uuid7())
    field = CustomFieldCreated(
        field_id=field_id,
        target=CustomFieldTarget.LEAD,
        name=OWNER,
        type=CustomFieldType.USER,
        accepts_multiple_values=True,
    )
    await append(office.system, office.request(), office.org_id, [field])
    await office.organization()
    await office.run(UpdateOrganization(visibility_field_ids=[field_id]))
    return Desk(office, user.user_id, field_id)


async def sees(desk: Desk, lead_id: LeadId) -> bool:
    answer = await desk.answer(LogCall(lead_id=lead_id, direction=Direction.INBOUND))
    assert answer in ([], await desk.answer(LogCall(lead_id=LeadId(uuid7()), direction=Direction.INBOUND)))
    return answer == []


async def test_who_is_named_sees_the_lead_and_works_on_it(desk: Desk) -> None:
    assert await sees(desk, await desk.lead(desk.user_id))
    assert await sees(desk, await desk.lead(desk.office.admin_id, desk.user_id))


async def test_who_is_not_named_does_not(desk: Desk) -> None:
    assert not await sees(desk, await desk.lead())
    assert not await sees(desk, await desk.lead(desk.office.admin_id))


async def test_leads_where_nobody_is_named_are_seen_if_the_organization_says_so(desk: Desk) -> None:
    nobody_s, another_s = await desk.lead(), await desk.lead(desk.office.admin_id)
    await desk.office.run(UpdateOrganization(visibility_behavior=VisibilityBehavior.ALLOW_UNASSIGNED))
    assert (await sees(desk, nobody_s), await sees(desk, another_s)) == (True, False)


async def test_a_field_that_is_deleted_names_nobody_any_more(desk: Desk) -> None:
    lead_id = await desk.lead(desk.user_id)
    gone = CustomFieldDeleted(field_id=desk.field_id, name=OWNER)
    await append(desk.office.system, desk.office.request(), desk.office.org_id, [gone])
    assert not await sees(desk, lead_id)
    await desk.office.run(UpdateOrganization(visibility_behavior=VisibilityBehavior.ALLOW_UNASSIGNED))
    assert await sees(desk, lead_id)


async def test_without_any_field_nothing_is_seen(desk: Desk) -> None:
    lead_id = await desk.lead(desk.user_id)
    await desk.office.run(UpdateOrganization(visibility_field_ids=None))
    assert not await sees(desk, lead_id)


async def test_another_role_lifts_the_restriction_at_once(desk: Desk) -> None:
    lead_id = await desk.lead()
    await desk.office.run(ChangeRole(user_id=desk.user_id, role=Role.MEMBER))
    assert await sees(desk, lead_id)
    await desk.office.run(ChangeRole(user_id=desk.user_id, role=Role.RESTRICTED))
    assert not await sees(desk, lead_id)


COMMANDS: dict[str, Callable[[LeadId], Command]] = {
    "update": lambda lead: UpdateLead(lead_id=lead, name="Sitwell"),
    "update what was seen": lambda lead: UpdateLead(lead_id=lead, name="Sitwell", expected_version=1),
    "update what nobody saw": lambda lead: UpdateLead(lead_id=lead, name="Sitwell", expected_version=99),
    "change status": lambda lead: ChangeLeadStatus(lead_id=lead, status="Customer"),
    "add contact": lambda lead: AddContact(lead_id=lead, contact=NewContact(name="Tobias")),
    "add opportunity": lambda lead: AddOpportunity(lead_id=lead),
    "add task": lambda lead: AddTask(lead_id=lead, text="Call"),
    "log call": lambda lead: LogCall(lead_id=lead, direction=Direction.INBOUND),
    "write note": lambda lead: WriteNote(lead_id=lead, text="Note"),
    "bad input": lambda lead: AddTask(lead_id=lead, text=""),
}


@pytest.mark.parametrize("what", COMMANDS)
async def test_commands_on_a_lead_that_is_not_seen_are_answered_as_on_an_unknown_one(desk: Desk, what: str) -> None:
    command = COMMANDS[what]
    hidden, unknown = await desk.answer(command(await desk.lead())), await desk.answer(command(LeadId(uuid7())))
    assert hidden == unknown
    assert hidden[0][0] == "NOT_FOUND"


ABOUT: dict[str, Callable[[UUID], Command]] = {
    "complete": lambda id: CompleteTask(task_id=TaskId(id)),
    "pin": lambda id: PinNote(note_id=ActivityId(id)),
    "unpin": lambda id: UnpinNote(note_id=ActivityId(id)),
    "delete": lambda id: DeleteActivity(activity_id=ActivityId(id)),
}


@pytest.mark.parametrize("what", ABOUT)
async def test_what_is_on_a_lead_that_is_not_seen_is_answered_as_what_is_unknown(desk: Desk, what: str) -> None:
    lead_id = await desk.lead()
    task = AddTask(lead_id=lead_id, text="Call")
    note = WriteNote(lead_id=lead_id, text="Note", pinned=True)
    await desk.office.run(task)
    await desk.office.run(note)
    id = task.task_id if what == "complete" else note.note_id
    hidden, unknown = await desk.answer(ABOUT[what](id)), await desk.answer(ABOUT[what](uuid7()))
    assert hidden == unknown
    assert hidden[0][0] == "NOT_FOUND"
    await desk.office.run(ABOUT[what](id))


async def test_the_same_things_on_a_lead_that_is_seen_are_done(desk: Desk) -> None:
    lead_id = await desk.lead(desk.user_id)
    task = AddTask(lead_id=lead_id, text="Call")
    note = WriteNote(lead_id=lead_id, text="Note")
    for command in (task, note, CompleteTask(task_id=task.task_id), PinNote(note_id=note.note_id)):
        assert await desk.answer(command) == []


async def test_a_lead_that_its_maker_does_not_see_is_made_all_the_same(desk: Desk) -> None:
    command = CreateLead(name="Sitwell")
    assert (await desk.run(command)).ids == {"lead": command.lead_id}
    assert not await sees(desk, command.lead_id)


async def test_a_lead_that_names_its_maker_is_seen(desk: Desk) -> None:
    command = CreateLead(name="Sitwell", custom_fields=(desk.naming(desk.user_id),))
    await desk.run(command)
    assert await sees(desk, command.lead_id)


async def test_an_edit_that_hides_the_lead_from_its_own_editor_is_answered_and_repeated(desk: Desk) -> None:
    lead_id = await desk.lead(desk.user_id)
    hiding = UpdateLead(lead_id=lead_id, custom_fields=(desk.naming(desk.office.admin_id),))
    done = await desk.run(hiding, "k")
    assert not await sees(desk, lead_id)
    assert await desk.run(hiding, "k") == done


async def test_an_edit_elsewhere_hides_the_lead_here(desk: Desk, other_system: Any) -> None:
    lead_id = await desk.lead(desk.user_id)
    assert await sees(desk, lead_id)
    elsewhere = desk.office.at(other_system)
    await elsewhere.run(UpdateLead(lead_id=lead_id, custom_fields=(desk.naming(),)))
    assert not await sees(desk, lead_id)
