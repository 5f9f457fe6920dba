"""A day with one lead: everything that the right side of the page shows, found, followed and shared."""

from __future__ import annotations

from typing import Any

from tests.support.api import Api
from tests.support.feeds import cursor_of, following
from tests.support.filed import CONTENT, fetch, uploaded

FEED = """subscription ($leadId: ID!, $after: Cursor) { leadFeed(leadId: $leadId, after: $after) {
  cursor changes { __typename
    ... on ActivityAdded { activity { id kind headline } } ... on ActivityChanged { activity { id headline } }
    ... on ActivityRemoved { activityId } ... on PinsChanged { pinnedActivities { id } } } } }"""
PAGE = """
  activities(first: 50) { totalCount nodes { id kind headline occurredAt contact { name } permalink viewerCanEdit
    ... on Email { threadId status files { name } } ... on Sms { text } ... on Note { text files { id name } }
    ... on Meeting { meetingStatus attendees { email contact { name } user { name } } }
    ... on CustomActivity { type { name } publicationStatus customFields { field { name } value } } } }
  pinnedActivities { id } activityCounts { kind count customActivityType { name } }
  emailThreads { nodes { subject emailCount emails { nodes { subject } } } }
  files { nodes { name contentType sizeBytes activity { id } downloadUrl } }"""


def test_a_day_with_a_lead(api: Api) -> None:
    lead = api.lead(name="Bluth Company", contacts=[_lindsay()])
    after = cursor_of(api, lead)
    made = _the_day(api, lead)
    page = api.look(lead, PAGE)

    nodes = page["activities"]["nodes"]
    assert nodes == sorted(nodes, key=lambda one: one["occurredAt"], reverse=True)
    assert {one["id"] for one in nodes} >= set(made.values())
    _shows_who_wrote_and_met(nodes, made)
    assert [one["id"] for one in page["pinnedActivities"]] == [made["visit"], made["note"]]
    assert {one["kind"]: one["count"] for one in page["activityCounts"]}["EMAIL"] == 2
    (thread,) = page["emailThreads"]["nodes"]
    assert (thread["subject"], thread["emailCount"]) == ("Offer", 2)
    _gives_its_files(api, page, made)
    _is_followed(api, lead, after, made)
    _is_shared(api, lead, made)


def _lindsay() -> dict[str, Any]:
    return {
        "name": "Lindsay",
        "emails": [{"email": "lindsay@bluth.example"}],
        "phones": [{"phone": "+12125550100"}],
    }


def _the_day(api: Api, lead: str) -> dict[str, str]:
    """Ids of what happens, by its word; the answer to an e-mail comes in before the e-mail itself."""
    type_id = api.do("createCustomActivityType", "customActivityType { id }", name="Visit")["customActivityType"]["id"]
    field = {"target": "ACTIVITY", "customActivityTypeId": type_id, "type": "TEXTAREA", "isRequired": True}
    field_id = api.do("createCustomField", "customField { id }", name="Report", **field)["customField"]["id"]
    mail = {"leadId": lead, "subject": "Offer", "occurredAt": "2026-03-02T09:00:00Z", "messageId": "<1@acme.example>"}
    answer = {**mail, "subject": "Re: Offer", "occurredAt": "2026-03-03T09:00:00Z", "inReplyTo": "<1@acme.example>"}
    answer |= {"direction": "INBOUND", "sender": "Lindsay <lindsay@bluth.example>", "messageId": "<2@bluth.example>"}
    made = {
        "note": api.do(
            "writeNote", "note { id }", leadId=lead, text="Likes stairs", pinned=True, fileIds=[uploaded(api)]
        )["note"]["id"],
        "call": api.do("logCall", "call { id }", leadId=lead, direction="OUTBOUND", phone="+12125550100")["call"]["id"],
        "answer": api.do("logEmail", "email { id }", **answer)["email"]["id"],
        "mail": api.do(
            "logEmail", "email { id }", **mail, direction="OUTBOUND", fileIds=[uploaded(api, b"plan", "plan.txt")]
        )["email"]["id"],
        "sms": api.do(
            "logSms", "sms { id }", leadId=lead, direction="INBOUND", remotePhone="+12125550100", text="See you"
        )["sms"]["id"],
        "meeting": api.do(
            "logMeeting",
            "meeting { id }",
            leadId=lead,
            title="Demo",
            startsAt="2026-03-04T09:00:00Z",
            endsAt="2026-03-04T10:00:00Z",
            attendees=[{"email": "lindsay@bluth.example"}, {"email": "ada@example.com"}, {"email": "who@x.example"}],
        )["meeting"]["id"],
        "visit": api.do(
            "recordCustomActivity",
            "customActivity { id }",
            leadId=lead,
            customActivityTypeId=type_id,
            customFields=[{"fieldId": field_id, "set": "Nice\nstairs"}],
            pinned=True,
        )["customActivity"]["id"],
    }
    api.do("editNote", noteId=made["note"], text="Loves stairs")
    return made


def _shows_who_wrote_and_met(nodes: list[Any], made: dict[str, str]) -> None:
    by_id = {one["id"]: one for one in nodes}
    assert by_id[made["answer"]]["threadId"] == by_id[made["mail"]]["threadId"]
    assert [by_id[made[word]]["contact"] for word in ("answer", "sms")] == [{"name": "Lindsay"}] * 2
    people = [(one["contact"], one["user"]) for one in by_id[made["meeting"]]["attendees"]]
    assert people == [({"name": "Lindsay"}, None), (None, {"name": "Ada"}), (None, None)]
    assert by_id[made["meeting"]]["meetingStatus"] == "COMPLETED"
    assert by_id[made["visit"]]["customFields"] == [{"field": {"name": "Report"}, "value": "Nice\nstairs"}]
    assert by_id[made["note"]]["text"] == "Loves stairs"


def _gives_its_files(api: Api, page: Any, made: dict[str, str]) -> None:
    files = {one["name"]: one for one in page["files"]["nodes"]}
    assert {name: one["activity"]["id"] for name, one in files.items()} == {
        "offer.pdf": made["note"],
        "plan.txt": made["mail"],
    }
    assert fetch(api, files["offer.pdf"]["downloadUrl"]).content == CONTENT


def _is_followed(api: Api, lead: str, after: str, made: dict[str, str]) -> None:
    """Whoever comes late is told all of it in the order in which it was recorded."""
    with following(api, lead, after, FEED) as feed:
        items = [feed.item()["changes"] for _ in range(10)]
    added = [change["activity"]["id"] for item in items for change in item if change["__typename"] == "ActivityAdded"]
    assert added == list(made.values())
    assert items[-1] == [
        {"__typename": "ActivityChanged", "activity": {"id": made["note"], "headline": "Note: Loves stairs"}}
    ]


def _is_shared(api: Api, lead: str, made: dict[str, str]) -> None:
    """A link finds the item among its neighbours, and tells when it is gone."""
    link = "query ($id: ID!) { activityLink(id: $id) { lead { id } activity { headline } deletedAt } }"
    colleague = api.colleague()
    shared = colleague.ask(link, id=made["mail"])["activityLink"]
    assert shared == {"lead": {"id": lead}, "activity": {"headline": "E-mail: Offer"}, "deletedAt": None}
    around = colleague.look(lead, f'activities(around: "{made["mail"]}", first: 3) {{ nodes {{ id }} }}')
    assert made["mail"] in [one["id"] for one in around["activities"]["nodes"]]
    api.do("deleteActivity", activityId=made["mail"])
    gone = colleague.ask(link, id=made["mail"])["activityLink"]
    assert gone["activity"] is None
    assert gone["deletedAt"]
