"""Ids of the past: everything under a page of the past is named by its moment, and nothing but nodes takes such ids."""

from __future__ import annotations

import json
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

from schema.ids import public_id
from tests.schema.asking import naming
from tests.schema.slots import SCHEMA, Slot, slots
from tests.schema.test_idempotency import events
from tests.support.acme import VISIT_TYPE
from tests.support.api import admin_of_new_organization
from tests.support.custom import GUIDE, MET, NICKNAME, VISIT_FIELDS, public, record, user_named
from tests.support.feeds import cursor_of, talking
from tests.support.furniture import Estate, furnished, things
from tests.support.serving import Site

OF_THE_PAST = re.compile(r"[a-z]+_[0-9A-Za-z]{22}~[1-9]\d*")
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
# What is not on a lead page, or not in the past, of the types that its fields could give.
NEVER = {"InboxItem"}

Step = tuple[str, str]  # a type and a field of it


def fields_of(name: str) -> dict[str, GraphQLField]:
    """Those that need no argument."""
    kind = SCHEMA.type_map[name]
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
        for name, field in fields_of(owner).items():
            for kind in objects(get_named_type(field.type)):
                if kind not in found and name != "pinnedActivities":  # which are not of all kinds
                    found[kind] = (*found[owner], (owner, name))
                    open_.append(kind)
    return found


WAYS = ways()


def everything_of(kind: str) -> str:
    """All fields of a type, and all ids of what they give."""
    plain = (name for name, field in fields_of(kind).items() if is_leaf_type(get_named_type(field.type)))
    below = (
        f"{name}{bounded(field)} {{ __typename {' '.join(f'... on {one} {{ {ids_of(one)} }}' for one in found)} }}"
        for name, field in fields_of(kind).items()
        if (found := objects(get_named_type(field.type)))
    )
    return " ".join(("__typename", *plain, *below))


def ids_of(kind: str) -> str:
    """Under names of their own but for the first: types of a union may not share those."""
    found = (name for name, field in fields_of(kind).items() if get_named_type(field.type).name == "ID")
    return " ".join(("__typename", *(name if name == "id" else f"{kind}_{name}: {name}" for name in found)))


def document(kind: str) -> str:
    """All fields of a type, by the way to it."""
    body = everything_of(kind)
    for owner, name in reversed(WAYS[kind]):
        here = f"__typename ... on {kind} {{ {body} }}"
        body, kind = f"{name}{bounded(fields_of(owner)[name])} {{ {here} }}", owner
    return f"query ($id: ID!, $asOf: AsOfInput) {{ lead(id: $id, asOf: $asOf) {{ {body} }} }}"


def bounded(field: GraphQLField) -> str:
    """A document must not cost too much."""
    return "(first: 20)" if "first" in field.args else ""


def found_in(kind: GraphQLNamedType, value: Any) -> Iterator[tuple[str, str, Any]]:
    """Type, field and value of every id in an answer."""
    if isinstance(value, list):
        for one in value:
            yield from found_in(kind, one)
    elif isinstance(value, dict):
        owner = value.get("__typename", kind.name)
        for word, one in value.items():
            name = word.partition("_")[2] or word
            if name == "_typename" or one is None:
                continue
            below = get_named_type(fields_of(owner)[name].type)
            if below.name == "ID":
                yield from ((owner, name, id) for id in (one if isinstance(one, list) else [one]))
            elif not is_leaf_type(below):
                yield from found_in(below, one)


def typenames(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(typenames, value))
    if isinstance(value, dict):
        below = set().union(*map(typenames, value.values()))
        return below | {value["__typename"]} if "__typename" in value else below
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
    assert kind in typenames(page) | NEVER, "the lead of this test needs something of this type"


def names_its_moment(owner: str, field: str, id: str) -> bool:
    if (owner, field) == ("Moment", "liveId"):
        return "~" not in id
    return all(OF_THE_PAST.fullmatch(part) for part in id.split("."))


@pytest.mark.parametrize("kind", sorted(WAYS))
def test_nothing_on_a_page_of_today_is_called_like_anything_of_the_past(kind: str, rich: Estate) -> None:
    page = rich.api.ask(document(kind), id=rich.ids["Lead"])["lead"]
    assert [one for one in found_in(SCHEMA.type_map["Lead"], page) if "~" in one[2]] == []


def test_everything_on_a_page_of_the_past_is_found_by_its_id_as_what_it_is(rich: Estate, as_of: dict[str, Any]) -> None:
    named = named_nodes(rich, as_of)
    assert {kind: rich.api.ask(NODE, id=id)["node"] for kind, id in named.items()} == {
        kind: {"__typename": kind, "id": id} for kind, id in named.items()
    }
    nodes = rich.api.ask(NODES, ids=list(named.values()))["nodes"]
    assert [one["id"] for one in nodes] == list(named.values())


def named_nodes(rich: Estate, as_of: dict[str, Any]) -> dict[str, str]:
    """An id of each type that there is on the page of the past."""
    found: dict[str, str] = {}
    nodes = {one.name for one in SCHEMA.get_possible_types(SCHEMA.type_map["Node"])}  # type: ignore[arg-type]
    for kind in WAYS.keys() & nodes - NEVER:
        page = rich.api.ask(document(kind), id=rich.ids["Lead"], asOf=as_of)["lead"]
        ids = found_in(SCHEMA.type_map["Lead"], page)
        found[kind] = next(id for owner, field, id in ids if (owner, field) == (kind, "id"))
    return found


