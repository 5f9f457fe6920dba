"""What was answered under an idempotency key before, and what else an append would refuse."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.event import Entry, Event
from app.request import ClaimTaken, Done, IdempotencyMismatch, Request
from app.store.records import IdempotencyRecord, Mismatch, Repeated
from app.store.store import Connection, EventStore


async def known_answer(store: EventStore, request: Request, connection: Connection | None = None) -> Done | None:
    """What was answered under the request's key; None: it has none, or nobody used it yet.

    Raises:
        IdempotencyMismatch: it was used for another input.
    """
    key = request.idempotency
    if key is None:
        return None
    known = await store.recall(request.org_id, principal_of(request), key.key, key.fingerprint, connection)
    if isinstance(known, Mismatch):
        raise IdempotencyMismatch("idempotency_key")
    return remembered(known) if known is not None else None


async def require_unclaimed(
    store: EventStore, request: Request, entries: Sequence[Entry[Event]], connection: Connection
) -> None:
    """As the append checks it: before anything is given back.

    Raises:
        ClaimTaken: somebody holds what these facts would take.
    """
    wanted = [claim for entry in entries for claim, _ in entry.event.takes(entry.home)]
    held = await store.select_claims(request.org_id, wanted, connection) if wanted else {}
    for claim in wanted:
        if claim in held:
            raise ClaimTaken(kind=claim.kind)


def record_of(request: Request, done: Done) -> IdempotencyRecord | None:
    """What lets a command be repeated; None: the request has no key."""
    key = request.idempotency
    if key is None:
        return None
    return IdempotencyRecord(
        principal=principal_of(request), key=key.key, fingerprint=key.fingerprint, result=msgspec.json.encode(done)
    )


def remembered(known: Repeated) -> Done:
    """The first result, at its position."""
    return msgspec.structs.replace(msgspec.json.decode(known.result, type=Done), position=known.position)


def principal_of(request: Request) -> UUID:
    """Whose key it is: keys of two users never meet."""
    return request.actor.user_id or request.org_id
