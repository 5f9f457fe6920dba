"""Guaranteed: whoever comes back with a cursor gets exactly the rest, in order, from every place, at every process."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from schema.cursors import FeedPlace, feed_cursor, feed_place
from tests.journeys.list_page import FEED as LISTS
from tests.journeys.list_page import following_list, list_cursor
from tests.journeys.test_feed_law import STATUSES, Worker
from tests.support.api import Api
from tests.support.feeds import FEED, INBOX_FEED, Conversation, cursor_of, following, talking
from tests.support.serving import Site, serving
from tests.support.streams import streaming

ACTS = 24
WHAT = ["changeLeadStatus", "updateLead", "writeNote", "addContact", "addTask", "logCall", "logSms", "logEmail"]
WHAT += ["pinNote", "unpinNote", "deleteActivity", "completeTask", "updateContact", "markDone", "snooze"]


@pytest.fixture(scope="module")
def elsewhere(site: Site, common_databases: Any) -> Iterator[str]:
    """Another server of the same database, with a system of its own."""
    with serving(common_databases.of(18)) as other:
        yield other.url


def live(api: Api, lead: str, seed: int) -> None:
    """Let random things happen to a lead."""
    dice = random.Random(seed)
    worker = Worker(api, lead)
    for _ in range(ACTS):
        what = dice.choice(WHAT)
        number = dice.randrange(4)
        named = {"changeLeadStatus": dice.choice(STATUSES), "updateLead": f"Bluth {number}", "writeNote": number > 1}
        worker.act(what, named.get(what, number))


def cuts(first: str, last: str) -> list[str]:
    """Cursors of every position from one to another."""
    start, end = feed_place(first, ""), feed_place(last, "")
    return [feed_cursor(start._replace(position=one)) for one in range(start.position, end.position)]


def told(conversation: Conversation, source: str, last: str, **variables: Any) -> list[Any]:
    """Items of a subscription up to the one of a cursor."""
    conversation.subscribe(source, **variables)
    found: list[Any] = []
    while not found or found[-1]["cursor"] != last:
        message = conversation.receive()
        assert message["type"] == "next", message
        (item,) = message["payload"]["data"].values()
        found.append(item)
    conversation.send(id="1", type="complete")
    return found


def is_behind(cursor: str, cut: str) -> bool:
    return feed_place(cursor, "").position > feed_place(cut, "").position


def test_a_lead_s_feed_resumes_at_every_cut_of_a_random_history(api: Api, lead: str) -> None:
    first = cursor_of(api, lead)
    live(api, lead, 1)
    last = api.do("updateLead", leadId=lead, name="The end")["cursor"]
    with talking(api) as conversation:
        whole = told(conversation, FEED, last, leadId=lead, after=first)
        assert len(whole) > ACTS / 3
        assert [item["cursor"] for item in whole] == sorted({item["cursor"] for item in whole})
        for cut in cuts(first, last):
            rest = [item for item in whole if is_behind(item["cursor"], cut)]
            assert told(conversation, FEED, last, leadId=lead, after=cut) == rest


def test_a_list_s_feed_resumes_at_every_cut_of_a_random_history(api: Api) -> None:
    leads = [api.lead(name=f"Bluth {number}") for number in range(5)]
    first, dice = list_cursor(api), random.Random(7)
    touched: dict[str, str] = {}
    for number in range(ACTS):
        lead = dice.choice(leads)
        touched.pop(lead, None)
        touched[lead] = api.do("updateLead", leadId=lead, description=f"{number}")["cursor"]
    last = list_cursor(api)
    with talking(api) as conversation:
        for cut in cuts(first, last):
            items = told(conversation, LISTS, last, after=cut)
            seen = [change["lead"]["id"] for item in items for change in item["changes"]]
            assert seen == [lead for lead, cursor in touched.items() if is_behind(cursor, cut)]


def test_an_inbox_s_feed_resumes_at_every_cut_of_a_random_history(api: Api, lead: str) -> None:
    first = cursor_of(api, lead)
    live(api, lead, 3)
    api.do("logSms", leadId=lead, direction="INBOUND", text="The end")
    log_end = cursor_of(api, lead)
    with talking(api) as conversation:
        conversation.subscribe(INBOX_FEED, after=first)
        whole: list[Any] = []
        while not whole or is_behind(log_end, whole[-1]["cursor"]):
            whole.append(conversation.receive()["payload"]["data"]["inboxFeed"])
        conversation.send(id="1", type="complete")
        for cut in cuts(first, log_end):
            rest = [ids(item) for item in whole if is_behind(item["cursor"], cut)]
            conversation.subscribe(INBOX_FEED, after=cut)
            got = [ids(conversation.receive()["payload"]["data"]["inboxFeed"]) for _ in rest]
            conversation.send(id="1", type="complete")
            assert got == rest


def ids(item: Any) -> list[str]:
    """Which items of an inbox one tells of."""
    return [one["item"]["id"] if "item" in one else one["itemId"] for one in item["changes"]]


def test_each_item_is_taken_from_another_server_and_way(api: Api, lead: str, elsewhere: str) -> None:
    after = cursor_of(api, lead)
    done = [api.do("updateLead", leadId=lead, name=f"Bluth {number}")["cursor"] for number in range(12)]
    seen: list[str] = []
    for number in range(12):
        there = api.at(elsewhere) if number % 2 else api
        if number % 3:
            with following(there, lead, after) as feed:
                after = feed.item()["cursor"]
        else:
            with streaming(there, FEED, leadId=lead, last_event_id=after) as stream:
                after = stream.item()["cursor"]
        seen.append(after)
    assert seen == done


def test_a_list_is_followed_over_two_servers(api: Api, lead: str, elsewhere: str) -> None:
    after, seen = list_cursor(api), []
    for number in range(6):
        done = api.do("updateLead", leadId=lead, name=f"Bluth {number}")["cursor"]
        with following_list(api.at(elsewhere) if number % 2 else api, None, after) as feed:
            after = feed.item()["cursor"]
        seen.append((after, done))
    assert all(got == done for got, done in seen)


def test_a_cursor_from_before_a_restore_ends_in_a_gap(api: Api, lead: str) -> None:
    place = feed_place(cursor_of(api, lead), "")
    for other in (place._replace(epoch=place.org_id), place._replace(position=place.position + 5)):
        with talking(api) as conversation:
            for id, source, variables in (("a", FEED, {"leadId": lead}), ("b", LISTS, {}), ("c", INBOX_FEED, {})):
                conversation.subscribe(source, id=id, after=feed_cursor(FeedPlace(*other)), **variables)
                message = conversation.receive()
                (item,) = message["payload"]["data"].values()
                assert [change["__typename"] for change in item["changes"]] == ["FeedGap"]
                assert conversation.receive() == {"id": id, "type": "complete"}
