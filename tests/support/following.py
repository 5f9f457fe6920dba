"""JavaScript clients as programs of their own that follow a lead's feed."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from typing import Any

from tests.javascript import node
from tests.support.api import Api
from tests.support.serving import TIMEOUT_S


class Follower:
    """What it says, line by line."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self.program = program
        self._lines: Queue[Any] = Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def says(self) -> Any:
        """The next line."""
        try:
            line = self._lines.get(timeout=TIMEOUT_S)
        except Empty:
            raise AssertionError("it says nothing") from None
        assert line is not None, f"it ended: {self.program.wait()}"
        return line

    def items(self, count: int) -> list[Any]:
        """The next items; what it says of its connection is passed over."""
        found: list[Any] = []
        while len(found) < count:
            line = self.says()
            found += [line] if "cursor" in line else []
        return found

    def close(self) -> None:
        """End it."""
        self.program.kill()
        self.program.wait()
        self._reader.join()

    def _read(self) -> None:
        assert self.program.stdout is not None
        for line in self.program.stdout:
            self._lines.put(json.loads(line))
        self._lines.put(None)


@contextmanager
def javascript_following(api: Api, lead: str, after: str, count: int) -> Iterator[Follower]:
    """Follow until so many events were seen, or the block ends."""
    with talking("follow.js", api.site.websocket, api.key, lead, after, str(count)) as follower:
        assert follower.says()["connected"]
        yield follower


@contextmanager
def talking(script: str, *arguments: str) -> Iterator[Follower]:
    """Run a script that says what it sees, until it or the block ends."""
    node.install()
    command = [str(node.NODE), str(node.HERE / script), *arguments]
    with subprocess.Popen(command, cwd=node.HERE, stdout=subprocess.PIPE, text=True) as program:
        follower = Follower(program)
        try:
            yield follower
        finally:
            follower.close()
