"""A load generator in one process, for machines without wrk. Usage: sockets CONNECTIONS SECONDS URL, and LOAD_*."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

from benchmarks.rates import rate

STEP = 7919  # shares no divisor with the number of leads, so all of them are visited, in no order of the disk


class Requests:
    """Requests as bytes, each with the next id."""

    def __init__(self, host: str, path: str) -> None:
        self._template = Path(os.environ["LOAD_TEMPLATE"]).read_text()
        self._ids = Path(os.environ["LOAD_IDS"]).read_text().split("\n")
        self._run = os.environ["LOAD_RUN"]
        self._number = 0
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Authorization: {os.environ['LOAD_AUTHORIZATION']}\r\nContent-Length: "
        )

    def next(self) -> bytes:
        self._number += 1
        id = self._ids[self._number * STEP % len(self._ids)]
        body = self._template.replace("__ID__", id).replace("__N__", f"{self._run}{self._number}").encode()
        return f"{self._head}{len(body)}\r\n\r\n".encode() + body


class Counts:
    """What all connections found."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.taken: list[float] = []
        self.failures = 0


async def connection(host: str, port: int, requests: Requests, counts: Counts) -> None:
    """One request after the other until time is over."""
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 20)
    while (began := time.perf_counter()) < counts.until:
        writer.write(requests.next())
        head = await reader.readuntil(b"\r\n\r\n")
        await _skip_body(head.lower(), reader)
        counts.taken.append(time.perf_counter() - began)
        counts.failures += b" 200 " not in head[:16]
    writer.close()


async def _skip_body(head: bytes, reader: asyncio.StreamReader) -> None:
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
    if length:
        await reader.readexactly(int(length))
        return
    size = -1
    while size != 0:  # chunked
        size = int((await reader.readline()).partition(b";")[0], 16)
        await reader.readexactly(size + 2)


async def main(connections: int, seconds: float, url: str) -> None:
    address = urlsplit(url)
    host, port = address.hostname or "127.0.0.1", address.port or 80
    requests = Requests(address.netloc, address.path)
    began = time.perf_counter()
    counts = Counts(began + seconds)
    await asyncio.gather(*(connection(host, port, requests, counts) for _ in range(connections)))
    found = rate(counts.taken, time.perf_counter() - began)
    print(json.dumps({**found, "failures": counts.failures}))


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]))
