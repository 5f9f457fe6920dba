"""Examining: every event of a log against the tree that it was sealed into, and against checkpoints that were kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from app.proof.growing import TILE, TILE_BITS, Damaged, Growing, Tile, split_hashes
from app.proof.leaf import hash_of
from app.proof.tiles import SQL, SealedTree, reading, sealed_tree
from app.store.records import RecordedEvent
from app.store.store import EventStore

LEVELS_MAX = 8  # of tiles, in a log that is longer than positions can be

Examine = Callable[[RecordedEvent], str | None]


class TreeExaminer:
    """Makes a log's tree anew, event by event, and compares. What is sealed meanwhile is left for the next time.

    Args:
        examine: what else is to be said of an event.
        roots: of checkpoints, by their size.
    """

    def __init__(self, store: EventStore, org_id: UUID, examine: Examine, roots: Mapping[int, bytes]) -> None:
        self._store = store
        self._org_id = org_id
        self._examine = examine
        self._roots = dict(roots)
        self._agreed = 0  # events of the last checkpoint that agreed
        self._tree: SealedTree | None = None
        self._growing = Growing()
        self._leaves: dict[Tile, list[bytes]] = {}
        self._edges: list[list[bytes]] = []
        self._matched = 0

    async def turn_to(self, batch: Sequence[RecordedEvent]) -> str | None:
        """Read the leaves of a batch, and compare what the last one has filled."""
        tree = await self._sealed()
        places = {(recorded.position - 1) >> TILE_BITS for recorded in batch if 0 < recorded.position <= tree.size}
        try:
            self._leaves = await tree.tiles(Tile(0, place) for place in places)
            return await self._filled(tree)
        except Damaged as error:
            return f"position {batch[0].position}: {error}"

    def fault(self, recorded: RecordedEvent) -> str | None:
        """What is wrong with an event, or with its place in the tree."""
        why = self._examine(recorded) or self._unlike_leaf(recorded)
        if why is None and self._growing.size in self._roots:
            why = self._unlike_checkpoint(self._growing.size)
        return why

    def vouches_for(self, recorded: RecordedEvent) -> bool:
        """Whether it is the event that was sealed."""
        return recorded.position <= self._matched

    async def end(self, last: int) -> str | None:
        """What is missing, and what is left of the tree."""
        tree = await self._sealed()
        if last < tree.size:
            return f"position {last + 1} is missing: {tree.size} events are sealed"
        longer = [size for size in self._roots if size > last]
        if longer:
            return f"position {last + 1} is missing: a checkpoint is of {max(longer)} events"
        try:
            return await self._filled(tree) or self._unlike_edges(tree) or await self._beyond()
        except Damaged as error:
            return f"position {max(tree.size, 1)}: {error}"

    async def _sealed(self) -> SealedTree:
        if self._tree is None:
            self._tree = await sealed_tree(reading(self._store, self._org_id))
        return self._tree

    def _unlike_leaf(self, recorded: RecordedEvent) -> str | None:
        try:
            made = hash_of(self._org_id, recorded)
        except ValueError as error:
            return str(error)
        index = recorded.position - 1
        self._growing.add(made)
        assert self._tree is not None
        if index >= self._tree.size:
            return None
        leaves = self._leaves.get(Tile(0, index >> TILE_BITS), [])
        kept = leaves[index & TILE - 1] if len(leaves) > index & TILE - 1 else None
        if kept != made:
            return "the tree lacks its hash" if kept is None else "it is not the event that was sealed"
        self._matched = recorded.position
        if self._growing.size == self._tree.size:
            self._edges = [split_hashes(edge) for edge in self._growing.edges]
        return None

    def _unlike_checkpoint(self, size: int) -> str | None:
        if self._growing.root() == self._roots[size]:
            self._agreed = size
            return None
        return (
            f"the first {size} events are not those of the checkpoint: one from position {self._agreed + 1} on was"
            " changed, and the tree made anew"
        )

    async def _filled(self, tree: SealedTree) -> str | None:
        """Compare the tiles that have become full of hashes of hashes."""
        made = {tile: one for tile, one in self._growing.filled.items() if tile.level > 0 and tree.is_full(tile)}
        self._growing.filled.clear()
        kept = await tree.tiles(made) if made else {}
        for tile, hashes in sorted(made.items()):
            fault = _first_unlike(tile, kept[tile], split_hashes(hashes))
            if fault is not None:
                return fault
        return None

    def _unlike_edges(self, tree: SealedTree) -> str | None:
        Growing(tree.size, tree.edges)
        for level, edge in enumerate(self._edges):
            kept = split_hashes(tree.edges[level])
            fault = _first_unlike(Tile(level, tree.size >> TILE_BITS * (level + 1)), kept, edge)
            if fault is not None:
                return fault
        return None

    async def _beyond(self) -> str | None:
        for row in await self._store.fetch(None, SQL["tile_beyond"], self._org_id, LEVELS_MAX):
            position = (row["place"] << TILE_BITS * (row["level"] + 1)) + 1
            return f"position {position}: the tree has a tile of events that are not sealed"
        return None


def _first_unlike(tile: Tile, kept: Sequence[bytes], made: Sequence[bytes]) -> str | None:
    """The first position under a hash that is not what the events make of it."""
    for number, one in enumerate(made):
        if number >= len(kept) or kept[number] != one:
            first = (tile.place << TILE_BITS | number) << TILE_BITS * tile.level
            return (
                f"position {first + 1}: the tree has another hash over the {1 << TILE_BITS * tile.level} events from it"
            )
    return None
