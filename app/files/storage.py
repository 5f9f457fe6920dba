"""Storage: the bytes of files, on a local disk or in an S3-compatible store, found by their hash.

What comes in goes to `tmp/<uuid>` while it is counted and hashed, and from there to
`org/<organization>/blob/<ab>/<sha256>`: the same content lies once in an organization, and never for two of them.
An object is therefore written as often as somebody keeps it, always with the same bytes: nothing rests on a store
that can refuse to overwrite.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from app.files.stores import local_store, s3_store
from app.settings import Settings

READ_BYTES = 1024 * 1024  # read at once, so that a slow reader neither fills the memory nor outlasts a request
LOCAL_BYTES = 1024 * 1024  # written at once
S3_BYTES = 5 * 1024 * 1024  # the least that S3 takes as a part of an object
PARTS_AT_ONCE = 2  # of one object that is written; each of them lies in memory
_FULL = re.compile(r"os error (27|28|122)\b|QuotaExceeded|InsufficientStorage")  # EFBIG, ENOSPC, EDQUOT

_PAST_END = re.compile(r"range was invalid|InvalidRange|status code: 416")  # of what is shorter than it was


class StorageFault(Exception):
    """The file storage cannot do what was asked of it."""


class StorageFull(StorageFault):
    """The file storage has no room left."""


class StorageDown(StorageFault):
    """The file storage does not answer, or refuses us."""


class ContentLost(StorageFault):
    """The file storage does not have the content it was once given."""


class OverLimit(Exception):
    """What came in is longer than it may be; nothing of it was kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"longer than {limit} bytes")
        self.limit = limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Content that is kept. `sha256` has 64 hexadecimal digits."""

    sha256: str
    size_bytes: int


Note = Callable[[Stored], Awaitable[None]]


class Storage:
    """Keeps and gives content. Of a file of any size a few pieces are in memory at once."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened or made before it is needed."""
        self._settings = settings
        self._root = settings.data_dir / "files" if settings.file_store is None else None
        self._opened: LocalStore | S3Store | None = None
        self._piece = LOCAL_BYTES if self._root else S3_BYTES

    async def keep(
        self, org_id: UUID, chunks: AsyncIterator[bytes], *, limit: int, before_naming: Note | None = None
    ) -> Stored:
        """Keep what comes, all of it or nothing. `before_naming` is told of it when all has come.

        What `chunks` raises is raised here.

        Raises:
            OverLimit: more than `limit` bytes came.
            StorageFull, StorageDown
        """
        pieces = _Pieces(chunks, limit, self._piece)
        temporary = f"tmp/{uuid4()}"
        with _faults(pieces):
            first = await anext(pieces, b"")
            if self._root is None and len(first) < self._piece:
                await _told(before_naming, pieces)
                await obstore.put_async(self._store(), _key(org_id, pieces.sha256), first, use_multipart=False)
                return pieces.stored
            await obstore.put_async(
                self._store(),
                temporary,
                chained(first, pieces),
                chunk_size=self._piece,
                max_concurrency=PARTS_AT_ONCE,
            )
            try:
                await _told(before_naming, pieces)
                await self._move(temporary, _key(org_id, pieces.sha256))
            except BaseException:
                await self._throw_away(temporary)
                raise
        return pieces.stored

    async def read(self, org_id: UUID, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` to before `end`, piece by piece.

        Raises:
            ContentLost, StorageDown
        """
        for begin in range(start, end, READ_BYTES):
            upto = min(begin + READ_BYTES, end)
            with _faults():
                piece = await obstore.get_range_async(self._store(), _key(org_id, sha256), start=begin, end=upto)
            if len(piece) != upto - begin:
                raise ContentLost(f"{sha256} ends before byte {upto}")
            yield bytes(piece)

    async def remove(self, org_id: UUID, sha256: str) -> None:
        """Remove content, if it is there.

        Raises:
            StorageDown
        """
        with suppress(ContentLost), _faults():
            await obstore.delete_async(self._store(), _key(org_id, sha256))

    async def remove_old_temporaries(self, before: datetime) -> int:
        """Remove what was begun before then and never became whole; how many.

        Parts of objects that an S3 store did not put together are no objects: its own lifecycle rule removes them.

        Raises:
            StorageDown
        """
        with _faults():
            if self._root is not None:
                return await asyncio.to_thread(_remove_old_files, self._root / "tmp", before)
            gone = 0
            async for listed in obstore.list(self._store(), "tmp/"):
                old = [one["path"] for one in listed if one["last_modified"] < before]
                if old:
                    await obstore.delete_async(self._store(), old)
                gone += len(old)
            return gone

    async def _move(self, temporary: str, key: str) -> None:
        """Give it its name, once its bytes would survive a loss of power."""
        if self._root is not None:
            await asyncio.to_thread(_sync, self._root / temporary)
        await obstore.rename_async(self._store(), temporary, key)
        if self._root is not None:
            await asyncio.to_thread(_sync, (self._root / key).parent)

    async def _throw_away(self, temporary: str) -> None:
        with suppress(BaseError, OSError):  # it goes with the old ones, then
            await obstore.delete_async(self._store(), temporary)

    def _store(self) -> LocalStore | S3Store:
        if self._opened is None:
            self._opened = local_store(self._root) if self._root is not None else s3_store(self._settings)
        return self._opened


class _Pieces:
    """Chunks put together to pieces of one size, counted and hashed on the way; only the last one is shorter.

    Attributes:
        fault: what the chunks raised, or that there were too many.
    """

    def __init__(self, chunks: AsyncIterator[bytes], limit: int, size: int) -> None:
        self.fault: BaseException | None = None
        self._chunks = chunks
        self._limit = limit
        self._size = size
        self._count = 0
        self._hash = hashlib.sha256()
        self._waiting = bytearray()

    @property
    def sha256(self) -> str:
        """Of all that came."""
        return self._hash.hexdigest()

    @property
    def stored(self) -> Stored:
        """What was kept, when all of it came."""
        return Stored(sha256=self.sha256, size_bytes=self._count)

    def __aiter__(self) -> _Pieces:
        return self

    async def __anext__(self) -> bytes:
        try:
            await self._fill()
        except BaseException as error:
            self.fault = error
            raise
        piece = bytes(memoryview(self._waiting)[: self._size])
        if not piece:
            raise StopAsyncIteration
        del self._waiting[: self._size]
        return piece

    async def _fill(self) -> None:
        while len(self._waiting) < self._size:
            chunk = await anext(self._chunks, None)
            if chunk is None:
                return
            self._count += len(chunk)
            if self._count > self._limit:
                raise OverLimit(self._limit)
            self._hash.update(chunk)
            self._waiting += chunk


async def _told(note: Note | None, pieces: _Pieces) -> None:
    """What it raises is no fault of the storage."""
    if note is None:
        return
    try:
        await note(pieces.stored)
    except BaseException as error:
        pieces.fault = error
        raise


async def chained(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A piece that was taken from pieces already, if there was one, and the others behind it."""
    if first:
        yield first
    async for piece in rest:
        yield piece


@contextmanager
def _faults(pieces: _Pieces | None = None) -> Iterator[None]:
    """What goes wrong inside is told in words of ours; what the source of `pieces` raised stays what it is."""
    try:
        yield
    except (BaseError, OSError) as error:
        if pieces is not None and pieces.fault is not None:
            raise pieces.fault from None
        fault = _fault(error)
        # Nothing is lost that was not there yet: what is missing is the bucket, or the directory.
        raise (StorageDown(str(fault)) if pieces is not None and isinstance(fault, ContentLost) else fault) from error


def _fault(error: Exception) -> StorageFault:
    first_line = str(error).partition("\n")[0]
    if isinstance(error, FileNotFoundError) or _PAST_END.search(str(error)):
        return ContentLost(first_line)
    if _FULL.search(f"{error} os error {getattr(error, 'errno', None)}"):
        return StorageFull(first_line)
    return StorageDown(first_line)


def _key(org_id: UUID, sha256: str) -> str:
    return f"org/{org_id}/blob/{sha256[:2]}/{sha256}"


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a directory, would survive a loss of power; Windows has no such wait."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_old_files(directory: Path, before: datetime) -> int:
    """Among them those that only begin: the store does not list them."""
    if not directory.is_dir():
        return 0
    gone = 0
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.stat(follow_symlinks=False).st_mtime < before.timestamp():
                Path(entry.path).unlink()
                gone += 1
    return gone
