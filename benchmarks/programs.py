"""Child programs: servers that run for a block, and peers that answer line by line. Stopped by their own process id."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.bench import ROOT

START_PATIENCE_S = 60.0
STOP_PATIENCE_S = 20.0


def environment(**more: str) -> dict[str, str]:
    """Ours without any setting of Leadstream's or address of a database, and with what is named."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LEADSTREAM_", "DATABASE_URL", "PG"))
    }
    return kept | more


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    log: Path,
    ready: Callable[[], bool],
    env: Mapping[str, str],
    cwd: Path = ROOT,
    patience_s: float = START_PATIENCE_S,
) -> Iterator[int]:
    """A program while the block runs; its process id. What it says goes to `log`, which is written anew."""
    with log.open("w") as output:
        # A session of its own: Control-C is for us, and we stop it in order.
        program = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait(program, ready, log, patience_s)
        yield program.pid
    finally:
        stop(program)


def stop(program: subprocess.Popen[Any], how: int = signal.SIGTERM) -> None:
    """Ask it to end, and end it if it does not."""
    if program.poll() is None:
        program.send_signal(how)
    try:
        program.wait(STOP_PATIENCE_S)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody does."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Answering:
    """A program that answers each line of JSON with one."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program

    def ask(self, **question: Any) -> Any:
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(question) + "\n")
        self._program.stdin.flush()
        return json.loads(self.line())

    def line(self) -> str:
        """What it says next."""
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._program.args!r} ended")
        return line


@contextmanager
def answering(command: Sequence[str | Path], *, env: Mapping[str, str]) -> Iterator[Answering]:
    """A program that answers while the block runs; it has said that it is ready. It ends with its input."""
    with subprocess.Popen(
        list(command), cwd=ROOT, env=dict(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            peer = Answering(program)
            peer.line()
            yield peer
        finally:
            assert program.stdin is not None
            program.stdin.close()
            stop(program)


def _wait(program: subprocess.Popen[Any], ready: Callable[[], bool], log: Path, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while not ready():
        if program.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{program.args!r} does not serve: {log.read_text()[-2_000:]}")
        time.sleep(0.02)
