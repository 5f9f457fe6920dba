"""Ids that are made of what something is called elsewhere: the same every time, so that it is added once."""

from __future__ import annotations

from uuid import UUID, uuid5

NUMBER_DIGITS = 14  # fit into 48 bits
_LOW62 = (1 << 62) - 1


def derived_id(within: UUID, *words: str) -> UUID:
    """An id in the shape of a UUIDv7, with the last word where others have a time, if that is a number.

    Things are listed by id, oldest first, so that numbered ones come by number and before those made by hand.
    Another `within`, such as another lead, has other ids.
    """
    last = words[-1]
    number = int(last) if last.isdecimal() and len(last) <= NUMBER_DIGITS else 0
    mixed = uuid5(within, "\x1f".join(words)).int
    return UUID(int=number << 80 | 0x7 << 76 | (mixed >> 64 & 0xFFF) << 64 | 0x2 << 62 | mixed & _LOW62)
