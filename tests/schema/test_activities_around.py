"""A page about one item: what is newer and what is older in equal parts, and from there on in both directions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api
from tests.support.histories import log_calls

AROUND = """query ($id: ID!, $around: ID, $first: Int, $last: Int, $after: String, $before: String,
                   $filter: ActivityFilter) {
  lead(id: $id) {
    activities(around: $around, first: $first, last: $last, after: $after, before: $before, filter: $filter) {
      totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
CALLS = {"kinds": ["CALL"]}
UNKNOWN = "acti_0000000000000000000000"


@pytest.fixture
def ten(api: Api, lead: str) -> list[str]:
    """Ten calls, newest first."""
    return log_calls(api, lead, 10)[::-1]


def page(api: Api, lead: str, **asked: Any) -> tuple[list[str], Any]:
    found = api.ask(AROUND, id=lead, **{"filter": CALLS, **asked})["lead"]["activities"]
    return [node["id"] for node in found["nodes"]], found["pageInfo"]


def sides(info: Any) -> tuple[bool, bool]:
    return info["hasPreviousPage"], info["hasNextPage"]


@pytest.mark.parametrize(
    ("place", "first", "shown", "more"),
    [
        (5, 5, slice(3, 8), (True, True)),
        (5, 4, slice(3, 7), (True, True)),
        (5, 1, slice(5, 6), (True, True)),
        (5, 2, slice(4, 6), (True, True)),
        (0, 5, slice(0, 5), (False, True)),
        (1, 5, slice(0, 5), (False, True)),
        (9, 5, slice(5, 10), (True, False)),
        (8, 5, slice(5, 10), (True, False)),
        (5, 10, slice(0, 10), (False, False)),
        (5, 100, slice(0, 10), (False, False)),
        (2, 9, slice(0, 9), (False, True)),
        (7, 9, slice(1, 10), (True, False)),
    ],
)
def test_the_item_stands_in_the_middle_unless_an_end_is_near(
    api: Api, lead: str, ten: list[str], place: int, first: int, shown: slice, more: tuple[bool, bool]
) -> None:
    ids, info = page(api, lead, around=ten[place], first=first)
    assert (ids, sides(info)) == (ten[shown], more)


def test_fifty_are_shown_unless_asked(api: Api, lead: str) -> None:
    calls = log_calls(api, lead, 120)[::-1]
    ids, _ = page(api, lead, around=calls[60])
    assert ids == calls[35:85]


def test_a_page_of_none_knows_that_there_are_some(api: Api, lead: str, ten: list[str]) -> None:
    ids, info = page(api, lead, around=ten[5], first=0)
    assert (ids, sides(info), info["startCursor"]) == ([], (True, True), None)


def test_from_there_one_pages_on_in_both_directions(api: Api, lead: str, ten: list[str]) -> None:
    _, info = page(api, lead, around=ten[5], first=3)
    older, last = page(api, lead, after=info["endCursor"], first=3)
    newer, first = page(api, lead, before=info["startCursor"], last=4)
    assert (newer, older) == (ten[:4], ten[7:])
    assert (sides(first), sides(last)) == ((False, True), (True, False))


def test_a_filter_that_leaves_the_item_out_leaves_its_place(api: Api, lead: str, ten: list[str]) -> None:
    at = {"occurredAt": "2026-01-01T00:04:30Z"}  # between the fifth and the sixth call
    note = api.do("writeNote", "note { id }", leadId=lead, text="x", **at)["note"]["id"]
    ids, info = page(api, lead, around=note, first=4)
    assert (ids, sides(info)) == (ten[3:7], (True, True))
    everything, _ = page(api, lead, around=note, first=3, filter=None)
    assert everything == [ten[4], note, ten[5]]


def test_the_total_is_that_of_the_whole_list(api: Api, lead: str, ten: list[str]) -> None:
    found = api.ask(AROUND, id=lead, around=ten[3], first=2, filter=CALLS)["lead"]["activities"]
    assert found["totalCount"] == 10


def test_pages_about_items_of_several_leads_come_together(api: Api, lead: str, ten: list[str]) -> None:
    other = api.lead()
    theirs = log_calls(api, other, 3)[::-1]
    source = """query ($lead: ID!, $a: ID!, $b: ID!, $other: ID!, $c: ID!) {
      one: lead(id: $lead) { a: activities(around: $a, first: 2) { nodes { id } }
                             b: activities(around: $b, first: 2) { nodes { id } } }
      other: lead(id: $other) { activities(around: $c, first: 3) { nodes { id } } } }"""
    found = api.ask(source, lead=lead, a=ten[3], b=ten[6], other=other, c=theirs[1])
    assert [one["id"] for one in found["one"]["a"]["nodes"]] == ten[2:4]
    assert [one["id"] for one in found["one"]["b"]["nodes"]] == ten[5:7]
    assert [one["id"] for one in found["other"]["activities"]["nodes"]] == theirs


def test_null_is_no_item(api: Api, lead: str, ten: list[str]) -> None:
    assert page(api, lead, around=None, first=2)[0] == ten[:2]


@pytest.mark.parametrize(
    "asked",
    [
        {"around": UNKNOWN},
        {"around": "acti_0"},
        {"around": "lead_0000000000000000000000"},
        {"around": ""},
        {"around": UNKNOWN, "last": 3},
        {"around": UNKNOWN, "after": "cursor"},
        {"around": UNKNOWN, "before": "cursor"},
    ],
    ids=str,
)
def test_what_cannot_be_used_is_invalid_at_the_field(api: Api, lead: str, ten: list[str], asked: Any) -> None:
    if cursor := {"after", "before"} & asked.keys():
        asked = {**asked, cursor.pop(): page(api, lead)[1]["startCursor"]}
    (error,) = api.faults(AROUND, id=lead, **asked)
    assert (error["extensions"]["code"], error["path"]) == ("INVALID", ["lead", "activities"])
    assert error["message"].startswith("around: ")


def test_an_item_of_another_lead_and_a_deleted_one_are_as_unknown_ones(
    api: Api, stranger: Api, lead: str, ten: list[str]
) -> None:
    (elsewhere,) = log_calls(api, api.lead(), 1)
    (foreign,) = log_calls(stranger, stranger.lead(), 1)
    api.do("deleteActivity", activityId=ten[0])
    told = [api.faults(AROUND, id=lead, around=id) for id in (UNKNOWN, elsewhere, foreign, ten[0])]
    assert told[1:] == told[:1] * 3
