"""The inbox: what comes into it and how it reads, its parts, their order, and whose it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.ids import ActivityId, encode_id, uuid7
from app.lead.inbox import Arrival
from app.lead.sms import SmsLogged
from app.vocabulary import Direction, InboxItemKind, MessageStatus, Role
from schema.cursors import page_cursor
from tests.schema.test_opportunities import stage
from tests.support import histories
from tests.support.api import Api
from tests.support.custom import OWNER, public, record, seen_by_named, user_named
from tests.support.feeds import cursor_of, talking
from tests.support.inboxes import INBOX, day, inbox, item, items, mail, mentioning, moment, sms, titles, user

KINDS = "query ($id: ID!) { node(id: $id) { __typename ... on InboxItem { kind title view viewerCanAct } } }"
EAST, WEST = "Pacific/Kiritimati", "Pacific/Niue"  # when it is today there, here it is always some day before


@pytest.fixture
def mem(api: Api) -> Api:
    """A colleague."""
    return api.colleague()


def called(api: Api, lead: str, **input: Any) -> Any:
    return api.do("logCall", leadId=lead, direction="INBOUND", **input)


def opportunity(api: Api, lead: str, **input: Any) -> Any:
    return api.do("addOpportunity", leadId=lead, dateWon=day(-2), **input)


def follow_up(api: Api, lead: str, at: str, **input: Any) -> Any:
    sent = {"direction": "OUTBOUND", "subject": "The offer", "occurredAt": moment(days=-3), **input}
    return api.do("logEmail", leadId=lead, followUpAt=at, **sent)


MAKERS: dict[str, tuple[Callable[[Api, Api, str], Any], str, str]] = {
    "task": (
        lambda api, _, lead: api.do("addTask", leadId=lead, text="Call\nback", dueDate=day(-1)),
        "TASK",
        "Call back",
    ),
    "mail": (lambda api, _, lead: mail(api, lead), "INCOMING_EMAIL", "Stairs"),
    "mail without a subject": (
        lambda api, _, lead: mail(api, lead, subject="", bodyText="Hello there"),
        "INCOMING_EMAIL",
        "Hello there",
    ),
    "follow-up": (
        lambda api, _, lead: follow_up(api, lead, moment(days=-1)),
        "EMAIL_FOLLOWUP",
        "No reply yet: The offer",
    ),
    "missed call": (
        lambda api, _, lead: called(api, lead, disposition="NO_ANSWER", phone="+493012345"),
        "MISSED_CALL",
        "Missed call from +493012345",
    ),
    "withheld number": (
        lambda api, _, lead: called(api, lead, disposition="BUSY"),
        "MISSED_CALL",
        "Missed call from an unknown number",
    ),
    "voicemail": (
        lambda api, _, lead: called(
            api,
            lead,
            disposition="VOICEMAIL_RECEIVED",
            contactId=api.do("addContact", "contact { id }", leadId=lead, contact={"name": "Tobias"})["contact"]["id"],
        ),
        "VOICEMAIL",
        "Voicemail from Tobias",
    ),
    "contact without a name": (
        lambda api, _, lead: called(
            api,
            lead,
            disposition="ABANDONED",
            contactId=api.do(
                "addContact", "contact { id }", leadId=lead, contact={"emails": [{"email": "gob@bluth.example"}]}
            )["contact"]["id"],
        ),
        "MISSED_CALL",
        "Missed call from gob@bluth.example",
    ),
    "detached call": (
        lambda api, _, lead: called(api, lead, disposition="ANSWERED", phone="+493012399"),
        "DETACHED_CALL",
        "Call from an unknown number +493012399",
    ),
    "sms": (
        lambda api, _, lead: sms(api, lead, "Yes,\nplease", remotePhone="+493012345"),
        "INCOMING_SMS",
        "SMS from +493012345: Yes, please",
    ),
    "opportunity": (
        lambda api, _, lead: opportunity(api, lead, value="1200.50", valuePeriod="MONTHLY"),
        "OPPORTUNITY_DUE",
        "Opportunity due: 1200.50 EUR a month, Demo Completed",
    ),
    "opportunity of unknown value": (
        lambda api, _, lead: opportunity(api, lead),
        "OPPORTUNITY_DUE",
        "Opportunity due: Demo Completed",
    ),
    "mention": (
        lambda api, mem, lead: mem.do("writeNote", leadId=lead, html=mentioning(api, "look <b>here</b>")),
        "MENTION",
        "Mem Ber mentioned you: @x look here",
    ),
    "assignment": (
        lambda api, mem, lead: mem.do("addTask", leadId=lead, text="Call back", assignedToId=user(api)),
        "MENTION",
        "Mem Ber assigned you: Call back",
    ),
}


@pytest.mark.parametrize(("make", "kind", "title"), MAKERS.values(), ids=MAKERS.keys())
def test_everything_that_needs_handling_makes_an_item_that_says_what_it_is(
    api: Api, mem: Api, lead: str, make: Callable[[Api, Api, str], Any], kind: str, title: str
) -> None:
    make(api, mem, lead)
    page = inbox(api)
    (found,) = page["nodes"]
    assert (found["kind"], found["title"], found["view"]) == (kind, title, "INBOX")
    assert (found["owner"], found["lead"]) == ({"name": "Ada"}, {"id": lead})
    assert (found["viewerCanAct"], found["doneAt"], found["snoozedUntil"]) == (True, None, None)
    assert (page["totalCount"], page["inboxCount"], page["counts"]) == (1, 1, [{"kind": kind, "count": 1}])
    assert api.ask(KINDS, id=found["id"])["node"] == {
        "__typename": "InboxItem",
        "kind": kind,
        "title": title,
        "view": "INBOX",
        "viewerCanAct": True,
    }


def test_an_item_leads_to_what_it_is_about(api: Api, mem: Api, lead: str) -> None:
    mail(api, lead)
    api.do("addTask", leadId=lead, text="a", dueDate=day(-1))
    mem.do("addTask", leadId=lead, text="b", assignedToId=user(api))
    opportunity(api, lead)
    found = {(one["kind"], one["title"]): one for one in items(api)}
    assert found["INCOMING_EMAIL", "Stairs"]["activity"]["__typename"] == "Email"
    assert found["TASK", "a"]["task"]["text"] == "a"
    assert found["MENTION", "Mem Ber assigned you: b"]["task"]["text"] == "b"
    assert found["OPPORTUNITY_DUE", "Opportunity due: Demo Completed"]["opportunity"]
    assert [one["activityCount"] for one in found.values()].count(0) == 3


def test_a_colleague_reads_whom_a_mention_is_about(api: Api, mem: Api, lead: str) -> None:
    mem.do("writeNote", leadId=lead, html=mentioning(api, "look"))
    mem.do("addTask", leadId=lead, text="b", assignedToId=user(api))
    read = titles(mem, userId=user(api))
    assert read == ["Mem Ber mentioned Ada: @x look", "Mem Ber assigned Ada: b"]


def test_a_task_says_who_gave_it_last(api: Api, mem: Api, lead: str) -> None:
    third = api.colleague("third@example.com")
    given = mem.do("addTask", "task { id }", leadId=lead, text="a", assignedToId=user(third))["task"]["id"]
    api.do("updateTask", taskId=given, assignedToId=user(mem))
    third.do("updateTask", taskId=given, text="b", priority="HIGH")
    assert titles(mem) == ["Ada assigned you: b"]
    assert titles(third) == []


def test_a_title_is_one_line_that_is_not_too_long(api: Api, lead: str) -> None:
    sms(api, lead, "x\u2028y " * 2_000)
    (title,) = titles(api)
    assert len(title) == 120
    assert title.startswith("SMS from an unknown number: x y x y")


def test_what_is_history_comes_into_nobody_s_inbox(api: Api, lead: str) -> None:
    mail(api, lead, sendToInbox=False)
    called(api, lead, disposition="NO_ANSWER", sendToInbox=False)
    api.do("logSms", leadId=lead, direction="INBOUND", text="x", sendToInbox=False)
    assert inbox(api, allUsers=True)["totalCount"] == 0
    mail(api, lead, sendToInbox=None)
    assert inbox(api)["totalCount"] == 1


def test_an_email_tells_when_to_ask_again(api: Api, lead: str) -> None:
    at = "2030-01-02T03:04:05.000000Z"
    email = {"leadId": lead, "direction": "OUTBOUND", "status": "DRAFT", "followUpAt": at}
    logged = api.do("logEmail", "email { id followUpAt }", **email)["email"]
    assert logged["followUpAt"] == at
    shown = "activity { ... on Email { followUpAt } }"
    edited = api.do("editDraft", shown, activityId=logged["id"], followUpAt="2031-01-01T00:00:00+01:00")
    assert edited["activity"] == {"followUpAt": "2030-12-31T23:00:00.000000Z"}
    assert api.do("editDraft", shown, activityId=logged["id"], followUpAt=None)["activity"] == {"followUpAt": None}


# ---------------------------------------------------------------- parts of an inbox


def test_what_is_not_yet_due_stands_in_the_future(api: Api, lead: str) -> None:
    api.do("addTask", leadId=lead, text="later", dueDate=day(9))
    api.do("addTask", leadId=lead, text="sooner", dueAt=moment(days=3))
    api.do("addTask", leadId=lead, text="whenever")
    follow_up(api, lead, moment(days=5))
    api.do("addOpportunity", leadId=lead, dateWon=day(7))
    assert titles(api) == []
    expected = ["sooner", "No reply yet: The offer", "Opportunity due: Demo Completed", "later"]
    page = inbox(api, view="FUTURE")
    assert [one["title"] for one in page["nodes"]] == expected
    assert {one["view"] for one in page["nodes"]} == {"FUTURE"}
    assert (page["totalCount"], page["inboxCount"]) == (4, 0)


def test_views_and_counts_go_by_kind(api: Api, lead: str) -> None:
    for text in "ab":
        sms(api, lead, text)
    mail(api, lead)
    api.do("markDone", itemIds=[items(api, kinds=["INCOMING_EMAIL"])[0]["id"]])
    mail(api, lead, subject="Other")
    page = inbox(api, kinds=["INCOMING_EMAIL"])
    assert ([one["title"] for one in page["nodes"]], page["totalCount"], page["inboxCount"]) == (["Other"], 1, 3)
    assert page["counts"] == [{"kind": "INCOMING_SMS", "count": 2}, {"kind": "INCOMING_EMAIL", "count": 1}]
    done = inbox(api, view="DONE")
    assert ([one["title"] for one in done["nodes"]], done["inboxCount"]) == (["Stairs"], 3)
    assert done["nodes"][0]["doneAt"] is not None
    assert inbox(api, kinds=[])["totalCount"] == 0
    assert inbox(api, kinds=None, view=None)["totalCount"] == 3


def test_counts_are_exact_up_to_a_thousand(api: Api, lead: str) -> None:
    sent = Arrival(kind=InboxItemKind.INCOMING_SMS, user_ids=(api.user_id,))
    of_message: dict[str, Any] = {"direction": Direction.INBOUND, "status": MessageStatus.INBOX, "arrival": sent}
    histories.record(api, lead, [SmsLogged(sms_id=ActivityId(uuid7()), **of_message) for _ in range(1_000)])
    for total in (1_000, None):
        for arguments in ({}, {"allUsers": True}, {"kinds": ["INCOMING_SMS"]}):
            page = inbox(api, first=1, **arguments)
            assert (page["totalCount"], page["inboxCount"]) == (total, 1_000)
            assert page["counts"] == [{"kind": "INCOMING_SMS", "count": 500}]
        sms(api, lead)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_pages_go_forth_and_back(api: Api, lead: str, size: int) -> None:
    for number in range(5):
        sms(api, lead, str(number), occurredAt=moment(minutes=number - 30))
    whole = [one["id"] for one in items(api)]
    forth: list[Any] = []
    back: list[Any] = []
    after = before = None
    while page := inbox(api, first=size, after=after):
        forth += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    while page := inbox(api, last=size, before=before):
        back = page["nodes"] + back
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert [one["id"] for one in forth] == [one["id"] for one in back] == whole
    assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]


def test_the_most_recently_done_is_one_page_away(api: Api, lead: str) -> None:
    for text in ("a", "b", "c"):
        api.do("markDone", itemIds=[sms(api, lead, text)])
    assert [one[-1] for one in titles(api, view="DONE", last=2)] == ["b", "c"]


def test_a_day_stands_before_the_hours_of_that_day_where_its_owner_is(api: Api, mem: Api, lead: str) -> None:
    api.do("updateViewer", timeZone="Asia/Tokyo")
    mem.do("updateViewer", timeZone="America/New_York")
    yesterday = day(-3)
    # In Tokyo it is the next day from 15:00 by UTC on, in New York from 04:00 or 05:00 on.
    for text, due in (
        ("before Tokyo's day", {"dueAt": f"{day(-4)}T14:00:00Z"}),
        ("in Tokyo's day", {"dueAt": f"{day(-4)}T16:00:00Z"}),
        ("in New York's day", {"dueAt": f"{yesterday}T06:00:00Z"}),
        ("the day", {"dueDate": yesterday}),
    ):
        for one in (api, mem):
            one.do("addTask", leadId=lead, text=text, **due)
    tokyo = ["before Tokyo's day", "the day", "in Tokyo's day", "in New York's day"]
    new_york = ["before Tokyo's day", "in Tokyo's day", "the day", "in New York's day"]
    assert titles(api) == titles(mem, userId=user(api)) == tokyo
    assert titles(mem) == titles(api, userId=user(mem)) == new_york
    assert titles(api, allUsers=True)[::2] == titles(api, allUsers=True)[1::2] == tokyo
    assert titles(mem, allUsers=True)[::2] == new_york
    days = [one["arrivedAt"] for one in items(api) if one["title"] == "the day"]
    assert days == [f"{day(-4)}T15:00:00.000000Z"]


def test_what_is_today_is_so_where_the_owner_is(api: Api, mem: Api, lead: str) -> None:
    api.do("updateViewer", timeZone=EAST)
    mem.do("updateViewer", timeZone=WEST)
    today = datetime.now(ZoneInfo(EAST)).date().isoformat()
    for one in (api, mem):
        one.do("addTask", leadId=lead, text="Today", dueDate=today)
    assert [one["owner"]["name"] for one in items(mem, allUsers=True)] == ["Ada"]
    assert [one["owner"]["name"] for one in items(api, allUsers=True, view="FUTURE")] == ["Mem Ber"]
    assert (titles(api), titles(mem)) == (["Today"], [])


def test_a_time_zone_that_does_not_exist_is_refused_and_days_begin_where_they_did(api: Api, lead: str) -> None:
    api.do("addTask", leadId=lead, text="a", dueDate=day(-2))
    before = items(api)
    assert api.refused("updateViewer", timeZone="Mars/Olympus")[2] == "timeZone"
    assert items(api) == before


@pytest.mark.parametrize("zone", ["UTC", EAST, WEST])
def test_a_time_at_either_end_of_the_calendar_is_no_endless_list(api: Api, lead: str, zone: str) -> None:
    api.do("updateViewer", timeZone=zone)
    past = [{"dueDate": "0001-01-01"}, {"dueAt": "0001-01-01T00:00:00Z"}, {"dueDate": "0001-01-02"}]
    future = [{"dueDate": "9999-12-31"}, {"dueAt": "9999-12-31T23:59:59.999999Z"}, {"dueDate": "9999-12-31"}]
    for due in (*past, *future):
        api.do("addTask", leadId=lead, text="x", **due)
    for view, kinds in (("INBOX", None), ("FUTURE", None), ("FUTURE", ["TASK"])):
        found, after = [], None
        for _ in range(3):
            page = inbox(api, view=view, kinds=kinds, first=1, after=after)
            found += [one["id"] for one in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
        assert (len(set(found)), page["pageInfo"]["hasNextPage"], page["totalCount"]) == (3, False, 3)
        assert [one["id"] for one in items(api, view=view)] == found


# ---------------------------------------------------------------- whose it is


def test_a_colleague_s_inbox_and_everybody_s_are_read(api: Api, mem: Api, lead: str) -> None:
    mail(api, lead, to=("ada@example.com", "Mem <MEM@example.com>"))
    for viewer in (api, mem):
        hers = item(viewer, userId=user(api))
        his = item(viewer, userId=user(mem))
        assert (hers["owner"]["name"], hers["viewerCanAct"]) == ("Ada", viewer is api)
        assert (his["owner"]["name"], his["viewerCanAct"]) == ("Mem Ber", viewer is mem)
        both = {one["id"]: one["viewerCanAct"] for one in items(viewer, allUsers=True)}
        assert both == {hers["id"]: viewer is api, his["id"]: viewer is mem}
        assert viewer.ask(KINDS, id=hers["id"])["node"]["viewerCanAct"] == (viewer is api)
        assert inbox(viewer, allUsers=True)["inboxCount"] == 2


def test_who_is_deactivated_keeps_what_there_is_for_others_to_read(api: Api, mem: Api, lead: str) -> None:
    mail(api, lead, to=("mem@example.com",))
    api.do("deactivateUser", userId=user(mem))
    assert titles(api, userId=user(mem)) == titles(api, allUsers=True) == ["Stairs"]


def test_nobody_s_inbox_is_null(api: Api, stranger: Api) -> None:
    assert inbox(api, userId=encode_id("user", uuid7())) is None
    assert inbox(api, userId=user(stranger)) is None


def test_arguments_that_cannot_be_used_are_invalid(api: Api, mem: Api, lead: str) -> None:
    sms(api, lead)
    cursor, listed = inbox(api)["pageInfo"]["endCursor"], f"inbox INBOX {api.user_id}"
    for arguments in (
        {"userId": user(api), "allUsers": True},
        {"userId": "lead_1"},
        {"first": 101},
        {"first": 1, "last": 1},
        {"after": "x"},
        {"before": "x"},
        {"after": inbox(api)["feedCursor"]},
        {"after": cursor, "view": "DONE"},
        {"after": cursor, "userId": user(mem)},
        {"after": cursor, "allUsers": True},
        {"after": page_cursor(listed, datetime.min, 0, str(uuid7()))},  # noqa: DTZ901 - what other lists have there
        {"before": page_cursor(listed, 5, 1, 5)},
    ):
        assert api.fault(INBOX, **arguments) == ("INVALID", ["inbox"]), arguments
    assert inbox(api, after=cursor, kinds=["INCOMING_SMS"])["nodes"] == []


@pytest.mark.parametrize("argument", ["after", "before"])
@pytest.mark.parametrize("view", ["INBOX", "FUTURE", "DONE"])
def test_a_cursor_without_an_instant_is_none(api: Api, lead: str, argument: str, view: str) -> None:
    cursor = page_cursor(f"inbox {view} {api.user_id}", None, 0, str(uuid7()))
    assert api.fault(INBOX, **{argument: cursor, "view": view}) == ("INVALID", ["inbox"])


def test_who_is_restricted_reads_items_of_leads_that_are_seen(api: Api) -> None:
    record(api, OWNER, seen_by_named(OWNER))
    viewer = api.colleague("restricted@example.com", Role.RESTRICTED)
    field = {"fieldId": public(OWNER), "set": user_named(viewer.user_id)}
    seen, hidden = api.lead(customFields=[field]), api.lead()
    for lead in (seen, hidden):
        mail(api, lead, to=("ada@example.com", "restricted@example.com"))
    for arguments in ({}, {"userId": user(api)}):
        page = inbox(viewer, **arguments)
        assert [one["lead"] for one in page["nodes"]] == [{"id": seen}]
        assert (page["totalCount"], page["inboxCount"]) == (1, 1)
        assert page["counts"] == [{"kind": "INCOMING_EMAIL", "count": 1}]
    assert inbox(viewer, allUsers=True)["totalCount"] == 2
    for one in items(api, allUsers=True):
        is_seen = one["lead"]["id"] == seen
        assert (viewer.ask(KINDS, id=one["id"])["node"] is not None) == is_seen
        if not is_seen:
            (error,) = viewer.answer("markDone", itemIds=[one["id"]])["errors"]
            assert (error["code"], error["reason"]) == ("NOT_FOUND", "item_not_found")


def test_what_a_deleted_lead_has_is_gone_until_it_is_restored(api: Api, lead: str) -> None:
    id = sms(api, lead)
    api.do("deleteLead", leadId=lead)
    assert (titles(api), api.ask(KINDS, id=id)["node"]) == ([], None)
    assert inbox(api)["inboxCount"] == 0
    api.do("restoreLead", leadId=lead)
    assert [one["id"] for one in items(api)] == [id]


def test_another_stage_takes_an_opportunity_out_and_brings_it_back(api: Api, lead: str) -> None:
    made = api.do("addOpportunity", "opportunity { id }", leadId=lead, dateWon=day(-2))["opportunity"]["id"]
    id = item(api)["id"]
    api.do("updateOpportunity", opportunityId=made, statusId=stage(api, "Lost"))
    assert titles(api) == []
    api.do("updateOpportunity", opportunityId=made, statusId=stage(api, "Demo Completed"), dateWon=day(-2))
    assert item(api)["id"] == id


# ---------------------------------------------------------------- on the lead page

ON_PAGE = "activities { nodes { id kind viewerInboxItem { id view activityCount } } }"


def shown(api: Api, lead: str) -> dict[str, str | None]:
    """The viewer's own item of each activity."""
    nodes = api.look(lead, ON_PAGE)["activities"]["nodes"]
    return {one["id"]: one["viewerInboxItem"] and one["viewerInboxItem"]["id"] for one in nodes}


