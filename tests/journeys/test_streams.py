"""Feeds over server-sent events: the same items as over websockets, resumed by the last event's id."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from app.database import Database
from schema.ids import public_id
from tests.journeys.list_page import FEED as LISTS
from tests.journeys.list_page import list_cursor
from tests.support.api import Api
from tests.support.feeds import FEED, INBOX_FEED, cursor_of, following, inbox_cursor_of
from tests.support.inboxes import sms
from tests.support.processes import server_process
from tests.support.streams import streaming
from tests.support.waiting import until

CONSTANT = """subscription { leadFeed(leadId: "%s") { cursor changes { __typename } } }"""


def rename(api: Api, lead: str, *names: str) -> list[str]:
    """Cursors of the changes."""
    return [api.do("updateLead", leadId=lead, name=name)["cursor"] for name in names]


def test_a_stream_has_the_items_of_a_websocket_with_their_cursors_as_ids(api: Api, lead: str) -> None:
    after = cursor_of(api, lead)
    with streaming(api, FEED, leadId=lead, after=after) as stream, following(api, lead, after) as feed:
        for cursor in rename(api, lead, "Sitwell", "Austero"):
            item = stream.item()
            assert item == feed.item()
            assert (item["cursor"], stream.last_id) == (cursor, cursor)


def test_who_comes_back_with_the_last_id_gets_the_rest_whatever_the_document_says(api: Api, lead: str) -> None:
    first, second, third = rename(api, lead, "Sitwell", "Austero", "Bluth")
    with streaming(api, CONSTANT % lead, last_event_id=first) as stream:
        assert [item["cursor"] for item in stream.items(2)] == [second, third]


def test_of_an_argument_and_a_header_the_later_one_counts(api: Api, lead: str) -> None:
    first, second, third = rename(api, lead, "Sitwell", "Austero", "Bluth")
    for after, last in ((first, second), (second, first), (None, second)):
        with streaming(api, FEED, last_event_id=last, leadId=lead, after=after) as stream:
            assert stream.item()["cursor"] == third


def test_the_other_feeds_resume_too(api: Api, lead: str) -> None:
    inbox, listed = inbox_cursor_of(api), list_cursor(api)
    made = sms(api, lead)
    with streaming(api, INBOX_FEED, last_event_id=inbox) as stream:
        assert stream.item()["changes"][0]["item"]["id"] == made
        inbox = stream.last_id or ""
    with streaming(api, LISTS, last_event_id=listed) as stream:
        assert stream.item()["changes"][0]["lead"]["id"] == lead
    other = sms(api, lead)
    with streaming(api, INBOX_FEED, last_event_id=inbox) as stream:
        assert stream.item()["changes"][0]["item"]["id"] == other


def test_an_id_that_is_no_cursor_of_ours_is_invalid(api: Api, stranger: Api, lead: str) -> None:
    for last in ("x", list_cursor(stranger)):
        with streaming(api, FEED, last_event_id=last, leadId=lead) as stream:
            assert stream.errors() == ["INVALID"]


def test_a_lead_that_is_not_there_is_an_error_and_the_end(api: Api) -> None:
    with streaming(api, FEED, leadId="lead_0000000000000000000000") as stream:
        assert stream.errors() == ["NOT_FOUND"]


def test_a_feed_s_end_completes_the_stream(api: Api, lead: str) -> None:
    with streaming(api, FEED, leadId=lead, after=cursor_of(api, lead)) as stream:
        api.do("deleteLead", leadId=lead)
        assert [change["__typename"] for change in stream.item()["changes"]] == ["LeadRemoved"]
        assert stream.event() == ("complete", None)


def test_who_is_shut_out_is_shown_out(api: Api, lead: str) -> None:
    member = api.colleague()
    with streaming(member, FEED, leadId=lead, after=cursor_of(api, lead)) as stream:
        api.do("deactivateUser", userId=public_id("user", member.user_id))
        assert stream.errors() == ["UNAUTHENTICATED"]
        again = httpx.get(f"{api.site.graphql}/stream", headers={"authorization": f"Bearer {member.key}"})
        assert again.status_code == 401


def test_who_leaves_is_forgotten(api: Api, lead: str) -> None:
    until(lambda: len(api.site.channels) == 0, "the tests before have left")
    with streaming(api, FEED, leadId=lead, after=cursor_of(api, lead)):
        until(lambda: len(api.site.channels) == 1, "it follows")
    until(lambda: len(api.site.channels) == 0, "it is forgotten")


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_server_that_goes_away_loses_nothing(
    api: Api, lead: str, common_database: Database, tmp_path: Path, is_killed: bool
) -> None:
    after = cursor_of(api, lead)
    with (
        server_process(common_database, tmp_path) as server,
        streaming(api.at(server.url), FEED, leadId=lead, after=after) as stream,
    ):
        (first,) = rename(api, lead, "Sitwell")
        assert stream.item()["cursor"] == first
        if is_killed:
            server.program.kill()
            with pytest.raises(httpx.TransportError):
                stream.event()
        else:
            server.program.terminate()
            assert stream.event() is None  # its end, without `complete`
    second, third = rename(api, lead, "Austero", "Bluth")
    with streaming(api, FEED, last_event_id=stream.last_id, leadId=lead) as resumed:
        assert [item["cursor"] for item in resumed.items(2)] == [second, third]
