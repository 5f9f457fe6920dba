"""What goes wrong with files: a clear answer, nothing half-kept, and everything else goes on."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.api import Api, admin_of_new_organization
from tests.support.filed import CONTENT, a_file, attach, connection, fetch, head, send, uploaded, url_of
from tests.support.object_stores import KEY_ID, SECRET, ObjectStore, free_port
from tests.support.office import CommonDatabases
from tests.support.processes import server_process
from tests.support.serving import TIMEOUT_S, Site, serving
from tests.support.waiting import until

MIB = 1024 * 1024
SETTINGS = {"file_store_key_id": KEY_ID, "file_store_secret": SECRET}


def is_unavailable(answer: httpx.Response, status: int) -> bool:
    return answer.status_code == status and answer.json()["errors"][0]["code"] == "UNAVAILABLE"


def files_in(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


@contextmanager
def process(site: Site, api: Api, tmp_path: Path) -> Iterator[tuple[Api, int, Path]]:
    """A server in a process of its own: a front end of it, its id, and where its files are."""
    with server_process(site.system.database, tmp_path) as program:
        yield api.at(program.url), program.pid, tmp_path / "data" / "files"


def test_a_full_disk_is_told_and_leaves_nothing(site: Site, api: Api, tmp_path: Path) -> None:
    with process(site, api, tmp_path) as (there, pid, files):
        assert send(there, bytes(4 * MIB)).status_code == 201
        before = files_in(files)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (2 * MIB, resource.RLIM_INFINITY))
        for size in (3 * MIB, 20 * MIB):
            answer = send(there, os.urandom(size))
            assert is_unavailable(answer, 507), answer.text
            assert "no room" in answer.json()["errors"][0]["message"]
        assert files_in(files) == before
        assert there.ask("{ viewer { id } }")["viewer"]["id"]
        assert send(there, os.urandom(MIB)).status_code == 201
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert send(there, os.urandom(20 * MIB)).status_code == 201


def test_a_small_file_system_that_is_full_is_told_and_leaves_nothing(site: Site, api: Api, tmp_path: Path) -> None:
    with process(site, api, tmp_path) as (there, _, files), small_disk(files, MIB * 4):
        kept = os.urandom(MIB)
        assert send(there, kept).status_code == 201
        before = files_in(files)
        for size in (4 * MIB, 20 * MIB):
            assert is_unavailable(send(there, os.urandom(size)), 507)
        assert files_in(files) == before
        assert send(there, os.urandom(MIB)).status_code == 201


def test_a_killed_server_leaves_nothing_that_anybody_sees(site: Site, api: Api, lead: str, tmp_path: Path) -> None:
    with process(site, api, tmp_path) as (there, pid, files):
        with connection(there) as sending:
            sending.sendall(head(there, "Content-Length: 9000000") + bytes(4 * MIB))
            until(lambda: any(name.startswith("tmp/") for name in files_in(files)), "something of it is there")
            os.kill(pid, signal.SIGKILL)
        assert not any(name.startswith("org/") for name in files_in(files))


@pytest.fixture
def in_s3(common_databases: CommonDatabases, s3: ObjectStore) -> Iterator[Api]:
    """The ADMIN of an organization whose files lie in an S3-compatible store."""
    address = s3.settings(s3.bucket())["LEADSTREAM_FILE_STORE"]
    with serving(common_databases.of(18), file_store=address, **SETTINGS) as site:
        yield admin_of_new_organization(site)


@pytest.mark.parametrize("size", [0, 100, 5 * MIB, 13 * MIB])
def test_an_s3_store_is_as_good_as_a_disk(in_s3: Api, size: int) -> None:
    content = os.urandom(size)
    file_id = a_file(in_s3, in_s3.lead(), content)
    url = url_of(in_s3, file_id)
    assert fetch(in_s3, url).content == content
    if size:
        assert fetch(in_s3, url, range="bytes=-7").content == content[-7:]
    assert files_in(in_s3.site.settings.data_dir) == []


def test_what_is_cut_off_is_no_object(in_s3: Api) -> None:
    port = int(in_s3.site.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as sending:
        head = (
            f"POST /files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {in_s3.key}\r\nContent-Length: 19000000\r\n\r\n"
        )
        sending.sendall(head.encode() + bytes(12 * MIB))
    assert in_s3.site.operate(listed(in_s3)) == []


async def listed(api: Api) -> list[str]:
    """Every object in the store."""
    import obstore

    store = api.site.system.files.storage._store()
    return [one["path"] for page in obstore.list(store) for one in page]


def test_a_store_that_is_down_is_told_and_only_files_miss_it(common_databases: CommonDatabases, in_s3: Api) -> None:
    lead = in_s3.lead()
    url = url_of(in_s3, a_file(in_s3, lead))
    nowhere = f"s3://files?endpoint=http://127.0.0.1:{free_port()}"
    with serving(common_databases.of(18), file_store=nowhere, **SETTINGS) as site:
        away = replace(in_s3, site=site)
        assert is_unavailable(send(away), 503)
        assert is_unavailable(send(away, bytes(12 * MIB)), 503)
        assert is_unavailable(fetch(away, url.replace(in_s3.site.url, site.url)), 503)
        (shown,) = away.look(lead, "files { nodes { name } }")["files"]["nodes"]
        assert shown == {"name": "offer.pdf"}
    assert fetch(in_s3, url).content == CONTENT


def test_an_upload_that_a_store_lost_is_told_when_it_is_fetched(in_s3: Api, caplog: pytest.LogCaptureFixture) -> None:
    file_id = uploaded(in_s3)
    attach(in_s3, in_s3.lead(), file_id)
    url = url_of(in_s3, file_id)

    async def lose() -> None:
        import obstore

        store: Any = in_s3.site.system.files.storage._store()
        await obstore.delete_async(store, await listed(in_s3))

    in_s3.site.operate(lose())
    assert fetch(in_s3, url).status_code == 410
    assert "ContentLost" in caplog.text


@contextmanager
def small_disk(directory: Path, size: int) -> Iterator[None]:
    """A file system of its own with so many bytes."""
    directory.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(directory)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"no file system can be mounted here: {made.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(directory)], check=True, timeout=TIMEOUT_S)
