"""What an operator can put right is said in one sentence, with exit code 1 and no traceback."""

import ast
import asyncio
import os
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app import __main__ as front_door
from app.database import connect
from app.embedded import Embedded
from app.operator_error import OperatorError
from tests.front_door.commands import CHECKOUT, Ended, run, serving, taken_port


def one_sentence(ended: Ended) -> str:
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith(".\n")
    assert ended.err.count("\n") == 1, ended.err
    return ended.err


def test_a_second_serve_names_the_process_that_holds_the_data(data_dir: Path) -> None:
    with serving(data_dir) as first:
        with taken_port() as port:
            said = one_sentence(run("serve", "--port", str(port), data_dir=data_dir))
        assert f"already served from {data_dir} by process {first.pid} " in said


def test_a_taken_port_is_named_before_anything_is_started(data_dir: Path) -> None:
    with taken_port() as port:
        said = one_sentence(run("serve", "--port", str(port), data_dir=data_dir))
    assert f"Port {port} on 127.0.0.1 is taken" in said
    assert not (data_dir / "postgresql").exists()


def test_a_host_of_another_machine_is_named(data_dir: Path) -> None:
    assert "The host 192.0.2.1 is not this machine's" in one_sentence(
        run("serve", "--host", "192.0.2.1", data_dir=data_dir)
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://ann@127.0.0.1:{port}/crm", "nothing listens there"),
        ("postgresql://ann@no-such-host.invalid/crm", "the host is not found"),
        ("postgresql://ann@127.0.0.1:port/crm", "it is no PostgreSQL address"),
        ("postgresql:///crm?host=/nowhere", "nothing listens there"),
    ],
)
def test_a_database_that_cannot_be_reached_is_named(url: str, reason: str) -> None:
    with taken_port() as port:
        pass
    said = one_sentence(run("migrate", DATABASE_URL=url.format(port=port)))
    assert said.startswith("DATABASE_URL (postgresql://")
    assert reason in said


async def test_a_wrong_password_and_an_unknown_database_are_told_apart(server: Embedded) -> None:
    wrong = server.app_url.replace(server.passwords.of["leadstream_app"], "guess")
    with pytest.raises(OperatorError, match=r"refuses this user or password") as refused:
        await connect(wrong, "DATABASE_URL")
    assert "guess" not in str(refused.value)
    with pytest.raises(OperatorError, match=r"has no such database: create it"):
        await connect(server.superuser_url("nowhere"), "DATABASE_URL")


async def test_an_older_server_is_refused_by_its_version() -> None:
    async with pretending("15.4") as port:
        with pytest.raises(OperatorError, match=r"is PostgreSQL 15\.4: Leadstream needs 16 or newer"):
            await connect(f"postgresql://ann@127.0.0.1:{port}/crm", "DATABASE_URL")


def test_a_data_directory_that_is_a_file_is_named(data_dir: Path) -> None:
    path = data_dir / "file"
    path.touch()
    said = one_sentence(run("serve", data_dir=path))
    assert f"The data directory {path} cannot be written" in said
    assert "LEADSTREAM_DATA_DIR" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere; run as an ordinary user to see it")
def test_a_data_directory_of_somebody_else_is_named(data_dir: Path) -> None:
    data_dir.chmod(0o500)
    assert "cannot be written (Permission denied)" in one_sentence(run("serve", data_dir=data_dir))


def test_an_owner_without_a_database_is_a_mistake() -> None:
    said = one_sentence(run("migrate", LEADSTREAM_OWNER_DATABASE_URL="postgresql://ann@db/crm"))
    assert "DATABASE_URL is not: set both" in said


def test_an_old_python_is_told_in_words_it_can_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("__init__.py", "__main__.py"):
        ast.parse((CHECKOUT / "app" / name).read_text(), feature_version=(3, 4))
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert front_door.main() == 1
    assert capsys.readouterr().err == (
        "Leadstream needs Python 3.11 or newer and this is 3.9: install one and run `make run` again.\n"
    )


@asynccontextmanager
async def pretending(version: str) -> AsyncIterator[int]:
    """The port of a server that lets everybody in and says it is of this version."""

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!I", len(body) + 4) + body

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length, code = struct.unpack("!II", await reader.readexactly(8))
        if code == 80877103:  # "may we encrypt?" No; then it starts over
            writer.write(b"N")
            length, code = struct.unpack("!II", await reader.readexactly(8))
        await reader.readexactly(length - 8)
        writer.write(
            message(b"R", struct.pack("!I", 0))
            + message(b"S", b"server_version\0" + version.encode() + b"\0")
            + message(b"Z", b"I")
        )
        await reader.read()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        yield int(server.sockets[0].getsockname()[1])
