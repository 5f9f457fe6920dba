"""Many clients in a program of their own, which follow a lead and may vanish without a word.

Arguments: a websocket's address, an API key, a lead, the cursor of its page, how many clients. Says "ready" when all
of them follow, and then nothing more; whoever started it ends it. What comes they read, and pings they answer.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import websockets.asyncio.client
from websockets.typing import Subprotocol

from tests.support.api import Api

CHECKOUT = Path(__file__).parents[2]
AT_ONCE = 8  # that are connecting
FEED = "subscription ($id: ID!, $after: Cursor) { leadFeed(leadId: $id, after: $after) { cursor } }"


@contextmanager
def crowd(api: Api, lead: str, after: str, count: int) -> Iterator[subprocess.Popen[str]]:
    """So many clients that follow a lead, in a process that is gone at the end, if not before."""
    command = [sys.executable, "-m", __name__, api.site.websocket, api.key, lead, after, str(count)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as program:
        try:
            yield program
        finally:
            program.kill()


def wait_for(program: subprocess.Popen[str]) -> None:
    """Until all of them follow."""
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"


async def _follow_all(url: str, key: str, lead: str, after: str, count: int) -> None:
    turns, following = asyncio.Semaphore(AT_ONCE), [asyncio.Event() for _ in range(count)]
    clients = [asyncio.create_task(_follow(url, key, lead, after, turns, one)) for one in following]
    all_follow = asyncio.create_task(_all(following))
    gone, _ = await asyncio.wait([*clients, all_follow], return_when=asyncio.FIRST_COMPLETED)
    assert gone == {all_follow}, "some were not let in, or shown out"
    print("ready", flush=True)  # noqa: T201 - this is how it is heard
    await asyncio.gather(*clients)


async def _all(following: Iterable[asyncio.Event]) -> None:
    for one in following:
        await one.wait()


async def _follow(
    url: str, key: str, lead: str, after: str, turns: asyncio.Semaphore, is_following: asyncio.Event
) -> None:
    subprotocols = [Subprotocol("graphql-transport-ws")]
    async with turns:
        connection = await websockets.asyncio.client.connect(
            url, subprotocols=subprotocols, compression=None, ping_interval=None, open_timeout=60
        )
        await connection.send(json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {key}"}}))
        await connection.recv()
        asked = {"query": FEED, "variables": {"id": lead, "after": after}}
        await connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": asked}))
        await connection.send(json.dumps({"type": "ping"}))
        await connection.recv()
    is_following.set()
    async for _ in connection:
        pass


if __name__ == "__main__":
    address, api_key, lead_id, cursor, number = sys.argv[1:]
    asyncio.run(_follow_all(address, api_key, lead_id, cursor, int(number)))
