"""Keeping: content in the storage, and the removal of what nobody uses.

Content is noted as needed before it gets its name in the storage, and removed there under a lock on that note. So
whoever keeps content that is just being removed waits, and writes it anew.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

from app.files.known import SQL
from app.files.storage import Storage, Stored
from app.store.store import EventStore


class Keeping:
    """Content of all organizations."""

    def __init__(self, store: EventStore, storage: Storage) -> None:
        self._store = store
        self._storage = storage

    async def keep(self, org_id: UUID, chunks: AsyncIterator[bytes], *, limit: int) -> Stored:
        """Keep what comes, all of it or nothing. It stays for days, until when a fact or an upload has to name it.

        What `chunks` raises is raised here.

        Raises:
            OverLimit: more than `limit` bytes came.
            StorageFull, StorageDown
        """

        async def note(stored: Stored) -> None:
            arguments = (org_id, stored.sha256, stored.size_bytes, datetime.now(UTC))
            await self._store.fetch(None, SQL["need_content"], *arguments)

        return await self._storage.keep(org_id, chunks, limit=limit, before_naming=note)

    async def remove_unused(self, before: datetime, limit: int) -> tuple[int, int]:
        """Look after up to `limit` contents that nobody looked after since a time: how many, and how many went.

        Raises:
            StorageDown
        """
        rows = await self._store.fetch(None, SQL["forgotten_content"], before, limit)
        gone = 0
        for row in rows:
            gone += await self._removed(row["org_id"], row["sha256"], before)
        return len(rows), gone

    async def _removed(self, org_id: UUID, sha256: str, before: datetime) -> bool:
        async with self._store.readers.acquire() as connection, connection.transaction():
            if not await connection.fetch(SQL["unused_content"], org_id, sha256, before):
                await connection.execute(SQL["content_is_used"], org_id, sha256, before, datetime.now(UTC))
                return False
            await self._storage.remove(org_id, sha256)
            await connection.execute(SQL["forget_content"], org_id, sha256)
            return True
