"""Proofs: what is asked of a log's tree. An event that is not sealed yet is sealed on demand."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from uuid import UUID

from app.ids import encode_id
from app.proof.checkpoints import Checkpoint, checkpoint_of
from app.proof.growing import Damaged
from app.proof.keys import ProofKeys
from app.proof.leaf import leaf_of
from app.proof.sealing import Sealer, Unsealable
from app.proof.tiles import Read, SealedTree, reading, sealed_tree
from app.proof.tree import Subtree, consistency_parts, inclusion_parts, leaf_hash, root_parts
from app.store.records import RecordedEvent
from app.store.store import EventStore

log = logging.getLogger(__name__)

PATIENCE_S = 2.0  # seconds that are waited until an event is sealed
LOOK_EVERY_S = 0.05


class NotSealed(Exception):
    """So much of the log is not sealed yet; in a moment it will be."""


class WrongSize(Exception):
    """There is no such tree; the message says which there are, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """Proof that an event is in a log.

    Attributes:
        leaf: its envelope, in the bytes that are hashed.
        hashes: from the leaf's neighbour up.
    """

    leaf: bytes
    hashes: list[bytes]
    root: bytes
    size: int

    @property
    def leaf_hash(self) -> bytes:
        """The hash of the leaf."""
        return leaf_hash(self.leaf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """Proof that a log begins with what it was."""

    first: int
    first_root: bytes
    second: int
    second_root: bytes
    hashes: list[bytes]


class Proofs:
    """Proves what is in the logs of one database.

    Whoever serves a request holds one of the readers' connections already, and lends it with `read`. What has to be
    sealed first is sealed over the writers', so that many who hold one and wait for another do not wait for each other.

    Attributes:
        sealer: for the runner, and for commands.
    """

    def __init__(self, store: EventStore, keys: ProofKeys) -> None:
        self.sealer = Sealer(store.readers)
        self._on_demand = Sealer(store.writers)
        self._store = store
        self._keys = keys

    async def tree(self, org_id: UUID, at_least: int = 0, read: Read | None = None) -> SealedTree:
        """The tree of a log, sealed up to a position; that is waited for a moment.

        Raises:
            NotSealed: it takes longer, or cannot be.
        """
        tree = await sealed_tree(read or reading(self._store, org_id))
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while tree.size < at_least:
            await self._seal(org_id)
            # What lends a connection may have looked before.
            tree = await sealed_tree(reading(self._store, org_id, self._store.writers))
            if tree.size < at_least and asyncio.get_running_loop().time() > deadline:
                raise NotSealed
        return tree

    async def _seal(self, org_id: UUID) -> None:
        try:
            if await self._on_demand.seal(org_id, 1):
                await asyncio.sleep(LOOK_EVERY_S)  # there is nothing left, or somebody else is sealing
        except Unsealable as error:
            log.error("the log of organization %s is not sealed on, %s: run verify", org_id, error)
            raise NotSealed from error

    async def checkpoint(self, org_id: UUID, read: Read | None = None) -> Checkpoint:
        """The signed checkpoint of a log, as far as it is sealed.

        Raises:
            NoProofKey, NotSealed, Damaged
        """
        tree = await self.tree(org_id, 1, read)
        return self.signed(org_id, tree.size, await tree.root(tree.size))

    def signed(self, org_id: UUID, size: int, root: bytes) -> Checkpoint:
        """The checkpoint of a root that is known.

        Raises:
            NoProofKey
        """
        return checkpoint_of(self._keys, encode_id("orga", org_id), size, root)

    async def inclusion(
        self, org_id: UUID, recorded: RecordedEvent, size: int | None = None, read: Read | None = None
    ) -> Inclusion:
        """Proof that an event is among the first `size` of its log; by default, of all that are sealed.

        Raises:
            NotSealed: it is too new.
            WrongSize: there is no such tree, or it ends before the event.
            Damaged: the tree has something else in its place.
        """
        tree = await self.tree(org_id, recorded.position, read)
        size = tree.size if size is None else size
        _within(size, recorded.position, tree)
        return await included(tree, org_id, recorded, size)

    async def consistency(
        self, org_id: UUID, first: int, second: int | None = None, read: Read | None = None
    ) -> Consistency:
        """Proof that the first `second` events of a log begin with the first `first`; by default, all that are sealed.

        Raises:
            NotSealed, WrongSize, Damaged
        """
        tree = await self.tree(org_id, 1, read)
        second = tree.size if second is None else second
        _within(second, 1, tree)
        if not 0 < first <= second:
            raise WrongSize(f"A tree of {second} events begins with one of 1 to {second} events, not of {first}.")
        parts = [root_parts(first), root_parts(second), *consistency_parts(first, second)]
        first_root, second_root, *hashes = await tree.hashes(parts)
        return Consistency(first=first, first_root=first_root, second=second, second_root=second_root, hashes=hashes)


async def included(tree: SealedTree, org_id: UUID, recorded: RecordedEvent, size: int) -> Inclusion:
    """Proof that an event is in a tree.

    Raises:
        Damaged: the tree has something else in its place.
    """
    index = recorded.position - 1
    itself, root, *hashes = await tree.hashes([(Subtree(0, index),), root_parts(size), *inclusion_parts(index, size)])
    leaf = leaf_of(org_id, recorded)
    if itself != leaf_hash(leaf):
        raise Damaged(f"the event at position {recorded.position} is not the one that was sealed")
    return Inclusion(leaf=leaf, hashes=hashes, root=root, size=size)


def _within(size: int, low: int, tree: SealedTree) -> None:
    if not low <= size <= tree.size:
        raise WrongSize(f"Trees of {low} to {tree.size} events can be asked for, not of {size}.")
