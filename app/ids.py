"""Ids: UUIDv7 inside, `<prefix>_<base62>` at the edge; one id type per thing."""

import os
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NewType
from uuid import UUID

OrganizationId = NewType("OrganizationId", UUID)
UserId = NewType("UserId", UUID)
KeyId = NewType("KeyId", UUID)
InvitationId = NewType("InvitationId", UUID)
LeadId = NewType("LeadId", UUID)
ContactId = NewType("ContactId", UUID)
OpportunityId = NewType("OpportunityId", UUID)
TaskId = NewType("TaskId", UUID)
ActivityId = NewType("ActivityId", UUID)
ThreadId = NewType("ThreadId", UUID)
StatusId = NewType("StatusId", UUID)
PipelineId = NewType("PipelineId", UUID)
CustomFieldId = NewType("CustomFieldId", UUID)
CustomActivityTypeId = NewType("CustomActivityTypeId", UUID)
FileId = NewType("FileId", UUID)
ItemId = NewType("ItemId", UUID)
EventId = NewType("EventId", UUID)

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PAIRS = [a + b for a in _DIGITS for b in _DIGITS]
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
ENTROPY_STORE = 4_096  # bytes; of 512 ids
BASE62_LENGTH = 22  # characters: the least that hold 128 bits
VERSION_MAX = 2**31 - 1  # of a stream; none gets there
_PAST = re.compile(r"([a-z]+_[0-9A-Za-z]{22})~([1-9][0-9]{0,9})", re.ASCII)


class BadId(ValueError):
    """Not an id of the kind that was asked for."""


class _Entropy:
    """Random bytes out of a store that is filled by one call for many ids: each call goes into the kernel."""

    def __init__(self) -> None:
        self._store = b""
        self._used = 0
        os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        """Throw the rest away: a forked process must not make its parent's ids."""
        self._store, self._used = b"", 0

    def __call__(self, count: int) -> bytes:
        begin = self._used
        self._used = end = begin + count
        if end > len(self._store):
            self._store, begin, self._used = os.urandom(ENTROPY_STORE), 0, count
            end = count
        return self._store[begin:end]


class Uuid7Source:
    """Makes UUIDv7s (RFC 9562) that rise within one process.

    `clock` gives nanoseconds since 1970 and `entropy` n random bytes; tests hand in their own.
    """

    def __init__(self, clock: Callable[[], int] = time.time_ns, entropy: Callable[[int], bytes] | None = None) -> None:
        self._clock = clock
        self._entropy = entropy or _Entropy()
        self._last = 0

    def __call__(self) -> UUID:
        """The next one."""
        # 48 bits of milliseconds and 12 of their fraction, never the same twice: ids made later sort later.
        nanoseconds = self._clock()
        stamp = (nanoseconds // 1_000_000 << 12) | ((nanoseconds % 1_000_000) * 4096 // 1_000_000)
        self._last = stamp = max(stamp, self._last + 1)
        random62 = int.from_bytes(self._entropy(8)) & 0x3FFF_FFFF_FFFF_FFFF
        return UUID(int=(stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0x2 << 62 | random62)


uuid7 = Uuid7Source()


def uuid7_time(value: UUID) -> datetime:
    """The millisecond in which a UUIDv7 was made, in UTC."""
    return datetime.fromtimestamp((value.int >> 80) / 1000, UTC)


def encode_base62(value: UUID) -> str:
    """22 characters of 0-9A-Za-z that sort like the UUID."""
    number = value.int
    pairs = []
    for _ in range(11):
        number, rest = divmod(number, 3844)
        pairs.append(_PAIRS[rest])
    pairs.reverse()
    return "".join(pairs)


def decode_base62(text: str) -> UUID:
    """The UUID that `encode_base62` wrote.

    Raises:
        BadId: another length, another character, or more than 128 bits.
    """
    if len(text) != BASE62_LENGTH:
        raise BadId(text)
    number = 0
    for character in text:
        value = _VALUES.get(character)
        if value is None:
            raise BadId(text)
        number = number * 62 + value
    if number >> 128:
        raise BadId(text)
    return UUID(int=number)


def encode_id(prefix: str, value: UUID) -> str:
    """`lead_4HTqe…`: what clients see."""
    return f"{prefix}_{encode_base62(value)}"


def decode_id(prefix: str, text: str) -> UUID:
    """The UUID of an id of this prefix.

    Raises:
        BadId: another prefix, or not an id at all.
    """
    head, separator, tail = text.partition("_")
    if not separator or head != prefix:
        raise BadId(text)
    return decode_base62(tail)


def past_id(text: str) -> tuple[str, int] | None:
    """Of an id of the past, such as `lead_4HTqe…~12`, that of the present and the version; None: it is none."""
    found = _PAST.fullmatch(text)
    return (found[1], min(int(found[2]), VERSION_MAX)) if found else None
