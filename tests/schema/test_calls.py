"""Calls, as a front end sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

CALL = """call { direction disposition durationSeconds phone localPhone note recordingUrl voicemailUrl occurredAt
  user { name } contact { name } source headline viewerCanDelete viewerCanPin }"""


def test_a_call_is_answered_as_it_was_logged(api: Api) -> None:
    lead = api.lead(contacts=[{"name": "Lindsay"}])
    contact = api.look(lead, "primaryContact { id }")["primaryContact"]["id"]
    call = api.do(
        "logCall",
        CALL,
        leadId=lead,
        contactId=contact,
        direction="OUTBOUND",
        disposition="ANSWERED",
        durationSeconds=65,
        phone="+49 30 1234567",
        note="Wants an offer",
        recordingUrl="https://calls.example/1",
        occurredAt="2026-03-01T10:00:00+01:00",
    )["call"]
    assert call == {
        "direction": "OUTBOUND",
        "disposition": "ANSWERED",
        "durationSeconds": 65,
        "phone": "+49301234567",
        "localPhone": None,
        "note": "Wants an offer",
        "recordingUrl": "https://calls.example/1",
        "voicemailUrl": None,
        "occurredAt": "2026-03-01T09:00:00.000000Z",
        "user": {"name": "Ada"},
        "contact": {"name": "Lindsay"},
        "source": "api",
        "headline": "Call to +49301234567",
        "viewerCanDelete": True,
        "viewerCanPin": False,
    }


def test_null_for_the_duration_is_its_default(api: Api, lead: str) -> None:
    assert (
        api.do("logCall", CALL, leadId=lead, direction="INBOUND", durationSeconds=None)["call"]["durationSeconds"] == 0
    )


def test_null_for_the_user_is_nobody(api: Api, lead: str) -> None:
    assert api.do("logCall", CALL, leadId=lead, direction="INBOUND", userId=None)["call"]["user"] is None


def test_a_call_is_the_last_activity_of_its_lead(api: Api, lead: str) -> None:
    done = api.do(
        "logCall", "lead { lastActivityAt }", leadId=lead, direction="INBOUND", occurredAt="2026-03-01T10:00:00Z"
    )
    assert done["lead"]["lastActivityAt"] == "2026-03-01T10:00:00.000000Z"


@pytest.mark.parametrize(
    ("input", "refused"),
    [
        ({"durationSeconds": -1}, ("INVALID", "out_of_range", "durationSeconds")),
        ({"phone": "030 1234567"}, ("INVALID", "invalid_phone", "phone")),
        ({"recordingUrl": "http://calls.example/1"}, ("INVALID", "not_https", "recordingUrl")),
        ({"userId": "user_0000000000000000000000"}, ("NOT_FOUND", "user_not_found", "userId")),
    ],
)
def test_what_cannot_be_is_refused(api: Api, lead: str, input: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert api.refused("logCall", leadId=lead, direction="INBOUND", **input) == refused


def test_a_deleted_call_is_gone_from_everywhere(api: Api, lead: str) -> None:
    call = api.do("logCall", "call { id }", leadId=lead, direction="INBOUND")["call"]["id"]
    done = api.do("deleteActivity", "activityId lead { lastActivityAt activities { nodes { kind } } }", activityId=call)
    assert done["activityId"] == call
    assert done["lead"] == {"lastActivityAt": None, "activities": {"nodes": [{"kind": "CREATED"}]}}
    assert api.ask("query ($id: ID!) { activity(id: $id) { id } }", id=call) == {"activity": None}


def test_deleting_twice_is_not_found(api: Api, lead: str) -> None:
    call = api.do("logCall", "call { id }", leadId=lead, direction="INBOUND")["call"]["id"]
    api.do("deleteActivity", activityId=call)
    assert api.refused("deleteActivity", activityId=call) == ("NOT_FOUND", "activity_not_found", "activityId")


def test_the_entry_of_the_creation_cannot_be_deleted(api: Api, lead: str) -> None:
    (created,) = api.look(lead, "activities { nodes { id } }")["activities"]["nodes"]
    assert api.refused("deleteActivity", activityId=created["id"]) == ("FORBIDDEN", "not_deletable", "activityId")
