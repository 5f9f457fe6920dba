"""Filters of a lead's history, and the counts of the filter bar."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

FILTERED = """query ($id: ID!, $filter: ActivityFilter) {
  lead(id: $id) {
    activities(filter: $filter) { totalCount nodes { id } }
    activityCounts(filter: $filter) { kind count } } }"""
BY_TYPE = """query ($id: ID!, $filter: ActivityFilter) {
  lead(id: $id) { activityCounts(filter: $filter) { kind count customActivityType { id name } } } }"""
NOBODY = "user_0000000000000000000000"


class History:
    """A lead with two calls, of two contacts and two users, and a note."""

    def __init__(self, api: Api) -> None:
        self.api, self.colleague = api, api.colleague()
        self.lead = api.lead(contacts=[{"name": "Lindsay"}, {"name": "Tobias"}])
        contacts = api.look(self.lead, "contacts { id }")["contacts"]
        self.lindsay, self.tobias = (contact["id"] for contact in contacts)
        self.ada, self.mem = (one.ask("{ viewer { id } }")["viewer"]["id"] for one in (api, self.colleague))
        self.call = self._logged(api, self.lindsay, "2026-03-01T00:00:00Z")
        self.other_call = self._logged(self.colleague, self.tobias, "2026-03-02T00:00:00Z")
        note = api.do("writeNote", "note { id }", leadId=self.lead, text="x", occurredAt="2026-03-03T00:00:00Z")
        self.note = note["note"]["id"]

    def _logged(self, by: Api, contact: str, at: str) -> Any:
        logged = by.do(
            "logCall", "call { id }", leadId=self.lead, contactId=contact, direction="INBOUND", occurredAt=at
        )
        return logged["call"]["id"]

    def filtered(self, filter: Any) -> Any:
        return self.api.ask(FILTERED, id=self.lead, filter=filter)["lead"]

    def found(self, **filter: Any) -> set[str]:
        """Ids without that of the lead's creation."""
        found = self.filtered({"kinds": ["CALL", "NOTE"], **filter})["activities"]
        assert found["totalCount"] == len(found["nodes"])
        return {node["id"] for node in found["nodes"]}


@pytest.fixture
def history(api: Api) -> History:
    return History(api)


def test_kinds_narrow(history: History) -> None:
    assert history.found(kinds=["NOTE"]) == {history.note}


def test_users_narrow(history: History) -> None:
    assert history.found(userIds=[history.mem]) == {history.other_call}


def test_several_users_add_up(history: History) -> None:
    assert history.found(userIds=[history.mem, history.ada]) == {history.call, history.other_call, history.note}


def test_contacts_narrow(history: History) -> None:
    assert history.found(contactIds=[history.lindsay]) == {history.call}


def test_fields_narrow_each_other(history: History) -> None:
    assert history.found(contactIds=[history.lindsay], userIds=[history.mem]) == set()


def test_since_is_included_and_until_is_not(history: History) -> None:
    found = history.found(since="2026-03-01T00:00:00Z", until="2026-03-03T00:00:00Z")
    assert found == {history.call, history.other_call}


def test_the_ends_of_the_calendar_narrow_as_any_instant(api: Api, lead: str) -> None:
    first, last = "0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"
    for at in (first, last):
        api.do("logCall", leadId=lead, direction="INBOUND", occurredAt=at)

    def found(**filter: str) -> list[str]:
        shown = api.ask(
            "query ($id: ID!, $filter: ActivityFilter) {"
            " lead(id: $id) { activities(filter: $filter) { nodes { occurredAt } } } }",
            id=lead,
            filter={"kinds": ["CALL"], **filter},
        )
        return [node["occurredAt"] for node in shown["lead"]["activities"]["nodes"]]

    assert found(since=first) == [last, first]
    assert found(since=last) == [last]
    assert found(until=last) == [first]
    assert found(until=first) == []


@pytest.mark.parametrize("field", ["kinds", "userIds", "contactIds"])
def test_an_empty_list_matches_nothing(history: History, field: str) -> None:
    assert history.found(**{field: []}) == set()


@pytest.mark.parametrize("field", ["customActivityTypeIds", "userIds", "contactIds", "since", "until"])
def test_null_narrows_nothing(history: History, field: str) -> None:
    assert history.found(**{field: None}) == {history.call, history.other_call, history.note}


def test_no_filter_at_all_shows_the_creation_too(history: History) -> None:
    assert history.filtered(None)["activities"]["totalCount"] == 4


def test_an_unknown_user_matches_nothing(history: History) -> None:
    assert history.found(userIds=[NOBODY]) == set()


def test_counts_name_the_most_frequent_kind_first(history: History) -> None:
    assert history.filtered(None)["activityCounts"] == [
        {"kind": "CALL", "count": 2},
        {"kind": "CREATED", "count": 1},
        {"kind": "NOTE", "count": 1},
    ]


