"""Crowds of subscribers in a process of their own, and what a server's process takes for them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.programs import Answering, answering, environment

MS = 1_000_000  # nanoseconds


class Crowd:
    """Subscribers; what they hear is counted together."""

    def __init__(self, program: Answering) -> None:
        self._program = program

    def subscribe(self, url: str, payloads: Sequence[Any], key: str = "") -> None:
        """Let a client of its own subscribe with each of these payloads; returns when all are let in."""
        address = re.sub("^http", "ws", url)
        init = {"authorization": f"Bearer {key}"} if key else {}
        self._program.ask(url=address, init=init, subscribe=list(payloads))

    def hears(self, messages: int) -> list[float]:
        """Wait until so many more came. Of those that say when they were recorded, how late each was, in seconds."""
        found = self._program.ask(until=messages)
        if found["closed"]:
            raise RuntimeError(f"{found['closed']} subscribers were closed")
        late_s: list[float] = found["late_s"]
        return late_s


@contextmanager
def crowd() -> Iterator[Crowd]:
    """A new one."""
    with answering([sys.executable, "-m", "benchmarks.load.listeners"], env=environment()) as program:
        yield Crowd(program)


def cpu_ns(pid: int) -> int:
    """What all threads of a process have taken of processors so far."""
    return sum(int(one.read_text().split()[0]) for one in Path(f"/proc/{pid}/task").glob("*/schedstat"))


def resident_bytes(pid: int) -> int:
    """Memory that a process takes."""
    found = re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) * 1024
