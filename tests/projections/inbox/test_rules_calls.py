"""Calls and text messages: in the inbox of whoever is to handle them, as long as there is something to handle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.desk.handling import MarkDone
from app.ids import LeadId
from app.lead.activities import DeleteActivity
from app.lead.calls import LogCall, UpdateCall
from app.lead.contact_changes import RemoveContact
from app.lead.contact_points import PhoneNumber
from app.lead.contacts import AddContact, NewContact
from app.lead.deletion import DeleteLead, RestoreLead
from app.lead.details import CreateLead
from app.lead.sms import LogSms
from app.organization.members import DeactivateUser, ReactivateUser
from app.vocabulary import CallDisposition, Direction
from tests.projections.inbox.people import Person, mail

IN, Took = Direction.INBOUND, CallDisposition
DAY = datetime(2026, 3, 30, 9, tzinfo=UTC)
PHONE = "+493012345678"
TOMORROW = datetime.now(UTC) + timedelta(days=1)


def missed(lead_id: LeadId, **others: Any) -> LogCall:
    return replace(LogCall(lead_id=lead_id, direction=IN, disposition=Took.NO_ANSWER, occurred_at=DAY), **others)


def answered(lead_id: LeadId) -> LogCall:
    return missed(lead_id, disposition=Took.ANSWERED, phone=PHONE)


def owner_of(phone: str) -> NewContact:
    return NewContact(name="Lindsay", phones=(PhoneNumber(phone=phone),))


async def test_a_missed_call_came_when_it_happened(ada: Person, lead_id: LeadId) -> None:
    await ada.run(call := missed(lead_id))
    item = await ada.only()
    assert (item.kind, item.activity_id, item.at, item.count) == ("MISSED_CALL", call.call_id, DAY, 1)


async def test_a_text_message_came_when_it_was_logged_if_nobody_says_when(ada: Person, lead_id: LeadId) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    await ada.run(LogSms(lead_id=lead_id, direction=IN, text="Yes"))
    item = await ada.only()
    assert item.kind == "INCOMING_SMS"
    assert isinstance(item.at, datetime)
    assert item.at > before


async def test_a_call_that_was_answered_after_all_goes_and_comes_back_anew(ada: Person, lead_id: LeadId) -> None:
    await ada.run(call := missed(lead_id))
    await ada.snooze(await ada.only(), until=TOMORROW)
    await ada.run(UpdateCall(call_id=call.call_id, disposition=Took.ANSWERED))
    assert await ada.items() == []
    await ada.run(UpdateCall(call_id=call.call_id, disposition=Took.BUSY))
    item = await ada.only()
    assert (item.kind, item.snoozed_until, item.at) == ("MISSED_CALL", None, DAY)


async def test_a_missed_call_with_a_voicemail_is_the_same_item(ada: Person, lead_id: LeadId) -> None:
    await ada.run(call := missed(lead_id))
    await ada.snooze(before := await ada.only(), until=TOMORROW)
    await ada.run(UpdateCall(call_id=call.call_id, disposition=Took.VOICEMAIL_RECEIVED))
    item = await ada.only()
    assert (item.id, item.kind, item.snoozed_until) == (before.id, "VOICEMAIL", TOMORROW)


async def test_it_comes_when_it_happened_also_if_that_is_said_later(ada: Person, lead_id: LeadId) -> None:
    await ada.run(call := missed(lead_id))
    earlier = DAY - timedelta(days=1)
    await ada.run(UpdateCall(call_id=call.call_id, occurred_at=earlier))
    assert (await ada.only()).at == earlier


async def test_it_becomes_another_users(ada: Person, ben: Person, lead_id: LeadId) -> None:
    await ada.run(call := missed(lead_id))
    await ada.run(UpdateCall(call_id=call.call_id, user_id=ben.id))
    assert (await ada.items(), await ben.kinds()) == ([], ["MISSED_CALL"])


async def test_it_goes_with_its_activity_done_or_not(ada: Person, lead_id: LeadId) -> None:
    for is_done in (False, True):
        await ada.run(call := missed(lead_id))
        if is_done:
            await ada.done(await ada.only())
        await ada.run(DeleteActivity(activity_id=call.call_id))
        assert await ada.items() == []


# ---------------------------------------------------------------- numbers


async def test_a_number_is_known_if_a_contact_of_any_lead_has_it(ada: Person, lead_id: LeadId) -> None:
    await ada.run(answered(lead_id))
    assert await ada.kinds() == ["DETACHED_CALL"]
    await ada.run(other := CreateLead(contacts=(owner_of("+49 30 12345678"),)))
    await ada.run(answered(lead_id))
    assert await ada.kinds() == ["DETACHED_CALL"]
    await ada.run(DeleteLead(lead_id=other.lead_id))
    await ada.run(answered(lead_id))
    assert await ada.kinds() == ["DETACHED_CALL"] * 2
    await ada.run(RestoreLead(lead_id=other.lead_id))
    await ada.run(RemoveContact(contact_id=other.contacts[0].contact_id))
    await ada.run(answered(lead_id))
    assert await ada.kinds() == ["DETACHED_CALL"] * 3


async def test_a_number_that_ends_alike_is_another(ada: Person, lead_id: LeadId) -> None:
    await ada.run(CreateLead(contacts=(owner_of("+4930123456789"), owner_of("+4912345678"))))
    await ada.run(answered(lead_id))
    assert await ada.kinds() == ["DETACHED_CALL"]


async def test_another_organizations_contacts_are_none(ada: Person, ben: Person, lead_id: LeadId) -> None:
    contact = owner_of(PHONE)
    await ada.run(AddContact(lead_id=lead_id, contact=contact))
    await ada.run(RemoveContact(contact_id=contact.contact_id))
    await ben.run(answered(lead_id))
    assert await ben.kinds() == ["DETACHED_CALL"]


async def test_a_call_that_is_edited_asks_again_whose_the_number_is(ada: Person, lead_id: LeadId) -> None:
    await ada.run(CreateLead(contacts=(owner_of(PHONE),)))
    await ada.run(call := missed(lead_id, disposition=None, phone=PHONE))
    await ada.run(UpdateCall(call_id=call.call_id, disposition=Took.ANSWERED))
    assert await ada.items() == []
    await ada.run(UpdateCall(call_id=call.call_id, phone="+493087654321"))
    assert await ada.kinds() == ["DETACHED_CALL"]
    await ada.run(UpdateCall(call_id=call.call_id, phone=PHONE))
    assert await ada.items() == []


@pytest.mark.parametrize(
    ("changes", "looks"),
    [({}, 1), ({"disposition": Took.BUSY}, 0), ({"phone": None}, 0), ({"send_to_inbox": False}, 0)],
)
async def test_it_costs_one_look_and_only_where_it_matters(
    ada: Person, lead_id: LeadId, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], looks: int
) -> None:
    store, asked = ada.office.system.store, []
    fetch = store.fetch

    async def counted(connection: Any, query: str, *arguments: Any) -> Any:
        asked.append(query)
        return await fetch(connection, query, *arguments)

    monkeypatch.setattr(store, "fetch", counted)
    await ada.run(replace(answered(lead_id), **changes))
    assert len([one for one in asked if "known_phones" in one or "phone_terms" in one]) == looks


# ---------------------------------------------------------------- leads and people who come and go


async def test_what_lies_on_a_deleted_lead_is_away_until_it_is_back(ada: Person, lead_id: LeadId) -> None:
    await ada.run(missed(lead_id))
    await ada.run(mail(lead_id, 1))
    await ada.done(before := (await ada.items())[0])
    await ada.run(DeleteLead(lead_id=lead_id))
    assert await ada.items() == []
    await ada.not_done(before)
    await ada.run(RestoreLead(lead_id=lead_id))
    assert [one.is_done for one in await ada.items()] == [True, False]


async def test_who_is_shut_out_keeps_what_they_had_and_gets_nothing_new(
    ada: Person, ben: Person, lead_id: LeadId
) -> None:
    await ada.run(missed(lead_id, user_id=ben.id))
    await ada.run(mail(lead_id, 1, to=("ben@acme.example",)))
    await ada.run(DeactivateUser(user_id=ben.id))
    await ada.run(mail(lead_id, 2, 1, to=("ben@acme.example",)))
    await ada.run(ReactivateUser(user_id=ben.id))
    assert sorted(await ben.kinds()) == ["INCOMING_EMAIL", "MISSED_CALL"]
    assert {one.count for one in await ben.items()} == {1}
    assert await ada.items() == []


async def test_what_a_contact_began_outlives_it(ada: Person, lead_id: LeadId) -> None:
    contact = owner_of(PHONE)
    await ada.run(AddContact(lead_id=lead_id, contact=contact))
    await ada.run(missed(lead_id, contact_id=contact.contact_id))
    await ada.run(RemoveContact(contact_id=contact.contact_id))
    assert await ada.kinds() == ["MISSED_CALL"]


async def test_nobody_handles_what_is_anothers(ada: Person, ben: Person, lead_id: LeadId) -> None:
    await ada.run(missed(lead_id))
    before = await ada.only()
    await ben.done(before)
    await ben.snooze(before, until=TOMORROW)
    assert await ada.only() == before
    await ben.run(MarkDone(item_ids=()))
