"""The schema keeps what is published: core.graphql is the contract that front ends build on."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import build_schema

from schema.root import make_schema
from tests.contract.differences import Differences, undescribed
from tests.contract.not_yet import not_yet

CONTRACT = build_schema(Path(__file__).with_name("core.graphql").read_text("utf-8"))
SCHEMA = build_schema(make_schema().as_str())


def test_what_the_schema_has_under_a_contract_s_name_is_what_the_contract_says() -> None:
    assert Differences(CONTRACT, SCHEMA).otherwise == []


def test_what_the_schema_lacks_stands_in_the_list_of_what_is_to_come() -> None:
    assert set(Differences(CONTRACT, SCHEMA).missing) - not_yet() == set()


def test_what_is_there_stands_in_the_list_no_more() -> None:
    assert not_yet() - set(Differences(CONTRACT, SCHEMA).missing) == set()


def test_everything_has_a_description() -> None:
    assert list(undescribed(SCHEMA)) == []


WAS = """
    type Query { lead(id: ID!, first: Int = 1): Lead leads: [Lead!]! }
    type Lead { id: ID! name: String status: Status! }
    enum Status { OPEN CLOSED }
    input Change { name: String }
    union Any = Lead
"""


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("leads: [Lead!]!", "leads: [Lead!]", "Query.leads: [Lead!], where the contract has [Lead!]!"),
        ("leads: [Lead!]!", "leads: [Lead]!", "Query.leads: [Lead]!, where the contract has [Lead!]!"),
        ("name: String status", "name: String! status", "Lead.name: String!, where the contract has String"),
        ("= 1", "= 2", "Query.lead(first) =: 2, where the contract has 1"),
        ("= 1", "", "Query.lead(first) =: None, where the contract has 1"),
        ("id: ID!, first", "id: ID, first", "Query.lead(id): ID, where the contract has ID!"),
        ("id: ID!, first", "id: ID!, by: ID!, first", "Query.lead(by) is required, and the contract has no such thing"),
        ("{ name: String }", "{ name: String! }", "Change.name: String!, where the contract has String"),
        ("OPEN CLOSED", "OPEN CLOSED LOST", "Status.LOST is not in the contract"),
        ("enum Status { OPEN CLOSED }", "scalar Status", "Status is a GraphQLScalarType, not a GraphQLEnumType"),
    ],
)
def test_a_difference_is_told(before: str, after: str, told: str) -> None:
    assert Differences(build_schema(WAS), build_schema(WAS.replace(before, after))).otherwise == [told]


@pytest.mark.parametrize(
    ("before", "after", "missing"),
    [
        ("name: String status", "status", "Lead.name"),
        (", first: Int = 1", "", "Query.lead(first)"),
        ("OPEN CLOSED", "OPEN", "Status.CLOSED"),
        ("input Change { name: String }", "", "Change"),
    ],
)
def test_what_is_missing_is_told(before: str, after: str, missing: str) -> None:
    assert Differences(build_schema(WAS), build_schema(WAS.replace(before, after))).missing == [missing]


def test_what_is_added_is_welcome() -> None:
    more = WAS.replace("status: Status!", "status: Status! color(of: Int): String") + "type New { id: ID! }"
    found = Differences(build_schema(WAS), build_schema(more))
    assert (found.otherwise, found.missing) == ([], [])
