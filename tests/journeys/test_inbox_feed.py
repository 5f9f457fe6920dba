"""inboxFeed: what changes in somebody's own inbox arrives there, at once or on coming back, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from app import onboarding
from app.database import Database
from app.ids import uuid7
from app.organization.users import UpdateViewer
from app.situation import Actor
from app.vocabulary import Role
from schema.cursors import FeedPlace, feed_cursor, feed_place, inbox_cursor, inbox_place
from schema.ids import public_id
from tests.journeys.conftest import Stoppable
from tests.support.api import Api, admin_of_new_organization
from tests.support.custom import OWNER, public, record, seen_by_named, user_named
from tests.support.feeds import Feed, cursor_of, following, following_inbox, inbox_cursor_of, kinds
from tests.support.processes import server_process
from tests.support.waiting import until

MAIL = {"direction": "INBOUND", "sender": "lindsay@bluth.example", "to": ["ada@example.com"], "subject": "Stairs"}


def sms(api: Api, lead: str, **others: Any) -> str:
    """An item of the API's user; its id."""
    api.do("logSms", leadId=lead, direction="INBOUND", text="Yes", **others)
    return str(newest(api)["id"])


def newest(api: Api, view: str = "INBOX") -> Any:
    """What stands last in a view."""
    source = "query ($view: InboxView) { inbox(view: $view, last: 1) { nodes { id view } } }"
    return api.ask(source, view=view)["inbox"]["nodes"][0]


def change(feed: Feed) -> tuple[str, Any]:
    """Type and item of the one change of the next item."""
    (one,) = feed.item()["changes"]
    return one["__typename"], one.get("item", one)


def gap(feed: Feed) -> str:
    """The reason of the item with which a feed ends."""
    (one,) = feed.item()["changes"]
    assert one["__typename"] == "FeedGap"
    assert feed.conversation.receive() == {"id": "1", "type": "complete"}
    reason: str = one["reason"]
    return reason


_FILL = """
INSERT INTO inbox_item (org_id, item_id, lead_id, kind, owner_id, subject_id, arrived_at, is_live, is_dormant,
                        activity_count, episode, opened, position)
SELECT $1, gen_random_uuid(), lead_id, $2, $3, gen_random_uuid(), now() - interval '1 hour', true, false, 1, 1, $4, $4
FROM lead_view CROSS JOIN generate_series(1, 1001) WHERE org_id = $1"""


def fill(api: Api, kind: str, position: int) -> None:
    """More items than a feed tells of at once, of the organization's one lead."""
    store = api.site.system.store
    api.site.operate(store.fetch(None, _FILL, api.org_id, kind, api.user_id, position))


def stage(api: Api, label: str) -> str:
    """The stage of this label."""
    (pipeline,) = api.ask("{ organization { pipelines { statuses { id label } } } }")["organization"]["pipelines"]
    return next(str(one["id"]) for one in pipeline["statuses"] if one["label"] == label)


def soon(**span: float) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


# ---------------------------------------------------------------- what happens


def test_what_comes_in_is_added_with_the_writer_s_key_and_counted(api: Api, lead: str) -> None:
    with following_inbox(api, None) as feed:
        until(lambda: len(api.site.app.state.inboxes) == 1, "it is followed")
        api.do("logSms", leadId=lead, direction="INBOUND", text="Yes", idempotencyKey="mine")
        item = feed.item()
    assert (kinds(item), item["idempotencyKey"], item["inboxCount"]) == (["InboxItemAdded"], "mine", 1)
    assert item["changes"][0]["item"]["view"] == "INBOX"


def test_mails_of_a_thread_change_the_one_item(api: Api, lead: str) -> None:
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        api.do("logEmail", leadId=lead, messageId="<1@x.example>", **MAIL)
        api.do("logEmail", leadId=lead, messageId="<2@x.example>", inReplyTo="<1@x.example>", **MAIL)
        (first, one), (second, two) = change(feed), change(feed)
    assert (first, second, one["id"]) == ("InboxItemAdded", "InboxItemChanged", two["id"])
    assert two["activityCount"] == 2


def test_done_and_back_snoozed_and_back(api: Api, lead: str) -> None:
    item, seen = sms(api, lead), []
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        for mutation in ("markDone", "markNotDone", "snooze", "unsnooze"):
            api.do(mutation, itemIds=[item], **({"until": soon(hours=1)} if mutation == "snooze" else {}))
            kind, one = change(feed)
            seen.append((kind, one["id"], one["view"]))
    assert seen == [
        ("InboxItemChanged", item, "DONE"),
        ("InboxItemAdded", item, "INBOX"),
        ("InboxItemChanged", item, "FUTURE"),
        ("InboxItemChanged", item, "INBOX"),
    ]


