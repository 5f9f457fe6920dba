"""Changing, removing and reordering the people of a lead."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET

from app.email_address import InvalidEmail
from app.event import Event
from app.ids import ContactId, CustomFieldId
from app.lead.contact_changes import (
    ContactEmailsChanged,
    ContactPhonesChanged,
    ContactRemoved,
    ContactRenamed,
    ContactsReordered,
    ContactTitleChanged,
    ContactUrlsChanged,
    RemoveContact,
    ReorderContacts,
    UpdateContact,
)
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from app.lead.contacts import AddContact, ContactAdded, NewContact
from app.lead.custom_values import CustomValue, CustomValueChanged, ValueChange
from app.lead.lead import Lead
from app.lead.opportunities import OpportunityAdded
from app.lead.refusals import ContactNotFound, FieldNotFound, GivenTwice, InvalidPhone, InvalidUrl
from app.lead.tasks import CompleteTask, TaskAdded
from app.organization.custom_fields import CustomFieldCreated
from app.text import NulCharacter, TextTooLong
from app.vocabulary import ContactPointType, CustomFieldTarget, CustomFieldType, OpportunityStatusType
from tests.support.acme import (
    CONTACT,
    CONTACT_ADDED,
    DEMO_COMPLETED,
    LEAD,
    LEAD_CREATED,
    OPPORTUNITY,
    TASK,
    UNKNOWN,
    thing,
)
from tests.support.given import Outcome, facts_of, given, lead_of

TOBIAS, MAEBY = ContactId(thing(70)), ContactId(thing(71))
FIELD = CustomFieldId(thing(50))
LINDSAY_ALONE = (LEAD_CREATED, CONTACT_ADDED)
FAMILY = (
    *LINDSAY_ALONE,
    ContactAdded(contact_id=TOBIAS, place=1, name="Tobias"),
    ContactAdded(contact_id=MAEBY, place=2, name="Maeby"),
)
RANK = CustomFieldCreated(field_id=FIELD, target=CustomFieldTarget.CONTACT, name="Rank", type=CustomFieldType.TEXT)


def changing(*given_before: Event, **changes: Any) -> Outcome:
    return given(*(given_before or LINDSAY_ALONE)).when(UpdateContact(contact_id=CONTACT, **changes))


def lead_after(*events: Event) -> Lead:
    lead = lead_of(facts_of((), events))
    assert lead is not None
    return lead


# ---------------------------------------------------------------- changing


def test_everything_that_differs_is_a_fact_of_its_own() -> None:
    home = EmailAddress(email="l@fuenke.example", type=ContactPointType.HOME)
    changing(
        name=" Lindsay Fünke ",
        title="Activist",
        emails=(home,),
        phones=(PhoneNumber(phone="030 1234567", country="DE"),),
        urls=(ContactUrl(url="fuenke.example"),),
    ).then(
        ContactRenamed(contact_id=CONTACT, before="Lindsay Bluth", after="Lindsay Fünke", is_primary=True),
        ContactTitleChanged(contact_id=CONTACT, after="Activist"),
        ContactEmailsChanged(contact_id=CONTACT, before=CONTACT_ADDED.emails, after=(home,)),
        ContactPhonesChanged(
            contact_id=CONTACT, before=CONTACT_ADDED.phones, after=(PhoneNumber(phone="+49301234567", country="DE"),)
        ),
        ContactUrlsChanged(contact_id=CONTACT, after=(ContactUrl(url="https://fuenke.example"),)),
    )


def test_nothing_given_changes_nothing() -> None:
    changing().then()


def test_what_is_so_already_is_no_change() -> None:
    changing(name="Lindsay Bluth", title=" ", emails=CONTACT_ADDED.emails, phones=CONTACT_ADDED.phones, urls=()).then()


@pytest.mark.parametrize("nothing", [None, ()])
def test_null_and_an_empty_list_clear(nothing: tuple[Any, ...] | None) -> None:
    changing(name=None, emails=nothing, phones=nothing).then(
        ContactRenamed(contact_id=CONTACT, before="Lindsay Bluth", is_primary=True),
        ContactEmailsChanged(contact_id=CONTACT, before=CONTACT_ADDED.emails),
        ContactPhonesChanged(contact_id=CONTACT, before=CONTACT_ADDED.phones),
    )


def test_another_type_is_a_change() -> None:
    home = EmailAddress(email="lindsay@bluth.example", type=ContactPointType.HOME)
    assert changing(emails=(home,)).only.after == (home,)


def test_a_rename_says_whether_it_is_the_primary_contact() -> None:
    rename = UpdateContact(contact_id=TOBIAS, name="Dr. Fünke")
    assert not given(*FAMILY).when(rename).only.is_primary
    first = ContactsReordered(before=(CONTACT, TOBIAS, MAEBY), after=(TOBIAS, CONTACT, MAEBY), primary_name="Tobias")
    assert given(*FAMILY, first).when(rename).only.is_primary


def test_a_change_stands_on_the_change_before() -> None:
    renamed = ContactRenamed(contact_id=CONTACT, before="Lindsay Bluth", after="Lindsay")
    assert changing(*LINDSAY_ALONE, renamed, name="Nellie").only.before == "Lindsay"


def test_custom_values_change_with_the_rest() -> None:
    change = ValueChange(field_id=FIELD, set="Colonel")
    changing(RANK, *LINDSAY_ALONE, custom_fields=(change,), title="Owner").then(
        ContactTitleChanged(contact_id=CONTACT, after="Owner"),
        CustomValueChanged(target=CustomFieldTarget.CONTACT, owner_id=CONTACT, field_id=FIELD, after=("Colonel",)),
    )


def test_everything_wrong_with_a_change_is_said_at_once() -> None:
    changing(
        name="x" * 501,
        title="a\0b",
        emails=(EmailAddress(email="a@b.example"), EmailAddress(email="@")),
        phones=(PhoneNumber(phone="call me"),),
        urls=(ContactUrl(url="mailto:a@b.example"),),
        custom_fields=(ValueChange(field_id=FIELD, set="x"),),
    ).then_refused_all(
        (TextTooLong, "name"),
        (NulCharacter, "title"),
        (InvalidEmail, "emails.1.email"),
        (InvalidPhone, "phones.0.phone"),
        (InvalidUrl, "urls.0.url"),
        (FieldNotFound, "custom_fields.0.field_id"),
    )


def test_a_contact_that_never_was_is_not_changed() -> None:
    unknown = ContactId(UNKNOWN)
    given(*LINDSAY_ALONE).when(UpdateContact(contact_id=unknown, name="x")).then_refused(ContactNotFound, "contact_id")


def test_an_id_of_something_else_is_no_contact() -> None:
    task = TaskAdded(task_id=TASK, text="Call")
    command = UpdateContact(contact_id=ContactId(TASK), name="x")
    given(*LINDSAY_ALONE, task).when(command).then_refused(ContactNotFound, "contact_id")


def test_a_command_and_its_facts_say_by_the_same_words_what_they_write() -> None:
    command = UpdateContact(
        contact_id=CONTACT,
        name="x",
        title="x",
        emails=(),
        phones=(),
        urls=(ContactUrl(url="x.example"),),
        custom_fields=(ValueChange(field_id=FIELD, set="x"),),
    )
    outcome = given(RANK, *LINDSAY_ALONE).when(command)
    assert frozenset().union(*(event.touched for event in outcome.decided)) == command.writes
    assert UpdateContact(contact_id=CONTACT, name=UNSET).writes == frozenset()


# ---------------------------------------------------------------- removing


def test_what_a_removed_contact_was_stands_in_the_fact() -> None:
    custom = CustomValueChanged(target=CustomFieldTarget.CONTACT, owner_id=CONTACT, field_id=FIELD, after=("Colonel",))
    titled = ContactTitleChanged(contact_id=CONTACT, after="Owner")
    linked = ContactUrlsChanged(contact_id=CONTACT, after=(ContactUrl(url="https://l.example"),))
    given(RANK, *FAMILY, custom, titled, linked).when(RemoveContact(contact_id=CONTACT)).then(
        ContactRemoved(
            contact_id=CONTACT,
            name="Lindsay Bluth",
            title="Owner",
            emails=CONTACT_ADDED.emails,
            phones=CONTACT_ADDED.phones,
            urls=linked.after,
            custom_values=(CustomValue(field_id=FIELD, values=("Colonel",)),),
            was_primary=True,
            primary_id=TOBIAS,
            primary_name="Tobias",
        )
    )


def test_removing_a_later_contact_leaves_the_primary_one() -> None:
    given(*FAMILY).when(RemoveContact(contact_id=MAEBY)).then(ContactRemoved(contact_id=MAEBY, name="Maeby"))


def test_after_the_last_one_there_is_no_primary_contact() -> None:
    removed = given(*LINDSAY_ALONE).when(RemoveContact(contact_id=CONTACT)).only
    assert (removed.was_primary, removed.primary_id, removed.primary_name) == (True, None, None)


def test_a_contact_is_removed_once() -> None:
    removed = ContactRemoved(contact_id=CONTACT)
    given(*LINDSAY_ALONE, removed).when(RemoveContact(contact_id=CONTACT)).then_refused(ContactNotFound, "contact_id")


def test_tasks_and_opportunities_of_a_removed_contact_concern_nobody() -> None:
    task = TaskAdded(task_id=TASK, text="Call", contact_id=CONTACT)
    opportunity = OpportunityAdded(
        opportunity_id=OPPORTUNITY,
        contact_id=CONTACT,
        status_id=DEMO_COMPLETED,
        status_label="Demo",
        status_type=OpportunityStatusType.ACTIVE,
        confidence=50,
    )
    before = (*FAMILY, task, opportunity)
    assert lead_after(*before).opportunities[OPPORTUNITY].contact_id == CONTACT
    removed = ContactRemoved(contact_id=CONTACT, was_primary=True, primary_id=TOBIAS)
    lead = lead_after(*before, removed)
    assert (lead.tasks[TASK].contact_id, lead.opportunities[OPPORTUNITY].contact_id) == (None, None)
    assert given(*before, removed).when(CompleteTask(task_id=TASK)).only.contact_id is None


def test_the_next_contact_stands_behind_those_that_are_left() -> None:
    removed = ContactRemoved(contact_id=CONTACT, was_primary=True, primary_id=TOBIAS)
    add = AddContact(lead_id=LEAD, contact=NewContact(name="George"))
    assert given(*FAMILY, removed).when(add).only.place == 3
    everybody = [removed, ContactRemoved(contact_id=TOBIAS), ContactRemoved(contact_id=MAEBY)]
    assert given(*FAMILY, *everybody).when(add).only.place == 0


# ---------------------------------------------------------------- reordering


def test_contacts_get_another_order() -> None:
    given(*FAMILY).when(ReorderContacts(lead_id=LEAD, contact_ids=(MAEBY, CONTACT, TOBIAS))).then(
        ContactsReordered(before=(CONTACT, TOBIAS, MAEBY), after=(MAEBY, CONTACT, TOBIAS), primary_name="Maeby")
    )


def test_those_that_are_left_out_stand_behind_in_their_order() -> None:
    reordered = given(*FAMILY).when(ReorderContacts(lead_id=LEAD, contact_ids=(MAEBY,))).only
    assert reordered.after == (MAEBY, CONTACT, TOBIAS)


@pytest.mark.parametrize("same", [(), (CONTACT,), (CONTACT, TOBIAS, MAEBY)])
def test_the_order_there_is_is_no_change(same: tuple[ContactId, ...]) -> None:
    given(*FAMILY).when(ReorderContacts(lead_id=LEAD, contact_ids=same)).then()


def test_what_is_unknown_or_there_twice_is_refused_where_it_stands() -> None:
    wrong = (MAEBY, ContactId(UNKNOWN), MAEBY, CONTACT)
    given(*FAMILY).when(ReorderContacts(lead_id=LEAD, contact_ids=wrong)).then_refused_all(
        (ContactNotFound, "contact_ids.1"), (GivenTwice, "contact_ids.2")
    )


def test_a_lead_without_contacts_has_no_order() -> None:
    given(LEAD_CREATED).when(ReorderContacts(lead_id=LEAD, contact_ids=())).then()


def test_an_order_holds_for_what_comes_after_it() -> None:
    turned = ContactsReordered(before=(CONTACT, TOBIAS, MAEBY), after=(MAEBY, TOBIAS, CONTACT), primary_name="Maeby")
    removed = given(*FAMILY, turned).when(RemoveContact(contact_id=MAEBY)).only
    assert (removed.was_primary, removed.primary_id) == (True, TOBIAS)
    add = AddContact(lead_id=LEAD, contact=NewContact(name="George"))
    assert given(*FAMILY, turned).when(add).only.place == 3
