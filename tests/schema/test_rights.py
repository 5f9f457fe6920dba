"""Organizations are walls: what belongs to another one is answered exactly like what does not exist.

Every query, mutation and subscription is walked, with an id of every kind wherever one can be given.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from graphql import get_named_type, is_input_object_type, is_object_type

from app import onboarding
from app.ids import encode_id, uuid7
from app.organization.statuses import CreateLeadStatus
from schema.cursors import FeedPlace, feed_cursor
from tests.schema.asking import Operation, naming
from tests.schema.slots import SCHEMA, Slot, slots
from tests.support.api import Api
from tests.support.feeds import talking
from tests.support.furniture import Estate, estate
from tests.support.serving import Site

CURSOR = "Cursor"
UNKNOWN_CURSOR = feed_cursor(FeedPlace(uuid7(), uuid7(), 1))


@pytest.fixture(scope="module")
def theirs(site: Site) -> Estate:
    return estate(site, "Elsewhere")


def answered(api: Api, root: str, operation: Operation, named: str) -> Any:
    """What comes back, with what was named made unrecognisable."""
    if root == "Subscription":
        with talking(api) as conversation:
            conversation.subscribe(operation.source, **operation.variables)
            answer: Any = conversation.receive()
    else:
        response = api.send(operation.source, **operation.variables)
        answer = (response.status_code, response.json())
    text = json.dumps(answer)
    assert '"INTERNAL"' not in text, text
    return json.loads(text.replace(named, "(named)"))


def unknown(id: str) -> str:
    """An id that looks the same and names nothing."""
    return UNKNOWN_CURSOR if "_" not in id[:9] else encode_id(id.partition("_")[0], uuid7())


def ask_at(slot: Slot, value: str, estate: Estate) -> Any:
    return answered(estate.api, slot.root, naming(slot, value, estate.ids), value)


@pytest.mark.parametrize("slot", slots(), ids=str)
def test_what_belongs_to_another_organization_is_answered_as_what_does_not_exist(
    slot: Slot, ours: Estate, theirs: Estate
) -> None:
    assert slot.names in theirs.ids, f"put a {slot.names} into tests/support/furniture.py"
    foreign = theirs.ids[slot.names]
    assert ask_at(slot, foreign, ours) == ask_at(slot, unknown(foreign), ours)


@pytest.mark.parametrize("slot", slots(), ids=str)
def test_what_is_one_s_own_is_answered_otherwise(slot: Slot, ours: Estate, site: Site) -> None:
    # Or the test above would compare two refusals that have nothing to do with what was named.
    own = estate(site, "Own") if slot.root == "Mutation" else ours
    known = ask_at(slot, own.ids[slot.names], own)
    assert known != ask_at(slot, unknown(own.ids[slot.names]), own)


def test_no_argument_that_names_something_is_left_out() -> None:
    walked = {(slot.way[-1].on, slot.way[-1].field, slot.path[0]) for slot in slots()}
    assert {place for place in _naming_arguments() if place not in walked} == set()


def _naming_arguments() -> set[tuple[str, str, str]]:
    """Of objects, arguments whose type is, or has somewhere in it, an id or a cursor."""
    return {
        (owner.name, field, name)
        for owner in SCHEMA.type_map.values()
        if is_object_type(owner) and not owner.name.startswith("__")
        for field, definition in owner.fields.items()
        for name, argument in definition.args.items()
        if _names_something(argument.type, set())
    }


def _names_something(type_: Any, seen: set[str]) -> bool:
    named = get_named_type(type_)
    if is_input_object_type(named) and named.name not in seen:
        return any(_names_something(one.type, seen | {named.name}) for one in named.fields.values())
    return named.name in ("ID", CURSOR)


def test_a_cursor_of_another_organization_s_list_shows_nothing_of_it(ours: Estate, theirs: Estate) -> None:
    listed = "query ($after: String) { leads(after: $after) { nodes { id } edges { cursor } } }"
    cursor = theirs.api.ask(listed)["leads"]["edges"][0]["cursor"]
    own = {lead["id"] for lead in ours.api.ask(listed)["leads"]["nodes"]}
    assert {lead["id"] for lead in ours.api.ask(listed, after=cursor)["leads"]["nodes"]} <= own


def test_lists_and_searches_show_one_s_own_alone(ours: Estate, theirs: Estate) -> None:
    found = [
        {lead["id"] for lead in api.ask('{ leads(filter: { search: "bluth" }) { nodes { id } } }')["leads"]["nodes"]}
        for api in (ours.api, theirs.api)
    ]
    assert found == [{ours.ids["Lead"]}, {theirs.ids["Lead"]}]


def test_the_label_of_another_organization_s_status_means_nothing(ours: Estate, theirs: Estate) -> None:
    adding = CreateLeadStatus(label="Theirs alone")
    theirs.api.site.operate(theirs.api.site.system.dispatch.run(adding, onboarding.system_request(theirs.api.org_id)))
    refused = ours.api.refused("changeLeadStatus", leadId=ours.ids["Lead"], status="Theirs alone")
    assert refused == ("NOT_FOUND", "status_label_not_found", "status")