def test_each_activity_tells_whether_the_viewer_has_it_to_handle(api: Api, mem: Api, lead: str) -> None:
    first = mail(api, lead, to=("mem@example.com", "ada@example.com"), messageId="<1@bluth.example>")
    second = mail(api, lead, inReplyTo="<1@bluth.example>")
    other = api.do("logCall", "call { id }", leadId=lead, direction="OUTBOUND")["call"]["id"]
    hers, his = item(api)["id"], item(mem)["id"]
    page = shown(api, lead)
    assert (page[first], page[second], page[other]) == (hers, hers, None)
    page = shown(mem, lead)
    assert (page[first], page[second]) == (his, None)
    api.do("markDone", itemIds=[hers])
    assert set(shown(api, lead).values()) == {None}
    assert shown(mem, lead)[first] == his


def test_what_was_read_before_is_not_shown_with_what_is_new(api: Api, lead: str) -> None:
    first = mail(api, lead, messageId="<1@bluth.example>")
    api.do("markDone", itemIds=[item(api)["id"]])
    second = mail(api, lead, inReplyTo="<1@bluth.example>")
    page = shown(api, lead)
    assert (page[first], page[second]) == (None, item(api)["id"])


@pytest.mark.parametrize("kind", ["mail", "follow-up", "missed call", "voicemail", "detached call", "sms", "mention"])
def test_activities_of_every_kind_show_their_item(api: Api, mem: Api, lead: str, kind: str) -> None:
    make, _, _ = MAKERS[kind]
    make(api, mem, lead)
    found = item(api)
    assert shown(api, lead)[found["activity"]["id"]] == found["id"]
    assert set(shown(mem, lead).values()) == {None}


def test_the_feed_of_a_lead_tells_each_viewer_of_the_own_item(api: Api, mem: Api, lead: str) -> None:
    feed = """subscription ($lead: ID!, $after: Cursor) { leadFeed(leadId: $lead, after: $after) {
      changes { ... on ActivityAdded { activity { viewerInboxItem { id viewerCanAct } } } } } }"""
    after = cursor_of(api, lead)
    mail(api, lead, to=("mem@example.com",))
    expected = {"id": item(mem)["id"], "viewerCanAct": True}
    for viewer, own in ((api, None), (mem, expected)):
        with talking(viewer) as conversation:
            conversation.subscribe(feed, lead=lead, after=after)
            told = conversation.receive()["payload"]["data"]["leadFeed"]["changes"]
        assert told == [{"activity": {"viewerInboxItem": own}}]
