"""Known files: what commands need to know of the files that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.ids import FileId
from app.situation import KnownFile
from app.store.store import Connection, EventStore


async def known_files(
    store: EventStore, connection: Connection | None, org_id: UUID, file_ids: Sequence[FileId]
) -> Mapping[FileId, KnownFile]:
    """Those files of an organization that there are, by id: on a lead, or uploaded and not used yet."""
    del store, connection, org_id, file_ids
    return {}
