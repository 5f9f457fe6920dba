"""inboxFeed for whoever comes back, here or on another server, or when the database does."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.database import Database
from app.ids import uuid7
from schema.cursors import FeedPlace, feed_cursor, feed_place, inbox_cursor, inbox_place
from tests.journeys.conftest import Stoppable
from tests.support.api import Api, admin_of_new_organization
from tests.support.feeds import change, cursor_of, following, following_inbox, gap, inbox_cursor_of, kinds
from tests.support.inboxes import fill, moment, sms
from tests.support.processes import server_process
from tests.support.waiting import until


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
    place, told_until = inbox_place(inbox_cursor_of(api), "after")
    assert told_until is not None
    with following_inbox(api, inbox_cursor(FeedPlace(place.org_id, uuid7(), place.position), told_until)) as feed:
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


def test_it_goes_on_when_the_database_is_back(stoppable: Stoppable) -> None:
    api = admin_of_new_organization(stoppable.site, "Outage")
    lead = api.lead()
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        one = sms(api, lead)
        assert change(feed)[1]["id"] == one
        api.do("snooze", itemIds=[one], until=moment(seconds=1))
        change(feed)
        stoppable.server.halt()
        assert feed.is_silent(1.5)
        stoppable.server.resume()
        kind, back = change(feed)
        assert (kind, back["id"], back["view"]) == ("InboxItemAdded", one, "INBOX")
        two = sms(api, lead)
        assert change(feed)[1]["id"] == two
