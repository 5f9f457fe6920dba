"""Known files: what commands need to know of the files that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from app.ids import FileId
from app.lead.attachments import FILE
from app.situation import KnownFile
from app.store.sql_file import load_statements
from app.store.store import Connection, EventStore

SQL = load_statements(Path(__file__).with_name("queries.sql"))


async def known_files(
    store: EventStore, connection: Connection | None, org_id: UUID, file_ids: Sequence[FileId]
) -> Mapping[FileId, KnownFile]:
    """Those files of an organization that there are, by id: on a lead, or uploaded and not used yet."""
    rows = await store.fetch(connection, SQL["known_files"], org_id, list(file_ids), FILE)
    return {
        row["file_id"]: KnownFile(
            file_id=row["file_id"],
            name=row["name"],
            content_type=row["content_type"],
            size_bytes=row["size_bytes"],
            sha256=row["sha256"],
            lead_id=row["lead_id"],
            uploaded_by=row["user_id"],
            expires_at=row["expires_at"],
        )
        for row in rows
    }
