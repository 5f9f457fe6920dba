"""Pages of a lead's history: keysets, so that what is added or deleted meanwhile shifts nothing."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import ActivityId, uuid7
from app.lead.calls import CallLogged
from app.vocabulary import Direction
from schema.ids import public_id
from tests.support.api import Api
from tests.support.histories import FIRST_CALL, log_calls, record

PAGE = """query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $filter: ActivityFilter) {
  lead(id: $id) { activities(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
    totalCount nodes { id } edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
CALLS = {"kinds": ["CALL"]}
PAGES_MAX = 20  # more than any test has


class Page:
    """One page."""

    def __init__(self, api: Api, lead: str, **arguments: Any) -> None:
        found = api.ask(PAGE, id=lead, **{"filter": CALLS, **arguments})["lead"]["activities"]
        self.ids = [node["id"] for node in found["nodes"]]
        self.cursors = [edge["cursor"] for edge in found["edges"]]
        self.info = found["pageInfo"]
        self.total = found["totalCount"]
        assert [edge["node"]["id"] for edge in found["edges"]] == self.ids


def call_at(api: Api, lead: str, occurred_at: str) -> str:
    logged = api.do("logCall", "call { id }", leadId=lead, direction="INBOUND", occurredAt=occurred_at)
    call_id: str = logged["call"]["id"]
    return call_id


def forwards(api: Api, lead: str, size: int) -> list[str]:
    found: list[str] = []
    page = Page(api, lead, first=size)
    for _ in range(PAGES_MAX):
        found += page.ids
        if not page.info["hasNextPage"]:
            return found
        page = Page(api, lead, first=size, after=page.info["endCursor"])
    raise AssertionError("the pages do not end")


def backwards(api: Api, lead: str, size: int) -> list[str]:
    found: list[str] = []
    page = Page(api, lead, last=size)
    for _ in range(PAGES_MAX):
        found = page.ids + found
        if not page.info["hasPreviousPage"]:
            return found
        page = Page(api, lead, last=size, before=page.info["startCursor"])
    raise AssertionError("the pages do not end")


@pytest.fixture
def seven(api: Api, lead: str) -> list[str]:
    """Seven calls, newest first."""
    return log_calls(api, lead, 7)[::-1]


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_pages_forwards_are_the_whole_history_newest_first(api: Api, lead: str, seven: list[str], size: int) -> None:
    assert forwards(api, lead, size) == seven


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_pages_backwards_are_the_same_history(api: Api, lead: str, seven: list[str], size: int) -> None:
    assert backwards(api, lead, size) == seven


def test_a_page_has_fifty_unless_asked(api: Api, lead: str) -> None:
    calls = log_calls(api, lead, 51)[::-1]
    assert Page(api, lead).ids == calls[:50]


def test_null_for_every_argument_is_the_first_page(api: Api, lead: str, seven: list[str]) -> None:
    assert Page(api, lead, first=None, after=None, last=None, before=None).ids == seven


def test_nothing_is_asked_for_and_nothing_comes(api: Api, lead: str, seven: list[str]) -> None:
    page = Page(api, lead, first=0)
    assert (page.ids, page.info["startCursor"], page.info["endCursor"]) == ([], None, None)
    assert page.info["hasNextPage"]


def test_a_page_knows_its_own_ends(api: Api, lead: str, seven: list[str]) -> None:
    page = Page(api, lead, first=3)
    assert (page.info["startCursor"], page.info["endCursor"]) == (page.cursors[0], page.cursors[-1])


def test_between_two_cursors_lies_what_lies_between(api: Api, lead: str, seven: list[str]) -> None:
    cursors = Page(api, lead).cursors
    assert Page(api, lead, after=cursors[1], before=cursors[5]).ids == seven[2:5]
    assert Page(api, lead, after=cursors[1], before=cursors[5], last=2).ids == seven[3:5]


def test_a_new_item_does_not_shift_the_next_page(api: Api, lead: str, seven: list[str]) -> None:
    first = Page(api, lead, first=3)
    call_at(api, lead, "2026-06-01T00:00:00Z")
    assert Page(api, lead, first=3, after=first.info["endCursor"]).ids == seven[3:6]


def test_a_deleted_item_does_not_shift_the_next_page(api: Api, lead: str, seven: list[str]) -> None:
    first = Page(api, lead, first=3)
    api.do("deleteActivity", activityId=seven[0])
    assert Page(api, lead, first=3, after=first.info["endCursor"]).ids == seven[3:6]


def test_the_cursor_of_a_deleted_item_still_names_its_place(api: Api, lead: str, seven: list[str]) -> None:
    first = Page(api, lead, first=3)
    api.do("deleteActivity", activityId=seven[2])
    assert Page(api, lead, first=3, after=first.info["endCursor"]).ids == seven[3:6]


def test_backwards_too_nothing_shifts(api: Api, lead: str, seven: list[str]) -> None:
    last = Page(api, lead, last=3)
    api.do("deleteActivity", activityId=seven[6])
    call_at(api, lead, "2020-01-01T00:00:00Z")
    assert Page(api, lead, last=3, before=last.info["startCursor"]).ids == seven[1:4]


def test_items_of_one_instant_keep_the_order_of_the_log(api: Api, lead: str) -> None:
    calls = [call_at(api, lead, "2026-02-01T00:00:00Z") for _ in range(5)]
    assert forwards(api, lead, 2) == calls[::-1]


def test_an_instant_with_microseconds_is_not_lost_in_a_cursor(api: Api, lead: str) -> None:
    calls = [call_at(api, lead, f"2026-02-01T00:00:00.00000{digit}Z") for digit in range(1, 6)]
    assert forwards(api, lead, 1) == calls[::-1]


def test_a_thousand_items_of_one_instant_are_paged_without_a_gap(api: Api, lead: str) -> None:
    calls = [
        CallLogged(call_id=ActivityId(uuid7()), direction=Direction.INBOUND, occurred_at=FIRST_CALL)
        for _ in range(1_000)
    ]
    record(api, lead, calls)
    expected = [public_id("activity", call.call_id) for call in calls][::-1]
    assert forwards(api, lead, 90) == expected
    assert backwards(api, lead, 90) == expected


def test_the_first_and_the_last_days_are_places_like_all_others(api: Api, lead: str) -> None:
    first, last = "0001-01-02T00:00:00Z", "9999-12-30T23:59:59.999999Z"
    calls = [call_at(api, lead, at) for at in (first, first, "2026-01-01T00:00:00Z", last, last)]
    assert forwards(api, lead, 1) == backwards(api, lead, 1) == calls[::-1]
    assert Page(api, lead, filter={**CALLS, "since": last}).ids == calls[:2:-1]
    assert Page(api, lead, filter={**CALLS, "until": last}).ids == calls[2::-1]
    assert Page(api, lead, filter={**CALLS, "since": first}).ids == calls[::-1]
    assert Page(api, lead, filter={**CALLS, "until": first}).ids == []


def test_a_page_behind_a_cursor_knows_whether_anything_is_left_in_front(api: Api, lead: str, seven: list[str]) -> None:
    page = Page(api, lead, first=3)
    after = Page(api, lead, first=3, after=page.info["endCursor"])
    assert (after.info["hasPreviousPage"], after.info["hasNextPage"]) == (True, True)
    for gone in seven[:3]:
        api.do("deleteActivity", activityId=gone)
    after = Page(api, lead, first=4, after=page.info["endCursor"])
    assert (after.ids, after.info["hasPreviousPage"], after.info["hasNextPage"]) == (seven[3:], False, False)


def test_a_page_in_front_of_a_cursor_knows_whether_anything_is_left_behind(
    api: Api, lead: str, seven: list[str]
) -> None:
    page = Page(api, lead, last=3)
    before = Page(api, lead, last=4, before=page.info["startCursor"])
    assert (before.info["hasPreviousPage"], before.info["hasNextPage"]) == (False, True)
    for gone in seven[4:]:
        api.do("deleteActivity", activityId=gone)
    before = Page(api, lead, last=3, before=page.info["startCursor"])
    assert (before.ids, before.info["hasPreviousPage"], before.info["hasNextPage"]) == (seven[1:4], True, False)


def test_an_empty_page_knows_what_lies_around_it(api: Api, lead: str, seven: list[str]) -> None:
    cursors = Page(api, lead).cursors
    behind = Page(api, lead, after=cursors[6])
    assert (behind.ids, behind.info["hasPreviousPage"], behind.info["hasNextPage"]) == ([], True, False)
    between = Page(api, lead, after=cursors[3], before=cursors[4])
    assert (between.ids, between.info["hasPreviousPage"], between.info["hasNextPage"]) == ([], True, True)
    elsewhere = Page(api, lead, after=cursors[3], filter={"kinds": ["NOTE"]})
    assert (elsewhere.ids, elsewhere.info["hasPreviousPage"], elsewhere.info["hasNextPage"]) == ([], False, False)


def test_the_ends_of_the_calendar_are_paged_too(api: Api, lead: str) -> None:
    old = [call_at(api, lead, "0001-01-01T00:00:00Z") for _ in range(3)]
    new = [call_at(api, lead, "9999-12-31T23:59:59.999999Z") for _ in range(3)]
    assert forwards(api, lead, 1) == [*new[::-1], *old[::-1]]


def test_the_total_is_exact_up_to_a_thousand_and_null_beyond(api: Api, lead: str) -> None:
    log_calls(api, lead, 1_000)
    assert Page(api, lead, first=1).total == 1_000
    log_calls(api, lead, 1)
    assert Page(api, lead, first=1).total is None


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"first": 101}, "first"),
        ({"first": -1}, "first"),
        ({"last": 101}, "last"),
        ({"first": 1, "last": 1}, "first"),
        ({"after": "x"}, "after"),
        ({"before": "bm90IGEgY3Vyc29y"}, "before"),
        ({"after": "\0"}, "after"),
        ({"after": "é"}, "after"),
        ({"after": "A" * 10_000}, "after"),
    ],
)
def test_arguments_that_cannot_be_used_are_invalid_at_the_field(
    api: Api, lead: str, arguments: dict[str, Any], names: str
) -> None:
    (error,) = api.faults(PAGE, id=lead, **arguments)
    assert (error["extensions"]["code"], error["path"]) == ("INVALID", ["lead", "activities"])
    assert error["message"].startswith(f"{names}: ")


def test_a_cursor_of_another_list_is_invalid(api: Api, lead: str) -> None:
    leads = api.ask("{ leads { edges { cursor } } }")["leads"]["edges"][0]["cursor"]
    assert api.fault(PAGE, id=lead, after=leads) == ("INVALID", ["lead", "activities"])


def test_a_feed_cursor_is_no_page_cursor(api: Api, lead: str) -> None:
    feed = api.look(lead, "feedCursor")["feedCursor"]
    assert api.fault(PAGE, id=lead, after=feed) == ("INVALID", ["lead", "activities"])
