"""Proof of a log: its positions, its streams' versions, its times and its payloads are as they were recorded.

What is read is forgotten batch by batch, so that a log of any length takes the same memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

import asyncpg

from app.store.records import RecordedEvent
from app.store.sql_file import load_statements
from app.store.store import EventStore, payload_hash

SQL = load_statements(Path(__file__).with_name("verify.sql"))
BATCH = 1_000  # events read at a time
FIRST_VERSIONS = (0, 1)  # with which a stream may begin

# What is raised by values that no program of ours has written, such as a time after the last year.
_UNREADABLE = (ValueError, OverflowError, asyncpg.DataError)


class Examiner(Protocol):
    """Says what is wrong beyond what the store knows."""

    async def turn_to(self, batch: Sequence[RecordedEvent]) -> str | None:
        """These events come next. What is wrong with what came before them, beginning with its position."""

    def fault(self, recorded: RecordedEvent) -> str | None:
        """What is wrong with an event whose place and bytes are right; each is asked about once, in order."""

    def vouches_for(self, recorded: RecordedEvent) -> bool:
        """Whether an event is certainly the one that was recorded, so that what contradicts it is not."""

    async def end(self, last: int) -> str | None:
        """What is wrong with the whole log, which ends with this position, beginning with a position."""


async def organizations(store: EventStore) -> AsyncIterator[UUID]:
    """Every organization that has events, by id."""
    behind = UUID(int=0)
    while rows := await store.fetch(None, SQL["next_organization"], behind):
        behind = rows[0]["org_id"]
        yield behind


async def first_fault(store: EventStore, org_id: UUID, examiner: Examiner) -> str | None:
    """The first thing that is wrong with an organization's log, beginning with its position; None: it is whole."""
    proof = _Proof(examiner)
    limit = BATCH
    while True:
        try:
            batch = await store.fetch(None, SQL["evidence"], org_id, proof.position, limit)
        except _UNREADABLE as error:
            if limit == 1:
                return f"position {proof.position + 1}: it cannot be read ({error})"
            limit = 1  # which one, and whether those before it are right
            continue
        if not batch:
            break
        fault = await examiner.turn_to([_recorded(row) for row in batch]) or proof.continue_with(batch)
        if fault is not None:
            return fault
    cut_short = await _cut_short(store, org_id, proof.position)
    return proof.suspicion or cut_short or await examiner.end(proof.position)


class _Proof:
    """How far the log is proven.

    Attributes:
        suspicion: what contradicts an event that is certainly right, unless the other one explains it.
    """

    def __init__(self, examiner: Examiner) -> None:
        self._examiner = examiner
        self._recorded_at: datetime | None = None
        self._suspected = 0
        self.suspicion: str | None = None
        self.position = 0

    def continue_with(self, batch: Sequence[asyncpg.Record]) -> str | None:
        for row in batch:
            recorded = _recorded(row)
            fault = self._fault(recorded, row["position_before"])
            if fault is not None:
                return fault
            if recorded.position == self._suspected:
                return self.suspicion
            self.position, self._recorded_at = recorded.position, recorded.recorded_at
        return None

    def _fault(self, recorded: RecordedEvent, position_before: int | None) -> str | None:
        if recorded.position != self.position + 1:
            return f"position {self.position + 1} is missing; the next one is {recorded.position}"
        why = self._wrong_time(recorded) or _no_version_before(recorded, position_before) or _wrong_payload(recorded)
        why = why or self._examiner.fault(recorded) or self._wrong_order(recorded, position_before)
        return None if why is None else f"position {recorded.position}: {why}"

    def _wrong_time(self, recorded: RecordedEvent) -> str | None:
        if recorded.recorded_at.tzinfo is None:
            return "it was recorded at no time"
        if self._recorded_at is None or recorded.recorded_at >= self._recorded_at:
            return None
        return f"it was recorded at {recorded.recorded_at}, before the one before it, at {self._recorded_at}"

    def _wrong_order(self, recorded: RecordedEvent, position_before: int | None) -> str | None:
        if position_before is None or position_before < recorded.position:
            return None
        why = f"{_place(recorded)} stands before the version before it, which is at position {position_before}"
        if not self._examiner.vouches_for(recorded):
            return why
        if self.suspicion is None:
            self._suspected, self.suspicion = position_before, f"position {recorded.position}: {why}"
        return None


def _no_version_before(recorded: RecordedEvent, position_before: int | None) -> str | None:
    if position_before is not None or recorded.stream_version in FIRST_VERSIONS:
        return None
    return f"{_place(recorded)} has no version before it"


def _wrong_payload(recorded: RecordedEvent) -> str | None:
    # An erased payload is none; its hash stays.
    if recorded.payload is None or payload_hash(recorded.payload) == recorded.payload_hash:
        return None
    return f"the payload of event {recorded.name} at {_place(recorded)} is not the one that was recorded"


def _place(recorded: RecordedEvent) -> str:
    return f"version {recorded.stream_version} of stream {recorded.stream_id}"


def _recorded(row: asyncpg.Record) -> RecordedEvent:
    *columns, _ = row
    return RecordedEvent(*columns)


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
