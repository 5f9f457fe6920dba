"""The front door's commands as real child programs: run to their end, or serving until stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHECKOUT = Path(__file__).parents[2]
PATIENCE_S = 40.0
SERVING = re.compile(r"^serving on (http://\S+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A command that ended: what it wrote, and its exit code."""

    code: int
    out: str
    err: str


@dataclass(kw_only=True)
class Serving:
    """A ``serve`` that serves."""

    program: "subprocess.Popen[str]"
    url: str
    log: Path

    @property
    def pid(self) -> int:
        return self.program.pid

    def said(self) -> str:
        """All it has written so far."""
        return self.log.read_text()

    def stop(self, how: int = signal.SIGINT) -> int:
        """Signal it, wait for its end, and return its exit code."""
        self.program.send_signal(how)
        return self.program.wait(PATIENCE_S)


def environment(data_dir: Path | None, **more: str) -> dict[str, str]:
    """Ours without any setting, and with those named."""
    kept = {name: value for name, value in os.environ.items() if "LEADSTREAM" not in name and name != "DATABASE_URL"}
    directory = {} if data_dir is None else {"LEADSTREAM_DATA_DIR": str(data_dir)}
    return kept | directory | more


def run(*words: str, data_dir: Path | None = None, **settings: str) -> Ended:
    """Run ``python -m app …`` to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "app", *words],
        cwd=CHECKOUT,
        env=environment(data_dir, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return Ended(code=done.returncode, out=done.stdout, err=done.stderr)


@contextmanager
def serving(
    data_dir: Path, *words: str, python: str = sys.executable, user: int | None = None, **settings: str
) -> Iterator[Serving]:
    """``serve`` on a free port until the block ends; ``user`` is the uid to run it as."""
    log = data_dir.parent / f"{data_dir.name}.log"
    with log.open("a") as output:
        started = len(log.read_text())
        program = _start(
            [python, "-m", "app", "serve", "--port", "0", *words], output, user, environment(data_dir, **settings)
        )
    try:
        yield Serving(program=program, url=_address(program, log, started), log=log)
    finally:
        if program.poll() is None:
            program.send_signal(signal.SIGINT)
        program.wait(PATIENCE_S)


def _start(command: list[str], output: IO[str], user: int | None, env: Mapping[str, str]) -> "subprocess.Popen[str]":
    who = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        command, cwd=CHECKOUT, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, text=True, **who
    )


def _address(program: "subprocess.Popen[str]", log: Path, started: int) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = SERVING.search(log.read_text()[started:])
        if found is not None:
            return found[1]
        assert program.poll() is None, log.read_text()[started:]
        time.sleep(0.02)
    raise AssertionError(f"it did not serve: {log.read_text()[started:]}")


def postmaster(data_dir: Path) -> int | None:
    """The process of the server on this data directory, if its lock file names a living one."""
    try:
        pid = int((data_dir / "postgresql" / "postmaster.pid").read_text().split("\n")[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return pid


def kill_group(*pids: int) -> None:
    """kill -9 these processes, and wait until those that are no longer ours are gone or dead."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@contextmanager
def taken_port() -> Iterator[int]:
    """A port on 127.0.0.1 that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])
