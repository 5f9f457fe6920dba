"""inboxFeed: what changes in somebody's own inbox arrives there, at once or on coming back, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from schema.cursors import feed_place
from schema.ids import public_id
from tests.support.api import Api
from tests.support.feeds import DESK_FEED, change, cursor_of, following, following_inbox, inbox_cursor_of, kinds
from tests.support.inboxes import moment, sms
from tests.support.waiting import until

MAIL = {"direction": "INBOUND", "sender": "lindsay@bluth.example", "to": ["ada@example.com"], "subject": "Stairs"}


def newest(api: Api, view: str = "INBOX") -> Any:
    """What stands last in a view."""
    source = "query ($view: InboxView) { inbox(view: $view, last: 1) { nodes { id view } } }"
    return api.ask(source, view=view)["inbox"]["nodes"][0]


def stage(api: Api, label: str) -> str:
    """The stage of this label."""
    (pipeline,) = api.ask("{ organization { pipelines { statuses { id label } } } }")["organization"]["pipelines"]
    return next(str(one["id"]) for one in pipeline["statuses"] if one["label"] == label)


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
            api.do(mutation, itemIds=[item], **({"until": moment(hours=1)} if mutation == "snooze" else {}))
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
    api.do("snooze", itemIds=[item], until=moment(hours=1), idempotencyKey="last")
    with following_inbox(api, after) as feed:
        told = feed.item()
        assert (told["idempotencyKey"], told["changes"][0]["item"]["view"]) == ("last", "FUTURE")
        assert feed.is_silent(0.2)


@pytest.mark.parametrize("key", ["mine", "ключ\n2", "k" * 255])
def test_a_task_that_is_done_with_others_is_told_with_the_writer_s_key(api: Api, lead: str, key: str) -> None:
    api.do("addTask", leadId=lead, text="Call", dueDate="2026-01-01")
    ids = [newest(api)["id"], sms(api, lead)]
    with (
        following_inbox(api, inbox_cursor_of(api)) as feed,
        following(api, lead, cursor_of(api, lead), DESK_FEED) as page,
    ):
        for mutation in ("markDone", "markNotDone"):
            api.do(mutation, itemIds=ids, idempotencyKey=f"{mutation} {key}"[:255])
            told = [one["idempotencyKey"] for one in (*feed.items(2), *page.items(2))]
            assert told == [f"{mutation} {key}"[:255]] * 4


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
    sent = {"direction": "OUTBOUND", "messageId": "<1@acme.example>", "followUpAt": moment(hours=1)}
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
    with (
        following(api, lead, after, DESK_FEED) as mine,
        following(colleague, lead, after, DESK_FEED) as theirs,
    ):
        for mutation in ("markDone", "markNotDone", "snooze"):
            until = {"until": moment(hours=1)} if mutation == "snooze" else {}
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
    with following(api, lead, cursor_of(api, lead), DESK_FEED) as feed:
        api.do("markDone", itemIds=[newest(api)["id"]])
        told = activities(feed.item())
    assert sorted(told) == sorted(("ActivityChanged", one["email"]["id"]) for one in mails)


def test_items_of_other_leads_change_nothing_on_the_page(api: Api, lead: str) -> None:
    item = sms(api, api.lead())
    with following(api, lead, cursor_of(api, lead), DESK_FEED) as feed:
        api.do("markDone", itemIds=[item])
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert feed.item()["cursor"] == done["cursor"]


def test_an_answer_changes_the_mail_that_waited_for_it(api: Api, lead: str) -> None:
    sent = {"direction": "OUTBOUND", "messageId": "<1@acme.example>", "followUpAt": moment(hours=1)}
    waiting = api.do("logEmail", "email { id }", leadId=lead, **sent)["email"]["id"]
    with following(api, lead, cursor_of(api, lead), DESK_FEED) as feed:
        reply = {"direction": "INBOUND", "sender": "lindsay@bluth.example", "to": ["sales@acme.example"]}
        answer = api.do("logEmail", "email { id }", leadId=lead, inReplyTo="<1@acme.example>", **reply)["email"]["id"]
        assert activities(feed.item()) == [("ActivityAdded", answer), ("ActivityChanged", waiting)]
