"""Upserts at once make one lead; deletion and restoring meet what holds an external id."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.entries import append_command, entries_of
from app.ids import ContactId, CustomFieldId, LeadId, UserId, uuid7
from app.lead.contact_changes import UpdateContact
from app.lead.contact_points import EmailAddress
from app.lead.contacts import AddContact, ContactAdded, NewContact
from app.lead.custom_values import CustomValueChanged
from app.lead.deletion import DeleteLead, LeadDeleted, LeadRestored, RestoreLead
from app.lead.details import CreateLead, ExternalId, LeadCreated, LeadRenamed, UpdateLead
from app.lead.refusals import LeadNotFound
from app.lead.tasks import AddTask, CompleteTask
from app.lead.upsert import UpsertLead
from app.organization.custom_fields import CustomFieldCreated
from app.organization.users import UserAdded
from app.organization.visibility import Visibility, VisibilityChanged
from app.request import ClaimTaken
from app.system import System, project
from app.vocabulary import CustomFieldTarget, CustomFieldType, Role
from tests.support.office import Office
from tests.support.outcomes import reasons

ROUNDS = 10  # of each race: it is lost in some of them only
AT_ONCE = 20


def erp(number: int = 1, name: str = "Bluth") -> UpsertLead:
    lindsay = NewContact(name="Lindsay", emails=(EmailAddress(email="lindsay@bluth.example"),))
    return UpsertLead(source="erp", external_id=str(number), name=name, contacts=(lindsay,))


async def versions(office: Office, lead_id: UUID) -> list[int]:
    return [fact.version for fact in await office.log() if fact.stream_id == lead_id]


async def test_twenty_upserts_at_once_make_one_lead(office: Office) -> None:
    upserts = [erp(name=f"Bluth {number}") for number in range(AT_ONCE)]
    assert await reasons(*(office.run(one) for one in upserts)) == ["done"] * AT_ONCE
    assert len(await office.events(LeadCreated)) == 1
    assert len(await office.events(ContactAdded)) == 1
    assert len(await office.events(LeadRenamed)) == AT_ONCE - 1


async def test_twenty_upserts_at_once_from_two_systems_make_one_lead(office: Office, other_system: System) -> None:
    places = [office, office.at(other_system)]
    for number in range(ROUNDS):
        runs = [places[n % 2].run(erp(number, name=f"Bluth {n}")) for n in range(AT_ONCE)]
        assert await reasons(*runs) == ["done"] * AT_ONCE
    assert len(await office.events(LeadCreated)) == len(await office.events(ContactAdded)) == ROUNDS


async def test_all_of_them_answer_the_same_lead_and_one_that_it_is_new(office: Office, other_system: System) -> None:
    first, second = await office.run(erp()), await office.at(other_system).run(erp(name="Sitwell"))
    assert first.stream_id == second.stream_id
    created = [LeadCreated.event_name() in done.events for done in (first, second)]
    assert created == [True, False]


async def test_an_upsert_that_changes_nothing_is_done(office: Office) -> None:
    done = await office.run(erp())
    again = await office.run(erp())
    assert (again.stream_id, again.version, again.events) == (done.stream_id, done.version, {})


async def test_a_lead_created_with_an_external_id_is_found(office: Office) -> None:
    created = CreateLead(name="Bluth", external_id=ExternalId("erp", "1"))
    await office.run(created)
    assert (await office.run(erp(name="Sitwell"))).stream_id == created.lead_id


async def test_upserts_race_creations_and_edits_of_the_same_lead(office: Office, other_system: System) -> None:
    elsewhere = office.at(other_system)
    for number in range(ROUNDS):
        create = CreateLead(external_id=ExternalId("erp", str(number)))
        outcomes = await reasons(office.run(create), elsewhere.run(erp(number)), office.run(erp(number)))
        assert outcomes in (["done"] * 3, ["claim_taken", "done", "done"])
        lead_id = LeadId((await office.run(erp(number))).stream_id)
        edits = [elsewhere.run(UpdateLead(lead_id=lead_id, description=str(n))) for n in range(4)]
        upserts = [office.run(erp(number, name=str(n))) for n in range(4)]
        assert await reasons(*edits, *upserts) == ["done"] * 8
        numbers = await versions(office, lead_id)
        assert numbers == list(range(1, len(numbers) + 1))
    assert len(await office.events(LeadCreated)) == ROUNDS


# ---------------------------------------------------------------- deletion


async def test_a_deleted_lead_is_absent_in_every_process(office: Office, other_system: System) -> None:
    elsewhere = office.at(other_system)
    lead = CreateLead(name="Bluth", contacts=(NewContact(name="Lindsay"),))
    await office.run(lead)
    task = AddTask(lead_id=lead.lead_id, text="Call")
    await elsewhere.run(task)
    await office.run(DeleteLead(lead_id=lead.lead_id))
    for place in (office, elsewhere):
        outcomes = [
            await reasons(place.run(UpdateLead(lead_id=lead.lead_id, name="x"))),
            await reasons(place.run(DeleteLead(lead_id=lead.lead_id))),
            await reasons(place.run(UpdateContact(contact_id=lead.contacts[0].contact_id, name="x"))),
            await reasons(place.run(CompleteTask(task_id=task.task_id))),
        ]
        assert outcomes == [["lead_not_found"], ["lead_not_found"], ["contact_not_found"], ["task_not_found"]]


async def test_restored_everything_is_as_it_was(office: Office, other_system: System) -> None:
    elsewhere = office.at(other_system)
    lead = CreateLead(name="Bluth", contacts=(NewContact(name="Lindsay"),))
    await office.run(lead)
    before = await office.system.states.lead(office.org_id, lead.lead_id)
    await office.run(DeleteLead(lead_id=lead.lead_id))
    await elsewhere.run(RestoreLead(lead_id=lead.lead_id))
    after = await office.system.states.lead(office.org_id, lead.lead_id)
    assert before is not None
    assert after is not None
    assert (after.contacts, after.name, after.version) == (before.contacts, before.name, before.version + 2)
    await office.run(UpdateContact(contact_id=lead.contacts[0].contact_id, name="Nellie"))


async def test_a_lead_is_deleted_once_and_restored_once(office: Office, other_system: System) -> None:
    places = [office, office.at(other_system)] * 2
    for _ in range(ROUNDS):
        lead = CreateLead()
        await office.run(lead)
        deletions = (place.run(DeleteLead(lead_id=lead.lead_id)) for place in places)
        assert await reasons(*deletions) == ["done", *["lead_not_found"] * 3]
        assert await reasons(*(place.run(RestoreLead(lead_id=lead.lead_id)) for place in places)) == ["done"] * 4
    assert len(await office.events(LeadDeleted)) == len(await office.events(LeadRestored)) == ROUNDS


async def test_what_comes_back_finds_its_external_id_taken(office: Office) -> None:
    old = (await office.run(erp())).stream_id
    await office.run(DeleteLead(lead_id=LeadId(old)))
    new = (await office.run(erp())).stream_id
    assert new != old
    with pytest.raises(ClaimTaken):
        await office.run(RestoreLead(lead_id=LeadId(old)))
    await office.run(DeleteLead(lead_id=LeadId(new)))
    await office.run(RestoreLead(lead_id=LeadId(old)))
    assert (await office.run(erp())).stream_id == old


async def test_an_upsert_that_races_a_deletion_finds_a_lead_or_makes_one(office: Office, other_system: System) -> None:
    elsewhere = office.at(other_system)
    for number in range(ROUNDS):
        old = (await office.run(erp(number))).stream_id
        deleting = DeleteLead(lead_id=LeadId(old))
        outcomes = await reasons(elsewhere.run(deleting), office.run(erp(number, "x")), elsewhere.run(erp(number, "y")))
        assert outcomes == ["done"] * 3
        lead_id = (await office.run(erp(number))).stream_id
        lead = await office.system.states.lead(office.org_id, lead_id)
        assert lead is not None
        assert not lead.is_deleted
        assert lead_id != old


async def test_a_deleted_lead_s_id_is_not_used_again(office: Office) -> None:
    lead = CreateLead()
    await office.run(lead)
    await office.run(DeleteLead(lead_id=lead.lead_id))
    assert await reasons(office.run(CreateLead(lead_id=lead.lead_id))) == ["lead_exists"]


# ---------------------------------------------------------------- leads that the actor may not see


async def restricted(office: Office) -> tuple[Office, CustomFieldId]:
    """A colleague who sees only leads in whose one visibility field he is named."""
    user_id, field_id = UserId(uuid7()), CustomFieldId(uuid7())
    organization = await office.organization()
    events = (
        UserAdded(user_id=user_id, name="Rita", email="rita@acme.example", role=Role.RESTRICTED, time_zone="UTC"),
        CustomFieldCreated(field_id=field_id, target=CustomFieldTarget.LEAD, name="Owner", type=CustomFieldType.USER),
        VisibilityChanged(before=Visibility(), after=Visibility(field_ids=(field_id,))),
    )
    entries = entries_of(events, office.request(), office.org_id, organization.version)
    await office.system.store.append(office.org_id, [append_command(entries, project, organization)])
    return replace(office, admin_id=user_id), field_id


async def test_who_may_not_see_a_lead_can_neither_change_nor_double_it(office: Office) -> None:
    await office.run(erp())
    rita, _ = await restricted(office)
    assert await reasons(rita.run(erp(name="Mine"))) == ["claim_taken"]
    assert len(await office.events(LeadCreated)) == 1


async def test_who_sees_it_upserts_it(office: Office) -> None:
    lead_id = (await office.run(erp())).stream_id
    rita, field_id = await restricted(office)
    named = CustomValueChanged(
        target=CustomFieldTarget.LEAD, owner_id=lead_id, field_id=field_id, after=(str(rita.admin_id),)
    )
    version = await office.system.store.stream_version(office.org_id, lead_id)
    entries = entries_of((named,), office.request(), lead_id, version or 0)
    await office.system.store.append(office.org_id, [append_command(entries, project, await office.organization())])
    assert (await rita.run(erp(name="Mine"))).stream_id == lead_id


async def test_a_lead_that_may_not_be_seen_is_neither_deleted_nor_restored(office: Office) -> None:
    lead = CreateLead()
    await office.run(lead)
    rita, _ = await restricted(office)
    for command in (DeleteLead(lead_id=lead.lead_id), RestoreLead(lead_id=lead.lead_id)):
        with pytest.raises(LeadNotFound):
            await rita.run(command)
    contact = AddContact(lead_id=lead.lead_id, contact=NewContact(name="Lindsay"))
    await office.run(contact)
    assert await reasons(rita.run(UpdateContact(contact_id=ContactId(contact.contact_id), name="x"))) == [
        "contact_not_found"
    ]
