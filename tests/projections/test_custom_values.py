"""Rows of custom values: what is kept, what ranges compare, and by which words a lead is found."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.ids import LeadId, encode_id
from app.lead.contact_changes import RemoveContact
from app.lead.contacts import AddContact, NewContact
from app.lead.custom_values import CustomValueChanged, ValueChange
from app.lead.details import CreateLead, UpdateLead
from app.lead.opportunities import AddOpportunity
from app.lead.opportunity_changes import RemoveOpportunity
from app.vocabulary import CustomFieldTarget
from projections.lead_view import read as lead_side
from projections.lead_view.terms import WORDS_MAX, number_of, value_terms
from tests.projections.screens import append, appending, lead_row
from tests.support.custom import (
    BUYERS,
    FIELDS,
    FOUNDED,
    HIDDEN,
    MARGIN,
    NICKNAME,
    OWNER,
    SCORE,
    SEEN,
    SLOGAN,
    TAGS,
    Record,
    adding,
    removing,
    setting,
)
from tests.support.office import Office

FIELD = SLOGAN.field_id
HEAD = f"c{FIELD.hex}"


async def change(office: Office, lead_id: LeadId, *changes: ValueChange) -> None:
    if SLOGAN.field_id not in (await office.organization()).custom_fields:
        await office.run(Record(FIELDS))
    await office.run(UpdateLead(lead_id=lead_id, custom_fields=changes))


async def values(office: Office, owner_id: UUID) -> dict[UUID, list[Any]]:
    async with office.reader() as reader:
        rows = (await lead_side.custom_values(reader, [owner_id])).get(owner_id, [])
    return {row.field_id: row.value for row in rows}


async def found_by(office: Office, lead_id: LeadId) -> str:
    """The terms of a lead's row in the index."""
    sql = "SELECT terms::text FROM lead_search WHERE org_id = $1 AND lead_id = $2"
    terms: str = await office.system.store.fetchval(None, sql, office.org_id, lead_id)
    return terms


async def number(office: Office, lead_id: LeadId) -> Any:
    sql = "SELECT number FROM lead_custom WHERE org_id = $1 AND owner_id = $2"
    return await office.system.store.fetchval(None, sql, office.org_id, lead_id)


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        (SLOGAN, "e\u0301 شركة 👩‍👩‍👧 a\u200bb \U0010ffff", "e\u0301 شركة 👩‍👩‍👧 a\u200bb \U0010ffff"),
        (SCORE, "1000000000000000.25", "1000000000000000.25"),
        (SCORE, "0." + "1" * 49, "0." + "1" * 49),
        (HIDDEN, {"b": [1, 2.5, None, True, "ü"], "a": {}}, {"b": [1, 2.5, None, True, "ü"], "a": {}}),
        (HIDDEN, [], []),
        (HIDDEN, False, False),
        (HIDDEN, 2**53, 2**53),
        (HIDDEN, 5e-324, 5e-324),
        (HIDDEN, 1.0, 1.0),
    ],
)
async def test_a_value_comes_back_from_its_row_as_it_is(
    office: Office, lead_id: LeadId, field: Any, value: Any, kept: Any
) -> None:
    await change(office, lead_id, setting(field, value))
    found = (await values(office, lead_id))[field.field_id]
    assert found == [kept]
    assert type(found[0]) is type(kept)


async def test_a_row_comes_changes_and_goes_with_its_value(office: Office, lead_id: LeadId) -> None:
    seen = []
    for step in (setting(TAGS, ["a"]), adding(TAGS, "b"), removing(TAGS, "a"), removing(TAGS, "b"), adding(TAGS, "c")):
        await change(office, lead_id, step)
        seen.append((await values(office, lead_id)).get(TAGS.field_id))
    assert seen == [["a"], ["a", "b"], ["b"], None, ["c"]]


async def test_what_something_new_begins_with_has_rows_of_its_own(office: Office) -> None:
    await office.run(Record(FIELDS))
    person = NewContact(name="Gob", custom_fields=(setting(NICKNAME, "Magician"),))
    lead = CreateLead(contacts=(person,), custom_fields=(setting(SCORE, 7), adding(TAGS, "b", "a")))
    later = NewContact(name="Tobias", custom_fields=(setting(NICKNAME, "Analyst"),))
    opportunity = AddOpportunity(lead_id=lead.lead_id, custom_fields=(setting(MARGIN, 12),))
    for command in (lead, AddContact(lead_id=lead.lead_id, contact=later), opportunity):
        await office.run(command)
    assert await values(office, lead.lead_id) == {SCORE.field_id: ["7"], TAGS.field_id: ["b", "a"]}
    assert await values(office, person.contact_id) == {NICKNAME.field_id: ["Magician"]}
    assert await values(office, later.contact_id) == {NICKNAME.field_id: ["Analyst"]}
    assert await values(office, opportunity.opportunity_id) == {MARGIN.field_id: ["12"]}


async def test_a_lead_is_found_by_values_of_everything_on_it(office: Office) -> None:
    await office.run(Record(FIELDS))
    lead = CreateLead(custom_fields=(setting(SLOGAN, "Bäume"),))
    await office.run(lead)
    person = NewContact(name="Gob", custom_fields=(setting(NICKNAME, "Magician"),))
    await office.run(AddContact(lead_id=lead.lead_id, contact=person))
    await office.run(AddOpportunity(lead_id=lead.lead_id, custom_fields=(setting(MARGIN, "12.50"),)))
    terms = await found_by(office, lead.lead_id)
    for wanted in (
        f"{HEAD}=bäume",
        f"{HEAD}:baume",
        f"{HEAD}~baume",
        f"c{NICKNAME.field_id.hex}=magician",
        f"c{MARGIN.field_id.hex}=",
    ):
        assert wanted in terms
    await change(office, lead.lead_id, setting(SLOGAN, None))
    assert HEAD not in await found_by(office, lead.lead_id)


