"""Ids: UUIDv7 that rise, and their base62 form."""

import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from app.ids import (
    BASE62_LENGTH,
    BadId,
    Uuid7Source,
    decode_base62,
    decode_id,
    encode_base62,
    encode_id,
    uuid7,
    uuid7_time,
)

LEAST = UUID(int=0)
GREATEST = UUID(int=2**128 - 1)
UUIDS = st.integers(0, 2**128 - 1).map(lambda number: UUID(int=number))


@for_all(UUIDS)
def test_a_uuid_comes_back_from_base62(value: UUID) -> None:
    assert decode_base62(encode_base62(value)) == value


@for_all(UUIDS, UUIDS)
def test_base62_sorts_like_uuids(one: UUID, other: UUID) -> None:
    assert (encode_base62(one) < encode_base62(other)) == (one < other)


@for_all(UUIDS)
def test_base62_is_always_as_long(value: UUID) -> None:
    assert len(encode_base62(value)) == BASE62_LENGTH


@pytest.mark.parametrize(
    ("value", "text"), [(LEAST, "0" * 22), (UUID(int=61), "0" * 21 + "z"), (GREATEST, "7n42DGM5Tflk9n8mt7Fhc7")]
)
def test_base62_is_what_it_always_was(value: UUID, text: str) -> None:
    assert encode_base62(value) == text


@pytest.mark.parametrize(
    "text", ["", "0" * 21, "0" * 23, "z" * 22, "7n42DGM5Tflk9n8mt7Fhc8", "0" * 21 + "-", "0" * 21 + "٣", " " + "0" * 21]
)
def test_what_is_no_base62_is_refused(text: str) -> None:
    with pytest.raises(BadId):
        decode_base62(text)


@for_all(st.text(max_size=30))
def test_any_text_is_an_id_or_is_refused(text: str) -> None:
    with suppress(BadId):
        assert encode_id("lead", decode_id("lead", text)) == text


@for_all(UUIDS)
def test_an_id_comes_back_with_its_prefix(value: UUID) -> None:
    assert decode_id("lead", encode_id("lead", value)) == value


@pytest.mark.parametrize("prefix", ["cont", "LEAD", "lea", "leads", ""])
def test_another_prefix_is_refused(prefix: str) -> None:
    with pytest.raises(BadId):
        decode_id("lead", encode_id(prefix, LEAST))


@pytest.mark.parametrize("text", ["lead", "lead_", "lead" + "0" * 22, "lead__" + "0" * 21, "", "_"])
def test_half_an_id_is_refused(text: str) -> None:
    with pytest.raises(BadId):
        decode_id("lead", text)


CLOCKS = st.lists(st.integers(0, 2**40), min_size=2, max_size=50)
SECOND = 1_000_000_000  # nanoseconds


@for_all(CLOCKS)
def test_ids_rise_whatever_the_clock_does(times: list[int]) -> None:
    clock = iter(times)
    source = Uuid7Source(clock=lambda: next(clock), entropy=bytes)
    made = [source() for _ in times]
    assert all(earlier < later for earlier, later in pairwise(made))


@for_all(st.integers(0, 2**62), st.binary(min_size=8, max_size=8))
def test_an_id_is_a_uuid_of_version_7(nanoseconds: int, entropy: bytes) -> None:
    made = Uuid7Source(clock=lambda: nanoseconds, entropy=lambda _: entropy)()
    assert (made.version, made.variant) == (7, RFC_4122)


def test_an_id_is_laid_out_as_in_the_example_of_rfc_9562() -> None:
    nanoseconds = 0x017F_22E2_79B0 * 1_000_000 + 797_608  # 0xCC3 is this fraction of a millisecond
    source = Uuid7Source(clock=lambda: nanoseconds, entropy=lambda _: bytes.fromhex("18c4dc0c0c07398f"))
    assert source() == UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


def test_ids_of_one_moment_rise_through_every_fraction_of_it() -> None:
    source = Uuid7Source(clock=lambda: SECOND, entropy=bytes)
    made = [source() for _ in range(5_000)]
    assert made == sorted(set(made))


def test_an_id_tells_its_millisecond() -> None:
    moment = datetime(2026, 3, 31, 22, 30, 0, 123_000, tzinfo=UTC)
    source = Uuid7Source(clock=lambda: int(moment.timestamp() * 1_000) * 1_000_000 + 999_999)
    assert uuid7_time(source()) == moment


def test_two_processes_make_different_ids_at_the_same_moment() -> None:
    assert Uuid7Source(clock=lambda: SECOND)() != Uuid7Source(clock=lambda: SECOND)()


def test_many_ids_in_a_row_are_all_different() -> None:
    assert len({uuid7() for _ in range(10_000)}) == 10_000


_FORKING = """
import os
from app.ids import Uuid7Source
source = Uuid7Source(clock=lambda: 0)
source()
if os.fork():
    os.wait()
print(source().hex[-12:], flush=True)
"""


def test_a_forked_process_makes_other_ids_than_its_parent() -> None:
    run = subprocess.run([sys.executable, "-c", _FORKING], capture_output=True, text=True, check=True)
    child, parent = run.stdout.split()
    assert child != parent
