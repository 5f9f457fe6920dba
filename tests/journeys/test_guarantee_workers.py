"""Guaranteed: several workers on one database see each other's work, whichever of them a client meets."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from app.database import Database
from tests.journeys.list_page import following_list
from tests.support.api import Api, document
from tests.support.feeds import cursor_of, following
from tests.support.processes import server_process

FEEDS = 8  # over connections of their own, each with one of the workers
CHANGES = 8
ESTABLISHED = "01"  # in /proc/net/tcp


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="whose connection it is, is read from /proc")
def test_two_workers_deliver_what_either_of_them_writes(
    api: Api, lead: str, common_database: Database, tmp_path: Path
) -> None:
    after = cursor_of(api, lead)
    with server_process(common_database, tmp_path, "--workers", "2") as server, ExitStack() as stack:
        there = api.at(server.url)
        pids, port = workers(server.pid), int(server.url.rpartition(":")[2])
        feeds = [stack.enter_context(following(there, lead, after)) for _ in range(FEEDS)]
        feeds += [stack.enter_context(following_list(there, None, after))]
        while not all(clients(pid, port) for pid in pids):
            feeds.append(stack.enter_context(following(there, lead, after)))
            assert len(feeds) < 200, "one worker takes them all"
        done = [renamed(there, lead, number) for number in range(CHANGES)]
        seen = [[feed.item()["cursor"] for _ in range(CHANGES)] for feed in feeds if feed.field == "leadFeed"]
        (listed,) = [feed for feed in feeds if feed.field == "leadsFeed"]
        while listed.item()["cursor"] != done[-1]:
            pass
    assert len(pids) == 2
    assert seen == [done] * len(seen)


def renamed(api: Api, lead: str, number: int) -> str:
    """The cursor of a change that is made over a connection of its own, by whichever worker takes it."""
    answer = httpx.post(
        api.site.graphql,
        json={"query": document("updateLead"), "variables": {"input": {"leadId": lead, "name": f"Bluth {number}"}}},
        headers={"authorization": f"Bearer {api.key}"},
        timeout=20,
    )
    cursor: str = answer.json()["data"]["updateLead"]["cursor"]
    return cursor


def workers(parent: int) -> list[int]:
    """Processes that serve for another one."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            behind_name = stat.read_text().rpartition(") ")[2].split()
            command = (stat.parent / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(behind_name[1]) == parent and b"spawn_main" in command:
            found.append(int(stat.parent.name))
    return found


def clients(pid: int, port: int) -> int:
    """How many connections to a port a process has taken."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    taken = {f"socket:[{line[9]}]" for line in lines if line[1].endswith(f":{port:04X}") and line[3] == ESTABLISHED}
    found = 0
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed in the meantime
            found += str(one.readlink()) in taken
    return found
