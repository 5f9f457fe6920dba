"""What an operator can put right is said in one sentence, with exit code 1 and no traceback."""

import ast
import asyncio
import os
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app import __main__ as front_door
from app.database import Database, connect
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
    refused = pytest.raises(OperatorError, match=r"is PostgreSQL 15: Leadstream needs 16 or newer")
    with pretending("15.4") as port, refused:
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


async def test_a_role_that_could_rewrite_history_does_not_serve(server: Embedded, empty_database: Database) -> None:
    name = urlsplit(empty_database.app_url).path.strip("/")
    said = one_sentence(await asyncio.to_thread(run, "serve", "--port", "0", DATABASE_URL=server.superuser_url(name)))
    assert "The role postgres of DATABASE_URL has SUPERUSER" in said
    assert "LEADSTREAM_ACCEPT_PRIVILEGED_ROLE=yes" in said


async def test_who_may_not_migrate_is_told_to_name_the_owner(empty_database: Database) -> None:
    for command in ("migrate", "serve"):
        said = one_sentence(await asyncio.to_thread(run, command, DATABASE_URL=empty_database.app_url))
        assert "name its owner with LEADSTREAM_OWNER_DATABASE_URL" in said


async def test_migrating_twice_says_that_nothing_was_left_to_do(empty_database: Database) -> None:
    def migrate() -> Ended:
        addresses = (empty_database.app_url, empty_database.owner_url)
        return run("migrate", DATABASE_URL=addresses[0], LEADSTREAM_OWNER_DATABASE_URL=addresses[1])

    first, again = await asyncio.to_thread(migrate), await asyncio.to_thread(migrate)
    assert (first.code, again.code) == (0, 0)
    assert first.out.startswith("applied 0001_pre_")
    assert again.out == "The database is of this version already.\n"


def test_an_owner_without_a_database_is_a_mistake() -> None:
    said = one_sentence(run("migrate", LEADSTREAM_OWNER_DATABASE_URL="postgresql://ann@db/crm"))
    assert "DATABASE_URL is not: set both" in said


def test_an_old_python_is_told_in_words_it_can_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("__init__.py", "__main__.py"):
        ast.parse((CHECKOUT / "app" / name).read_text(), feature_version=(3, 4))
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert front_door.main() == 1  # type: ignore[no-untyped-call]
    assert capsys.readouterr().err == (
        "Leadstream needs Python 3.11 or newer and this is 3.9: install one and run `make run` again.\n"
    )


@contextmanager
def pretending(version: str) -> Iterator[int]:
    """The port of a server that lets one client in and says it is of this version."""

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!I", len(body) + 4) + body

    def greet() -> None:
        client, _ = listener.accept()
        with client:
            length, code = struct.unpack("!II", client.recv(8))
            if code == 80877103:  # "may we encrypt?" No; then it starts over
                client.sendall(b"N")
                length, code = struct.unpack("!II", client.recv(8))
            client.recv(length - 8)
            client.sendall(
                message(b"R", struct.pack("!I", 0))
                + message(b"S", b"server_version\0" + version.encode() + b"\0")
                + message(b"Z", b"I")
            )
            client.recv(100)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        greeter = threading.Thread(target=greet)
        greeter.start()
        yield int(listener.getsockname()[1])
        greeter.join()
