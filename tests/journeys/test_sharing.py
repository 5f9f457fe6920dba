"""Subscribers who share what they are told: alike but for their ids, each in order and without a gap."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from app.vocabulary import Role
from schema.ids import public_id
from tests.support.api import Api, admin_of_new_organization
from tests.support.feeds import (
    FEED,
    Conversation,
    Feed,
    change,
    cursor_of,
    following,
    following_inbox,
    inbox_cursor_of,
    kinds,
    talking,
)
from tests.support.histories import log_calls
from tests.support.serving import Site
from tests.support.waiting import until

NAMES = """subscription ($leadId: ID!, $after: Cursor) { leadFeed(leadId: $leadId, after: $after) {
  cursor changes { __typename ... on LeadChanged { lead { name %s } } } } }"""
VIEWERS = NAMES % "viewerCanEdit"
PLAIN = NAMES % ""


@pytest.fixture(autouse=True)
def nobody_else(site: Site) -> Iterator[None]:
    """Those of the tests before have left; so will those of this one."""
    until(lambda: site.channels.count == 0, "nobody shares anything")
    yield
    until(lambda: (site.channels.count, len(site.hub)) == (0, 0), "nothing is left")


def shared_by(api: Api, subscribers: int, channels: int) -> None:
    """Wait until so many share so many executions."""
    shares = api.site.channels
    until(lambda: (len(shares), shares.count) == (subscribers, channels), f"{subscribers} share {channels}")


def raw(conversation: Conversation) -> str:
    text = conversation.connection.recv(20)
    assert isinstance(text, str)
    return text


def test_of_two_each_gets_the_same_text_under_its_own_id(api: Api, lead: str) -> None:
    colleague, ids = api.colleague(), ("1", 'ид "2"\n')
    with talking(api) as one, talking(colleague) as other:
        for conversation, id in zip((one, other), ids, strict=True):
            conversation.subscribe(FEED, id=id, leadId=lead)
        shared_by(api, 2, 1)
        assert len(api.site.hub) == 1
        api.do("updateLead", leadId=lead, name="Sitwell \u2028 🏃")
        texts = [raw(conversation) for conversation in (one, other)]
    first, second = (text.partition(',"type":"next","payload":') for text in texts)
    assert first[1:] == second[1:]
    assert "Sitwell" in first[2]
    assert (first[0], second[0]) == ('{"id":"1"', '{"id":"ид \\"2\\"\\n"')


def test_several_of_one_connection_share_too(api: Api, lead: str) -> None:
    with talking(api) as conversation:
        for id in "abc":
            conversation.subscribe(PLAIN, id=id, leadId=lead)
        shared_by(api, 3, 1)
        api.do("updateLead", leadId=lead, name="Sitwell")
        assert sorted(conversation.receive()["id"] for _ in range(3)) == ["a", "b", "c"]


def test_where_one_begins_keeps_nobody_apart(api: Api, lead: str) -> None:
    before = cursor_of(api, lead)
    done = api.do("updateLead", leadId=lead, name="Sitwell")
    with following(api, lead, before) as early, following(api, lead, None) as late:
        assert early.item()["cursor"] == done["cursor"]
        shared_by(api, 2, 1)
        done = api.do("updateLead", leadId=lead, name="Bluth")
        assert [feed.item()["cursor"] for feed in (early, late)] == [done["cursor"]] * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [((PLAIN, {}), (PLAIN + " ", {})), ((PLAIN, {}), (PLAIN, {"other": 1}))],
    ids=["text", "variables"],
)
def test_another_document_is_executed_for_itself(api: Api, lead: str, one: Any, other: Any) -> None:
    with talking(api) as conversation:
        for id, (source, variables) in {"a": one, "b": other}.items():
            conversation.subscribe(source, id=id, leadId=lead, **variables)
        shared_by(api, 2, 2)


def test_what_is_computed_for_one_viewer_is_shared_with_nobody_else(api: Api, lead: str) -> None:
    colleague = api.colleague()
    with following(api, lead, None, VIEWERS), following(colleague, lead, None, VIEWERS):
        shared_by(api, 2, 2)


def test_it_is_shared_by_devices_of_one_key(api: Api, lead: str) -> None:
    with following(api, lead, None, VIEWERS), following(api, lead, None, VIEWERS):
        shared_by(api, 2, 1)


def test_who_sees_fewer_leads_shares_with_nobody_who_sees_more(api: Api, lead: str) -> None:
    api.do("updateOrganization", visibilityBehavior="ALLOW_UNASSIGNED")
    restricted = [api.colleague(f"{number}@example.com", role=Role.RESTRICTED) for number in range(2)]
    with ExitStack() as held:
        feeds = [held.enter_context(following(one, lead, None, PLAIN)) for one in (api, *restricted)]
        shared_by(api, 3, 3)
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert [feed.item()["cursor"] for feed in feeds] == [done["cursor"]] * 3


def test_who_sees_fewer_leads_from_now_on_leaves_the_others(api: Api, lead: str) -> None:
    member, colleague = api.colleague(), api.colleague("other@example.com")
    with following(member, lead, None, PLAIN) as theirs, following(colleague, lead, None, PLAIN) as ours:
        shared_by(api, 2, 1)
        api.do("changeRole", userId=public_id("user", member.user_id), role="RESTRICTED")
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        (removed,) = theirs.item()["changes"]
        assert removed["__typename"] == "LeadRemoved"
        assert theirs.conversation.receive()["type"] == "complete"
        assert ours.item()["cursor"] == done["cursor"]


def test_who_may_not_be_here_any_more_is_told_nothing_that_others_are_told(api: Api, lead: str) -> None:
    member, colleague = api.colleague(), api.colleague("other@example.com")
    with following(member, lead, None, PLAIN) as theirs, following(colleague, lead, None, PLAIN) as ours:
        shared_by(api, 2, 1)
        api.do("deactivateUser", userId=public_id("user", member.user_id))
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert ours.item()["cursor"] == done["cursor"]
        assert ended(theirs.conversation) in ([], ["error"])


def ended(conversation: Conversation) -> list[str]:
    """Types of the messages until the server closes."""
    found: list[str] = []
    try:
        while True:
            found.append(conversation.receive()["type"])
    except ConnectionClosed:
        return found


def test_a_deleted_lead_ends_the_feeds_of_all(api: Api, lead: str) -> None:
    with following(api, lead, None, PLAIN) as one, following(api.colleague(), lead, None, PLAIN) as other:
        shared_by(api, 2, 1)
        api.do("deleteLead", leadId=lead)
        for feed in (one, other):
            assert [change["__typename"] for change in feed.item()["changes"]] == ["LeadRemoved"]
            assert feed.conversation.receive() == {"id": "1", "type": "complete"}


# ---------------------------------------------------------------- who does not read


def test_who_never_reads_holds_nobody_up_and_hears_everything_later(api: Api, lead: str) -> None:
    source = FEED.replace("id kind", "id kind ... on Call { note }")
    after = cursor_of(api, lead)
    with (
        following(api, lead, after, source, buffer_bytes=8_192) as stuck,
        following(api, lead, after, source) as one,
        following(api, lead, after, source) as other,
    ):
        shared_by(api, 3, 1)
        # More than the sockets between us hold, than a channel keeps, and then than a queue of the hub holds.
        calls = log_calls(api, lead, 60, note="x" * 90_000) + log_calls(api, lead, 300)
        began = time.monotonic()
        assert [heard(feed, 360) for feed in (one, other)] == [calls, calls]
        assert time.monotonic() - began < 10
        assert heard(stuck, 360) == calls
        shared_by(api, 3, 1)
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert [feed.item()["cursor"] for feed in (stuck, one, other)] == [done["cursor"]] * 3


def heard(feed: Feed, count: int) -> list[str]:
    return [item["changes"][0]["activity"]["id"] for item in feed.items(count)]


def test_what_is_kept_for_who_never_reads_is_bounded(api: Api, lead: str) -> None:
    source = FEED.replace("id kind", "id kind ... on Call { note }")
    with following(api, lead, None, source, buffer_bytes=8_192) as stuck, following(api, lead, None, source) as other:
        shared_by(api, 2, 1)
        calls = log_calls(api, lead, 100, note="x" * 90_000)
        assert heard(other, 100) == calls
        (channel,) = api.site.channels._channels.values()
        assert channel._bytes <= 1024 * 1024
        vanish(stuck)


def vanish(feed: Feed) -> None:
    """Be gone without a word, as closing would first read everything."""
    client = feed.conversation.connection.socket
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.shutdown(socket.SHUT_RD)
    client.close()


# ---------------------------------------------------------------- at any moment


def leave_all(here: list[tuple[Feed, int, ExitStack]]) -> None:
    for _, _, stack in here:
        stack.close()


moments = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 4)),
        st.tuples(st.just("come"), st.integers(0, 9)),  # resume that many tenths into what has happened
        st.tuples(st.just("leave"), st.integers(0, 9)),
        st.tuples(st.just("hear"), st.integers(0, 9)),
    ),
    min_size=4,
    max_size=16,
)


@settings(max_examples=20, deadline=None)
@given(moments)
def test_whoever_comes_at_whatever_cut_hears_exactly_the_rest_in_order(
    site: Site, to_do: list[tuple[str, int]]
) -> None:
    api = admin_of_new_organization(site)
    lead = api.lead()
    cursors, here = [cursor_of(api, lead)], list[tuple[Feed, int, ExitStack]]()
    with ExitStack() as held:
        held.callback(leave_all, here)
        for what, number in [*to_do, ("write", 1)]:
            if what == "write":
                cursors += [
                    api.do("updateLead", leadId=lead, name=f"{len(cursors)}.{n}")["cursor"] for n in range(number)
                ]
            elif what == "come":
                cut = number * (len(cursors) - 1) // 9
                stack = ExitStack()
                here.append((stack.enter_context(following(api, lead, cursors[cut], PLAIN)), cut, stack))
            elif here and what == "leave":
                here.pop(number % len(here))[2].close()
            elif here:
                feed = here[number % len(here)][0]
                if feed.cursor != cursors[-1]:
                    feed.item()
        for feed, _, _ in here:
            rest = cursors[cursors.index(str(feed.cursor)) + 1 :]
            assert [item["cursor"] for item in feed.items(len(rest))] == rest


# ---------------------------------------------------------------- inboxes


def test_the_tabs_of_one_viewer_share_what_their_inbox_is_told(api: Api, lead: str) -> None:
    with following_inbox(api, None) as one, following_inbox(api, None) as other:
        shared_by(api, 2, 1)
        assert len(api.site.app.state.inboxes) == 1
        for _ in range(3):
            api.do("logSms", leadId=lead, direction="INBOUND", text="Yes")
            assert raw(one.conversation) == raw(other.conversation)


def test_inboxes_of_others_are_nobody_else_s(api: Api, lead: str) -> None:
    colleague = api.colleague()
    with following_inbox(api, None) as mine, following_inbox(colleague, None) as theirs:
        shared_by(api, 2, 2)
        api.do("logSms", leadId=lead, direction="INBOUND", text="Yes")
        assert kinds(mine.item()) == ["InboxItemAdded"]
        assert theirs.is_silent(0.3)


def test_a_tab_that_comes_back_hears_what_the_other_one_was_told_meanwhile(api: Api, lead: str) -> None:
    with following_inbox(api, None) as stays:
        shared_by(api, 1, 1)
        after = inbox_cursor_of(api)
        for text in "abc":
            api.do("logSms", leadId=lead, direction="INBOUND", text=text)
        told = [change(stays)[1]["id"] for _ in "abc"]
        with following_inbox(api, after) as back:
            assert [change(back)[1]["id"] for _ in "abc"] == told
            shared_by(api, 2, 1)
            api.do("logSms", leadId=lead, direction="INBOUND", text="d")
            assert change(stays) == change(back)