def test_what_changed_several_times_meanwhile_is_told_as_it_is_now(api: Api, lead: str) -> None:
    item = sms(api, lead)
    after = inbox_cursor_of(api)
    api.do("markDone", itemIds=[item])
    api.do("markNotDone", itemIds=[item])
    api.do("snooze", itemIds=[item], until=soon(hours=1), idempotencyKey="last")
    with following_inbox(api, after) as feed:
        told = feed.item()
        assert (told["idempotencyKey"], told["changes"][0]["item"]["view"]) == ("last", "FUTURE")
        assert feed.is_silent(0.2)


def test_one_command_about_many_items_is_one_item_of_the_feed(api: Api, lead: str) -> None:
    items = [sms(api, lead) for _ in range(5)]
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        done = api.do("markDone", itemIds=items, idempotencyKey="all")
        told = feed.item()
    assert {one["item"]["id"] for one in told["changes"]} == set(items)
    assert (told["idempotencyKey"], told["inboxCount"]) == ("all", 0)
    assert feed_place(told["cursor"], "after") == feed_place(done["cursor"], "after")


def test_a_task_that_is_completed_is_done_and_one_that_is_removed_is_gone(api: Api, lead: str) -> None:
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        task = api.do("addTask", "task { id }", leadId=lead, text="Call", dueDate="2026-01-01")["task"]["id"]
        kind, item = change(feed)
        assert (kind, item["view"], item["title"]) == ("InboxItemAdded", "INBOX", "Call")
        api.do("completeTask", taskId=task)
        assert change(feed)[1]["view"] == "DONE"
        api.do("removeTask", taskId=task)
        assert change(feed) == ("InboxItemRemoved", {"__typename": "InboxItemRemoved", "itemId": item["id"]})


def test_a_task_s_new_due_moves_it_and_without_one_it_is_gone(api: Api, lead: str) -> None:
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        task = api.do("addTask", "task { id }", leadId=lead, text="Call", dueDate="2026-01-01")["task"]["id"]
        change(feed)
        api.do("updateTask", taskId=task, dueDate="2999-01-01")
        assert change(feed)[1]["view"] == "FUTURE"
        api.do("updateTask", taskId=task, dueDate=None)
        assert change(feed)[0] == "InboxItemRemoved"


def test_a_task_that_is_assigned_to_another_changes_hands(api: Api, lead: str) -> None:
    colleague = api.colleague()
    task = api.do("addTask", "task { id }", leadId=lead, text="Call", dueDate="2026-01-01")["task"]["id"]
    with following_inbox(api, inbox_cursor_of(api)) as mine, following_inbox(colleague, inbox_cursor_of(api)) as theirs:
        api.do("updateTask", taskId=task, assignedToId=public_id("user", colleague.user_id))
        assert kinds(mine.item()) == ["InboxItemRemoved"]
        told = theirs.item()["changes"]
    assert sorted((one["__typename"], one["item"]["kind"]) for one in told) == [
        ("InboxItemAdded", "MENTION"),
        ("InboxItemAdded", "TASK"),
    ]


def test_an_answer_takes_away_what_waits_for_it(api: Api, lead: str) -> None:
    sent = {"direction": "OUTBOUND", "messageId": "<1@acme.example>", "followUpAt": soon(hours=1)}
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        api.do("logEmail", leadId=lead, **sent)
        assert change(feed)[1]["view"] == "FUTURE"
        reply = {"direction": "INBOUND", "sender": "lindsay@bluth.example", "to": ["sales@acme.example"]}
        api.do("logEmail", leadId=lead, inReplyTo="<1@acme.example>", **reply)
        assert change(feed)[0] == "InboxItemRemoved"


def test_a_won_opportunity_waits_for_nothing(api: Api, lead: str) -> None:
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        offer = api.do("addOpportunity", "opportunity { id }", leadId=lead, dateWon="2026-01-01")["opportunity"]["id"]
        kind, item = change(feed)
        assert (kind, item["kind"]) == ("InboxItemAdded", "OPPORTUNITY_DUE")
        api.do("updateOpportunity", opportunityId=offer, statusId=stage(api, "Won"))
        assert change(feed)[0] == "InboxItemRemoved"


