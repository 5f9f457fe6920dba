"""What a database of this version holds: the store's tables, the projections' tables, and their functions."""

from __future__ import annotations

from pathlib import Path

import asyncpg

from app.database import Database
from app.store import migrate as store_migrations
from app.store.migrate import Migration, read_migrations
from projections import INLINE, PROJECTION_SET, machinery
from projections.machinery.writers import append_calls, shared_statements, writer_statements

_STORE_SQL = Path(store_migrations.__file__).with_name("sql")
_FOLDERS = (
    _STORE_SQL,
    Path(__file__).parent / "access",
    Path(__file__).parent / "files",
    Path(__file__).parent / "proof",
    Path(machinery.__file__).parent,
    *(one.directory for one in INLINE),
)

APPEND_ONLY = ("log_tile",)


def all_migrations() -> list[Migration]:
    """Every migration of this version, by number."""
    return read_migrations(_FOLDERS)


async def migrate(database: Database) -> list[str]:
    """Bring the database to this version; the names of what ran."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        return await store_migrations.migrate(
            connection,
            all_migrations(),
            functions=_functions(),
            app_role=database.app_role,
            append_only=APPEND_ONLY,
        )
    finally:
        await connection.close()


def _functions() -> list[str]:
    tables = [table for projection in INLINE for table in projection.tables]
    writers = [statement for projection in INLINE for statement in writer_statements(projection.tables)]
    append = (_STORE_SQL / "append.sql").read_text("utf-8")
    filled = {
        "{schema}": store_migrations.SCHEMA,
        "{projection_set}": str(PROJECTION_SET),
        "{projections}": append_calls(tables),
    }
    for name, value in filled.items():
        append = append.replace(name, value)
    return [*shared_statements(), *writers, append]
