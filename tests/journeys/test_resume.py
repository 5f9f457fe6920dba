"""Coming back with a cursor: nothing is missed, nothing comes twice, whatever broke in between."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from app.database import Database
from tests.support.api import Api
from tests.support.feeds import cursor_of, following
from tests.support.processes import server_process

CHANGES = 60


def rename_often(api: Api, lead: str) -> list[str]:
    """Cursors of all the changes."""
    return [api.do("updateLead", leadId=lead, name=f"Bluth {number}")["cursor"] for number in range(CHANGES)]


@pytest.mark.parametrize("seed", range(3))
def test_a_reader_that_leaves_at_any_point_while_others_write_has_no_gap(api: Api, lead: str, seed: int) -> None:
    dice, seen, after = random.Random(seed), list[str](), cursor_of(api, lead)
    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(rename_often, api, lead)
        while len(seen) < CHANGES:
            with following(api, lead, after) as feed:
                stay = min(dice.randrange(12), CHANGES - len(seen))
                seen += [item["cursor"] for item in feed.items(stay)]
                after = feed.cursor or after
        assert seen == writing.result()


def test_the_cursor_of_a_mutation_resumes_behind_it(api: Api, lead: str) -> None:
    first = api.do("updateLead", leadId=lead, name="Sitwell")
    second = api.do("updateLead", leadId=lead, name="Bluth")
    with following(api, lead, first["cursor"]) as feed:
        assert feed.item()["cursor"] == second["cursor"]


def test_the_cursor_of_a_list_resumes_a_lead_of_it(api: Api, lead: str) -> None:
    after = api.ask("{ leads { feedCursor } }")["leads"]["feedCursor"]
    done = api.do("updateLead", leadId=lead, name="Sitwell")
    with following(api, lead, after) as feed:
        assert feed.item()["cursor"] == done["cursor"]


def test_what_is_written_between_the_page_and_the_subscription_arrives(api: Api, lead: str) -> None:
    page = api.look(lead, "name feedCursor")
    done = api.do("updateLead", leadId=lead, name="Sitwell")
    with following(api, lead, page["feedCursor"]) as feed:
        assert feed.item()["cursor"] == done["cursor"]


def test_a_stopping_server_completes_its_subscriptions_and_says_that_it_comes_back(
    api: Api, lead: str, common_database: Database, tmp_path: Path
) -> None:
    with server_process(common_database, tmp_path) as server, following(api.at(server.url), lead, None) as feed:
        server.program.terminate()
        assert feed.conversation.receive() == {"id": "1", "type": "complete"}
        with pytest.raises(ConnectionClosed):
            feed.conversation.receive()
        assert feed.conversation.connection.close_code == 1012


def test_a_killed_server_s_subscriber_resumes_at_another_one(
    api: Api, lead: str, common_database: Database, tmp_path: Path
) -> None:
    with server_process(common_database, tmp_path) as server, following(api.at(server.url), lead, None) as feed:
        feed.cursor = cursor_of(api, lead)
        server.program.kill()
        with pytest.raises(ConnectionClosed):
            feed.conversation.receive()
    done = api.do("updateLead", leadId=lead, name="Sitwell")
    with following(api, lead, feed.cursor) as resumed:
        assert resumed.item()["cursor"] == done["cursor"]


def test_what_one_server_writes_another_one_delivers(
    api: Api, lead: str, common_database: Database, tmp_path: Path
) -> None:
    after = cursor_of(api, lead)
    with server_process(common_database, tmp_path) as server:
        there = api.at(server.url)
        with following(there, lead, after) as far, following(api, lead, after) as near:
            here = api.do("updateLead", leadId=lead, name="Sitwell", idempotencyKey="here")
            over_there = there.do("updateLead", leadId=lead, name="Bluth", idempotencyKey="there")
            seen = [[(item["cursor"], item["idempotencyKey"]) for item in feed.items(2)] for feed in (near, far)]
    assert seen == [[(here["cursor"], "here"), (over_there["cursor"], "there")]] * 2
