"""Values of custom fields: what is kept of an input, what is refused by name, and what counts later."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from app.ids import ContactId, CustomFieldId, OpportunityId, encode_id
from app.lead.contacts import AddContact, NewContact
from app.lead.custom_values import CustomValue, CustomValueChanged, ValueChange, valid_values
from app.lead.details import CreateLead, UpdateLead
from app.lead.field_values import HIDDEN_DEPTH, HIDDEN_MAX, TEXT_VALUE_MAX
from app.lead.opportunities import AddOpportunity
from app.lead.refusals import (
    ContactNotFound,
    FieldGivenTwice,
    FieldNotEditable,
    FieldNotFound,
    FieldOfAnotherTarget,
    InvalidFieldValue,
    InvalidUrl,
    NotAChoice,
    NotMultiple,
    NullValue,
    NumberInexact,
    OneValueForm,
    UserAmbiguous,
    UserUnknown,
)
from app.organization.custom_fields import CustomFieldCreated, CustomFieldDeleted
from app.organization.organization import Organization
from app.organization.users import User, UserAdded
from app.refusal import Refusal
from app.text import NotUnicode, NulCharacter, TextTooLong, TooManyEntries
from app.vocabulary import CustomFieldTarget, Role
from tests.support.acme import (
    ACME_AND_PEOPLE,
    ADMIN,
    BY_ADMIN,
    BY_MEMBER,
    BY_SYSTEM,
    CONTACT,
    CONTACT_ADDED,
    LEAD,
    LEAD_CREATED,
    MEMBER,
    OPPORTUNITY,
    STRANGER,
    UNKNOWN,
    thing,
)
from tests.support.custom import (
    BOSS,
    BUDGET,
    BUYERS,
    CHAMPION,
    FIELDS,
    FOUNDED,
    HIDDEN,
    MARGIN,
    NICKNAME,
    OWNER,
    REFERRER,
    REGION,
    SCORE,
    SEEN,
    SLOGAN,
    TAGS,
    TEAM,
    adding,
    definition,
    removing,
    setting,
)
from tests.support.given import Given, facts_of, given, organization_of

OTHER_CONTACT = ContactId(thing(61))
LINDSAY = encode_id("cont", CONTACT)
ADA = encode_id("user", ADMIN)

GOOD: list[tuple[CustomFieldCreated, Any, Any]] = [
    (SLOGAN, "We build", "We build"),
    (SLOGAN, " kept as it is ", " kept as it is "),
    (SLOGAN, "شركة البناء", "شركة البناء"),
    (SLOGAN, "e\u0301 👩‍👩‍👧 a\u200bb \U0010ffff", "e\u0301 👩‍👩‍👧 a\u200bb \U0010ffff"),
    (SLOGAN, "x" * TEXT_VALUE_MAX, "x" * TEXT_VALUE_MAX),
    (SCORE, 7, "7"),
    (SCORE, -7, "-7"),
    (SCORE, 0.1, "0.1"),
    (SCORE, 1e-7, "0.0000001"),
    (SCORE, -0.0, "0.0"),
    (SCORE, "-0", "0"),
    (SCORE, "1250.00", "1250.00"),
    (SCORE, "+0012.50", "12.50"),
    (SCORE, 10**15 + 1, "1000000000000001"),
    (SCORE, "1000000000000000.01", "1000000000000000.01"),
    (SCORE, "9" * 25 + "." + "1" * 25, "9" * 25 + "." + "1" * 25),
    (SCORE, "-" + "1" * 50, "-" + "1" * 50),
    (SCORE, "-0." + "0" * 49, "0." + "0" * 49),
    (FOUNDED, "2024-02-29", "2024-02-29"),
    (FOUNDED, "0001-01-01", "0001-01-01"),
    (SEEN, "2026-11-22T08:30:00Z", "2026-11-22T08:30:00.000000Z"),
    (SEEN, "2026-11-22t08:30:00.1234567+05:45", "2026-11-22T02:45:00.123456Z"),
    (SEEN, "0001-01-01T00:00:00z", "0001-01-01T00:00:00.000000Z"),
    (SEEN, "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    (REGION, "Østerbro", "Østerbro"),
    (OWNER, ADA, str(ADMIN)),
    (OWNER, "Ada Admin", str(ADMIN)),
    (REFERRER, LINDSAY, str(CONTACT)),
    (HIDDEN, {"a": [1, 2.5, None, True, "ü"]}, {"a": [1, 2.5, None, True, "ü"]}),
    (HIDDEN, [], []),
    (HIDDEN, ["a", "b"], ["a", "b"]),
    (HIDDEN, False, False),
    (HIDDEN, 0, 0),
    (HIDDEN, "", ""),
    (HIDDEN, 2**53, 2**53),
    (HIDDEN, 5e-324, 5e-324),
]


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


BAD: list[tuple[CustomFieldCreated, Any, type[Refusal], str]] = [
    (SLOGAN, 5, InvalidFieldValue, "set"),
    (SLOGAN, True, InvalidFieldValue, "set"),
    (SLOGAN, {"a": "b"}, InvalidFieldValue, "set"),
    (SLOGAN, "x" * (TEXT_VALUE_MAX + 1), TextTooLong, "set"),
    (SLOGAN, "a\0b", NulCharacter, "set"),
    (SLOGAN, "a\ud800", NotUnicode, "set"),
    (SLOGAN, ["x"], NotMultiple, "set"),
    (SCORE, "1e5", InvalidFieldValue, "set"),
    (SCORE, "١٢", InvalidFieldValue, "set"),
    (SCORE, "１２", InvalidFieldValue, "set"),
    (SCORE, "NaN", InvalidFieldValue, "set"),
    (SCORE, "Infinity", InvalidFieldValue, "set"),
    (SCORE, "", InvalidFieldValue, "set"),
    (SCORE, " 1", InvalidFieldValue, "set"),
    (SCORE, "1\n", InvalidFieldValue, "set"),
    (SCORE, "1,5", InvalidFieldValue, "set"),
    (SCORE, ".5", InvalidFieldValue, "set"),
    (SCORE, True, InvalidFieldValue, "set"),
    (SCORE, math.inf, InvalidFieldValue, "set"),
    (SCORE, math.nan, InvalidFieldValue, "set"),
    (SCORE, 10**50, InvalidFieldValue, "set"),
    (SCORE, 10**6_000, InvalidFieldValue, "set"),
    (SCORE, "1" * 51, InvalidFieldValue, "set"),
    (SCORE, "0." + "0" * 50, InvalidFieldValue, "set"),
    (SCORE, 1e-60, InvalidFieldValue, "set"),
    (SCORE, {}, InvalidFieldValue, "set"),
    (SCORE, "1\0", NulCharacter, "set"),
    (SCORE, 1000000000000000.25, NumberInexact, "set"),
    (SCORE, 999999999999999.9, NumberInexact, "set"),
    (SCORE, 0.1 + 0.2, NumberInexact, "set"),
    (SCORE, 1e300, NumberInexact, "set"),
    (FOUNDED, "2023-02-29", InvalidFieldValue, "set"),
    (FOUNDED, "0000-01-01", InvalidFieldValue, "set"),
    (FOUNDED, "2026-1-1", InvalidFieldValue, "set"),
    (FOUNDED, "20260101", InvalidFieldValue, "set"),
    (FOUNDED, "2026-01-01T00:00:00Z", InvalidFieldValue, "set"),
    (FOUNDED, 20260101, InvalidFieldValue, "set"),
    (SEEN, "2026-11-22T08:30:00", InvalidFieldValue, "set"),
    (SEEN, "2026-11-22", InvalidFieldValue, "set"),
    (SEEN, "2026-11-22T24:00:00Z", InvalidFieldValue, "set"),
    (SEEN, "2026-11-22T08:30:00+25:00", InvalidFieldValue, "set"),
    (SEEN, "0001-01-01T00:00:00+01:00", InvalidFieldValue, "set"),
    (SEEN, "9999-12-31T23:59:59-01:00", InvalidFieldValue, "set"),
    (REGION, "north", NotAChoice, "set"),
    (REGION, "O\u0308sterbro", NotAChoice, "set"),
    (REGION, "", NotAChoice, "set"),
    (REGION, 1, InvalidFieldValue, "set"),
    (REGION, ["North"], NotMultiple, "set"),
    (REGION, "North\0", NulCharacter, "set"),
    (REGION, "\udfff", NotUnicode, "set"),
    (TAGS, "d", NotAChoice, "set"),
    (TAGS, ["a", "d"], NotAChoice, "set.1"),
    (TAGS, ["d"], NotAChoice, "set.0"),
    (TAGS, ["a", None], NullValue, "set.1"),
    (TAGS, [["a"]], InvalidFieldValue, "set.0"),
    (OWNER, encode_id("user", STRANGER), UserUnknown, "set"),
    (OWNER, "ada admin", UserUnknown, "set"),
    (OWNER, LINDSAY, UserUnknown, "set"),
    (OWNER, 1, InvalidFieldValue, "set"),
    (REFERRER, encode_id("cont", UNKNOWN), ContactNotFound, "set"),
    (REFERRER, ADA, ContactNotFound, "set"),
    (REFERRER, "Lindsay Bluth", ContactNotFound, "set"),
    (REFERRER, True, InvalidFieldValue, "set"),
    (HIDDEN, {"a": ["b\0"]}, NulCharacter, "set"),
    (HIDDEN, {"a\0": 1}, NulCharacter, "set"),
    (HIDDEN, ["\ud800"], NotUnicode, "set"),
    (HIDDEN, 2**53 + 1, InvalidFieldValue, "set"),
    (HIDDEN, [1e300], InvalidFieldValue, "set"),
    (HIDDEN, [math.nan], InvalidFieldValue, "set"),
    (HIDDEN, -math.inf, InvalidFieldValue, "set"),
    (HIDDEN, "x" * HIDDEN_MAX, InvalidFieldValue, "set"),
    (HIDDEN, deep(HIDDEN_DEPTH + 1), InvalidFieldValue, "set"),
    (HIDDEN, deep(5_000), InvalidFieldValue, "set"),
]


def acme(*events: Any) -> Given:
    """With every field, a lead and a contact."""
    return given(*FIELDS, LEAD_CREATED, CONTACT_ADDED, *events)


def update(*changes: ValueChange, **others: Any) -> UpdateLead:
    return UpdateLead(lead_id=LEAD, custom_fields=changes, **others)


def changed(field: CustomFieldCreated, before: tuple[Any, ...], after: tuple[Any, ...]) -> CustomValueChanged:
    return CustomValueChanged(
        target=CustomFieldTarget.LEAD, owner_id=LEAD, field_id=field.field_id, before=before, after=after
    )


def kept(field: CustomFieldCreated, *values: Any) -> CustomValueChanged:
    return changed(field, (), values)


def organization() -> Organization:
    return organization_of(facts_of(ACME_AND_PEOPLE, FIELDS))


@pytest.mark.parametrize(
    ("field", "given_value", "value"), GOOD, ids=[f"{one[0].name} {place}" for place, one in enumerate(GOOD)]
)
def test_a_value_is_kept_in_its_plain_form(field: CustomFieldCreated, given_value: Any, value: Any) -> None:
    acme().when(update(setting(field, given_value))).then(kept(field, value))


@pytest.mark.parametrize(
    ("field", "value", "kind", "path"), BAD, ids=[f"{one[0].name} {place}" for place, one in enumerate(BAD)]
)
def test_what_is_no_value_is_refused_by_name(
    field: CustomFieldCreated, value: Any, kind: type[Refusal], path: str
) -> None:
    acme().when(update(setting(field, value))).then_refused(kind, f"custom_fields.0.{path}")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1e400, "Infinity"), (True, "true"), ("", '""'), ({"a": 1}, "An object"), ("١٢", "١٢"), (1.5, "1.5")],
)
def test_a_refused_value_is_told_in_a_sentence(value: Any, shown: str) -> None:
    (refusal,) = acme().when(update(setting(FOUNDED, value))).refusals
    expected = f'{shown} is no value of the custom field Founded: give a day such as "2026-11-22".'
    assert refusal.message == expected


def test_fields_are_refused_together_with_all_else_that_is_wrong() -> None:
    wrong = update(
        setting(SCORE, "١٢"),
        setting(REGION, "West"),
        setting(TAGS, ["a", "x", "y"]),
        ValueChange(field_id=CustomFieldId(UNKNOWN), set=1),
        setting(SLOGAN, "fine"),
        name="\0",
        url="no url",
    )
    acme().when(wrong).then_refused_all(
        (NulCharacter, "name"),
        (InvalidUrl, "url"),
        (InvalidFieldValue, "custom_fields.0.set"),
        (NotAChoice, "custom_fields.1.set"),
        (NotAChoice, "custom_fields.2.set.1"),
        (NotAChoice, "custom_fields.2.set.2"),
        (FieldNotFound, "custom_fields.3.field_id"),
    )


def test_a_new_lead_is_refused_for_its_contacts_fields_and_its_own_together() -> None:
    people = (NewContact(name="Gob"), NewContact(name="\0", custom_fields=(setting(NICKNAME, 1),)))
    command = CreateLead(lead_id=LEAD, contacts=people, custom_fields=(setting(SCORE, True),))
    given(*FIELDS).when(command).then_refused_all(
        (NulCharacter, "contacts.1.name"),
        (InvalidFieldValue, "contacts.1.custom_fields.0.set"),
        (InvalidFieldValue, "custom_fields.0.set"),
    )


def test_a_new_lead_begins_with_values_of_its_own_and_of_its_contacts() -> None:
    contact = NewContact(name="Gob", contact_id=CONTACT, custom_fields=(setting(NICKNAME, "Magician"),))
    empty = (setting(REGION, None), setting(SLOGAN, " "), setting(TEAM, []))
    command = CreateLead(lead_id=LEAD, contacts=(contact,), custom_fields=(adding(TAGS, "b", "a"), *empty))
    created, added = given(*FIELDS).when(command).decided
    assert created.custom_values == (CustomValue(field_id=TAGS.field_id, values=("b", "a")),)  # type: ignore[attr-defined]
    assert added.custom_values == (CustomValue(field_id=NICKNAME.field_id, values=("Magician",)),)  # type: ignore[attr-defined]


def test_a_contact_of_a_new_lead_cannot_be_named_before_it_has_an_id() -> None:
    command = CreateLead(lead_id=LEAD, custom_fields=(setting(REFERRER, LINDSAY),))
    given(*FIELDS).when(command).then_refused(ContactNotFound, "custom_fields.0.set")


def test_a_new_contact_may_name_those_there_are() -> None:
    person = NewContact(name="Tobias", contact_id=OTHER_CONTACT, custom_fields=(setting(BOSS, LINDSAY),))
    added = acme().when(AddContact(lead_id=LEAD, contact=person)).only
    assert added.custom_values == (CustomValue(field_id=BOSS.field_id, values=(str(CONTACT),)),)


def test_a_new_contact_is_refused_with_the_path_of_its_field() -> None:
    person = NewContact(name="Tobias", custom_fields=(setting(BOSS, encode_id("cont", UNKNOWN)),))
    outcome = acme().when(AddContact(lead_id=LEAD, contact=person))
    outcome.then_refused(ContactNotFound, "contact.custom_fields.0.set")


def test_a_new_opportunity_begins_with_values() -> None:
    values = (setting(MARGIN, "12.50"), setting(CHAMPION, LINDSAY))
    command = AddOpportunity(lead_id=LEAD, opportunity_id=OpportunityId(OPPORTUNITY), custom_fields=values)
    added = acme().when(command).only
    assert added.custom_values == (
        CustomValue(field_id=MARGIN.field_id, values=("12.50",)),
        CustomValue(field_id=CHAMPION.field_id, values=(str(CONTACT),)),
    )


# ---------------------------------------------------------------- set, add, remove


def test_setting_replaces_the_whole_list_in_the_given_order_each_once() -> None:
    acme(kept(TAGS, "a", "b")).when(update(setting(TAGS, ["c", "a", "c"]))).then(changed(TAGS, ("a", "b"), ("c", "a")))


def test_one_value_alone_is_a_list_of_one() -> None:
    acme().when(update(setting(TAGS, "b"))).then(kept(TAGS, "b"))


@pytest.mark.parametrize("nothing", [None, []])
def test_null_and_an_empty_list_unset(nothing: Any) -> None:
    acme(kept(TAGS, "a")).when(update(setting(TAGS, nothing))).then(changed(TAGS, ("a",), ()))


@pytest.mark.parametrize("field", [SLOGAN, SCORE, FOUNDED, SEEN, REGION, OWNER, REFERRER, HIDDEN], ids=lambda f: f.name)
def test_null_unsets_a_field_of_any_type(field: CustomFieldCreated) -> None:
    acme(kept(field, "x")).when(update(setting(field, None))).then(changed(field, ("x",), ()))
    acme().when(update(setting(field, None))).then()


def test_a_blank_text_unsets() -> None:
    acme(kept(SLOGAN, "x")).when(update(setting(SLOGAN, " \n"))).then(changed(SLOGAN, ("x",), ()))


def test_the_same_value_again_is_no_fact() -> None:
    acme(kept(TAGS, "a", "b"), kept(SCORE, "1.50")).when(
        update(setting(TAGS, ["a", "b"]), setting(SCORE, "+1.50"))
    ).then()


def test_another_order_is_another_value() -> None:
    acme(kept(TAGS, "a", "b")).when(update(setting(TAGS, ["b", "a"]))).then(changed(TAGS, ("a", "b"), ("b", "a")))


def test_what_is_added_comes_behind_and_what_is_there_stays_where_it_is() -> None:
    acme(kept(TAGS, "b")).when(update(adding(TAGS, "a", "b", "a"))).then(changed(TAGS, ("b",), ("b", "a")))


def test_adding_what_is_there_is_no_fact() -> None:
    acme(kept(TAGS, "b", "a")).when(update(adding(TAGS, "a"))).then()
    acme().when(update(adding(TAGS))).then()


def test_removing_keeps_the_order_of_the_others() -> None:
    acme(kept(TAGS, "c", "b", "a")).when(update(removing(TAGS, "b"))).then(changed(TAGS, ("c", "b", "a"), ("c", "a")))


def test_removing_what_is_not_there_is_no_fact() -> None:
    acme(kept(TAGS, "a")).when(update(removing(TAGS, "b"), removing(BUYERS, LINDSAY), removing(TEAM, ADA))).then()


def test_removing_the_last_value_unsets() -> None:
    acme(kept(TAGS, "a")).when(update(removing(TAGS, "a"))).then(changed(TAGS, ("a",), ()))


def test_users_and_contacts_are_added_and_removed_by_their_ids() -> None:
    acme(kept(TEAM, str(MEMBER)), kept(BUYERS, str(CONTACT))).when(
        update(adding(TEAM, ADA), removing(BUYERS, LINDSAY))
    ).then(changed(TEAM, (str(MEMBER),), (str(MEMBER), str(ADMIN))), changed(BUYERS, (str(CONTACT),), ()))


@pytest.mark.parametrize("word", ["add", "remove"])
def test_null_in_a_list_is_refused(word: str) -> None:
    change = ValueChange(field_id=TAGS.field_id, **{word: ["a", None]})
    acme().when(update(change)).then_refused(NullValue, f"custom_fields.0.{word}.1")


@pytest.mark.parametrize("word", ["add", "remove"])
def test_null_for_a_list_is_refused(word: str) -> None:
    change = ValueChange(field_id=TAGS.field_id, **{word: None})
    acme().when(update(change)).then_refused(NullValue, f"custom_fields.0.{word}")


@pytest.mark.parametrize("word", ["add", "remove"])
@pytest.mark.parametrize("field", [SLOGAN, SCORE, REGION, OWNER, REFERRER, HIDDEN], ids=lambda f: f.name)
def test_nothing_is_added_to_a_field_of_one_value_or_removed_from_it(field: CustomFieldCreated, word: str) -> None:
    change = ValueChange(field_id=field.field_id, **{word: ["x"]})
    acme().when(update(change)).then_refused(NotMultiple, f"custom_fields.0.{word}")


@pytest.mark.parametrize(
    "words", [{}, {"set": "a", "add": ["b"]}, {"set": None, "remove": ["a"]}, {"add": [], "remove": []}]
)
def test_exactly_one_of_set_add_and_remove_is_given(words: Any) -> None:
    change = ValueChange(field_id=TAGS.field_id, **words)
    acme().when(update(change)).then_refused(OneValueForm, "custom_fields.0")


def test_a_list_is_bounded_whether_it_is_given_or_grows() -> None:
    choices = tuple(map(str, range(101)))
    field = msgspec.structs.replace(TAGS, choices=choices)
    many = acme(field, kept(field, *choices[:100]))
    many.when(update(setting(field, list(choices)))).then_refused(TooManyEntries, "custom_fields.0.set")
    many.when(update(adding(field, "100"))).then_refused(TooManyEntries, "custom_fields.0.add")


def test_an_input_has_a_bounded_number_of_fields() -> None:
    acme().when(update(*[setting(TAGS, "a")] * 501)).then_refused(TooManyEntries, "custom_fields")


# ---------------------------------------------------------------- which field, and who may


def test_a_field_is_given_once() -> None:
    acme().when(update(setting(TAGS, ["a"]), setting(SCORE, 1), adding(TAGS, "b"))).then_refused(
        FieldGivenTwice, "custom_fields.2.field_id"
    )


def test_a_field_that_is_not_there_is_refused() -> None:
    change = ValueChange(field_id=CustomFieldId(UNKNOWN), set=1)
    acme().when(update(change)).then_refused(FieldNotFound, "custom_fields.0.field_id")


def test_a_field_that_was_deleted_is_refused() -> None:
    deleted = CustomFieldDeleted(field_id=SCORE.field_id, name="Score")
    acme(deleted).when(update(setting(SCORE, 1))).then_refused(FieldNotFound, "custom_fields.0.field_id")


@pytest.mark.parametrize("field", [NICKNAME, MARGIN], ids=lambda f: f.name)
def test_a_field_of_something_else_is_refused(field: CustomFieldCreated) -> None:
    outcome = acme().when(update(setting(field, 1)))
    target = field.target.lower()
    outcome.then_refused(FieldOfAnotherTarget, "custom_fields.0.field_id", name=field.name, target=target)


def test_a_field_is_changed_by_the_roles_that_may() -> None:
    acme().when(update(setting(BUDGET, 1)), by=BY_ADMIN).then(kept(BUDGET, "1"))
    acme().when(update(setting(BUDGET, 1)), by=BY_SYSTEM).then(kept(BUDGET, "1"))
    acme().when(update(setting(BUDGET, "bad")), by=BY_MEMBER).then_refused(
        FieldNotEditable, "custom_fields.0.field_id", name="Budget"
    )


def test_an_admin_may_be_left_out_of_the_roles() -> None:
    members = msgspec.structs.replace(BUDGET, editable_with_roles=(Role.MEMBER,))
    acme(members).when(update(setting(BUDGET, 1)), by=BY_ADMIN).then_refused(
        FieldNotEditable, "custom_fields.0.field_id"
    )


# ---------------------------------------------------------------- people


def test_a_former_user_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    former = User(id=MEMBER, name="Mem Ber", email="m@x.example", role=Role.MEMBER, time_zone="UTC", is_active=False)
    acme_now = organization()
    with_former = msgspec.structs.replace(acme_now, users={**acme_now.users, MEMBER: former})
    monkeypatch.setattr("tests.support.given.organization_of", lambda _: with_former)
    for name in (encode_id("user", MEMBER), "Mem Ber"):
        acme().when(update(setting(OWNER, name))).then(kept(OWNER, str(MEMBER)))
    assert valid_values(definition(OWNER), (str(MEMBER),), with_former) == (str(MEMBER),)


def test_a_name_that_two_users_have_names_nobody() -> None:
    namesake = UserAdded(user_id=STRANGER, name="Ada Admin", email="a2@x.example", role=Role.MEMBER, time_zone="UTC")
    outcome = acme(namesake).when(update(setting(OWNER, "Ada Admin")))
    outcome.then_refused(UserAmbiguous, "custom_fields.0.set", count=2, name="Ada Admin")
    acme(namesake).when(update(setting(OWNER, ADA))).then(kept(OWNER, str(ADMIN)))


# ---------------------------------------------------------------- fields change, values stay


def test_values_that_are_no_choice_any_more_stay_until_they_are_taken_out() -> None:
    fewer = msgspec.structs.replace(TAGS, choices=("a", "c"))
    before = acme(kept(TAGS, "a", "b"), fewer)
    before.when(update(adding(TAGS, "c"))).then(changed(TAGS, ("a", "b"), ("a", "b", "c")))
    before.when(update(removing(TAGS, "b"))).then(changed(TAGS, ("a", "b"), ("a",)))
    before.when(update(adding(TAGS, "b"))).then_refused(NotAChoice, "custom_fields.0.add.0")
    before.when(update(setting(TAGS, ["a"]))).then(changed(TAGS, ("a", "b"), ("a",)))


def test_choices_count_while_they_are_choices_and_are_back_with_them() -> None:
    field = definition(TAGS)
    fewer = msgspec.structs.replace(field, choices=("a", "c"))
    values = ("b", "a", "c")
    assert valid_values(fewer, values, organization()) == ("a", "c")
    assert valid_values(field, values, organization()) == values
    assert valid_values(msgspec.structs.replace(field, choices=()), values, organization()) == ()


def test_a_field_that_accepts_one_value_now_has_its_first_one_that_counts() -> None:
    single = msgspec.structs.replace(definition(TAGS), accepts_multiple_values=False, choices=("a", "c"))
    assert valid_values(single, ("b", "a", "c"), organization()) == ("a",)


def test_a_field_that_accepts_several_now_goes_on_with_its_one() -> None:
    several = msgspec.structs.replace(REGION, accepts_multiple_values=True)
    acme(kept(REGION, "North"), several).when(update(adding(REGION, "South"))).then(
        changed(REGION, ("North",), ("North", "South"))
    )


def test_what_was_several_is_replaced_by_the_one_that_is_set() -> None:
    single = msgspec.structs.replace(TAGS, accepts_multiple_values=False)
    acme(kept(TAGS, "a", "b"), single).when(update(setting(TAGS, "a"))).then(changed(TAGS, ("a", "b"), ("a",)))


def test_hidden_json_is_compared_as_json() -> None:
    acme(kept(HIDDEN, 1)).when(update(setting(HIDDEN, True))).then(changed(HIDDEN, (1,), (True,)))
    acme(kept(HIDDEN, [0])).when(update(setting(HIDDEN, [False]))).then(changed(HIDDEN, ([0],), ([False],)))
    acme(kept(HIDDEN, {"a": 1, "b": 2})).when(update(setting(HIDDEN, {"b": 2, "a": 1}))).then()


def test_the_state_follows_the_facts() -> None:
    steps = (kept(TAGS, "a"), changed(TAGS, ("a",), ("a", "b")), changed(TAGS, ("a", "b"), ()))
    acme(*steps).when(update(adding(TAGS, "b"))).then(kept(TAGS, "b"))


def test_an_update_writes_the_fields_it_names() -> None:
    assert update(setting(TAGS, "a"), name="x").writes == {"name", *kept(TAGS, "a").touched}
    assert kept(TAGS, "a").touched.isdisjoint(kept(SCORE, "1").touched)
