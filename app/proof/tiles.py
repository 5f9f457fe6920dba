"""Tiles: the tree of a sealed log as the database has it. Full tiles never change, so all earlier trees are there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from app.proof.growing import TILE, TILE_BITS, Damaged, Tile, place_of, split_hashes
from app.proof.tree import Parts, Subtree, full, hashes_of, root_parts, wanted
from app.store.sql_file import load_statements
from app.store.store import EventStore

SQL = load_statements(Path(__file__).with_name("tiles.sql"))
KNOWN_MAX = 10_000  # hashes kept, for whoever asks for many proofs of neighbours

# Runs a statement whose $1 is the organization, with its other arguments.
Read = Callable[..., Awaitable[Sequence[asyncpg.Record]]]


class SealedTree:
    """The tree of one organization's log, as it was when its seal was read, or earlier.

    Attributes:
        size: how many events are sealed.
        edges: tiles that are not full yet, level by level.
        tiles_read: how many rows were read beside that of the seal.
    """

    def __init__(self, read: Read, size: int, edges: Sequence[bytes]) -> None:
        self.size = size
        self.edges = edges
        self.tiles_read = 0
        self._read = read
        self._known: dict[Subtree, bytes] = {}

    async def root(self, size: int) -> bytes:
        """The root of the first `size` events.

        Raises:
            Damaged: hashes are missing.
        """
        (root,) = await self.hashes([root_parts(size)])
        return root

    async def hashes(self, parts: Sequence[Parts]) -> list[bytes]:
        """Hashes that are folded of subtrees.

        Raises:
            Damaged: some are missing.
        """
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
        unknown = wanted(parts) - self._known.keys()
        tiles = await self.tiles({place_of(subtree)[0] for subtree in unknown})
        self._known |= {subtree: _hash(subtree, tiles) for subtree in unknown}
        return hashes_of(parts, self._known)

    async def tiles(self, asked: Iterable[Tile]) -> dict[Tile, list[bytes]]:
        """Hashes of some tiles, full ones and those at the edge; one that is missing has none.

        Raises:
            Damaged: one is cut off.
        """
        found: dict[Tile, list[bytes]] = {tile: [] for tile in asked}
        rows = [tile for tile in found if self.is_full(tile)]
        for tile in found.keys() - set(rows):
            if tile.place == self._fulls(tile.level) and tile.level < len(self.edges):
                found[tile] = split_hashes(self.edges[tile.level])
        if rows:
            found |= await self._full(rows)
        return found

    async def _full(self, tiles: Sequence[Tile]) -> dict[Tile, list[bytes]]:
        levels, places = [tile.level for tile in tiles], [tile.place for tile in tiles]
        rows = await self._read(SQL["tiles"], levels, places)
        self.tiles_read += len(rows)
        return {Tile(row["level"], row["place"]): split_hashes(row["hashes"]) for row in rows}

    def is_full(self, tile: Tile) -> bool:
        """Whether a tile cannot change any more."""
        return tile.place < self._fulls(tile.level)

    def _fulls(self, level: int) -> int:
        """How many tiles of a level are full."""
        return self.size >> TILE_BITS * (level + 1)


async def sealed_tree(read: Read) -> SealedTree:
    """The tree as it is now; of an organization that was never sealed, the empty one."""
    return SealedTree(read, *seal_of(await read(SQL["seal"])))


def reading(store: EventStore, org_id: UUID, pool: asyncpg.Pool | None = None) -> Read:
    """Reads of an organization over connections of a pool, the readers unless given."""

    async def read(sql: str, *arguments: Any) -> Sequence[asyncpg.Record]:
        async with (pool or store.readers).acquire() as connection:
            return await connection.fetch(sql, org_id, *arguments)

    return read


def seal_of(rows: Sequence[asyncpg.Record]) -> tuple[int, list[bytes]]:
    """Size and edges out of the rows of a seal: one or none."""
    return (rows[0]["size"], list(rows[0]["edges"])) if rows else (0, [])


def _hash(subtree: Subtree, tiles: Mapping[Tile, Sequence[bytes]]) -> bytes:
    tile, first, count = place_of(subtree)
    hashes = tiles[tile][first : first + count]
    if len(hashes) < count:
        raise Damaged(f"the tree lacks hashes of level {tile.level} from {TILE * tile.place + first} on")
    return full(hashes)
