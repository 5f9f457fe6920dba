"""Proof of a log: its positions, its streams' versions, its times and its payloads are as they were recorded.

What is read is forgotten batch by batch, so that a log of any length takes the same memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import asyncpg

from app.store.records import RecordedEvent
from app.store.sql_file import load_statements
from app.store.store import EventStore, payload_hash

SQL = load_statements(Path(__file__).with_name("verify.sql"))
BATCH = 1_000  # events read at a time
FIRST_VERSIONS = (0, 1)  # with which a stream may begin

Examine = Callable[[RecordedEvent], str | None]


async def organizations(store: EventStore) -> AsyncIterator[UUID]:
    """Every organization that has events, by id."""
    behind = UUID(int=0)
    while rows := await store.fetch(None, SQL["next_organization"], behind):
        behind = rows[0]["org_id"]
        yield behind


async def first_fault(store: EventStore, org_id: UUID, examine: Examine) -> str | None:
    """The first thing that is wrong with an organization's log, beginning with its position; None: it is whole.

    Args:
        examine: says what is wrong with an event whose place and bytes are right.
    """
    proof = _Proof(examine)
    while batch := await store.fetch(None, SQL["evidence"], org_id, proof.position, BATCH):
        fault = proof.continue_with(batch)
        if fault is not None:
            return fault
    return await _cut_short(store, org_id, proof.position)


class _Proof:
    """How far the log is proven."""

    def __init__(self, examine: Examine) -> None:
        self._examine = examine
        self._recorded_at: datetime | None = None
        self.position = 0

    def continue_with(self, batch: Sequence[asyncpg.Record]) -> str | None:
        for row in batch:
            *columns, position_before = row
            recorded = RecordedEvent(*columns)
            fault = self._fault(recorded, position_before)
            if fault is not None:
                return fault
            self.position, self._recorded_at = recorded.position, recorded.recorded_at
        return None

    def _fault(self, recorded: RecordedEvent, position_before: int | None) -> str | None:
        if recorded.position != self.position + 1:
            return f"position {self.position + 1} is missing; the next one is {recorded.position}"
        why = self._wrong_time(recorded) or _wrong_version(recorded, position_before) or _wrong_payload(recorded)
        why = why or self._examine(recorded)
        return None if why is None else f"position {recorded.position}: {why}"

    def _wrong_time(self, recorded: RecordedEvent) -> str | None:
        if self._recorded_at is None or recorded.recorded_at >= self._recorded_at:
            return None
        return f"it was recorded at {recorded.recorded_at}, before the one before it, at {self._recorded_at}"


def _wrong_version(recorded: RecordedEvent, position_before: int | None) -> str | None:
    place = f"version {recorded.stream_version} of stream {recorded.stream_id}"
    if position_before is None:
        return None if recorded.stream_version in FIRST_VERSIONS else f"{place} has no version before it"
    if position_before > recorded.position:
        return f"{place} stands before the version before it, which is at position {position_before}"
    return None


def _wrong_payload(recorded: RecordedEvent) -> str | None:
    # An erased payload is none; its hash stays.
    if recorded.payload is None or payload_hash(recorded.payload) == recorded.payload_hash:
        return None
    return (
        f"the payload of event {recorded.name} at version {recorded.stream_version} of stream {recorded.stream_id}"
        " is not the one that was recorded"
    )


async def _cut_short(store: EventStore, org_id: UUID, last: int) -> str | None:
    """Whether what is kept beside the log knows of later events."""
    answered: int | None = await store.fetchval(None, SQL["last_answered"], org_id)
    if answered is not None and answered > last:
        return f"position {last + 1} is missing: a command was answered with position {answered}"
    for row in await store.fetch(None, SQL["cut_streams"], org_id, 1):
        return (
            f"position {last + 1} is missing: stream {row['stream_id']} has a snapshot of its version"
            f" {row['stream_version']}"
        )
    return None