async def test_what_is_removed_takes_its_values_along(office: Office, lead_id: LeadId) -> None:
    await office.run(Record(FIELDS))
    person = NewContact(name="Gob", custom_fields=(setting(NICKNAME, "Magician"),))
    opportunity = AddOpportunity(lead_id=lead_id, custom_fields=(setting(MARGIN, 12),))
    await office.run(AddContact(lead_id=lead_id, contact=person))
    await office.run(opportunity)
    await office.run(RemoveContact(contact_id=person.contact_id))
    assert await values(office, person.contact_id) == {}
    assert f"c{NICKNAME.field_id.hex}" not in await found_by(office, lead_id)
    await office.run(RemoveOpportunity(opportunity_id=opportunity.opportunity_id))
    assert await values(office, opportunity.opportunity_id) == {}
    assert f"c{MARGIN.field_id.hex}" not in await found_by(office, lead_id)


@pytest.mark.parametrize(
    ("field", "value", "compared"),
    [
        (SCORE, "-1000000000000000.25", Decimal("-1000000000000000.25")),
        (FOUNDED, "1970-01-02", Decimal(1)),
        (FOUNDED, "0001-01-01", Decimal(-719162)),
        (SEEN, "1970-01-01T00:00:01.000001Z", Decimal(1_000_001)),
        (SEEN, "9999-12-31T23:59:59.999999Z", Decimal(253402300799999999)),
    ],
)
async def test_a_value_is_compared_as_an_exact_number(
    office: Office, lead_id: LeadId, field: Any, value: Any, compared: Decimal
) -> None:
    await change(office, lead_id, setting(field, value))
    assert await number(office, lead_id) == compared


async def test_a_change_of_a_contact_or_opportunity_shows_on_it(office: Office, lead_id: LeadId) -> None:
    await office.run(Record(FIELDS))
    person = NewContact(name="Gob")
    opportunity = AddOpportunity(lead_id=lead_id)
    await office.run(AddContact(lead_id=lead_id, contact=person))
    await office.run(opportunity)
    facts = [
        CustomValueChanged(target=target, owner_id=owner_id, field_id=field.field_id, after=("x",))
        for target, owner_id, field in (
            (CustomFieldTarget.CONTACT, person.contact_id, NICKNAME),
            (CustomFieldTarget.OPPORTUNITY, opportunity.opportunity_id, MARGIN),
        )
    ]
    await append(office, [await appending(office, lead_id, 3, *facts)])
    async with office.reader() as reader:
        contact = (await lead_side.contacts(reader, [person.contact_id]))[person.contact_id]
        changed = (await lead_side.opportunities(reader, [opportunity.opportunity_id]))[opportunity.opportunity_id]
    assert (contact.version, changed.version) == (4, 5)
    assert contact.updated_at > contact.created_at
    assert (await lead_row(office, lead_id)).version == 5


def test_terms_are_whole_values_without_case_then_without_accents_and_their_words() -> None:
    assert value_terms(FIELD, ("Émigré & Co.",)) == [
        f"{HEAD}=émigré & co.",
        f"{HEAD}:emigre & co.",
        f"{HEAD}~emigre",
        f"{HEAD}~co",
    ]


def test_of_several_values_it_is_told_which_is_the_first() -> None:
    assert value_terms(FIELD, ("A", "東京")) == [
        f"{HEAD}=a",
        f"{HEAD}~a",
        f"{HEAD}=東京",
        f"{HEAD}~東京",
        f"{HEAD}#",
        f"{HEAD}1a",
    ]


def test_a_text_without_words_is_compared_as_it_is() -> None:
    assert [value_terms(FIELD, (text,)) for text in ("!!!", "🏗️")] == [[f"{HEAD}=!!!"], [f"{HEAD}=🏗️"]]


@pytest.mark.parametrize("text", ["x" * 10_000, "ﷺ" * 10_000, "a " * 5_000, "\U0010ffff" * 10_000])
def test_terms_of_any_text_fit_into_the_index(text: str) -> None:
    terms = value_terms(FIELD, (text,))
    assert len(terms) <= WORDS_MAX + 2
    assert all(len(term.encode()) + 8 <= 2_046 for term in terms)


@pytest.mark.parametrize("value", [True, 5, {"a": "b"}, ["text"], None])
def test_json_that_is_no_text_has_no_terms(value: Any) -> None:
    assert value_terms(FIELD, (value,)) == []
    assert number_of((value,)) is None


@pytest.mark.parametrize("kept", [(), ("1", "2"), ("text",), ("1e5",), ("2026-02-30",)])
def test_what_is_not_one_number_day_or_instant_is_compared_with_nothing(kept: tuple[Any, ...]) -> None:
    assert number_of(kept) is None


async def test_users_and_contacts_are_kept_as_uuids(office: Office, lead_id: LeadId) -> None:
    person = NewContact(name="Gob")
    await office.run(AddContact(lead_id=lead_id, contact=person))
    admin = encode_id("user", office.admin_id)
    await change(office, lead_id, setting(OWNER, admin), adding(BUYERS, encode_id("cont", person.contact_id)))
    kept = {OWNER.field_id: [str(office.admin_id)], BUYERS.field_id: [str(person.contact_id)]}
    assert await values(office, lead_id) == kept
    assert f"c{OWNER.field_id.hex}=" in await found_by(office, lead_id)
