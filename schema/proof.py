"""Proof that an event is in the log, and that the log begins with what it was; its signature. See docs/proof.md."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import strawberry

from app.proof import checkpoints
from app.proof.growing import Damaged
from app.proof.keys import NoProofKey
from app.proof.proofs import NotSealed, WrongSize
from schema.commands import given
from schema.context import Context, Info
from schema.edge import ClientError
from schema.events import event_with
from schema.fields import argument, plain, resolved
from schema.ids import id_argument
from schema.scalars import Long

log = logging.getLogger(__name__)

RETRY_AFTER_MS = 1_000


@strawberry.type(
    description="What the log was at a size, signed with Ed25519: C2SP's tlog-checkpoint. Keep some, elsewhere: a log "
    "that was rewritten does not fit them any more."
)
class Checkpoint:
    size: Long = plain("How many events, from position 1 on.")
    root_hash: str = plain("Root of the tree over them, RFC 9162 with SHA-256; 64 hexadecimal digits.")
    note: str = plain("The signed text: origin, size, root in base64, and the signature.")
    key_name: str = plain("Who signed; the same as the origin in the note.")
    public_key: str = plain("By which the signature is checked: NAME+ID+BASE64, as C2SP writes keys of signed notes.")


@strawberry.type(
    description="Proof that an event is in the log. The whole answer, kept as a file, can be checked offline with "
    "proof_check.py."
)
class AuditProof:
    position: Long = plain("The event's; its leaf is the one of this number, counted from 1.")
    tree_size: Long = plain("Of how many events the tree is.")
    leaf: str = plain(
        "All of the event but its payload, of which it has the hash: canonical JSON, the bytes that are hashed."
    )
    leaf_hash: str = plain("Hash of the leaf; 64 hexadecimal digits.")
    hashes: list[str] = plain("Of the neighbours, from the leaf's up to the root's; 64 hexadecimal digits each.")
    root_hash: str = plain("Root of the tree.")
    root: strawberry.Private[bytes]

    @resolved
    async def checkpoint(self, info: Info) -> Checkpoint | None:
        """The tree's checkpoint, signed."""
        return await _signed(info.context, self.tree_size, self.root)


@strawberry.type(
    description="Proof that the log begins with what it was. Kept as a file, it can be checked offline with "
    "proof_check.py, together with the earlier checkpoint."
)
class ConsistencyProof:
    from_size: Long = plain("How many events it had.")
    from_root_hash: str = plain("Root of the tree over those; compare it with that of the checkpoint that you kept.")
    to_size: Long = plain("How many events the later tree is of.")
    to_root_hash: str = plain("Root of the later tree.")
    hashes: list[str] = plain("As RFC 9162 has them; 64 hexadecimal digits each.")
    root: strawberry.Private[bytes]

    @resolved
    async def checkpoint(self, info: Info) -> Checkpoint | None:
        """The later tree's checkpoint, signed."""
        return await _signed(info.context, self.to_size, self.root)


async def checkpoint(info: Info) -> Checkpoint | None:
    """The log as far as it is sealed, which is to within a second, signed. UNAVAILABLE where no key is set up."""
    context = info.context
    async with _told(context):
        return _shown(await context.services.proofs.checkpoint(context.principal.org_id, context.reader.fetch))


async def audit_proof(
    info: Info,
    event_id: Annotated[strawberry.ID, argument("An event that the viewer may see.")],
    size: Annotated[
        Long | None, argument("Of the tree, such as a kept checkpoint's; absent: all that is sealed.")
    ] = strawberry.UNSET,
) -> AuditProof | None:
    """Proof that an event is in the log; null where there is none that the viewer may see."""
    context = info.context
    event = await event_with(context, id_argument("event", event_id, "eventId"))
    if event is None:
        return None
    async with _told(context):
        proof = await context.services.proofs.inclusion(
            context.principal.org_id, event.recorded, given(size), context.reader.fetch
        )
    return AuditProof(
        position=event.position,
        tree_size=Long(proof.size),
        leaf=proof.leaf.decode(),
        leaf_hash=proof.leaf_hash.hex(),
        hashes=[one.hex() for one in proof.hashes],
        root_hash=proof.root.hex(),
        root=proof.root,
    )


async def consistency_proof(
    info: Info,
    from_size: Annotated[Long, argument("How many events the log had, such as a kept checkpoint says.", name="from")],
    to_size: Annotated[
        Long | None, argument("How many it has in the later tree; absent: all that are sealed.", name="to")
    ] = strawberry.UNSET,
) -> ConsistencyProof | None:
    """Proof that the log begins with what it was: nothing of it was changed, removed or put in between."""
    context = info.context
    async with _told(context):
        proof = await context.services.proofs.consistency(
            context.principal.org_id, from_size, given(to_size), context.reader.fetch
        )
    return ConsistencyProof(
        from_size=Long(proof.first),
        from_root_hash=proof.first_root.hex(),
        to_size=Long(proof.second),
        to_root_hash=proof.second_root.hex(),
        hashes=[one.hex() for one in proof.hashes],
        root=proof.second_root,
    )


async def _signed(context: Context, size: int, root: bytes) -> Checkpoint:
    async with _told(context):
        return _shown(context.services.proofs.signed(context.principal.org_id, size, root))


def _shown(signed: checkpoints.Checkpoint) -> Checkpoint:
    return Checkpoint(
        size=Long(signed.size),
        root_hash=signed.root.hex(),
        note=signed.note,
        key_name=signed.key_name,
        public_key=signed.public_key,
    )


@asynccontextmanager
async def _told(context: Context) -> AsyncIterator[None]:
    """Tell clients why something cannot be proven."""
    try:
        yield
    except WrongSize as error:
        raise ClientError("INVALID", str(error)) from None
    except NoProofKey as error:
        log.error("%s", error)
        raise ClientError(
            "UNAVAILABLE", "Checkpoints cannot be signed here: the operator has to set LEADSTREAM_PROOF_KEY_FILE."
        ) from None
    except NotSealed:
        raise ClientError(
            "UNAVAILABLE",
            "So much of the log is not sealed yet: ask again in a moment.",
            extensions={"retryAfterMs": RETRY_AFTER_MS},
        ) from None
    except Damaged as error:
        log.error("the log of organization %s is not the one that was sealed, %s", context.principal.org_id, error)
        raise ClientError(
            "UNAVAILABLE", "The log is not the one that was sealed: the operator has to run verify."
        ) from None