def test_what_is_reached_from_a_node_of_the_past_is_of_its_moment(rich: Estate, as_of: dict[str, Any]) -> None:
    contact = named_nodes(rich, as_of)["Contact"]
    source = """query ($id: ID!) { node(id: $id) { ... on Contact {
        lead { id name status { id label } contacts { id } asOf { version liveId } } } } }"""
    lead = rich.api.ask(source, id=contact)["node"]["lead"]
    assert (lead["name"], lead["id"]) == ("Bluth Company", f"{rich.ids['Lead']}~{as_of['version']}")
    assert lead["asOf"] == {"version": as_of["version"], "liveId": rich.ids["Lead"]}
    assert contact in [one["id"] for one in lead["contacts"]]


@pytest.mark.parametrize(
    "id", ["lead_x~1", "lead_0000000000000000000000~", "lead_0000000000000000000000~0", "~1", "lead~1"]
)
def test_what_is_no_id_of_the_past_is_invalid(rich: Estate, id: str) -> None:
    assert rich.api.fault(NODE, id=id) == ("INVALID", ["node"])


@pytest.mark.parametrize("version", ["1000", "2147483648", "9999999999"])
def test_a_version_that_never_was_names_nothing(rich: Estate, version: str) -> None:
    for kind in ("Lead", "Contact", "Note", "LeadStatus", "User"):
        assert rich.api.ask(NODE, id=f"{rich.ids[kind]}~{version}") == {"node": None}


def test_what_was_not_there_yet_is_null(rich: Estate) -> None:
    source = "query ($id: ID!) { lead(id: $id) { history(last: 1) { nodes { id } } } }"
    event = rich.api.ask(source, id=rich.ids["Lead"])["lead"]["history"]["nodes"][0]["id"]
    for id in (event, rich.ids["Note"], rich.ids["Task"], rich.ids["EmailThread"], rich.ids["File"]):
        assert rich.api.ask(NODE, id=f"{id}~2") == {"node": None}


TAKING_THEM = {("Query", "node"), ("Query", "nodes")}
REFUSING = [
    slot for slot in slots() if slot.names != "Cursor" and (slot.way[-1].on, slot.way[-1].field) not in TAKING_THEM
]


@pytest.mark.parametrize("slot", REFUSING, ids=str)
def test_every_other_place_refuses_them_by_name(slot: Slot, rich: Estate) -> None:
    before = events(rich.api)
    live = rich.ids[slot.names]
    operation = naming(slot, f"{live}~1", rich.ids)
    if slot.root == "Subscription":
        with talking(rich.api) as conversation:
            conversation.subscribe(operation.source, **operation.variables)
            answer: Any = conversation.receive()
    else:
        answer = rich.api.send(operation.source, **operation.variables).json()
    text = json.dumps(answer)
    assert f"This is an id of the past: use {live}." in text
    assert '"INVALID"' in text
    assert events(rich.api) == before


def test_values_of_custom_fields_refuse_them_by_name(rich: Estate) -> None:
    api, lead = rich.api, rich.ids["Lead"]
    me = user_named(api.user_id)
    owner = {"fieldId": rich.ids["CustomField"], "set": f"{me}~1"}
    (error,) = api.refusals("updateLead", leadId=lead, customFields=[owner])
    assert (error["code"], error["reason"]) == ("INVALID", "id_of_the_past")
    assert error["message"] == f"This is an id of the past: use {me}."
    filter = {"customFields": [{"fieldId": rich.ids["CustomField"], "equals": f"{me}~1"}]}
    (fault,) = api.faults("query ($filter: LeadFilter) { leads(filter: $filter) { totalCount } }", filter=filter)
    assert f"This is an id of the past: use {me}." in fault["message"]


def test_users_and_contacts_in_values_are_of_the_moment_too(rich: Estate, as_of: dict[str, Any]) -> None:
    source = """query ($id: ID!, $asOf: AsOfInput) { lead(id: $id, asOf: $asOf) { customFields { id value
        references { ... on User { user: id } ... on Contact { contact: id } } }
        activities(filter: { kinds: [CUSTOM] }) { nodes { ... on CustomActivity { customFields { value
            references { ... on User { user: id } ... on Contact { contact: id } } } } } } } }"""
    lead = rich.api.ask(source, id=rich.ids["Lead"], asOf=as_of)["lead"]
    values = [*lead["customFields"], *(one for node in lead["activities"]["nodes"] for one in node["customFields"])]
    naming_values = [one for one in values if one["references"]]
    assert len(naming_values) == 3
    for one in naming_values:
        shown = one["value"] if isinstance(one["value"], list) else [one["value"]]
        assert shown == [next(iter(reference.values())) for reference in one["references"]]
        assert all("~" in value for value in shown)


def test_links_lead_to_what_is_there_today(rich: Estate, as_of: dict[str, Any]) -> None:
    source = """query ($id: ID!, $asOf: AsOfInput) { lead(id: $id, asOf: $asOf) {
        permalink activities { nodes { permalink } } } }"""
    then, now = [rich.api.ask(source, id=rich.ids["Lead"], asOf=one)["lead"] for one in (as_of, None)]
    assert then == now