def test_what_never_was_an_item_is_not_told_to_be_gone(api: Api, lead: str) -> None:
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        api.do("addTask", leadId=lead, text="Whenever")
        api.do("logEmail", leadId=lead, direction="OUTBOUND", status="DRAFT")
        done = api.do("logSms", leadId=lead, direction="INBOUND", text="Yes")
        assert feed_place(feed.item()["cursor"], "after") == feed_place(done["cursor"], "after")


def test_a_lead_that_is_deleted_takes_its_items_along_and_brings_them_back(api: Api, lead: str) -> None:
    item = sms(api, lead)
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        api.do("deleteLead", leadId=lead)
        assert change(feed)[0] == "InboxItemRemoved"
        api.do("restoreLead", leadId=lead)
        kind, back = change(feed)
    assert (kind, back["id"], back["view"]) == ("InboxItemChanged", item, "INBOX")


def test_nobody_hears_of_another_s_items(api: Api, lead: str) -> None:
    colleague = api.colleague()
    with following_inbox(colleague, inbox_cursor_of(colleague)) as feed:
        api.do("markDone", itemIds=[sms(api, lead)])
        theirs = colleague.do("logSms", leadId=lead, direction="INBOUND", text="Yes")
        assert feed_place(feed.item()["cursor"], "after") == feed_place(theirs["cursor"], "after")


def test_of_several_devices_each_hears_of_it(api: Api, lead: str) -> None:
    item, other = sms(api, lead), api.with_another_key()
    with following_inbox(api, None) as one, following_inbox(other, inbox_cursor_of(api)) as two:
        until(lambda: len(api.site.app.state.inboxes) >= 2, "both are followed")
        api.do("markDone", itemIds=[item], idempotencyKey="done")
        assert [feed.item()["idempotencyKey"] for feed in (one, two)] == ["done", "done"]


def test_what_an_item_says_of_its_subject_is_told(api: Api, lead: str) -> None:
    task = api.do("addTask", "task { id }", leadId=lead, text="Call", dueDate="2026-01-01")["task"]["id"]
    offer = api.do("addOpportunity", "opportunity { id }", leadId=lead, dateWon="2026-01-01")["opportunity"]["id"]
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        api.do("updateTask", taskId=task, text="Write")
        assert change(feed)[1]["title"] == "Write"
        api.do("updateOpportunity", opportunityId=offer, value="100")
        assert "100" in change(feed)[1]["title"]


# ---------------------------------------------------------------- on the lead page


def activities(item: Any) -> list[tuple[str, str]]:
    return [(one["__typename"], one["activity"]["id"]) for one in item["changes"]]


def test_what_the_viewer_does_about_an_item_changes_its_activity_on_the_page(api: Api, lead: str) -> None:
    text = api.do("logSms", "sms { id }", leadId=lead, direction="INBOUND", text="Yes")["sms"]["id"]
    item, colleague = str(newest(api)["id"]), api.colleague()
    after = cursor_of(api, lead)
    with following(api, lead, after) as mine, following(colleague, lead, after) as theirs:
        for mutation in ("markDone", "markNotDone", "snooze"):
            until = {"until": soon(hours=1)} if mutation == "snooze" else {}
            api.with_another_key().do(mutation, itemIds=[item], **until)
            assert activities(mine.item()) == [("ActivityChanged", text)]
        assert theirs.is_silent(0.3)


def test_done_on_folded_mails_changes_all_of_them(api: Api, lead: str) -> None:
    mails = [
        api.do(
            "logEmail",
            "email { id }",
            leadId=lead,
            messageId=f"<{number}@x.example>",
            references=["<0@x.example>"],
            **MAIL,
        )
        for number in range(3)
    ]
    with following(api, lead, cursor_of(api, lead)) as feed:
        api.do("markDone", itemIds=[newest(api)["id"]])
        told = activities(feed.item())
    assert sorted(told) == sorted(("ActivityChanged", one["email"]["id"]) for one in mails)


def test_items_of_other_leads_change_nothing_on_the_page(api: Api, lead: str) -> None:
    item = sms(api, api.lead())
    with following(api, lead, cursor_of(api, lead)) as feed:
        api.do("markDone", itemIds=[item])
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert feed.item()["cursor"] == done["cursor"]


def test_an_answer_changes_the_mail_that_waited_for_it(api: Api, lead: str) -> None:
    sent = {"direction": "OUTBOUND", "messageId": "<1@acme.example>", "followUpAt": soon(hours=1)}
    waiting = api.do("logEmail", "email { id }", leadId=lead, **sent)["email"]["id"]
    with following(api, lead, cursor_of(api, lead)) as feed:
        reply = {"direction": "INBOUND", "sender": "lindsay@bluth.example", "to": ["sales@acme.example"]}
        answer = api.do("logEmail", "email { id }", leadId=lead, inReplyTo="<1@acme.example>", **reply)["email"]["id"]
        assert activities(feed.item()) == [("ActivityAdded", answer), ("ActivityChanged", waiting)]


