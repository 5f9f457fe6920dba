"""Headlines: one line for each kind of activity, whatever is in it."""

from __future__ import annotations

import pytest

from tests.support.api import Api

BROKEN = "One\r\n two\u2028three\tfour"
ONE_LINE = "One two three four"


def logged(api: Api, lead: str) -> None:
    """Everything whose headline somebody can write into."""
    times = {"startsAt": "2026-03-01T09:00:00Z", "endsAt": "2026-03-01T10:00:00Z"}
    api.do("writeNote", leadId=lead, title=BROKEN, text="x")
    api.do("writeNote", leadId=lead, text=BROKEN)
    api.do("logEmail", leadId=lead, direction="OUTBOUND", subject=BROKEN)
    api.do("logSms", leadId=lead, direction="OUTBOUND", text=BROKEN)
    api.do("logMeeting", leadId=lead, title=BROKEN, **times)
    api.do("logLeadStatusChange", leadId=lead, oldStatusLabel=BROKEN, newStatusLabel="Potential")
    task = api.do("addTask", "task { id }", leadId=lead, text=BROKEN)["task"]["id"]
    api.do("completeTask", taskId=task)


def test_a_headline_is_one_line_whatever_was_written(api: Api, lead: str) -> None:
    logged(api, lead)
    nodes = api.look(lead, "activities { nodes { headline } }")["activities"]["nodes"]
    assert sorted(node["headline"] for node in nodes) == [
        f"E-mail: {ONE_LINE}",
        "Lead created",
        f"Meeting: {ONE_LINE}",
        f"Note: {ONE_LINE}",
        f"Note: {ONE_LINE}",
        f"SMS: {ONE_LINE}",
        f"Status: {ONE_LINE} → Potential",
        f"Task completed: {ONE_LINE}",
    ]


@pytest.mark.parametrize("length", [114, 115, 500])
def test_a_long_headline_is_cut(api: Api, lead: str, length: int) -> None:
    headline = api.do("writeNote", "note { headline }", leadId=lead, title="x" * length, text="x")["note"]["headline"]
    assert headline == ("Note: " + "x" * 114 if length == 114 else "Note: " + "x" * 113 + "…")
