"""How a subscription is refused, and how it ends when what was missed cannot be delivered."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import uuid7
from schema.cursors import FeedPlace, feed_cursor, feed_place
from tests.support.api import Api
from tests.support.feeds import cursor_of, following, talking
from tests.support.histories import log_calls

UNKNOWN = "lead_0000000000000000000000"


def refused(api: Api, lead: str, after: str | None = None) -> tuple[str, Any]:
    """Code and path of the error that a subscription ends with."""
    with following(api, lead, after) as feed:
        message = feed.conversation.receive()
    assert message["type"] == "error", message
    (error,) = message["payload"]
    return error["extensions"]["code"], error.get("path")


def test_a_feed_on_an_unknown_lead_is_not_found(api: Api) -> None:
    assert refused(api, UNKNOWN) == ("NOT_FOUND", ["leadFeed"])


def test_an_id_of_another_kind_is_invalid(api: Api) -> None:
    assert refused(api, "task_0000000000000000000000") == ("INVALID", ["leadFeed"])


@pytest.mark.parametrize("after", ["", "x", "\0", "é", "A" * 54, "A" * 5_000])
def test_what_is_no_cursor_is_invalid(api: Api, lead: str, after: str) -> None:
    assert refused(api, lead, after) == ("INVALID", ["leadFeed"])


def test_the_cursor_of_a_page_is_none_of_a_feed(api: Api, lead: str) -> None:
    page = api.look(lead, "activities { pageInfo { endCursor } }")["activities"]["pageInfo"]["endCursor"]
    assert refused(api, lead, page) == ("INVALID", ["leadFeed"])


def test_the_cursor_of_another_organization_is_none_of_ours(api: Api, stranger: Api, lead: str) -> None:
    theirs = cursor_of(stranger, stranger.lead())
    assert refused(api, lead, theirs) == ("INVALID", ["leadFeed"])


def test_a_refused_subscription_leaves_the_conversation_alone(api: Api, lead: str) -> None:
    with talking(api) as conversation:
        conversation.subscribe('subscription { leadFeed(leadId: "x") { cursor } }', id="bad")
        assert conversation.receive()["id"] == "bad"
        conversation.subscribe("{ viewer { name } }", id="good")
        assert conversation.receive()["payload"]["data"] == {"viewer": {"name": "Ada"}}


def gap(api: Api, lead: str, after: str) -> str:
    """The reason of the one item that a feed ends with."""
    with following(api, lead, after) as feed:
        item = feed.item()
        assert feed.conversation.receive() == {"id": "1", "type": "complete"}
    (change,) = item["changes"]
    assert (change["__typename"], item["recordedAt"], item["idempotencyKey"]) == ("FeedGap", None, None)
    reason: str = change["reason"]
    return reason


def test_who_missed_more_than_is_worth_replaying_is_told_to_read_the_page_again(api: Api, lead: str) -> None:
    after = cursor_of(api, lead)
    log_calls(api, lead, 5_001)
    assert gap(api, lead, after) == "the cursor is too old"


def test_what_happened_on_other_leads_does_not_count_as_missed(api: Api, lead: str) -> None:
    after = cursor_of(api, lead)
    log_calls(api, api.lead(), 5_001)
    done = api.do("updateLead", leadId=lead, name="Sitwell")
    with following(api, lead, after) as feed:
        assert feed.item()["cursor"] == done["cursor"]


def test_a_cursor_of_a_log_that_was_replaced_is_a_gap(api: Api, lead: str) -> None:
    place = feed_place(cursor_of(api, lead), "after")
    other = feed_cursor(FeedPlace(place.org_id, uuid7(), place.position))
    assert gap(api, lead, other) == "the log was restored"


def test_a_cursor_ahead_of_the_log_is_a_gap(api: Api, lead: str) -> None:
    place = feed_place(cursor_of(api, lead), "after")
    ahead = feed_cursor(place._replace(position=place.position + 1))
    assert gap(api, lead, ahead) == "the log went back: it was restored"


def test_after_a_gap_the_page_s_cursor_follows_again(api: Api, lead: str) -> None:
    place = feed_place(cursor_of(api, lead), "after")
    gap(api, lead, feed_cursor(place._replace(position=place.position + 1)))
    with following(api, lead, cursor_of(api, lead)) as feed:
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert feed.item()["cursor"] == done["cursor"]
