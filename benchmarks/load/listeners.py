"""Clients of subscriptions, thousands in one process. Lines of its input are questions, each is answered by a line:

{"url", "init", "subscribe": [payload, …]}  connects a client for each payload, and says when all have been let in
{"until": n}                                says when n messages have come since its last such answer, and how late
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import struct
import sys
import time
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

import uvloop

CONNECTING_AT_ONCE = 50
PATIENCE_S = 60.0
RECORDED_AT = re.compile(rb'"recordedAt":"([^"]+)"')
_CLOSE, _PING, _PONG, _TEXT = 8, 9, 10, 1
_MASK = bytes(4)  # which masks nothing, and is one


class Tally:
    """What all of them heard."""

    def __init__(self) -> None:
        self.messages = 0
        self.late_s: list[float] = []
        self.wanted: int | None = None
        self.enough = asyncio.Event()
        self.closed = 0

    def heard(self, message: bytes) -> None:
        self.messages += 1
        if found := RECORDED_AT.search(message):
            self.late_s.append(time.time() - datetime.fromisoformat(found[1].decode()).timestamp())
        if self.wanted is not None and self.messages >= self.wanted:
            self.enough.set()


class Client(asyncio.Protocol):
    """One websocket, in graphql-transport-ws."""

    def __init__(self, tally: Tally, host: str, path: str, init: Any, subscribe: Any) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport
        self._tally = tally
        self._host = host
        self._path = path
        self._first = [
            {"type": "connection_init", "payload": init},
            {"id": os.urandom(16).hex(), "type": "subscribe", "payload": subscribe},
        ]
        self._is_open = False
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport = cast(asyncio.Transport, transport)
        transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self._tally.closed += 1
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionError("closed"))

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        if not self._is_open:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            assert b" 101 " in head[:20], head
            self._is_open = True
            self._send(self._first[0])
        self._rest = self._frames(data)

    def _frames(self, data: bytes) -> bytes:
        """Take all that are whole; the rest."""
        start = 0
        while len(data) - start >= 2:
            length, head = data[start + 1], 2
            if length == 126 and len(data) - start >= 4:
                length, head = struct.unpack_from(">H", data, start + 2)[0], 4
            elif length == 127 and len(data) - start >= 10:
                length, head = struct.unpack_from(">Q", data, start + 2)[0], 10
            elif length > 125:
                break
            if len(data) - start < head + length:
                break
            self._frame(data[start] & 15, data[start + head : start + head + length])
            start += head + length
        return data[start:]

    def _frame(self, kind: int, content: bytes) -> None:
        if kind == _TEXT and b'"type":"next"' in content:
            self._tally.heard(content)
        elif kind == _TEXT and b"connection_ack" in content:
            self._send(self._first[1])
            self.ready.set_result(None)
        elif kind == _PING:
            self._write(_PONG, content)
        elif kind == _TEXT and b'"ping"' not in content:
            raise RuntimeError(content[:500])

    def _send(self, message: Any) -> None:
        self._write(_TEXT, json.dumps(message, separators=(",", ":")).encode())

    def _write(self, kind: int, content: bytes) -> None:
        length = len(content)
        head = bytes((0x80 | kind, 0x80 | length)) if length < 126 else struct.pack(">BBH", 0x80 | kind, 0xFE, length)
        self.transport.write(head + _MASK + content)


class Crowd:
    """All of them."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.clients: list[Client] = []

    async def answer(self, question: dict[str, Any]) -> Any:
        if "subscribe" in question:
            return await self.connect(question["url"], question["init"], question["subscribe"])
        return await self.until(question["until"])

    async def connect(self, url: str, init: Any, payloads: list[Any]) -> Any:
        address = urlsplit(url)
        turns = asyncio.Semaphore(CONNECTING_AT_ONCE)

        async def connect(payload: Any) -> Client:
            async with turns:
                _, client = await asyncio.get_running_loop().create_connection(
                    lambda: Client(self.tally, address.netloc, address.path, init, payload),
                    address.hostname or "",
                    address.port or 80,
                )
                async with asyncio.timeout(PATIENCE_S):
                    await client.ready
            return client

        self.clients += await asyncio.gather(*map(connect, payloads))
        return {"connected": len(self.clients)}

    async def until(self, wanted: int) -> Any:
        tally = self.tally
        tally.wanted = wanted
        if tally.messages < wanted:
            async with asyncio.timeout(PATIENCE_S):
                await tally.enough.wait()
        found = {"messages": tally.messages, "late_s": tally.late_s, "closed": tally.closed}
        tally.messages, tally.late_s, tally.wanted = tally.messages - wanted, [], None
        tally.enough.clear()
        return found


async def main() -> None:
    reader = asyncio.StreamReader(limit=1 << 28)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    crowd = Crowd()
    print("{}", flush=True)
    while line := await reader.readline():
        print(json.dumps(await crowd.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(main())
