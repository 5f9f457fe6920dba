"""lead(asOf): the page as it was, for eyes of today."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.ids import uuid7
from app.vocabulary import Role
from schema.cursors import FeedPlace, feed_cursor, feed_place
from tests.support.api import Api
from tests.support.custom import OWNER, SCORE, public, record, seen_by_named, user_named
from tests.support.feeds import following

PAGE = """query ($id: ID!, $asOf: AsOfInput) { lead(id: $id, asOf: $asOf) { %s } }"""
WHERE = "version feedCursor updatedAt"


def page(api: Api, lead: str, as_of: Any, selection: str) -> Any:
    return api.ask(PAGE % selection, id=lead, asOf=as_of)["lead"]


def here(api: Api, lead: str) -> list[dict[str, Any]]:
    """This moment, in all the ways in which it can be named."""
    seen = api.look(lead, WHERE)
    return [{"version": seen["version"]}, {"cursor": seen["feedCursor"]}, {"time": seen["updatedAt"]}]


def fault(api: Api, lead: str, as_of: Any) -> tuple[str, str]:
    (error,) = api.faults(PAGE % "id", id=lead, asOf=as_of)
    assert error["path"] == ["lead"]
    return error["extensions"]["code"], error["message"].partition(":")[0]


def test_the_page_is_as_it_was_whichever_way_the_moment_is_named(api: Api, lead: str) -> None:
    api.do("addContact", leadId=lead, contact={"name": "Lindsay"})
    moment = here(api, lead)
    contact = api.look(lead, "contacts { id }")["contacts"][0]["id"]
    api.do("updateLead", leadId=lead, name="Sitwell")
    api.do("removeContact", contactId=contact)
    for as_of in moment:
        assert page(api, lead, as_of, "name contactCount contacts { name }") == {
            "name": "Bluth Company",
            "contactCount": 1,
            "contacts": [{"name": "Lindsay"}],
        }


def test_things_are_called_as_they_were_called_then(api: Api, lead: str) -> None:
    record(api, SCORE)
    api.do("updateLead", leadId=lead, customFields=[{"fieldId": public(SCORE), "set": 3}])
    cursor = {"cursor": api.look(lead, "feedCursor")["feedCursor"]}
    status = api.look(lead, "status { id }")["status"]["id"]
    api.do("updateLeadStatus", statusId=status, label="Renamed")
    api.do("updateViewer", name="Ada Lovelace")
    api.do("deleteCustomField", fieldId=public(SCORE))
    labels = "status { label } createdBy { name } customFields { field { name } value }"
    assert page(api, lead, cursor, labels) == {
        "status": {"label": "Potential"},
        "createdBy": {"name": "Ada"},
        "customFields": [{"field": {"name": "Score"}, "value": "3"}],
    }
    assert page(api, lead, None, labels)["status"] == {"label": "Renamed"}


def test_the_moment_is_told_and_leads_to_the_same_page(api: Api, lead: str) -> None:
    (as_of, *_) = here(api, lead)
    api.do("updateLead", leadId=lead, name="Sitwell")
    told = page(api, lead, as_of, "version asOf { time version liveId }")
    assert told["asOf"] == {"time": told["asOf"]["time"], "version": told["version"], "liveId": lead}
    for moment in ({"time": told["asOf"]["time"]}, {"version": told["asOf"]["version"]}):
        assert page(api, lead, moment, "name asOf { time version liveId }") == {
            "name": "Bluth Company",
            "asOf": told["asOf"],
        }
    assert page(api, lead, None, "asOf { version }") == {"asOf": None}


def test_counters_are_of_then(api: Api, lead: str) -> None:
    api.do("logCall", leadId=lead, direction="INBOUND", occurredAt="2026-01-01T00:00:00Z")
    counters = "version updatedAt updatedBy { name } lastActivityAt lastCommunicationAt taskCount"
    (as_of, *_), now = here(api, lead), api.look(lead, counters)
    mem = api.colleague()
    mem.do("logCall", leadId=lead, direction="INBOUND", occurredAt="2026-02-01T00:00:00Z")
    mem.do("addTask", leadId=lead, text="Call back")
    assert page(api, lead, as_of, counters) == now


def test_the_feed_of_then_is_paged_filtered_and_counted(api: Api, lead: str) -> None:
    made = [api.do("writeNote", "note { id }", leadId=lead, text=str(number))["note"]["id"] for number in range(4)]
    api.do("logCall", leadId=lead, direction="INBOUND")
    (as_of, *_) = here(api, lead)
    for one in made[1:]:
        api.do("deleteActivity", activityId=one)
    api.do("editNote", noteId=made[0], text="Otherwise")
    api.do("writeNote", leadId=lead, text="New")
    notes = "filter: { kinds: [NOTE] }"
    text = "nodes { ... on Note { text } } pageInfo { endCursor startCursor hasNextPage hasPreviousPage }"
    first = page(api, lead, as_of, f"activities(first: 2, {notes}) {{ totalCount {text} }}")["activities"]
    assert (first["nodes"], first["totalCount"]) == ([{"text": "3"}, {"text": "2"}], 4)
    end = first["pageInfo"]["endCursor"]
    rest = page(api, lead, as_of, f'activities(first: 9, after: "{end}", {notes}) {{ {text} }}')["activities"]
    assert (rest["nodes"], rest["pageInfo"]["hasNextPage"]) == ([{"text": "1"}, {"text": "0"}], False)
    back = rest["pageInfo"]["startCursor"]
    before = page(api, lead, as_of, f'activities(last: 1, before: "{back}", {notes}) {{ {text} }}')["activities"]
    assert (before["nodes"], before["pageInfo"]["hasPreviousPage"]) == ([{"text": "2"}], True)
    around = page(api, lead, as_of, f'activities(first: 3, around: "{made[1]}", {notes}) {{ {text} }}')["activities"]
    assert around["nodes"] == [{"text": "2"}, {"text": "1"}, {"text": "0"}]
    counts = page(api, lead, as_of, "activityCounts { kind count }")["activityCounts"]
    assert {one["kind"]: one["count"] for one in counts} == {"NOTE": 4, "CALL": 1, "CREATED": 1}


def test_nothing_can_be_done_in_the_past_and_nothing_waits_there(api: Api, lead: str) -> None:
    api.do("logCall", leadId=lead, direction="INBOUND", disposition="NO_ANSWER")
    api.do("writeNote", leadId=lead, text="a")
    (as_of, *_) = here(api, lead)
    can = """viewerCanEdit viewerCanDelete possibleDuplicates { id }
        activities { nodes { viewerCanEdit viewerCanDelete viewerCanPin viewerInboxItem { id } } }"""
    then = page(api, lead, as_of, can)
    assert (then["viewerCanEdit"], then["viewerCanDelete"], then["possibleDuplicates"]) == (False, False, [])
    nothing = {"viewerCanEdit": False, "viewerCanDelete": False, "viewerCanPin": False, "viewerInboxItem": None}
    assert then["activities"]["nodes"] == [nothing] * 3


def test_from_a_page_of_the_past_everything_since_can_be_followed(api: Api, lead: str) -> None:
    (as_of, *_) = here(api, lead)
    api.do("updateLead", leadId=lead, name="Sitwell")
    cursor = page(api, lead, as_of, "feedCursor")["feedCursor"]
    with following(api, lead, cursor) as feed:
        assert feed.item()["changes"][0]["__typename"] == "LeadChanged"


def test_between_two_events_of_the_lead_is_what_the_first_left(api: Api, lead: str) -> None:
    between = datetime.now(UTC).isoformat()
    api.do("updateLead", leadId=lead, name="Sitwell")
    assert page(api, lead, {"time": between}, "name")["name"] == "Bluth Company"


def test_before_it_was_there_a_lead_is_null(api: Api) -> None:
    other = api.lead()
    cursor, early = api.look(other, "feedCursor")["feedCursor"], "1970-01-01T00:00:00Z"
    lead = api.lead()
    for as_of in ({"cursor": cursor}, {"time": early}):
        assert page(api, lead, as_of, "id") is None
    assert page(api, "lead_0000000000000000000000", {"version": 1}, "id") is None


def test_what_was_deleted_then_is_null_and_what_is_deleted_now_too(api: Api, lead: str) -> None:
    there = {"version": api.look(lead, "version")["version"]}
    deleted = api.do("deleteLead", "cursor", leadId=lead)["cursor"]
    assert page(api, lead, there, "id") is None
    contact = api.ask("query ($id: ID!) { node(id: $id) { id } }", id=f"{lead}~{there['version']}")
    assert contact == {"node": None}
    api.do("restoreLead", leadId=lead)
    assert page(api, lead, there, "name") == {"name": "Bluth Company"}
    assert page(api, lead, {"cursor": deleted}, "id") is None


def test_who_may_not_see_a_lead_today_sees_it_at_no_moment(api: Api, stranger: Api) -> None:
    record(api, OWNER)
    restricted = api.colleague("restricted@example.com", Role.RESTRICTED)
    owner = {"fieldId": public(OWNER), "set": user_named(restricted.user_id)}
    lead = api.lead(name="Bluth Company", contacts=[{"name": "Lindsay"}], customFields=[owner])
    record(api, seen_by_named(OWNER))
    as_of = {"version": api.look(lead, "version")["version"]}
    contact = api.ask(PAGE % "contacts { id }", id=lead, asOf=as_of)["lead"]["contacts"][0]["id"]
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert page(restricted, lead, as_of, "name") == {"name": "Bluth Company"}
    assert restricted.ask(node, id=contact) == {"node": {"id": contact}}
    api.do("updateLead", leadId=lead, customFields=[{"fieldId": public(OWNER), "set": user_named(api.user_id)}])
    for viewer in (restricted, stranger):
        assert page(viewer, lead, as_of, "id") is None
        assert viewer.ask(node, id=contact) == {"node": None}
    assert page(api, lead, as_of, "name") == {"name": "Bluth Company"}


def test_a_moment_to_come_is_invalid(api: Api, lead: str) -> None:
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    assert fault(api, lead, {"time": later}) == ("INVALID", "asOf.time")


@pytest.mark.parametrize("version", [-1, 0, 99, 2**31 - 1])
def test_a_version_that_never_was_is_invalid(api: Api, lead: str, version: int) -> None:
    assert fault(api, lead, {"version": version}) == ("INVALID", "asOf.version")


def test_a_cursor_of_another_log_is_invalid(api: Api, lead: str, stranger: Api) -> None:
    place = feed_place(api.look(lead, "feedCursor")["feedCursor"], "")
    for cursor in (
        "x",
        stranger.look(stranger.lead(), "feedCursor")["feedCursor"],
        feed_cursor(FeedPlace(place.org_id, uuid7(), place.position)),
        feed_cursor(place._replace(position=place.position + 1)),
    ):
        assert fault(api, lead, {"cursor": cursor}) == ("INVALID", "asOf.cursor")


@pytest.mark.parametrize("as_of", [{}, {"version": 1, "time": "2026-01-01T00:00:00Z"}, {"version": None}])
def test_a_moment_is_named_in_exactly_one_way(api: Api, lead: str, as_of: Any) -> None:
    (error,) = api.faults(PAGE % "id", id=lead, asOf=as_of)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("written", ["{}", '{ version: 1, cursor: "x" }', "{ version: null }"])
def test_it_is_so_in_the_document_too(api: Api, lead: str, written: str) -> None:
    (error,) = api.faults(f"query ($id: ID!) {{ lead(id: $id, asOf: {written}) {{ id }} }}", id=lead)
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_what_is_older_than_what_is_known_is_unavailable(api: Api, lead: str) -> None:
    (as_of, *_) = here(api, lead)
    api.do("updateLead", leadId=lead, name="Sitwell")
    last = feed_place(api.look(lead, "feedCursor")["feedCursor"], "").position
    sql = "INSERT INTO past_known (org_id, since) VALUES ($1, $2)"
    api.site.operate(api.site.system.store.fetch(None, sql, api.org_id, last))
    assert fault(api, lead, as_of) == ("UNAVAILABLE", "asOf")
    assert api.fault("query ($id: ID!) { node(id: $id) { id } }", id=f"{lead}~{as_of['version']}") == (
        "UNAVAILABLE",
        ["node"],
    )
    (now, *_) = here(api, lead)
    assert page(api, lead, now, "name") == {"name": "Sitwell"}


def test_a_meeting_s_status_is_by_the_clock_of_then(api: Api, lead: str) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=0.5)
    times = {"startsAt": soon.isoformat(), "endsAt": soon.isoformat()}
    api.do("logMeeting", leadId=lead, **times)
    (as_of, *_) = here(api, lead)
    status = "activities(filter: { kinds: [MEETING] }) { nodes { ... on Meeting { meetingStatus } } }"
    while datetime.now(UTC) <= soon:
        time.sleep(0.05)
    assert api.look(lead, status)["activities"]["nodes"] == [{"meetingStatus": "COMPLETED"}]
    assert page(api, lead, as_of, status)["activities"]["nodes"] == [{"meetingStatus": "UPCOMING"}]


def test_the_history_is_that_of_the_leads_that_were_one_then(api: Api, lead: str) -> None:
    other = api.lead(name="Sitwell")
    apart = here(api, lead)
    api.do("mergeLeads", sourceId=other, destinationId=lead)
    together = here(api, lead)
    api.do("unmergeLeads", sourceId=other)
    history = "history(filter: { types: [%s] }) { nodes { type } }"
    made, named = history % '"lead.created"', history % '"lead.created", "lead.merged"'
    for as_of in apart:
        assert len(page(api, lead, as_of, made)["history"]["nodes"]) == 1
    for as_of in together:
        assert len(page(api, lead, as_of, made)["history"]["nodes"]) == 2
        assert len(page(api, lead, as_of, named)["history"]["nodes"]) == 3
