"""Storage: content comes in whole or not at all, lies once an organization, and goes out as it came."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.files.storage import ContentLost, OverLimit, Storage, StorageDown, Stored
from app.settings import Settings
from tests.support.acme import ACME, thing
from tests.support.object_stores import ObjectStore, free_port
from tests.support.waiting import until

MIB = 1024 * 1024
LIMIT = 25 * MIB
SIZES = [0, 1, 65_536, MIB, MIB + 1, 5 * MIB, 5 * MIB + 1, 13 * MIB]
ELSEWHERE = thing(77)


async def chunks(content: bytes, size: int = 60_000) -> AsyncIterator[bytes]:
    for begin in range(0, len(content), size):
        yield content[begin : begin + size]


async def keep(storage: Storage, content: bytes, limit: int = LIMIT) -> Stored:
    return await storage.keep(ACME, chunks(content), limit=limit)


async def content_of(storage: Storage, stored: Stored, start: int = 0, end: int | None = None) -> bytes:
    upto = stored.size_bytes if end is None else end
    return b"".join([piece async for piece in storage.read(ACME, stored.sha256, start, upto)])


def files_in(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_kept_is_read_as_it_came(storage: Storage, size: int) -> None:
    content = os.urandom(size)
    stored = await keep(storage, content)
    assert stored == Stored(sha256=hashlib.sha256(content).hexdigest(), size_bytes=size)
    assert await content_of(storage, stored) == content


async def test_a_part_is_read_alone(storage: Storage) -> None:
    content = os.urandom(3 * MIB)
    stored = await keep(storage, content)
    assert await content_of(storage, stored, MIB - 3, 2 * MIB + 5) == content[MIB - 3 : 2 * MIB + 5]
    assert await content_of(storage, stored, 7, 7) == b""


@pytest.mark.parametrize("size", [1_001, 6 * MIB])
async def test_what_is_too_long_is_not_kept(storage: Storage, size: int) -> None:
    content = os.urandom(size)
    with pytest.raises(OverLimit):
        await keep(storage, content, limit=size - 1)
    with pytest.raises(ContentLost):
        await content_of(storage, Stored(sha256=hashlib.sha256(content).hexdigest(), size_bytes=size))
    assert (await keep(storage, content, limit=size)).size_bytes == size


@pytest.mark.parametrize("after", [0, 1_000, 8 * MIB])
async def test_what_is_cut_off_leaves_nothing(local_settings: Settings, storage: Storage, after: int) -> None:
    class Gone(Exception):
        pass

    async def cut() -> AsyncIterator[bytes]:
        async for chunk in chunks(os.urandom(after)):
            yield chunk
        raise Gone

    with pytest.raises(Gone):
        await storage.keep(ACME, cut(), limit=LIMIT)
    assert files_in(local_settings.data_dir) == []
    assert await storage.remove_old_temporaries(datetime.now(UTC) + timedelta(days=1)) == 0


async def test_a_source_that_times_out_is_no_fault_of_the_storage(storage: Storage) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"x"
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await storage.keep(ACME, slow(), limit=LIMIT)


async def test_a_cancelled_one_leaves_nothing(local_settings: Settings, local: Storage) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"x" * 3 * MIB
        begun.set()
        await asyncio.Event().wait()

    keeping = asyncio.create_task(local.keep(ACME, endless(), limit=LIMIT))
    await begun.wait()
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    until(lambda: not files_in(local_settings.data_dir), "nothing is left")


async def test_the_same_content_lies_once_an_organization_and_never_for_two(
    local_settings: Settings, local: Storage
) -> None:
    stored, again = await asyncio.gather(keep(local, b"same"), keep(local, b"same"))
    assert stored == again
    (one,) = files_in(local_settings.data_dir)
    assert one == f"files/org/{ACME}/blob/{stored.sha256[:2]}/{stored.sha256}"
    await local.keep(ELSEWHERE, chunks(b"same"), limit=LIMIT)
    assert len(files_in(local_settings.data_dir)) == 2


async def test_another_organization_finds_nothing_by_the_same_hash(storage: Storage) -> None:
    stored = await keep(storage, b"ours")
    with pytest.raises(ContentLost):
        _ = [piece async for piece in storage.read(ELSEWHERE, stored.sha256, 0, 4)]


async def test_removed_content_is_gone_and_removing_it_again_is_nothing(storage: Storage) -> None:
    stored = await keep(storage, b"content")
    await storage.remove(ACME, stored.sha256)
    with pytest.raises(ContentLost):
        await content_of(storage, stored)
    await storage.remove(ACME, stored.sha256)


async def test_content_that_lost_its_end_is_told(local_settings: Settings, local: Storage) -> None:
    stored = await keep(local, b"whole")
    (path,) = local_settings.data_dir.rglob(stored.sha256)
    path.write_bytes(b"who")
    with pytest.raises(ContentLost):
        await content_of(local, stored)
    with pytest.raises(ContentLost):
        _ = [piece async for piece in local.read(ACME, stored.sha256, 4, 5)]


async def test_an_object_that_lost_its_end_is_told(s3: ObjectStore, tmp_path: Path) -> None:
    storage = Storage(replace(Settings.load(s3.settings(s3.bucket())), data_dir=tmp_path))
    stored = await keep(storage, b"whole")
    for start, end in ((0, 6), (6, 7)):
        with pytest.raises(ContentLost):
            await content_of(storage, stored, start, end)


async def test_what_a_killed_process_began_goes_when_it_is_old(local_settings: Settings, local: Storage) -> None:
    await keep(local, b"content")
    temporaries = local_settings.data_dir / "files" / "tmp"
    for name in ("old", "old#1", "new#1"):
        (temporaries / name).write_bytes(b"half")
    for name in ("old", "old#1"):
        os.utime(temporaries / name, (0, 0))
    assert await local.remove_old_temporaries(datetime.now(UTC) - timedelta(days=1)) == 2
    assert len(files_in(local_settings.data_dir)) == 2


async def test_old_temporary_objects_go_from_an_s3_store_too(s3: ObjectStore, tmp_path: Path) -> None:
    settings = replace(Settings.load(s3.settings(s3.bucket())), data_dir=tmp_path)
    storage = Storage(settings)
    await storage._store().put_async("tmp/left", b"half")
    assert await storage.remove_old_temporaries(datetime.now(UTC) - timedelta(days=1)) == 0
    assert await storage.remove_old_temporaries(datetime.now(UTC) + timedelta(days=1)) == 1
    assert await storage.remove_old_temporaries(datetime.now(UTC) + timedelta(days=1)) == 0


@pytest.mark.parametrize("size", [10, 6 * MIB])
async def test_a_store_that_does_not_answer_is_told(tmp_path: Path, size: int) -> None:
    address = f"s3://files?endpoint=http://127.0.0.1:{free_port()}"
    storage = Storage(
        Settings(data_dir=tmp_path, file_store=address, file_store_key_id="key", file_store_secret="secret")
    )
    with pytest.raises(StorageDown):
        await keep(storage, b"x" * size)


@pytest.mark.parametrize("size", [0, 12_000_000])
async def test_a_bucket_that_is_not_there_is_no_lost_content(s3: ObjectStore, tmp_path: Path, size: int) -> None:
    nowhere = Storage(replace(Settings.load(s3.settings("nowhere")), data_dir=tmp_path))
    with pytest.raises(StorageDown):
        await keep(nowhere, bytes(size))


async def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(StorageDown):
        await keep(Storage(Settings(data_dir=tmp_path)), b"content")
