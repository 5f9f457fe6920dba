"""The tree is RFC 9162's: its roots are the known ones, its proofs are those of the recursive definition, and hold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.proof.growing import TILE, Damaged, Growing, Tile, place_of
from app.proof.tree import (
    Parts,
    Subtree,
    consistency_parts,
    fold,
    full,
    inclusion_parts,
    leaf_hash,
    node_hash,
    root_parts,
)
from app.proof_check import Refused, Tree, check_consistency, root_of_inclusion

# Leaves and roots that implementations of RFC 6962 share.
LEAVES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# The inclusion proof of the sixth of them among all, and the proof that they begin with the first six.
SIXTH_OF_EIGHT = [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
EIGHT_FROM_SIX = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def mth(leaves: Sequence[bytes]) -> bytes:
    """MTH(D_n), as the RFC defines it."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return node_hash(mth(leaves[:middle]), mth(leaves[middle:]))


def path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D_n), as the RFC defines it."""
    if len(leaves) <= 1:
        return []
    middle = split(len(leaves))
    if index < middle:
        return [*path(index, leaves[:middle]), mth(leaves[middle:])]
    return [*path(index - middle, leaves[middle:]), mth(leaves[:middle])]


def subproof(first: int, leaves: Sequence[bytes], *, is_whole: bool = True) -> list[bytes]:
    """SUBPROOF(m, D_n, b), as the RFC defines it."""
    if first == len(leaves):
        return [] if is_whole else [mth(leaves)]
    middle = split(len(leaves))
    if first <= middle:
        return [*subproof(first, leaves[:middle], is_whole=is_whole), mth(leaves[middle:])]
    return [*subproof(first - middle, leaves[middle:], is_whole=False), mth(leaves[:middle])]


def split(count: int) -> int:
    middle = 1
    while middle * 2 < count:
        middle *= 2
    return middle


def folded(parts: Sequence[Parts], leaves: Sequence[bytes]) -> list[bytes]:
    """What a proof's parts come to in a tree of these leaves."""
    return [
        fold([full(leaves[one.place << one.level : (one.place + 1) << one.level]) for one in part]) for part in parts
    ]


def test_roots_are_the_known_ones() -> None:
    for size, root in enumerate(ROOTS):
        leaves = [leaf_hash(leaf) for leaf in LEAVES[:size]]
        assert folded([root_parts(size)], leaves)[0].hex() == root


def test_proofs_are_the_known_ones() -> None:
    leaves = [leaf_hash(leaf) for leaf in LEAVES]
    assert [one.hex() for one in folded(inclusion_parts(5, 8), leaves)] == SIXTH_OF_EIGHT
    assert [one.hex() for one in folded(consistency_parts(6, 8), leaves)] == EIGHT_FROM_SIX


@given(size=st.integers(1, 70), data=st.data())
def test_proofs_are_those_of_the_definition_and_hold(size: int, data: st.DataObject) -> None:
    leaves = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    proof = folded(inclusion_parts(index, size), leaves)
    assert proof == path(index, leaves)
    assert root_of_inclusion(index, size, leaves[index], proof) == mth(leaves)
    first = data.draw(st.integers(1, size))
    proof = folded(consistency_parts(first, size), leaves)
    assert proof == subproof(first, leaves)
    check_consistency(first, size, mth(leaves[:first]), mth(leaves), proof)


def inclusion_holds(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    try:
        return root_of_inclusion(index, size, leaf, proof) == root
    except Refused:
        return False


def consistency_holds(first: int, second: int, one: bytes, other: bytes, proof: Sequence[bytes]) -> bool:
    try:
        check_consistency(first, second, one, other, proof)
    except Refused:
        return False
    return True


@given(size=st.integers(2, 40), data=st.data())
def test_no_other_proof_of_inclusion_holds(size: int, data: st.DataObject) -> None:
    leaves = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root = path(index, leaves), mth(leaves)
    other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index))
    place = data.draw(st.integers(0, len(proof) - 1))
    assert not inclusion_holds(other, size, leaves[index], proof, root)
    assert not inclusion_holds(index, size, leaves[other], proof, root)
    assert not inclusion_holds(index, size, leaves[index], proof[:-1], root)
    assert not inclusion_holds(index, size, leaves[index], [*proof, root], root)
    assert not inclusion_holds(index, size, leaves[index], [*proof[:place], root, *proof[place + 1 :]], root)
    assert not inclusion_holds(index, 0, leaves[index], proof, root)


@given(size=st.integers(2, 40), data=st.data())
def test_no_other_proof_of_consistency_holds(size: int, data: st.DataObject) -> None:
    leaves = hashes(size)
    first = data.draw(st.integers(1, size - 1))
    proof, one, other = subproof(first, leaves), mth(leaves[:first]), mth(leaves)
    place = data.draw(st.integers(0, len(proof) - 1))
    assert not consistency_holds(first, size, other, other, proof)
    assert not consistency_holds(first, size, one, one, proof)
    assert not consistency_holds(first, size, one, other, proof[:-1])
    assert not consistency_holds(first, size, one, other, [*proof, one])
    assert not consistency_holds(first, size, one, other, [*proof[:place], leaf_hash(b""), *proof[place + 1 :]])
    assert not consistency_holds(0, size, one, other, proof)
    assert not consistency_holds(size, first, other, one, proof)
    assert not consistency_holds(size, size, one, other, [])


def test_a_proof_in_a_million_has_twenty_hashes_at_most() -> None:
    size = 1_000_000
    for index in (0, 1, 255, 256, 499_999, 524_287, 524_288, 983_040, 999_998, 999_999):
        parts = inclusion_parts(index, size)
        assert len(parts) <= 20
        assert len({place_of(subtree)[0] for part in (*parts, root_parts(size)) for subtree in part}) <= 6


@pytest.mark.parametrize("begin", [0, 1, 255, 256, 257, 70_000])
def test_a_tree_that_grows_has_the_tiles_and_the_root_of_its_leaves(begin: int) -> None:
    leaves = hashes(begin + 600)
    growing, checking = Growing(), Tree()
    for leaf in leaves[:begin]:
        growing.add(leaf)
        checking.add(leaf)
    filled = growing.filled
    growing = Growing(begin, growing.edges)  # as another process goes on
    for leaf in leaves[begin:]:
        growing.add(leaf)
        checking.add(leaf)
    filled |= growing.filled
    assert growing.root() == checking.root() == folded([root_parts(len(leaves))], leaves)[0]
    assert set(filled) == {
        Tile(level, place) for level in (0, 1) for place in range(len(leaves) // TILE ** (level + 1))
    }
    for tile, joined in filled.items():
        width = TILE**tile.level
        first = tile.place * TILE
        made = [full(leaves[width * one : width * (one + 1)]) for one in range(first, first + TILE)]
        assert joined == b"".join(made)


def test_edges_of_another_size_are_refused() -> None:
    for size, edges in ((1, []), (0, [bytes(32)]), (2, [bytes(32)]), (1, [bytes(31)]), (256, [bytes(32)])):
        with pytest.raises(Damaged):
            Growing(size, edges)


def test_a_subtree_lies_in_one_tile() -> None:
    assert place_of(Subtree(0, 300)) == (Tile(0, 1), 44, 1)
    assert place_of(Subtree(7, 3)) == (Tile(0, 1), 128, 128)
    assert place_of(Subtree(8, 3)) == (Tile(1, 0), 3, 1)
    assert place_of(Subtree(19, 1)) == (Tile(2, 0), 8, 8)
