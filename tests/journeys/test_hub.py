"""The hub behind the subscriptions: it lives without hints, and keeps nobody who has left."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import asyncpg
import pytest

from app.database import Database
from app.embedded import Embedded
from app.ids import ActivityId, uuid7
from app.lead.calls import CallLogged
from app.lead.details import CreateLead, UpdateLead
from app.live.hub import Hub
from app.live.tails import SUBSCRIBER_QUEUE_MAX
from app.vocabulary import Direction
from tests.support.api import Api, admin_of_new_organization
from tests.support.feeds import cursor_of, following, talking
from tests.support.histories import append
from tests.support.office import Office, superuser_url
from tests.support.serving import TIMEOUT_S, Site, serving
from tests.support.waiting import until

LISTENING = """SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN%'"""


@pytest.fixture
def alone(database: Database) -> Iterator[Site]:
    """A server with a database of its own."""
    with serving(database) as site:
        yield site


@pytest.fixture
async def operator(server: Embedded, database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Somebody who may end other people's connections."""
    connection = await asyncpg.connect(superuser_url(server, database))
    yield connection
    await connection.close()


async def listeners(operator: asyncpg.Connection) -> list[int]:
    return [row["pid"] for row in await operator.fetch(LISTENING)]


async def test_without_hints_changes_arrive_all_the_same(alone: Site, operator: asyncpg.Connection) -> None:
    api = admin_of_new_organization(alone)
    lead = api.lead()
    with following(api, lead, cursor_of(api, lead)) as feed:
        api.do("updateLead", leadId=lead, name="Bluth")
        feed.item()  # so it has read what it missed, and waits
        (pid,) = await listeners(operator)
        await operator.execute("SELECT pg_terminate_backend($1, 5000)", pid)
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert feed.item(3.0)["cursor"] == done["cursor"]


async def test_a_burst_while_a_backlog_is_being_read_arrives_too(office: Office) -> None:
    lead, burst = CreateLead(), SUBSCRIBER_QUEUE_MAX + 1
    start = (await office.run(lead)).position
    for name in ("Sitwell", "Bluth"):
        await office.run(UpdateLead(lead_id=lead.lead_id, name=name))
    listen = partial(asyncpg.connect, office.system.database.app_url)
    async with asyncio.timeout(TIMEOUT_S), Hub(office.system.store, listen) as hub:
        slow = hub.watch(office.org_id, lead.lead_id, after=start)
        quick = hub.watch(office.org_id, lead.lead_id, after=start + 2)
        await anext(slow)
        calls = [CallLogged(call_id=ActivityId(uuid7()), direction=Direction.INBOUND) for _ in range(burst)]
        await append(office.system, office.request(), lead.lead_id, calls)
        for _ in calls:
            await anext(quick)  # now everybody was offered all of them
        assert [(await anext(slow)).position for _ in range(burst + 1)] == [*range(start + 2, start + burst + 3)]
        for watcher in (slow, quick):
            await watcher.aclose()  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(2))
def test_what_is_written_at_any_moment_of_subscribing_arrives(api: Api, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(20):
        lead = api.lead()
        after = cursor_of(api, lead)
        pause_s = dice.random() * 0.01
        with ThreadPoolExecutor(1) as threads, following(api, lead, after) as feed:
            writing = threads.submit(rename_after, pause_s, api, lead)
            assert feed.item(3.0)["cursor"] == writing.result()


def rename_after(pause_s: float, api: Api, lead: str) -> Any:
    time.sleep(pause_s)
    return api.do("updateLead", leadId=lead, name="Sitwell")["cursor"]


async def test_a_lost_connection_for_hints_is_opened_again(alone: Site, operator: asyncpg.Connection) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        while not (found := await listeners(operator)):  # the server has just begun
            await operator.execute("SELECT pg_sleep(0.01)")
    (before,) = found
    await operator.execute("SELECT pg_terminate_backend($1)", before)
    for _ in range(400):
        now = await listeners(operator)
        if now not in ([], [before]):
            break
        await operator.execute("SELECT pg_sleep(0.01)")
    assert len(now) == 1


async def test_a_hint_that_names_nothing_disturbs_nobody(alone: Site, operator: asyncpg.Connection) -> None:
    api = admin_of_new_organization(alone)
    lead = api.lead()
    with following(api, lead, cursor_of(api, lead)) as feed:
        for payload in ("", "x", "00000000-0000-0000-0000-000000000000"):
            await operator.execute("SELECT pg_notify('leadstream_log', $1)", payload)
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert feed.item()["cursor"] == done["cursor"]


def watched(site: Site) -> Any:
    return lambda: len(site.hub) == 1


def empty(site: Site) -> Any:
    return lambda: len(site.hub) == 0


def test_who_unsubscribes_is_forgotten(api: Api, lead: str) -> None:
    until(empty(api.site), "the tests before have left")
    with following(api, lead, None) as feed:
        until(watched(api.site), "it watches")
        feed.conversation.send(id="1", type="complete")
        until(empty(api.site), "it is forgotten")


def test_who_closes_the_connection_is_forgotten(api: Api, lead: str) -> None:
    until(empty(api.site), "the tests before have left")
    with following(api, lead, None):
        until(watched(api.site), "it watches")
    until(empty(api.site), "it is forgotten")


def test_who_is_gone_without_a_word_is_forgotten(api: Api, lead: str) -> None:
    until(empty(api.site), "the tests before have left")
    with following(api, lead, None) as feed:
        until(watched(api.site), "it watches")
        # Closing with no time to linger resets the connection: no goodbye of any kind.
        feed.conversation.connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        feed.conversation.connection.socket.shutdown(socket.SHUT_RD)
        feed.conversation.connection.socket.close()
        until(empty(api.site), "it is forgotten")


@pytest.mark.parametrize("after", ["x", None])
def test_a_subscription_that_is_refused_leaves_nobody_behind(api: Api, after: str | None) -> None:
    until(empty(api.site), "the tests before have left")
    with following(api, "lead_0000000000000000000000", after) as feed:
        assert feed.conversation.receive()["type"] == "error"
        assert len(api.site.hub) == 0


def test_one_who_leaves_takes_nobody_along(api: Api, lead: str) -> None:
    with talking(api) as conversation:
        source = "subscription ($id: ID!) { leadFeed(leadId: $id) { cursor } }"
        for id in ("a", "b"):
            conversation.send(id=id, type="subscribe", payload={"query": source, "variables": {"id": lead}})
        until(lambda: len(api.site.channels) == 2, "both watch")
        assert len(api.site.hub) == 1
        conversation.send(id="a", type="complete")
        until(lambda: len(api.site.channels) == 1, "one is left")
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        message = conversation.receive()
    assert (message["id"], message["payload"]["data"]["leadFeed"]["cursor"]) == ("b", done["cursor"])
