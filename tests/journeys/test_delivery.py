"""What a subscription delivers: every event of its lead, in the log's order, each with all its changes."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from tests.support.api import Api
from tests.support.feeds import FEED, cursor_of, following, kinds
from tests.support.histories import log_calls


def calls_in(items: list[Any]) -> list[str]:
    return [item["changes"][0]["activity"]["id"] for item in items]


def test_a_status_change_is_one_item_with_the_lead_and_its_entry(api: Api, lead: str) -> None:
    with following(api, lead, cursor_of(api, lead)) as feed:
        done = api.do("changeLeadStatus", "activity { id }", leadId=lead, status="Qualified", idempotencyKey="k")
        item = feed.item()
    assert kinds(item) == ["LeadChanged", "ActivityAdded"]
    assert item["changes"][1]["activity"]["id"] == done["activity"]["id"]
    assert (item["cursor"], item["idempotencyKey"], item["user"]["name"]) == (done["cursor"], "k", "Ada")


def test_two_events_of_one_command_are_two_items_in_order_and_the_last_has_the_command_s_cursor(
    api: Api, lead: str
) -> None:
    after = cursor_of(api, lead)
    with following(api, lead, after) as feed:
        done = api.do("writeNote", "note { id }", leadId=lead, text="x", pinned=True, idempotencyKey="k")
        written, pinned = feed.items(2)
    assert (kinds(written), kinds(pinned)) == (["ActivityAdded"], ["ActivityChanged", "PinsChanged"])
    assert (written["idempotencyKey"], pinned["idempotencyKey"]) == ("k", "k")
    assert pinned["cursor"] == done["cursor"] not in (written["cursor"], after)


def test_resuming_between_two_events_of_one_command_gives_the_second_one(api: Api, lead: str) -> None:
    after = cursor_of(api, lead)
    api.do("writeNote", leadId=lead, text="x", pinned=True)
    with following(api, lead, after) as feed:
        between = feed.item()["cursor"]
    with following(api, lead, between) as feed:
        assert kinds(feed.item()) == ["ActivityChanged", "PinsChanged"]


def test_deleting_a_pinned_note_changes_the_strip_too(api: Api, lead: str) -> None:
    notes = [api.do("writeNote", "note { id }", leadId=lead, text="x", pinned=True)["note"]["id"] for _ in range(2)]
    with following(api, lead, cursor_of(api, lead)) as feed:
        api.do("deleteActivity", activityId=notes[0])
        item = feed.item()
    removed, pins = item["changes"]
    assert removed == {"__typename": "ActivityRemoved", "activityId": notes[0]}
    assert pins["pinnedActivities"] == [{"id": notes[1]}]


def test_deleting_a_note_that_is_not_pinned_leaves_the_strip_alone(api: Api, lead: str) -> None:
    note = api.do("writeNote", "note { id }", leadId=lead, text="x")["note"]["id"]
    with following(api, lead, cursor_of(api, lead)) as feed:
        api.do("deleteActivity", activityId=note)
        assert kinds(feed.item()) == ["ActivityRemoved"]


def test_the_end_of_a_pin_changes_the_note_and_the_strip(api: Api, lead: str) -> None:
    note = api.do("writeNote", "note { id }", leadId=lead, text="x", pinned=True)["note"]["id"]
    with following(api, lead, cursor_of(api, lead)) as feed:
        api.do("unpinNote", noteId=note)
        changed, pins = feed.item()["changes"]
    assert (changed["activity"]["pinnedAt"], pins["pinnedActivities"]) == (None, [])


def test_an_item_shows_what_is_now_and_what_is_gone_again_is_left_out(api: Api, lead: str) -> None:
    after = cursor_of(api, lead)
    call = api.do("logCall", "call { id }", leadId=lead, direction="INBOUND")["call"]["id"]
    api.do("deleteActivity", activityId=call)
    with following(api, lead, after) as feed:
        assert feed.item()["changes"] == [{"__typename": "ActivityRemoved", "activityId": call}]


def test_a_feed_cursor_inside_an_item_is_never_ahead_of_it(api: Api, lead: str) -> None:
    after = cursor_of(api, lead)
    for name in ("Sitwell", "Bluth"):
        api.do("updateLead", leadId=lead, name=name)
    with following(api, lead, after) as feed:
        items = feed.items(2)
    assert [item["changes"][0]["lead"]["feedCursor"] for item in items] == [item["cursor"] for item in items]


def test_who_joined_after_the_subscription_began_is_named_too(api: Api, lead: str) -> None:
    with following(api, lead, cursor_of(api, lead)) as feed:
        api.colleague().do("updateLead", leadId=lead, name="Sitwell")
        assert feed.item()["user"]["name"] == "Mem Ber"


def test_other_leads_are_not_heard_of(api: Api, lead: str) -> None:
    other = api.lead(name="Other")
    with following(api, lead, cursor_of(api, lead)) as feed:
        api.do("updateLead", leadId=other, name="Another")
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert feed.item()["cursor"] == done["cursor"]


def test_what_changes_nothing_on_the_page_is_no_item(api: Api, lead: str) -> None:
    with following(api, lead, cursor_of(api, lead)) as feed:
        api.do("changeLeadStatus", leadId=lead, status="Potential")
        api.do("updateLead", leadId=lead, name="Bluth Company")
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert feed.item()["cursor"] == done["cursor"]


def test_without_a_cursor_a_feed_begins_now(api: Api, lead: str) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell")
    with following(api, lead, None) as feed:
        item = None
        for number in range(100):  # until it follows
            api.do("updateLead", leadId=lead, description=f"{number}")
            with suppress(TimeoutError):
                item = feed.item(0.05)
                break
    assert item is not None
    assert item["changes"][0]["eventType"] == "lead.description_changed"


def test_a_burst_larger_than_a_subscriber_s_queue_arrives_whole_and_in_order(api: Api, lead: str) -> None:
    with following(api, lead, cursor_of(api, lead)) as feed:
        calls = log_calls(api, lead, 300)
        assert calls_in(feed.items(300)) == calls
        assert feed.is_silent(0.2)


def test_a_client_that_reads_nothing_for_a_while_misses_nothing(api: Api, lead: str) -> None:
    source = FEED.replace("id kind", "id kind ... on Call { note }")
    with following(api, lead, cursor_of(api, lead), source, buffer_bytes=8_192) as feed:
        # More than the sockets between us hold, then more than a subscriber's queue holds.
        calls = log_calls(api, lead, 120, note="x" * 90_000) + log_calls(api, lead, 300)
        assert calls_in(feed.items(420)) == calls


def test_several_subscribers_of_one_lead_get_the_same(api: Api, lead: str) -> None:
    after = cursor_of(api, lead)
    with following(api, lead, after) as one, following(api.colleague(), lead, after) as other:
        api.do("updateLead", leadId=lead, name="Sitwell")
        assert one.item() == other.item()