# ---------------------------------------------------------------- coming back


def test_who_comes_back_misses_nothing(api: Api, lead: str) -> None:
    gone = sms(api, lead)
    after = inbox_cursor_of(api)
    api.do("markDone", itemIds=[gone])
    come = sms(api, lead)
    with following_inbox(api, after) as feed:
        first, second = change(feed), change(feed)
        assert [(kind, one["id"]) for kind, one in (first, second)] == [
            ("InboxItemChanged", gone),
            ("InboxItemAdded", come),
        ]
    with following_inbox(api, feed.cursor) as feed:
        api.do("markDone", itemIds=[come])
        assert change(feed)[1]["view"] == "DONE"


def test_the_cursor_of_a_command_resumes_behind_it(api: Api, lead: str) -> None:
    one, two = sms(api, lead), sms(api, lead)
    done = api.do("markDone", itemIds=[one])
    with following_inbox(api, done["cursor"]) as feed:
        api.do("markDone", itemIds=[two])
        assert change(feed)[1]["id"] == two


def test_a_lead_s_feed_takes_an_inbox_s_cursor_and_the_other_way_round(api: Api, lead: str) -> None:
    of_inbox, of_lead = inbox_cursor_of(api), cursor_of(api, lead)
    item = sms(api, lead)
    with following(api, lead, of_inbox) as feed:
        assert kinds(feed.item()) == ["ActivityAdded"]
    with following_inbox(api, of_lead) as inbox:
        assert change(inbox)[1]["id"] == item


def test_on_another_server_a_subscriber_goes_on_where_it_was(
    api: Api, lead: str, common_database: Database, tmp_path: Path
) -> None:
    with following_inbox(api, None) as feed:
        until(lambda: len(api.site.app.state.inboxes) == 1, "it is followed")
        one = sms(api, lead)
        assert change(feed)[1]["id"] == one
    two = sms(api, lead)
    with server_process(common_database, tmp_path) as server, following_inbox(api.at(server.url), feed.cursor) as far:
        assert change(far)[1]["id"] == two
        api.do("markDone", itemIds=[one], idempotencyKey="here")
        assert far.item()["idempotencyKey"] == "here"


def test_more_changes_than_are_worth_telling_are_a_gap(api: Api, lead: str) -> None:
    after = inbox_cursor_of(api)
    fill(api, "INCOMING_SMS", position=1_000_000)
    with following_inbox(api, after) as feed:
        assert gap(feed) == "too much changed since the cursor"


def test_a_cursor_of_a_log_that_was_replaced_is_a_gap(api: Api) -> None:
    place, moment = inbox_place(inbox_cursor_of(api), "after")
    assert moment is not None
    with following_inbox(api, inbox_cursor(FeedPlace(place.org_id, uuid7(), place.position), moment)) as feed:
        assert gap(feed) == "the log was restored"


def test_a_cursor_ahead_of_the_log_is_a_gap(api: Api) -> None:
    place = feed_place(inbox_cursor_of(api), "after")
    with following_inbox(api, feed_cursor(place._replace(position=place.position + 1))) as feed:
        assert gap(feed) == "the log went back: it was restored"


@pytest.mark.parametrize("after", ["", "x", "é", "A" * 54, "A" * 64, "A" * 5_000])
def test_what_is_no_cursor_is_invalid(api: Api, after: str) -> None:
    with following_inbox(api, after) as feed:
        message = feed.conversation.receive()
    assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "INVALID")


def test_another_organization_s_cursor_is_invalid(api: Api, stranger: Api) -> None:
    with following_inbox(api, inbox_cursor_of(stranger)) as feed:
        assert feed.conversation.receive()["payload"][0]["extensions"]["code"] == "INVALID"


def test_who_leaves_is_forgotten(api: Api) -> None:
    inboxes = api.site.app.state.inboxes
    until(lambda: len(inboxes) == 0, "the tests before have left")
    with following_inbox(api, None):
        until(lambda: len(inboxes) == 1, "it is followed")
    until(lambda: len(inboxes) == 0, "it is forgotten")


# ---------------------------------------------------------------- who may


