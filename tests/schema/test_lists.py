"""Lists of leads: pages, sorts, search and filters."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

LIST = """query ($first: Int, $after: String, $filter: LeadFilter, $sort: LeadSort) {
  leads(first: $first, after: $after, filter: $filter, sort: $sort) {
    totalCount feedCursor nodes { id displayName } edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
SORTS = ["CREATED", "UPDATED", "NAME", "LAST_ACTIVITY"]
PAGES_MAX = 20  # more than any test has


def listed(api: Api, **arguments: Any) -> Any:
    return api.ask(LIST, **arguments)["leads"]


def names(api: Api, **arguments: Any) -> list[str]:
    return [node["displayName"] for node in listed(api, **arguments)["nodes"]]


def found(api: Api, **filter: Any) -> set[str]:
    return set(names(api, filter=filter))


def paged(api: Api, size: int, **arguments: Any) -> list[str]:
    pages: list[str] = []
    page = listed(api, first=size, **arguments)
    for _ in range(PAGES_MAX):
        pages += [node["displayName"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return pages
        page = listed(api, first=size, after=page["pageInfo"]["endCursor"], **arguments)
    raise AssertionError("the pages do not end")


@pytest.fixture
def four(api: Api) -> Api:
    """Four leads: created b d a c, last touched c a d b, of which b and d have an activity, d's the later one."""
    leads = {name: api.lead(name=name) for name in "bdac"}
    for name in "ca":
        api.do("updateLead", leadId=leads[name], description="x")
    for name, day in (("d", "02"), ("b", "01")):
        api.do("logCall", leadId=leads[name], direction="INBOUND", occurredAt=f"2026-03-{day}T00:00:00Z")
    return api


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (None, "cadb"),
        ("CREATED_DESC", "cadb"),
        ("CREATED_ASC", "bdac"),
        ("UPDATED_DESC", "bdac"),
        ("UPDATED_ASC", "cadb"),
        ("NAME_ASC", "abcd"),
        ("NAME_DESC", "dcba"),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 4])
def test_pages_are_the_whole_list_in_its_order(four: Api, sort: str | None, order: str, size: int) -> None:
    assert paged(four, size, sort=sort) == list(order)


@pytest.mark.parametrize("size", [1, 3, 4])
def test_leads_without_activity_are_last_when_the_latest_is_first(four: Api, size: int) -> None:
    order = paged(four, size, sort="LAST_ACTIVITY_DESC")
    assert (order[:2], set(order[2:])) == (["d", "b"], {"a", "c"})


@pytest.mark.parametrize("size", [1, 3, 4])
def test_leads_without_activity_are_first_when_the_latest_is_last(four: Api, size: int) -> None:
    order = paged(four, size, sort="LAST_ACTIVITY_ASC")
    assert (order[2:], set(order[:2])) == (["b", "d"], {"a", "c"})


def test_names_are_sorted_without_regard_to_case_and_accents(api: Api) -> None:
    for name in ("zebra", "Äpfel", "apple", "Bär", "İstanbul"):
        api.lead(name=name)
    assert paged(api, 2, sort="NAME_ASC") == ["Äpfel", "apple", "Bär", "İstanbul", "zebra"]


def test_leads_of_one_name_are_all_there(api: Api) -> None:
    leads = {api.lead(name="Same") for _ in range(5)}
    assert len(paged(api, 2, sort="NAME_DESC")) == len(leads)


def test_a_name_of_five_hundred_characters_fits_into_a_cursor(api: Api) -> None:
    for first in "ab":
        api.lead(name=first + "ﷺ" * 499)
    assert len(paged(api, 1, sort="NAME_ASC")) == 2


def test_a_new_lead_does_not_shift_the_next_page(four: Api) -> None:
    first = listed(four, first=2)
    four.lead(name="e")
    assert names(four, after=first["pageInfo"]["endCursor"]) == ["d", "b"]


def test_a_page_says_what_lies_around_it(four: Api) -> None:
    first = listed(four, first=2)
    second = listed(four, first=2, after=first["pageInfo"]["endCursor"])
    around = [(page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]) for page in (first, second)]
    assert around == [(False, True), (True, False)]


@pytest.mark.parametrize("sort", [f"{sort}_{way}" for sort in SORTS for way in ("ASC", "DESC")])
def test_a_cursor_belongs_to_its_sort(four: Api, sort: str) -> None:
    cursor = listed(four, first=1, sort=sort)["pageInfo"]["endCursor"]
    other = "NAME_ASC" if sort != "NAME_ASC" else "NAME_DESC"
    assert four.fault(LIST, after=cursor, sort=other) == ("INVALID", ["leads"])


@pytest.mark.parametrize(
    "arguments", [{"first": 101}, {"first": -1}, {"after": "x"}, {"filter": {"statusIds": ["lead_1"]}}]
)
def test_arguments_that_cannot_be_used_are_invalid_at_the_field(api: Api, arguments: Any) -> None:
    assert api.fault(LIST, **arguments) == ("INVALID", ["leads"])


@pytest.mark.parametrize(
    ("search", "matches"),
    [
        ("blu", {"Bluth Company", "Blütenzauber"}),
        ("BLUTH", {"Bluth Company"}),
        ("blüt", {"Bluth Company", "Blütenzauber"}),
        ("comp blu", {"Bluth Company"}),
        ("luth", set()),
        ("bluth & sons", set()),
        ("o'brien", {"O'Brien"}),
        ("' | ! & :*", {"Bluth Company", "Blütenzauber", "O'Brien", "東京"}),
        ("東", {"東京"}),
        ("\0", {"Bluth Company", "Blütenzauber", "O'Brien", "東京"}),
        ("", {"Bluth Company", "Blütenzauber", "O'Brien", "東京"}),
    ],
)
def test_search_matches_beginnings_of_words(api: Api, search: str, matches: set[str]) -> None:
    for name in ("Bluth Company", "Blütenzauber", "O'Brien", "東京"):
        api.lead(name=name)
    assert found(api, search=search) == matches


def test_search_finds_a_lead_without_a_name_by_its_first_contact(api: Api) -> None:
    api.lead(contacts=[{"name": "Lindsay Fünke"}])
    assert found(api, search="funke") == {"Lindsay Fünke"}


def test_search_finds_the_new_name_and_not_the_old_one(api: Api, lead: str) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell")
    assert (found(api, search="sitwell"), found(api, search="bluth")) == ({"Sitwell"}, set())


def test_search_and_total_agree(four: Api) -> None:
    page = listed(four, filter={"search": "a"})
    assert (page["totalCount"], len(page["nodes"])) == (1, 1)


def test_statuses_narrow(four: Api) -> None:
    statuses = four.ask("{ organization { leadStatuses { id } } }")["organization"]["leadStatuses"]
    four.lead(name="e", statusId=statuses[1]["id"])
    assert found(four, statusIds=[statuses[1]["id"]]) == {"e"}


def test_an_empty_list_of_statuses_matches_nothing(four: Api) -> None:
    assert found(four, statusIds=[]) == set()


def test_activity_narrows_and_leaves_out_those_without_any(four: Api) -> None:
    assert found(four, lastActivityUntil="2026-03-02T00:00:00Z") == {"b"}
    assert found(four, lastActivitySince="2026-03-02T00:00:00Z") == {"d"}


def test_creation_narrows_since_included_until_not(four: Api) -> None:
    first = four.ask("{ leads(sort: CREATED_ASC, first: 2) { nodes { createdAt } } }")["leads"]["nodes"]
    assert found(four, createdUntil=first[1]["createdAt"]) == {"b"}
    assert found(four, createdSince=first[1]["createdAt"]) == {"a", "c", "d"}


def test_null_for_the_filter_and_the_sort_is_the_whole_list(four: Api) -> None:
    assert names(four, filter=None, sort=None, first=None, after=None) == ["c", "a", "d", "b"]
