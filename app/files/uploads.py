"""Uploads: files that somebody sent, which wait for a day to be used by a note, a message or a custom activity."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.files.keeping import Keeping
from app.files.known import SQL
from app.files.names import content_type, file_name
from app.files.storage import Stored
from app.ids import FileId, UserId, uuid7
from app.lead.attachments import FILE
from app.store.store import EventStore

LIFETIME = timedelta(hours=24)
LATE = timedelta(hours=1)  # a command that was decided in time may be recorded later
WAITING_MAX = 1_000  # uploads of one user that nothing uses yet
WAITING_BYTES = 200  # times the longest upload, of one user


class TooManyUploads(Exception):
    """Too much of a user's is waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that waits to be used."""

    file_id: FileId
    stored: Stored
    expires_at: datetime


class Uploads:
    """Receives uploads and forgets them.

    Args:
        limit_bytes: of one upload.
    """

    def __init__(self, store: EventStore, keeping: Keeping, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._store = store
        self._keeping = keeping

    async def receive(
        self, org_id: UUID, user_id: UserId, chunks: AsyncIterator[bytes], *, name: str | None, claimed_type: str | None
    ) -> Upload:
        """Keep what a user sends, all of it or nothing.

        What `chunks` raises is raised here.

        Raises:
            TooManyUploads, OverLimit, StorageFull, StorageDown
        """
        await self._require_room(org_id, user_id)
        stored = await self._keeping.keep(org_id, chunks, limit=self.limit_bytes)
        now = datetime.now(UTC)
        upload = Upload(file_id=FileId(uuid7()), stored=stored, expires_at=now + LIFETIME)
        await self._store.fetch(
            None,
            SQL["add_upload"],
            org_id,
            upload.file_id,
            user_id,
            file_name(name),
            content_type(claimed_type),
            stored.size_bytes,
            stored.sha256,
            now,
            upload.expires_at,
        )
        return upload

    async def forget_expired(self, now: datetime, limit: int) -> int:
        """Remove up to `limit` uploads that ran out; says how many went. What used one has all that it needs."""
        return len(await self._store.fetch(None, SQL["forget_uploads"], now - LATE, limit))

    async def _require_room(self, org_id: UUID, user_id: UserId) -> None:
        for leave_out_used in (False, True):  # the second look is exact, and for those alone who send very much
            arguments = (org_id, user_id, datetime.now(UTC), FILE, leave_out_used, WAITING_MAX)
            (row,) = await self._store.fetch(None, SQL["waiting_uploads"], *arguments)
            if row["files"] < WAITING_MAX and row["bytes"] < WAITING_BYTES * self.limit_bytes:
                return
        raise TooManyUploads