def test_counts_are_narrowed_like_the_list(history: History) -> None:
    counts = history.filtered({"contactIds": [history.tobias]})["activityCounts"]
    assert counts == [{"kind": "CALL", "count": 1}]


@pytest.fixture
def visits(history: History) -> tuple[str, str, list[str], str]:
    """The types Visit and Demo; two activities of the first, and one of the second by somebody else with Lindsay."""
    api, lead = history.api, history.lead
    visit, demo = (
        api.do("createCustomActivityType", "customActivityType { id }", name=name)["customActivityType"]["id"]
        for name in ("Visit", "Demo")
    )

    def recorded(by: Api, kind: str, **more: Any) -> Any:
        done = by.do("recordCustomActivity", "customActivity { id }", leadId=lead, customActivityTypeId=kind, **more)
        return done["customActivity"]["id"]

    two = [recorded(api, visit) for _ in range(2)]
    return visit, demo, two, recorded(history.colleague, demo, contactId=history.lindsay)


def test_kinds_and_custom_types_add_up(history: History, visits: tuple[str, str, list[str], str]) -> None:
    visit, demo, two, one = visits
    types = "customActivityTypeIds"
    assert history.found(kinds=None, **{types: [visit]}) == {*two}
    assert history.found(kinds=None, **{types: [visit, demo, visit]}) == {*two, one}
    assert history.found(kinds=["NOTE"], **{types: [demo]}) == {history.note, one}
    assert history.found(kinds=[], **{types: [demo]}) == {one}
    assert history.found(kinds=["CUSTOM"]) == history.found(kinds=["CUSTOM"], **{types: [demo]}) == {*two, one}
    assert history.found(kinds=["CUSTOM", "NOTE"], **{types: []}) == {*two, one, history.note}
    assert history.found(kinds=None, **{types: []}) == history.found(kinds=[], **{types: []}) == set()
    assert history.found(kinds=["NOTE"], **{types: []}) == {history.note}


def test_custom_types_are_narrowed_by_the_other_fields(
    history: History, visits: tuple[str, str, list[str], str]
) -> None:
    visit, demo, _, one = visits
    types = {"kinds": None, "customActivityTypeIds": [visit, demo]}
    assert history.found(**types, userIds=[history.mem]) == {one}
    assert history.found(**types, contactIds=[history.lindsay]) == {one}
    assert history.found(kinds=["CUSTOM"], userIds=[history.mem], contactIds=[history.lindsay]) == {one}
    assert history.found(kinds=["CUSTOM"], userIds=[history.mem], contactIds=[history.tobias]) == set()


def test_each_custom_type_counts_for_itself(history: History, visits: tuple[str, str, list[str], str]) -> None:
    visit, demo, _, _ = visits

    def counted(filter: Any) -> list[Any]:
        found = history.api.ask(BY_TYPE, id=history.lead, filter=filter)["lead"]["activityCounts"]
        return [(one["kind"], one["count"], one["customActivityType"]) for one in found]

    of_visits = ("CUSTOM", 2, {"id": visit, "name": "Visit"})
    of_demos = ("CUSTOM", 1, {"id": demo, "name": "Demo"})
    calls, notes = ("CALL", 2, None), ("NOTE", 1, None)
    assert sorted(counted(None), key=str) == sorted([calls, of_visits, notes, of_demos, ("CREATED", 1, None)], key=str)
    assert counted({"kinds": ["CUSTOM"]}) == [of_visits, of_demos]
    assert counted({"kinds": ["NOTE"], "customActivityTypeIds": [visit]}) == [of_visits, notes]
    assert counted({"userIds": [history.mem]}) == [("CALL", 1, None), of_demos]
    assert counted({"contactIds": [history.lindsay]}) == [("CALL", 1, None), of_demos]
    assert counted({"userIds": [history.ada], "contactIds": [history.lindsay]}) == [("CALL", 1, None)]
    assert counted({"customActivityTypeIds": []}) == []
    history.api.do("archiveCustomActivityType", customActivityTypeId=visit)
    assert of_visits in counted(None)


def test_a_kind_that_no_activity_has_yet_matches_nothing(history: History) -> None:
    assert history.found(kinds=["OPPORTUNITY_STATUS_CHANGE"]) == set()


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        ({"userIds": [NOBODY, "lead_0000000000000000000000"]}, "filter.userIds.1"),
        ({"contactIds": ["cont_0"]}, "filter.contactIds.0"),
        ({"customActivityTypeIds": [NOBODY]}, "filter.customActivityTypeIds.0"),
        ({"userIds": [NOBODY] * 1_001}, "filter.userIds"),
        ({"contactIds": ["cont_zzzzzzzzzzzzzzzzzzzzzz"]}, "filter.contactIds.0"),
    ],
)
def test_an_id_of_another_kind_is_invalid_and_named(history: History, filter: Any, names: str) -> None:
    errors = history.api.faults(FILTERED, id=history.lead, filter=filter)
    assert {(error["extensions"]["code"], error["message"].partition(":")[0]) for error in errors} == {
        ("INVALID", names)
    }
