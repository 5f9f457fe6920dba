"""Ids of the past: everything under a page of the past is named by its moment, and nothing but nodes takes such ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
)

from app.organization.custom_fields import CustomFieldCreated
from tests.schema.asking import naming
from tests.schema.slots import SCHEMA, Slot, slots
from tests.schema.test_idempotency import events
from tests.support.acme import VISIT_TYPE
from tests.support.api import Api, admin_of_new_organization
from tests.support.custom import GUIDE, MET, NICKNAME, OWNER, VISIT_FIELDS, public, record, user_named
from tests.support.feeds import cursor_of
from tests.support.furniture import Estate, furnished, things
from tests.support.serving import Site

OF_THE_PAST = re.compile(r"[a-z]+_[0-9A-Za-z]{22}~[1-9]\d*")
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
# What is not on a lead page, or not in the past, of the types that its fields could give.
NEVER = {"InboxItem", "ApiKey", "LeadMerge", "Event"}

Step = tuple[str, str]  # a type and a field of it


def fields_of(kind: GraphQLNamedType) -> dict[str, GraphQLField]:
    """Those that need no argument."""
    found = kind.fields if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) else {}
    return {name: field for name, field in found.items() if not any(map(is_required_argument, field.args.values()))}


def objects(kind: GraphQLNamedType) -> list[str]:
    if is_abstract_type(kind):
        return [one.name for one in SCHEMA.get_possible_types(kind)]
    return [kind.name] if isinstance(kind, GraphQLObjectType) else []


def ways() -> dict[str, tuple[Step, ...]]:
    """The shortest way from a lead to each type."""
    found: dict[str, tuple[Step, ...]] = {"Lead": ()}
    open_ = ["Lead"]
    while open_:
        owner = open_.pop(0)
        for name, field in fields_of(SCHEMA.type_map[owner]).items():
            for kind in objects(get_named_type(field.type)):
                if kind not in found:
                    found[kind] = (*found[owner], (owner, name))
                    open_.append(kind)
    return found


WAYS = ways()


def leaves(kind: str) -> str:
    plain = [
        name for name, field in fields_of(SCHEMA.type_map[kind]).items() if is_leaf_type(get_named_type(field.type))
    ]
    return " ".join(("__typename", *plain))


def everything_of(kind: str) -> str:
    """All fields of a type, and all leaves of what they give."""
    below = []
    for name, field in fields_of(SCHEMA.type_map[kind]).items():
        found = objects(get_named_type(field.type))
        if found:
            first = "(first: 20)" if "first" in field.args else ""
            below.append(f"{name}{first} {{ {' '.join(f'... on {one} {{ {leaves(one)} }}' for one in found)} }}")
    return " ".join((leaves(kind), *below))


def document(kind: str) -> str:
    """All fields of a type, by the way to it."""
    body = everything_of(kind)
    for owner, name in reversed(WAYS[kind]):
        first = "(first: 20)" if "first" in SCHEMA.type_map[owner].fields[name].args else ""  # type: ignore[union-attr]
        body = f"... on {owner} {{ {name}{first} {{ __typename ... on {kind} {{ {body} }} }} }}"
        kind = owner
    return f"query ($id: ID!, $asOf: AsOfInput) {{ lead(id: $id, asOf: $asOf) {{ {body} }} }}"


def found_in(kind: GraphQLNamedType, value: Any) -> Iterator[tuple[str, str, Any]]:
    """Type, field and value of every id in an answer."""
    if isinstance(value, list):
        for one in value:
            yield from found_in(kind, one)
    elif isinstance(value, dict):
        owner = SCHEMA.type_map[value.get("__typename", kind.name)]
        for name, one in value.items():
            if name == "__typename" or one is None:
                continue
            below = get_named_type(fields_of(owner)[name].type)
            if below.name == "ID":
                yield from ((owner.name, name, id) for id in (one if isinstance(one, list) else [one]))
            elif not is_leaf_type(below):
                yield from found_in(below, one)


def typenames(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(typenames, value))
    if isinstance(value, dict):
        return (
            {value["__typename"]} & value.keys()
            | {name for name in (value.get("__typename"),) if name}
            | set().union(*map(typenames, value.values()))
        )
    return set()


@pytest.fixture(scope="module")
def rich(site: Site) -> Estate:
    """A lead with something of everything that a page can show."""
    api = admin_of_new_organization(site)
    early = cursor_of(api, api.lead())
    lead = furnished(api)
    record(api, VISIT_TYPE[0], *VISIT_FIELDS, NICKNAME)
    contact = api.look(lead, "contacts { id }")["contacts"][0]["id"]
    met = [
        {"fieldId": public(VISIT_TYPE[1]), "set": "Renewal"},
        {"fieldId": public(MET), "set": [contact]},
        {"fieldId": public(GUIDE), "set": user_named(api.user_id)},
    ]
    from schema.ids import public_id

    kind = public_id("custom_activity_type", VISIT_TYPE[0].type_id)
    api.do("recordCustomActivity", leadId=lead, customActivityTypeId=kind, customFields=met)
    api.do("updateContact", contactId=contact, emails=[{"email": "l@x.example"}], phones=[{"phone": "+12125550100"}])
    api.do("updateContact", contactId=contact, customFields=[{"fieldId": public(NICKNAME), "set": "Lindy"}])
    api.do("updateContact", contactId=contact, urls=[{"url": "x.example"}])
    api.do("updateLead", leadId=lead, addresses=[{"city": "Köln"}])
    attendees = [{"email": "l@x.example"}, {"email": "ada@example.com"}]
    times = {"startsAt": "2026-03-01T09:00:00Z", "endsAt": "2026-03-01T10:00:00Z"}
    api.do("logMeeting", leadId=lead, attendees=attendees, **times)
    user = api.ask("{ viewer { id } }")["viewer"]["id"]
    api.do("writeNote", leadId=lead, html=f'<p><span data-mention="{user}">@Ada</span></p>')
    api.do("logEmail", leadId=lead, direction="INBOUND", sender="Lindsay <l@x.example>", to=["ada@example.com"])
    return Estate(api, {**things(api, lead), "Lead": lead, "Cursor": early})


@pytest.fixture(scope="module")
def as_of(rich: Estate) -> dict[str, Any]:
    """The last version but a few."""
    version = rich.api.look(rich.ids["Lead"], "version")["version"]
    rich.api.do("updateLead", leadId=rich.ids["Lead"], name="Sitwell")
    rich.api.do("updateLeadStatus", statusId=rich.ids["LeadStatus"], label="Renamed")
    return {"version": version}


@pytest.mark.parametrize("kind", sorted(WAYS))
def test_every_id_under_a_page_of_the_past_names_its_moment(kind: str, rich: Estate, as_of: dict[str, Any]) -> None:
    page = rich.api.ask(document(kind), id=rich.ids["Lead"], asOf=as_of)["lead"]
    found = list(found_in(SCHEMA.type_map["Lead"], page))
    assert [one for one in found if not names_its_moment(*one)] == []
    assert kind in typenames(page) | NEVER | ABSENT, "the lead of this test needs something of this type"


ABSENT: set[str] = set()


def names_its_moment(owner: str, field: str, id: str) -> bool:
    if (owner, field) == ("Moment", "liveId"):
        return "~" not in id
    return all(OF_THE_PAST.fullmatch(part) for part in id.split("."))


@pytest.mark.parametrize("kind", sorted(WAYS))
def test_nothing_on_a_page_of_today_is_called_like_anything_of_the_past(kind: str, rich: Estate) -> None:
    page = rich.api.ask(document(kind), id=rich.ids["Lead"])["lead"]
    assert [one for one in found_in(SCHEMA.type_map["Lead"], page) if "~" in one[2]] == []