def restricted(admin: Api) -> Api:
    """A RESTRICTED user, who sees the leads of which it is the OWNER."""
    record(admin, OWNER, seen_by_named(OWNER, allow_unassigned=False))
    return admin.colleague("restricted@example.com", Role.RESTRICTED)


def own(admin: Api, lead: str, user: Api) -> None:
    field = {"fieldId": public(OWNER), "set": user_named(user.user_id)}
    admin.do("updateLead", leadId=lead, customFields=[field])


def test_items_of_a_lead_go_and_come_back_with_the_right_to_see_it(api: Api, lead: str) -> None:
    viewer = restricted(api)
    own(api, lead, viewer)
    item = sms(viewer, lead)
    with following_inbox(viewer, inbox_cursor_of(viewer)) as feed:
        own(api, lead, api)
        assert change(feed) == ("InboxItemRemoved", {"__typename": "InboxItemRemoved", "itemId": item})
        own(api, lead, viewer)
        assert change(feed)[1]["id"] == item


def test_what_is_on_a_lead_that_is_not_seen_is_not_told_of(api: Api, lead: str) -> None:
    viewer, seen = restricted(api), api.lead(name="Seen")
    own(api, seen, viewer)
    own(api, lead, api)
    mail = {**MAIL, "to": ["restricted@example.com"]}
    with following_inbox(viewer, inbox_cursor_of(viewer)) as feed:
        api.do("logEmail", leadId=lead, messageId="<1@x.example>", **mail)
        api.do("logEmail", leadId=lead, inReplyTo="<1@x.example>", **mail)
        api.do("deleteLead", leadId=lead)
        done = api.do("logEmail", leadId=seen, **mail)
        assert feed_place(feed.item()["cursor"], "after") == feed_place(done["cursor"], "after")


def test_other_rights_are_a_gap(api: Api) -> None:
    member = api.colleague()
    after = inbox_cursor_of(member)
    with following_inbox(member, after) as feed:
        api.do("changeRole", userId=public_id("user", member.user_id), role="RESTRICTED")
        assert gap(feed) == "which leads you see changed"
    with following_inbox(member, after) as feed:
        assert gap(feed) == "which leads you see changed"


def test_another_time_zone_is_a_gap(api: Api, lead: str) -> None:
    member = api.colleague()
    after = inbox_cursor_of(member)
    with following_inbox(member, after) as feed:
        moving = UpdateViewer(time_zone="Pacific/Kiritimati")
        api.site.operate(api.site.system.dispatch.run(moving, request_of(member)))
        assert gap(feed) == "your time zone changed"
    with following_inbox(member, after) as feed:
        assert gap(feed) == "your time zone changed"
    with following_inbox(member, inbox_cursor_of(member)) as feed:
        assert change_after_sms(feed, member, lead) == "InboxItemAdded"


def request_of(api: Api) -> Any:
    return replace(onboarding.system_request(api.org_id), actor=Actor(user_id=api.user_id))


def change_after_sms(feed: Feed, api: Api, lead: str) -> str:
    sms(api, lead)
    return change(feed)[0]


def test_what_else_the_organization_decides_disturbs_nobody(api: Api, lead: str) -> None:
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        api.do("updateViewer", name="Ada Bluth")
        api.do("inviteUser", email="gob@example.com")
        assert change_after_sms(feed, api, lead) == "InboxItemAdded"


def listen(feed: Feed) -> None:
    """Whatever comes."""
    while True:
        feed.conversation.receive()


def test_who_is_deactivated_hears_no_more(api: Api, lead: str) -> None:
    member = api.colleague()
    with following_inbox(member, inbox_cursor_of(member)) as feed:
        assert change_after_sms(feed, member, lead) == "InboxItemAdded"
        api.do("deactivateUser", userId=public_id("user", member.user_id))
        with pytest.raises(ConnectionClosed):
            listen(feed)  # it may be told first that its feed ends
        assert feed.conversation.connection.close_code == 4403


# ---------------------------------------------------------------- when the database is away


def test_it_goes_on_when_the_database_is_back(stoppable: Stoppable) -> None:
    api = admin_of_new_organization(stoppable.site, "Outage")
    lead = api.lead()
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        one = sms(api, lead)
        assert change(feed)[1]["id"] == one
        api.do("snooze", itemIds=[one], until=soon(seconds=1))
        change(feed)
        stoppable.server.halt()
        assert feed.is_silent(1.5)
        stoppable.server.resume()
        kind, back = change(feed)
        assert (kind, back["id"], back["view"]) == ("InboxItemAdded", one, "INBOX")
        two = sms(api, lead)
        assert change(feed)[1]["id"] == two
