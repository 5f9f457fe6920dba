"""Guaranteed: whatever breaks in between, nothing is missing from a feed, nothing comes twice, and all is in order."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from websockets.exceptions import WebSocketException

from app.database import Database
from app.ids import ActivityId, decode_id, uuid7
from app.lead.calls import CallLogged
from app.request import Request
from app.situation import Actor
from app.vocabulary import Direction
from tests.journeys.conftest import Stoppable
from tests.journeys.list_page import following_list, list_cursor
from tests.support.api import Api, admin_of_new_organization, document
from tests.support.feeds import FEED, Feed, cursor_of, following
from tests.support.histories import append
from tests.support.processes import server_process
from tests.support.serving import TIMEOUT_S
from tests.support.streams import streaming

CHANGES = 30
LISTENING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN%'"


def persistent(api: Api, lead: str, number: int) -> str:
    """Rename a lead as one does who does not give up: the same again until it is answered. The change's cursor."""
    input = {"leadId": lead, "name": f"Bluth {number}", "idempotencyKey": f"{number}"}
    deadline = time.monotonic() + 3 * TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            answer = api.send(document("updateLead"), input=input).json()
        except httpx.TransportError:
            answer = {}
        done = (answer.get("data") or {}).get("updateLead")
        if done:
            assert done["errors"] == []
            return str(done["cursor"])
        time.sleep(0.02)
    raise AssertionError("it is never answered")


class Writing:
    """Somebody who changes a lead again and again, whatever happens."""

    def __init__(self, threads: ThreadPoolExecutor, api: Api, lead: str) -> None:
        self.done: list[str] = []
        self._api, self._lead = api, lead
        self._work: Future[None] = threads.submit(self._write)

    def _write(self) -> None:
        for number in range(CHANGES):
            self.done.append(persistent(self._api, self._lead, number))
            time.sleep(0.01)

    def wait_for(self, count: int) -> None:
        """Until so many changes are made."""
        while len(self.done) < count and not self._work.done():
            time.sleep(0.005)

    def all(self) -> list[str]:
        """Cursors of all changes."""
        self._work.result()
        return self.done


def cursors(feed: Feed) -> list[str]:
    """Of the items of all changes."""
    return [item["cursor"] for item in feed.items(CHANGES)]


def test_a_lost_hint_delays_and_loses_nothing(api: Api, lead: str) -> None:
    request = Request(org_id=api.org_id, actor=Actor(user_id=api.user_id), source="test", correlation_id=uuid7())
    with following(api, lead, cursor_of(api, lead)) as feed, following_list(api, None, list_cursor(api)) as listed:
        for told in (True, False, False):
            call = CallLogged(call_id=ActivityId(uuid7()), direction=Direction.INBOUND)
            made = append(api.site.system, request, decode_id("lead", lead), [call], hint=told)
            api.site.operate(made)
            here = cursor_of(api, lead)
            assert (feed.item(5)["cursor"], listed.item(5)["cursor"]) == (here, here)


def test_the_connection_for_hints_is_cut_again_and_again(api: Api, lead: str, common_superuser_url: str) -> None:
    with (
        ThreadPoolExecutor(1) as threads,
        following(api, lead, cursor_of(api, lead)) as feed,
        following_list(api, None, list_cursor(api)) as listed,
    ):
        writing = Writing(threads, api, lead)
        for count in (5, 15, 25):
            writing.wait_for(count)
            asyncio.run(cut_listeners(common_superuser_url))
        assert cursors(feed) == writing.all()
        last = writing.done[-1]
        while listed.item()["cursor"] != last:
            pass


async def cut_listeners(url: str) -> None:
    connection = await asyncpg.connect(url)
    for row in await connection.fetch(LISTENING):
        await connection.execute("SELECT pg_terminate_backend($1, 5000)", row["pid"])
    await connection.close()


def test_postgresql_is_restarted_while_somebody_writes(stoppable: Stoppable) -> None:
    api = admin_of_new_organization(stoppable.site, "Restarted")
    lead = api.lead(name="Bluth Company")
    after = cursor_of(api, lead)
    with (
        ThreadPoolExecutor(1) as threads,
        following(api, lead, after) as feed,
        following_list(api, None, after) as listed,
        streaming(api, FEED, leadId=lead, after=after) as stream,
    ):
        writing = Writing(threads, api, lead)
        for count in (5, 20):
            writing.wait_for(count)
            stoppable.server.halt()
            stoppable.server.resume()
        assert cursors(feed) == writing.all()
        assert [item["cursor"] for item in stream.items(CHANGES)] == writing.done
        seen = [listed.item()["cursor"]]
        while seen[-1] != writing.done[-1]:
            seen.append(listed.item()["cursor"])
    assert seen == sorted(seen)
    assert set(seen) <= set(writing.done)


def test_the_server_is_killed_and_started_again_while_somebody_writes(
    api: Api, lead: str, common_database: Database, tmp_path: Path
) -> None:
    dice, after = random.Random(5), cursor_of(api, lead)
    with server_process(common_database, tmp_path) as server, ThreadPoolExecutor(2) as threads:
        there = api.at(server.url)
        port = server.url.rpartition(":")[2]
        writing = Writing(threads, there, lead)
        reading = threads.submit(read_on, there, lead, after)
        writing.wait_for(dice.randrange(5, 15))
        server.program.kill()
        server.program.wait()
        with server_process(common_database, tmp_path, port=port):
            assert reading.result(4 * TIMEOUT_S) == writing.all()


def read_on(api: Api, lead: str, after: str) -> list[str]:
    """Cursors of all changes, over as many connections as it takes: by a websocket and by a stream in turn."""
    seen: list[str] = []
    read: list[Callable[[Api, str, str, list[str]], None]] = [_by_websocket, _by_stream]
    turn = 0
    while len(seen) < CHANGES:
        try:
            read[turn % 2](api, lead, seen[-1] if seen else after, seen)
        except (OSError, EOFError, WebSocketException, httpx.TransportError):
            time.sleep(0.05)
        turn += 1
    return seen


def _by_websocket(api: Api, lead: str, after: str, seen: list[str]) -> None:
    with following(api, lead, after) as feed:
        while len(seen) < CHANGES:
            seen.append(feed.item()["cursor"])


def _by_stream(api: Api, lead: str, after: str, seen: list[str]) -> None:
    with streaming(api, FEED, last_event_id=after, leadId=lead) as stream:
        while len(seen) < CHANGES:
            event: Any = stream.event()
            if event is None:
                return
            seen.append(event[1]["data"]["leadFeed"]["cursor"])
