"""Guaranteed: who is slow is held in bounded memory, and who vanishes without a word leaves nothing behind."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from app.database import Database
from schema.edge.server import WebSocketProtocol
from schema.edge.websocket import Connection
from tests.support.api import Api, admin_of_new_organization
from tests.support.crowd import crowd, wait_for
from tests.support.feeds import FEED, Feed, cursor_of, following
from tests.support.histories import log_calls
from tests.support.processes import server_process
from tests.support.serving import Site, serving
from tests.support.waiting import until

CROWD = 1_000
LONG = FEED.replace("id kind", "id kind ... on Call { note }")
SLOW = 20  # clients that never read
NOTE = "x" * 50_000  # characters that each item has
CALLS = 100
MOST_BYTES = 40 * 1024**2  # that the server may grow by; unbounded it would be SLOW * CALLS * len(NOTE)


@pytest.fixture
def alone(common_databases: Any) -> Iterator[Site]:
    """A server to which nobody else comes."""
    with serving(common_databases.of(18)) as site:
        yield site


def held() -> int:
    """Objects of this process, the server's among them."""
    gc.collect()
    return sys.getallocatedblocks()


def connections() -> int:
    gc.collect()
    return sum(isinstance(one, Connection) for one in gc.get_objects())


def ping(timeout_s: float) -> None:
    """Ping all clients now, as happens to each of them every twenty seconds; who does not answer in time is gone."""
    for one in gc.get_objects():
        if isinstance(one, WebSocketProtocol):
            one.stop_keepalive()
            one.ping_timeout = timeout_s
            one.loop.call_soon_threadsafe(one.send_keepalive_ping)


def test_a_thousand_clients_vanish_half_killed_half_stopped(alone: Site) -> None:
    api = admin_of_new_organization(alone)
    lead = api.lead(name="Bluth Company")
    after = cursor_of(api, lead)
    with following(api, lead, after):  # so that all is there that the first one brings about
        until(lambda: len(alone.channels) == 1, "it follows")
    until(lambda: len(alone.channels) == 0 and connections() == 0, "it is forgotten")
    before = held()
    with crowd(api, lead, after, CROWD // 2) as killed, crowd(api, lead, after, CROWD // 2) as stopped:
        wait_for(killed)
        wait_for(stopped)
        until(lambda: len(alone.channels) == CROWD, "all of them follow")
        with_them = held()
        killed.kill()
        stopped.send_signal(signal.SIGSTOP)
        until(lambda: len(alone.channels) == CROWD // 2, "the killed ones are gone")
        api.do("updateLead", leadId=lead, name="Sitwell")  # which goes to nobody who would take it
        ping(0.5)
        until(lambda: len(alone.channels) == 0, "nobody follows")
        until(lambda: connections() == 0, "nobody is connected")
    until(lambda: held() - before < (with_them - before) / 20, "what they took is free again")
    assert len(alone.hub) == 0
    with following(api, lead, after) as feed:
        assert feed.item()["changes"][0]["lead"]["name"] == "Sitwell"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of a process is read from /proc")
def test_clients_that_never_read_are_held_in_bounded_memory_and_miss_nothing(
    api: Api, lead: str, common_database: Database, tmp_path: Path
) -> None:
    after = cursor_of(api, lead)
    with server_process(common_database, tmp_path) as server:
        there = api.at(server.url)
        with following(there, lead, after, LONG, buffer_bytes=8_192) as feed:
            api.do("updateLead", leadId=lead, name="Sitwell")
            feed.item()  # so that all is there that a first item brings about
        with ExitStack() as stack:
            slow = [stack.enter_context(following(there, lead, after, LONG, buffer_bytes=8_192)) for _ in range(SLOW)]
            before, most, calls = resident(server.pid), 0, list[str]()
            for _ in range(CALLS // 10):
                calls += log_calls(api, lead, 10, note=NOTE)
                most = max(most, resident(server.pid))
            seen = [rest(api, lead, feed, after, len(calls) + 1) for feed in slow[:2]]
    assert most - before < MOST_BYTES
    assert seen == [["LeadChanged", *calls]] * 2


def rest(api: Api, lead: str, feed: Feed, after: str, count: int) -> list[str]:
    """What a client gets that begins to read at last, over a new connection if it was given up."""
    feed.cursor, found = after, list[str]()
    while len(found) < count:
        try:
            (change,) = feed.item()["changes"]
            found.append(change["activity"]["id"] if "activity" in change else change["__typename"])
        except ConnectionClosed:
            break
    if len(found) < count:
        with following(api, lead, feed.cursor, LONG) as again:
            missed = again.items(count - len(found))
            found += [change["activity"]["id"] for item in missed for change in item["changes"]]
    return found


def resident(pid: int) -> int:
    """Memory of a process, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("it is gone")
