"""Exporting: a log, or the events of one lead with their proofs, as JSON Lines that anybody can check offline.

The first line says what follows, each event has one, and the last has the signed checkpoint: see docs/proof.md.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import msgspec

from app.ids import BadId, decode_id, encode_id
from app.onboarding import organization_named
from app.operator_error import OperatorError
from app.proof.checkpoints import Checkpoint
from app.proof.growing import Damaged
from app.proof.leaf import envelope_of, hash_of
from app.proof.proofs import included
from app.proof.sealing import Unsealable
from app.proof.tiles import SealedTree, reading, sealed_tree
from app.proof_check import FORMAT, Tree
from app.store.records import RecordedEvent
from app.store.sql_file import load_statements
from app.system import System

SQL = load_statements(Path(__file__).with_name("exporting.sql"))
BATCH = 200  # events read at once

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    system: System
    org_id: UUID
    tree: SealedTree
    checkpoint: Checkpoint
    out: TextIO
    progress: Progress

    def write(self, **members: Any) -> None:
        self.out.write(msgspec.json.encode(members).decode() + "\n")

    def begin(self, lead_id: str | None) -> None:
        organization = encode_id("orga", self.org_id)
        self.write(format=FORMAT, organizationId=organization, leadId=lead_id, size=self.tree.size)

    def end(self, events: int) -> None:
        self.write(checkpoint=self.checkpoint.note, publicKey=self.checkpoint.public_key, events=events)


async def export_log(
    system: System, *, organization: str | None, lead: str | None, out: TextIO, progress: Progress
) -> int:
    """Write the whole log of an organization, or that of a lead; how many events that were.

    Raises:
        OperatorError: no such organization or lead, no key to sign with, or a log that is not the one that was sealed.
    """
    org_id = await organization_named(system, organization)
    try:
        tree = await sealed_to_the_end(system, org_id)
        checkpoint = system.proofs.signed(org_id, tree.size, await tree.root(tree.size))
        job = _Job(system=system, org_id=org_id, tree=tree, checkpoint=checkpoint, out=out, progress=progress)
        return await (_export_log(job) if lead is None else _export_lead(job, lead))
    except (Damaged, Unsealable) as error:
        raise OperatorError(f"The log is not whole, {error}: find out more with verify.") from error


async def sealed_to_the_end(system: System, org_id: UUID) -> SealedTree:
    """The tree over all events that there are now; a server may be sealing them meanwhile.

    Raises:
        Unsealable, Damaged: it cannot be sealed.
    """
    last = await system.store.max_notification_id(org_id) or 0
    read = reading(system.store, org_id)
    while (tree := await sealed_tree(read)).size < last:
        await system.proofs.sealer.seal(org_id)
    return tree


async def _export_log(job: _Job) -> int:
    job.begin(None)
    made = Tree()
    while made.size < job.tree.size:
        batch = await job.system.store.select_notifications(job.org_id, made.size + 1, BATCH, stop=job.tree.size)
        for recorded in batch:
            if recorded.position != made.size + 1:
                break
            made.add(hash_of(job.org_id, recorded))
            job.write(envelope=envelope_of(job.org_id, recorded), payload=_text(recorded))
        else:
            job.progress(made.size, job.tree.size)
            if batch:
                continue
        raise Damaged(f"position {made.size + 1} is missing")
    if made.root() != job.checkpoint.root:
        raise Damaged("its events are not those that were sealed")
    job.end(made.size)
    return made.size


async def _export_lead(job: _Job, lead: str) -> int:
    streams = await _streams(job, lead)
    total: int = await job.system.store.fetchval(None, SQL["length"], job.org_id, streams, job.tree.size)
    if not total:
        raise OperatorError(f"There is no lead {lead} in this organization.")
    job.begin(lead)
    done = 0
    async for recorded in _events(job, streams):
        proof = await included(job.tree, job.org_id, recorded, job.tree.size)
        hashes = [one.hex() for one in proof.hashes]
        job.write(envelope=envelope_of(job.org_id, recorded), payload=_text(recorded), hashes=hashes)
        done += 1
        job.progress(done, total)
    job.end(done)
    return done


async def _streams(job: _Job, lead: str) -> list[UUID]:
    try:
        lead_id = decode_id("lead", lead)
    except BadId:
        raise OperatorError(f"{lead} is no id of a lead: it begins with lead_ and is in the page's address.") from None
    return [row["stream_id"] for row in await job.system.store.fetch(None, SQL["streams"], job.org_id, lead_id)]


async def _events(job: _Job, streams: list[UUID]) -> AsyncIterator[RecordedEvent]:
    """Read through a cursor: however many they are, they are sorted once."""
    async with job.system.store.readers.acquire() as connection, connection.transaction(readonly=True):
        async for row in connection.cursor(SQL["events"], job.org_id, streams, job.tree.size, prefetch=BATCH):
            yield RecordedEvent(*row)


def _text(recorded: RecordedEvent) -> str | None:
    """The payload as it is stored; JSON is text."""
    if recorded.payload is None:
        return None
    try:
        return recorded.payload.decode()
    except UnicodeDecodeError:
        raise Damaged(f"the payload at position {recorded.position} is no text") from None
