"""The embedded PostgreSQL: who gets in, who shares it, and what it survives."""

import asyncio
import grp
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from app.embedded import embedded_postgresql, postmaster, watched
from app.embedded.binaries import SHARED
from tests.front_door.commands import CHECKOUT, environment, serving
from tests.front_door.commands import postmaster as running_pid

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")

ATTACH = """
import sys, time
from pathlib import Path
from app.embedded import embedded_postgresql
with embedded_postgresql(Path(sys.argv[1])) as server:
    time.sleep(float(sys.argv[2]))
"""


def attach(data_dir: Path, seconds: float) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", ATTACH, str(data_dir), str(seconds)], cwd=CHECKOUT, env=environment(None)
    )


async def test_only_the_three_roles_get_in_and_only_by_password(data_dir: Path) -> None:
    with embedded_postgresql(data_dir) as server:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(server.app_url.replace(server.passwords.of["leadstream_app"], "x"))
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        assert stat.S_IMODE((data_dir / "postgresql" / "leadstream-passwords.json").stat().st_mode) == 0o600
        connection = await asyncpg.connect(server.app_url)
        assert await connection.fetchval("SHOW listen_addresses") == ""
        assert await connection.fetchval("SHOW fsync") == "on"
        for making in ("CREATE SCHEMA mine", "CREATE TABLE mine ()", "CREATE TEMPORARY TABLE mine ()"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(making)
        await connection.close()


def test_commands_that_come_and_go_at_once_share_one_server(data_dir: Path) -> None:
    commands = [attach(data_dir, seconds) for seconds in (0, 0.1, 0.2, 0.4, 0.1, 0)]
    assert [each.wait(60) for each in commands] == [0] * len(commands)
    assert running_pid(data_dir) is None


async def test_lost_passwords_are_made_anew(data_dir: Path) -> None:
    with embedded_postgresql(data_dir):
        pass
    (data_dir / "postgresql" / "leadstream-passwords.json").unlink()
    with embedded_postgresql(data_dir) as server:
        await (await asyncpg.connect(server.app_url)).close()


async def test_a_killed_server_comes_back_at_its_address(data_dir: Path) -> None:
    with embedded_postgresql(data_dir) as server, watched(server):
        killed = running_pid(data_dir)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        await _connects_again(server.app_url)
        assert running_pid(data_dir) not in {None, killed}


async def _connects_again(url: str) -> None:
    for _ in range(200):
        try:
            return await _connects(url)
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError):
            await asyncio.sleep(0.05)
    raise AssertionError("it did not come back")


def test_a_lock_file_with_the_number_of_another_program_is_no_server(data_dir: Path) -> None:
    with embedded_postgresql(data_dir):
        killed = running_pid(data_dir)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        lock = data_dir / "postgresql" / "postmaster.pid"
        # As after a container's restart, where numbers begin anew: this one is our own parent's.
        lock.write_text(lock.read_text().replace(str(killed), str(os.getppid()), 1))
    with embedded_postgresql(data_dir):
        assert running_pid(data_dir) not in {None, os.getppid()}


def test_a_kill_in_the_middle_of_making_it_leaves_nothing_that_is_believed(data_dir: Path) -> None:
    making = attach(data_dir, 0)
    while not list(data_dir.glob("postgresql.making-*/PG_VERSION")):
        assert making.poll() is None
    making.kill()
    making.wait()
    with embedded_postgresql(data_dir) as server:
        asyncio.run(_connects(server.app_url))


async def _connects(url: str) -> None:
    await (await asyncpg.connect(url)).close()


@pytest.fixture
def barred() -> Iterator[Path]:
    """A data directory below one that only root may enter."""
    top = Path(tempfile.mkdtemp(prefix="leadstream-barred-"))
    yield top / "inner" / "data"
    shutil.rmtree(top)


@as_root
def test_as_root_a_barred_data_directory_moves_the_database_and_says_so(
    barred: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        with embedded_postgresql(barred) as server:
            asyncio.run(_connects(server.app_url))
        said = capsys.readouterr().err
        assert f"The database lies in {SHARED}/" in said
        assert f"which may not enter {barred}" in said
    assert stat.S_IMODE(barred.parents[1].stat().st_mode) == 0o700
    assert barred.parents[1].stat().st_uid == 0
    shutil.rmtree(said.split()[4].rstrip(","))


@as_root
def test_as_root_the_data_directory_is_given_and_nothing_of_somebody_else_is(data_dir: Path) -> None:
    with embedded_postgresql(data_dir):
        owner = (data_dir / "postgresql").stat().st_uid
        assert owner == data_dir.stat().st_uid != 0
        assert postmaster.read(data_dir / "postgresql") is not None
    other = data_dir / "other"
    other.mkdir(mode=0o755)
    (other / "letter").touch()
    with embedded_postgresql(other):
        assert other.stat().st_uid == 0
        assert (other / "postgresql").stat().st_uid == owner


@as_root
def test_an_ordinary_user_serves_too(data_dir: Path) -> None:
    user = pwd.getpwnam("nobody")
    assert grp.getgrgid(user.pw_gid)
    python = _python_for(user)
    os.chown(data_dir, user.pw_uid, user.pw_gid)
    packages = os.pathsep.join(path for path in sys.path if path.endswith("-packages"))
    with serving(data_dir, python=python, user=user.pw_uid, PYTHONPATH=packages) as server:
        assert (data_dir / "postgresql").stat().st_uid == user.pw_uid
        assert server.stop() == 0
    assert running_pid(data_dir) is None


def _python_for(user: pwd.struct_passwd) -> str:
    """A Python of our version that this user can run with our packages; the test's own may lie in root's home."""
    packages = os.pathsep.join(path for path in sys.path if path.endswith("-packages"))
    wanted = f"import sys, asyncpg, uvloop; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            done = subprocess.run(
                [python, "-c", wanted],
                user=user.pw_uid,
                group=user.pw_gid,
                extra_groups=[],
                cwd=CHECKOUT,
                env={"PYTHONPATH": packages},
                capture_output=True,
                check=False,
            )
        except OSError:
            continue
        if done.returncode == 0:
            return python
    pytest.skip("no Python that the user nobody may run here: the checkout or its Python lies in a private directory")
