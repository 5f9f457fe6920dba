"""Growing: a tree to whose right edge leaves are added, in tiles of 256 hashes a level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.proof.tree import HASH_BYTES, Subtree, fold, full, root_parts

TILE_BITS = 8  # levels of the tree in one level of tiles
TILE = 1 << TILE_BITS  # hashes


class Tile(NamedTuple):
    """Where a tile is: its first hash is that of Subtree(TILE_BITS * level, TILE * place)."""

    level: int
    place: int


class Damaged(ValueError):
    """A log or its tree cannot be as it is; the message says why, as the end of a sentence."""


class Growing:
    """A tree's size and its tiles that are not full yet. Those that have become full since are in `filled`.

    Raises:
        Damaged: the edges are not those of a tree of this size.
    """

    def __init__(self, size: int = 0, edges: Sequence[bytes] = ()) -> None:
        self.size = size
        self.filled: dict[Tile, bytes] = {}
        self._edges = [split_hashes(edge) for edge in edges]
        counts = [size >> TILE_BITS * level & TILE - 1 for level in range(len(edges))]
        if [len(edge) for edge in self._edges] != counts or size >> TILE_BITS * len(edges):
            raise Damaged(f"the tree of {size} events has other hashes at its edge than such a tree has")

    @property
    def edges(self) -> list[bytes]:
        """Hashes of the tile that is not full yet, level by level."""
        return [b"".join(edge) for edge in self._edges]

    def add(self, hash_of_leaf: bytes) -> None:
        """One more leaf."""
        self.size += 1
        self._put(0, hash_of_leaf)

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return fold([self._hash(subtree) for subtree in root_parts(self.size)])

    def _put(self, level: int, added: bytes) -> None:
        if level == len(self._edges):
            self._edges.append([])
        edge = self._edges[level]
        edge.append(added)
        if len(edge) == TILE:
            self.filled[Tile(level, (self.size >> TILE_BITS * (level + 1)) - 1)] = b"".join(edge)
            self._edges[level] = []
            self._put(level + 1, full(edge))

    def _hash(self, subtree: Subtree) -> bytes:
        """One of those that the root is folded of: all of them lie at the edge."""
        tile, first, count = place_of(subtree)
        return full(self._edges[tile.level][first : first + count])


def place_of(subtree: Subtree) -> tuple[Tile, int, int]:
    """The tile of whose hashes a subtree's is made, the first of them and how many."""
    level, height = divmod(subtree.level, TILE_BITS)
    begin = subtree.place << height
    return Tile(level, begin >> TILE_BITS), begin & TILE - 1, 1 << height


def split_hashes(joined: bytes) -> list[bytes]:
    """Hashes out of a tile.

    Raises:
        Damaged: they are cut off.
    """
    if len(joined) % HASH_BYTES:
        raise Damaged("a tile of the tree is cut off")
    return [joined[begin : begin + HASH_BYTES] for begin in range(0, len(joined), HASH_BYTES)]
