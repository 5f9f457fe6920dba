"""``serve`` from its start to its end, whichever way it ends."""

import os
import signal
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from app.embedded import embedded_postgresql
from app.embedded.passwords import Passwords
from app.embedded.postmaster import read
from tests.front_door.commands import PATIENCE_S, postmaster, serving


def answers(url: str) -> bool:
    with urllib.request.urlopen(f"{url}/healthz", timeout=PATIENCE_S) as answer:
        return bool(answer.status == 200)


def owner_url(data_dir: Path) -> str:
    running, passwords = read(data_dir / "postgresql"), Passwords.read(data_dir / "postgresql")
    assert running is not None
    assert passwords is not None
    return passwords.url("leadstream_owner", running.socket_dir)


async def keep_a_row(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    with suppress(TimeoutError):
        await connection.close(timeout=1)


async def kept_row(url: str) -> int:
    connection = await asyncpg.connect(url)
    row: int = await connection.fetchval("SELECT n FROM kept")
    await connection.close()
    return row


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_stop_stops_everything_that_was_started(data_dir: Path, how: signal.Signals) -> None:
    with serving(data_dir) as server:
        assert answers(server.url)
        assert postmaster(data_dir) is not None
        running = read(data_dir / "postgresql")
        assert running is not None
        assert server.stop(how) == 0
    assert postmaster(data_dir) is None
    assert not running.socket_dir.exists()
    assert "Traceback" not in server.said()


def test_a_path_with_spaces_serves(data_dir: Path) -> None:
    with serving(data_dir.with_name("with a space")) as server:
        assert answers(server.url)


async def test_what_was_committed_survives_killing_everything(data_dir: Path) -> None:
    with serving(data_dir) as server:
        await keep_a_row(owner_url(data_dir))
        database = postmaster(data_dir)
        assert database is not None
        os.kill(server.pid, signal.SIGKILL)
        os.kill(database, signal.SIGKILL)
    with serving(data_dir) as again:
        assert answers(again.url)
        assert await kept_row(owner_url(data_dir)) == 7


def test_a_killed_serve_leaves_its_database_to_the_next(data_dir: Path) -> None:
    with serving(data_dir) as killed:
        before = postmaster(data_dir)
        os.kill(killed.pid, signal.SIGKILL)
    assert postmaster(data_dir) == before is not None
    with serving(data_dir) as next_one:
        assert answers(next_one.url)
        assert postmaster(data_dir) == before
    assert postmaster(data_dir) is None


async def test_a_command_keeps_the_database_that_it_uses(data_dir: Path) -> None:
    with serving(data_dir) as server:
        await keep_a_row(owner_url(data_dir))
        with embedded_postgresql(data_dir) as attached:
            assert server.stop() == 0
            assert await kept_row(attached.owner_url) == 7
    assert postmaster(data_dir) is None


def test_several_workers_serve_without_the_owner_s_address(data_dir: Path) -> None:
    with serving(data_dir, "--workers", "2") as server:
        assert answers(server.url)
        owner = owner_url(data_dir)
        for worker in children(server.pid):
            environment = Path(f"/proc/{worker}/environ").read_text()
            assert owner not in environment
        assert server.stop() == 0
    assert postmaster(data_dir) is None


def test_workers_end_with_a_killed_parent(data_dir: Path) -> None:
    with serving(data_dir, "--workers", "2") as server:
        workers = children(server.pid)
        assert len(workers) >= 2
        os.kill(server.pid, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_S
    while any(map(serves, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(serves, workers))
    with embedded_postgresql(data_dir):
        pass  # stops the database that the killed one left


def children(pid: int) -> list[int]:
    if not Path("/proc/self/task").exists():
        pytest.skip("this system does not list a process's children under /proc")
    return [
        int(each)
        for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if b"multiprocessing" in Path(f"/proc/{each}/cmdline").read_bytes()
    ]


def serves(pid: int) -> bool:
    """Whether it runs; a process that ended but that nobody has collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
