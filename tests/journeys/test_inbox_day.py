"""A morning with the inbox: what came overnight is there, handled, put off and followed, by its owner alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.api import Api
from tests.support.feeds import Conversation, talking
from tests.support.inboxes import day, mentioning, moment, user

INBOX = """query ($view: InboxView, $userId: ID, $allUsers: Boolean) {
  inbox(view: $view, userId: $userId, allUsers: $allUsers) { inboxCount totalCount feedCursor counts { kind count }
    nodes { id kind title arrivedAt view activityCount viewerCanAct owner { id } lead { displayName }
      activity { id } task { text } opportunity { id } } } }"""
FEED = """subscription ($after: Cursor) { inboxFeed(after: $after) {
  cursor inboxCount idempotencyKey changes { __typename
    ... on InboxItemAdded { item { id kind view } } ... on InboxItemChanged { item { id kind view activityCount } }
    ... on InboxItemRemoved { itemId } } } }"""
HANDLED = "items { id kind view } inboxCount"


def test_a_morning_with_the_inbox(api: Api) -> None:
    mem = api.colleague("mem@example.com")
    lead = api.lead(
        name="Bluth Company", contacts=[{"name": "Lindsay", "emails": [{"email": "lindsay@bluth.example"}]}]
    )
    made = _overnight(api, mem, lead)
    page = api.ask(INBOX)["inbox"]

    kinds = [one["kind"] for one in page["nodes"]]
    assert set(kinds) == {
        "TASK", "INCOMING_EMAIL", "EMAIL_FOLLOWUP", "MISSED_CALL", "VOICEMAIL", "DETACHED_CALL", "OPPORTUNITY_DUE",
        "INCOMING_SMS", "MENTION",
    }  # fmt: skip
    assert {one["kind"]: one["count"] for one in page["counts"]} == {kind: kinds.count(kind) for kind in set(kinds)}
    assert (page["inboxCount"], page["totalCount"]) == (len(kinds), len(kinds))
    arrivals = [one["arrivedAt"] for one in page["nodes"]]
    assert arrivals == sorted(arrivals)
    by_kind = {one["kind"]: one for one in page["nodes"]}
    assert by_kind["INCOMING_EMAIL"]["activityCount"] == 2
    assert by_kind["INCOMING_EMAIL"]["activity"] == {"id": made["second"]}
    _a_colleague_may_look(api, mem, by_kind)
    with talking(api) as conversation:
        conversation.subscribe(FEED, after=page["feedCursor"])
        _it_is_worked_through(api, mem, lead, by_kind, conversation)


def _overnight(api: Api, mem: Api, lead: str) -> dict[str, str]:
    """Everything that can come into an inbox, from the customer and from a colleague."""
    ada = user(api)
    mail = {"leadId": lead, "direction": "INBOUND", "sender": "lindsay@bluth.example", "subject": "Stairs"}
    to = {"to": ["Ada <ADA@example.com>"], "cc": ["mem@example.com"]}
    for values in ({"disposition": "NO_ANSWER"}, {"disposition": "VOICEMAIL_RECEIVED"}, {"disposition": "ANSWERED"}):
        api.do("logCall", leadId=lead, direction="INBOUND", phone="+12125550199", userId=ada, **values)
    api.do("logSms", leadId=lead, direction="INBOUND", remotePhone="+12125550199", text="Hello?", userId=ada)
    api.do("addTask", leadId=lead, text="Send the plan", dueDate=day(0))
    api.do("addTask", leadId=lead, text="Next month", dueDate=day(30))
    api.do("addOpportunity", leadId=lead, dateWon=day(-1), value="1000")
    api.do(
        "logEmail", leadId=lead, direction="OUTBOUND", to=["lindsay@bluth.example"], subject="Offer",
        messageId="<offer@example.com>", followUpAt=moment(seconds=-1),
    )  # fmt: skip
    mem.do("writeNote", leadId=lead, html=mentioning(api, "Ask her"))
    logged = "email { id }"
    first = api.do("logEmail", logged, **mail, **to, messageId="<1@bluth.example>", bodyText="How many?")
    second = api.do(
        "logEmail", logged, **mail, **to, messageId="<2@bluth.example>", inReplyTo="<1@bluth.example>", bodyText="Well?"
    )
    return {"first": first["email"]["id"], "second": second["email"]["id"]}


def _a_colleague_may_look(api: Api, mem: Api, by_kind: dict[str, Any]) -> None:
    """And not touch; and has a copy of the mail that is a matter of its own."""
    seen = mem.ask(INBOX, userId=user(api))["inbox"]
    assert [one["id"] for one in seen["nodes"]] == [one["id"] for one in api.ask(INBOX)["inbox"]["nodes"]]
    assert not any(one["viewerCanAct"] for one in seen["nodes"])
    (error,) = mem.answer("markDone", HANDLED, itemIds=[by_kind["MISSED_CALL"]["id"]])["errors"]
    assert (error["code"], error["path"]) == ("FORBIDDEN", ["input", "itemIds", "0"])
    (own,) = mem.ask(INBOX)["inbox"]["nodes"]
    assert (own["kind"], own["viewerCanAct"]) == ("INCOMING_EMAIL", True)
    assert own["id"] != by_kind["INCOMING_EMAIL"]["id"]


def _it_is_worked_through(api: Api, mem: Api, lead: str, by_kind: dict[str, Any], conversation: Conversation) -> None:
    before = len(by_kind)
    done = ["INCOMING_EMAIL", "MISSED_CALL", "OPPORTUNITY_DUE", "TASK"]
    payload = api.do("markDone", HANDLED, itemIds=[by_kind[kind]["id"] for kind in done], idempotencyKey="done")
    assert [(one["kind"], one["view"]) for one in payload["items"]] == [(kind, "DONE") for kind in done]
    assert payload["inboxCount"] == before - len(done)
    told = [_item(conversation) for _ in range(2)]  # the desk's fact, and the task's on its lead
    assert told[0]["idempotencyKey"] == "done"
    assert {change["item"]["view"] for item in told for change in item["changes"]} == {"DONE"}
    completed = api.look(lead, "activities(filter: {kinds: [TASK_COMPLETED]}) { nodes { headline } }")["activities"]
    assert len(completed["nodes"]) == 1
    assert [one["kind"] for one in mem.ask(INBOX)["inbox"]["nodes"]] == ["INCOMING_EMAIL"]

    # The customer writes again: the thread is back with this mail alone; whoever waits for an answer waits no longer.
    answer = {"leadId": lead, "direction": "INBOUND", "sender": "lindsay@bluth.example", "to": ["ada@example.com"]}
    api.do("logEmail", **answer, subject="Re: Stairs", inReplyTo="<2@bluth.example>", bodyText="And?")
    (again,) = _item(conversation)["changes"]
    assert (again["__typename"], again["item"]["id"]) == ("InboxItemAdded", by_kind["INCOMING_EMAIL"]["id"])
    api.do("logEmail", **answer, subject="Re: Offer", inReplyTo="<offer@example.com>", bodyText="Yes")
    gone = [change for change in _item(conversation)["changes"] if change["__typename"] == "InboxItemRemoved"]
    assert gone == [{"__typename": "InboxItemRemoved", "itemId": by_kind["EMAIL_FOLLOWUP"]["id"]}]

    # Put off, and back by itself while nobody writes.
    until = (datetime.now(UTC) + timedelta(seconds=1.5)).isoformat()
    api.do("snooze", HANDLED, itemIds=[by_kind["INCOMING_SMS"]["id"]], until=until)
    states = [_item(conversation)["changes"] for _ in range(2)]
    assert [[(one["__typename"], one["item"]["view"]) for one in changes] for changes in states] == [
        [("InboxItemChanged", "FUTURE")],
        [("InboxItemAdded", "INBOX")],
    ]


def _item(conversation: Conversation) -> Any:
    message = conversation.receive()
    assert message["type"] == "next", message
    return message["payload"]["data"]["inboxFeed"]
