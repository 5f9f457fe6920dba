"""Meetings, as a front end sees them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.api import Api

MEETING = """meeting { id title meetingStatus startsAt endsAt occurredAt location note headline
  attendees { email name response isOrganizer contact { name } user { name } }
  contact { name } user { name } viewerCanEdit viewerCanDelete viewerCanPin }"""
NINE, TEN = "2026-03-01T09:00:00.000000Z", "2026-03-01T10:00:00.000000Z"


def hours_from_now(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def logged(api: Api, lead: str, **input: Any) -> Any:
    return api.do("logMeeting", MEETING, leadId=lead, **{"startsAt": NINE, "endsAt": TEN, **input})["meeting"]


@pytest.fixture
def family(api: Api) -> str:
    """A lead with Lindsay, whose address is known."""
    return api.lead(contacts=[{"name": "Lindsay", "emails": [{"email": "lindsay@bluth.example"}]}])


def test_a_meeting_is_answered_as_it_was_logged(api: Api, family: str) -> None:
    meeting = logged(
        api,
        family,
        title="Demo",
        location="Balboa",
        note="Stairs",
        attendees=[
            {"email": "ADA@example.com", "isOrganizer": True, "response": "YES"},
            {"email": "Lindsay@Bluth.example", "name": "Lindsay B."},
            {"email": "stranger@x.example", "response": None, "isOrganizer": None},
        ],
    )
    del meeting["id"]
    assert meeting == {
        "title": "Demo",
        "meetingStatus": "COMPLETED",
        "startsAt": NINE,
        "endsAt": TEN,
        "occurredAt": NINE,
        "location": "Balboa",
        "note": "Stairs",
        "headline": "Meeting: Demo",
        "attendees": [
            attendee("ADA@example.com", response="YES", isOrganizer=True, user={"name": "Ada"}),
            attendee("Lindsay@bluth.example", name="Lindsay B.", contact={"name": "Lindsay"}),
            attendee("stranger@x.example"),
        ],
        "contact": {"name": "Lindsay"},
        "user": {"name": "Ada"},
        "viewerCanEdit": True,
        "viewerCanDelete": True,
        "viewerCanPin": False,
    }


def attendee(email: str, **others: Any) -> dict[str, Any]:
    unknown = {"name": None, "response": "NO_REPLY", "isOrganizer": False, "contact": None, "user": None}
    return {"email": email, **unknown, **others}


@pytest.mark.parametrize(
    ("starts", "ends", "given", "status"),
    [
        (1, 2, None, "UPCOMING"),
        (-1, 1, None, "IN_PROGRESS"),
        (-2, -1, None, "COMPLETED"),
        (-1, 1, "COMPLETED", "COMPLETED"),
        (1, 2, "COMPLETED", "UPCOMING"),
        (-2, -1, "UPCOMING", "COMPLETED"),
        (1, 2, "CANCELED", "CANCELED"),
        (-2, -1, "CANCELED", "CANCELED"),
    ],
)
def test_the_clock_says_where_it_stands_unless_it_was_cancelled(
    api: Api, lead: str, starts: float, ends: float, given: str | None, status: str
) -> None:
    times = {"startsAt": hours_from_now(starts), "endsAt": hours_from_now(ends)}
    assert logged(api, lead, meetingStatus=given, **times)["meetingStatus"] == status


def test_a_meeting_to_come_stands_on_top_and_is_no_last_activity_of_tomorrow(api: Api, lead: str) -> None:
    meeting = logged(api, lead, startsAt=hours_from_now(24), endsAt=hours_from_now(25))
    api.do("writeNote", leadId=lead, text="Prepare")
    now = hours_from_now(0)
    shown = api.look(lead, "lastActivityAt lastCommunicationAt activities { nodes { id } }")
    assert shown["activities"]["nodes"][0]["id"] == meeting["id"]
    assert shown["lastCommunicationAt"] < shown["lastActivityAt"] < now


def test_a_meeting_counts_when_it_took_place_once_somebody_says_so(api: Api, lead: str) -> None:
    meeting = logged(api, lead)
    api.do("updateMeeting", meetingId=meeting["id"], note="Went well")
    shown = api.look(lead, "lastActivityAt lastCommunicationAt")
    assert shown == {"lastActivityAt": NINE, "lastCommunicationAt": NINE}


def test_a_cancelled_meeting_is_no_communication(api: Api, lead: str) -> None:
    meeting = logged(api, lead)
    api.do("updateMeeting", meetingId=meeting["id"], meetingStatus="CANCELED")
    assert api.look(lead, "lastCommunicationAt")["lastCommunicationAt"] is None


def test_a_meeting_is_put_off(api: Api, lead: str) -> None:
    meeting = logged(api, lead, title="Demo", attendees=[{"email": "a@x.example"}])
    later = {"startsAt": hours_from_now(1), "endsAt": hours_from_now(2)}
    edited = api.do("updateMeeting", MEETING, meetingId=meeting["id"], title=None, **later)["meeting"]
    assert (edited["occurredAt"], edited["endsAt"], edited["meetingStatus"]) == (*later.values(), "UPCOMING")
    assert (edited["title"], len(edited["attendees"])) == (None, 1)


def test_attendees_are_replaced(api: Api, family: str) -> None:
    meeting = logged(api, family)
    edited = api.do("updateMeeting", MEETING, meetingId=meeting["id"], attendees=[{"email": "lindsay@bluth.example"}])[
        "meeting"
    ]
    assert (edited["contact"], edited["attendees"][0]["contact"]) == ({"name": "Lindsay"}, {"name": "Lindsay"})
    assert api.do("updateMeeting", MEETING, meetingId=meeting["id"], attendees=None)["meeting"]["attendees"] == []


@pytest.mark.parametrize(
    ("input", "refused"),
    [
        ({"endsAt": "2026-03-01T08:59:59Z"}, ("INVALID", "ends_before_start", "endsAt")),
        ({"endsAt": "2026-05-01T09:00:00Z"}, ("INVALID", "meeting_too_long", "endsAt")),
        ({"attendees": [{"email": "nobody"}]}, ("INVALID", "invalid_email", "attendees.0.email")),
        ({"attendees": [{"email": "a@x.example"}] * 101}, ("INVALID", "too_many_entries", "attendees")),
    ],
)
def test_what_cannot_be_is_refused(api: Api, lead: str, input: dict[str, Any], refused: tuple[str, str, str]) -> None:
    given = {"startsAt": NINE, "endsAt": TEN, **input}
    assert api.refused("logMeeting", leadId=lead, **given) == refused
    meeting = logged(api, lead)["id"]
    assert api.refused("updateMeeting", meetingId=meeting, **input) == refused


def test_another_lead_s_contact_is_not_found_by_address(api: Api, lead: str, family: str) -> None:
    assert logged(api, lead, attendees=[{"email": "lindsay@bluth.example"}])["attendees"][0]["contact"] is None


def test_an_attendee_s_contact_that_was_removed_is_none(api: Api, family: str) -> None:
    contact = api.look(family, "primaryContact { id }")["primaryContact"]["id"]
    meeting = logged(api, family, attendees=[{"email": "lindsay@bluth.example"}])["id"]
    api.do("removeContact", contactId=contact)
    shown = api.ask(
        "query ($id: ID!) { activity(id: $id) { ... on Meeting { attendees { email contact { id } } } } }", id=meeting
    )
    assert shown["activity"]["attendees"] == [{"email": "lindsay@bluth.example", "contact": None}]


def test_meetings_are_counted_and_filtered(api: Api, lead: str) -> None:
    logged(api, lead)
    shown = api.look(lead, "activityCounts { kind count } activities(filter: { kinds: [MEETING] }) { totalCount }")
    assert {"kind": "MEETING", "count": 1} in shown["activityCounts"]
    assert shown["activities"]["totalCount"] == 1


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"])
def test_a_meeting_at_the_end_of_the_calendar(api: Api, lead: str, year: str) -> None:
    meeting = logged(api, lead, startsAt=year, endsAt=year)
    assert (meeting["startsAt"], meeting["endsAt"]) == (year, year)
    assert meeting["meetingStatus"] == ("COMPLETED" if year.startswith("0001") else "UPCOMING")


def test_null_says_that_a_meeting_is_with_nobody(api: Api) -> None:
    lead = api.lead(contacts=[{"name": "Lindsay", "emails": [{"email": "lindsay@bluth.example"}]}])
    times = {"startsAt": "2026-03-01T09:00:00Z", "endsAt": "2026-03-01T10:00:00Z"}
    input = {"leadId": lead, "attendees": [{"email": "lindsay@bluth.example"}], **times}
    who = "meeting { contact { name } attendees { contact { name } } }"
    found = api.do("logMeeting", who, **input)["meeting"]
    nobody = api.do("logMeeting", who, contactId=None, **input)["meeting"]
    lindsay = {"name": "Lindsay"}
    assert (found["contact"], nobody["contact"]) == (lindsay, None)
    assert found["attendees"] == nobody["attendees"] == [{"contact": lindsay}]
