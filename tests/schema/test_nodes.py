"""Things by their ids."""

from __future__ import annotations

import pytest
from graphql import GraphQLInterfaceType

from schema.root import make_schema
from tests.support.api import Api
from tests.support.furniture import furnished, things

NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
UNKNOWN = "lead_0000000000000000000000"


def node_types() -> set[str]:
    schema = make_schema()._schema
    node = schema.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    return {one.name for one in schema.get_possible_types(node)}


def test_everything_with_an_id_is_found_by_it_as_what_it_is(api: Api) -> None:
    ids = things(api, furnished(api))
    assert set(ids) == node_types(), "a new type with an id belongs into tests/support/furniture.py"
    assert {kind: api.ask(NODE, id=id)["node"] for kind, id in ids.items()} == {
        kind: {"__typename": kind, "id": id} for kind, id in ids.items()
    }


def test_several_come_in_the_order_asked_for_unknown_ones_as_null(api: Api, lead: str) -> None:
    me = api.ask("{ viewer { id } }")["viewer"]["id"]
    found = api.ask(NODES, ids=[me, UNKNOWN, lead, me])["nodes"]
    assert [one and one["id"] for one in found] == [me, None, lead, me]


def test_none_at_all_are_none(api: Api) -> None:
    assert api.ask(NODES, ids=[]) == {"nodes": []}


def test_an_unknown_id_is_null_without_an_error(api: Api) -> None:
    assert api.ask(NODE, id=UNKNOWN) == {"node": None}


def test_a_hundred_are_found_and_one_more_is_invalid(api: Api, lead: str) -> None:
    assert len(api.ask(NODES, ids=[lead] * 100)["nodes"]) == 100
    assert api.fault(NODES, ids=[lead] * 101) == ("INVALID", ["nodes"])


@pytest.mark.parametrize(
    "id", ["", "lead", "lead_", "x_0000000000000000000000", "LEAD_0000000000000000000000", "lead_\0"]
)
def test_what_is_no_id_is_invalid(api: Api, id: str) -> None:
    assert api.fault(NODE, id=id) == ("INVALID", ["node"])


@pytest.mark.parametrize("field", ["lead", "activity"])
def test_an_id_of_another_kind_is_invalid_at_the_field(api: Api, field: str) -> None:
    other = api.ask("{ viewer { id } }")["viewer"]["id"]
    assert api.fault(f"query ($id: ID!) {{ {field}(id: $id) {{ id }} }}", id=other) == ("INVALID", [field])


@pytest.mark.parametrize("field", ["lead", "activity"])
def test_an_unknown_one_is_null_without_an_error(api: Api, field: str) -> None:
    prefix = {"lead": "lead", "activity": "acti"}[field]
    asked = api.ask(f"query ($id: ID!) {{ {field}(id: $id) {{ id }} }}", id=f"{prefix}_0000000000000000000000")
    assert asked == {field: None}


def test_a_field_that_cannot_be_used_does_not_blank_the_others(api: Api, lead: str) -> None:
    answer = api.send("query ($id: ID!) { lead(id: $id) { id } activity(id: $id) { id } }", id=lead).json()
    assert answer["data"] == {"lead": {"id": lead}, "activity": None}


def test_an_activity_is_found_by_its_shared_link(api: Api, lead: str) -> None:
    call = api.do("logCall", "call { id }", leadId=lead, direction="INBOUND")["call"]["id"]
    found = api.ask("query ($id: ID!) { activity(id: $id) { __typename lead { id } } }", id=call)
    assert found == {"activity": {"__typename": "Call", "lead": {"id": lead}}}
