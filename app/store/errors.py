"""What can go wrong with the log, in the `eventsourcing` library's family of errors."""

from uuid import UUID

import asyncpg
from eventsourcing.persistence import (
    IntegrityError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
    WaitInterruptedError,
)

__all__ = [
    "DATABASE_FAULTS",
    "AppendConflict",
    "IntegrityError",
    "OperationalError",
    "OutdatedWriter",
    "PersistenceError",
    "ProgrammingError",
    "UndecodableEvent",
    "WaitInterruptedError",
]


# What asyncpg raises when the database is away, goes away or refuses: the last one where its end was not yet noticed.
DATABASE_FAULTS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class AppendConflict(IntegrityError):
    """The log has moved on, or something is taken: nothing was appended."""


class OutdatedWriter(OperationalError):
    """The database belongs to a newer version of this program: restart with that one."""


class UndecodableEvent(PersistenceError):
    """An event in the log cannot be read."""

    def __init__(self, stream_id: UUID, version: int, name: str, why: str) -> None:
        super().__init__(f"event {name} at version {version} of stream {stream_id}: {why}")
        self.stream_id = stream_id
        self.version = version
        self.name = name
