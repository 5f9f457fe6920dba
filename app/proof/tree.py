"""The Merkle tree of RFC 9162 over a log: its hashes, and which of them prove what.

A tree of any size is made of *subtrees*: full ones of 2 ^ level leaves, each found by its level and its place among
those of that level, both from 0. Their hashes never change again, whatever is appended; all others are folded of them.
What is proven is checked by `app.proof_check`, as an auditor would.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

HASH_BYTES = 32
EMPTY = hashlib.sha256(b"").digest()  # the root of a tree without leaves


class Subtree(NamedTuple):
    """A full subtree: the leaves from place * 2 ^ level on, 2 ^ level of them."""

    level: int
    place: int


Parts = tuple[Subtree, ...]  # what one hash is folded of, from left to right; mostly of itself alone


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash over neighbouring subtrees, each smaller than the one on its left; of none: that of the empty tree."""
    if not hashes:
        return EMPTY
    *others, folded = hashes
    for left in reversed(others):
        folded = node_hash(left, folded)
    return folded


def full(hashes: Sequence[bytes]) -> bytes:
    """The hash of a full subtree out of those of its leaves, or of equal subtrees: 1, 2, 4, 8 … of them."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[one], hashes[one + 1]) for one in range(0, len(hashes), 2)]
    return hashes[0]


def root_parts(size: int) -> Parts:
    """What the root of a tree is folded of."""
    return _parts(0, size)


def inclusion_parts(index: int, size: int) -> list[Parts]:
    """The inclusion proof of a leaf, counted from 0, in a tree: PATH(m, D_n) of RFC 9162."""
    assert 0 <= index < size
    found: list[Parts] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            found.append(_parts(middle, end))
            end = middle
        else:
            found.append(_parts(begin, middle))
            begin = middle
    return found[::-1]


def consistency_parts(first: int, second: int) -> list[Parts]:
    """The proof that a tree of `second` leaves begins with that of `first`: PROOF(m, D_n) of RFC 9162."""
    assert 0 < first <= second
    found: list[Parts] = []
    begin, end = 0, second
    while first != end:
        middle = begin + _split(end - begin)
        if first <= middle:
            found.append(_parts(middle, end))
            end = middle
        else:
            found.append(_parts(begin, middle))
            begin = middle
    if begin > 0:  # else it is the first tree itself, whose root whoever checks has
        found.append(_parts(begin, end))
    return found[::-1]


def wanted(parts: Iterable[Parts]) -> set[Subtree]:
    """Every subtree that some hashes are folded of."""
    return {subtree for one in parts for subtree in one}


def hashes_of(parts: Iterable[Parts], known: Mapping[Subtree, bytes]) -> list[bytes]:
    """The hashes, folded."""
    return [fold([known[subtree] for subtree in one]) for one in parts]


def _parts(begin: int, end: int) -> Parts:
    """The full subtrees of the leaves from `begin` to before `end`, where RFC 9162 may have split a tree."""
    found = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        found.append(Subtree(level, begin >> level))
        begin += 1 << level
    return tuple(found)


def _split(size: int) -> int:
    """The largest power of two below."""
    return 1 << (size - 1).bit_length() - 1
