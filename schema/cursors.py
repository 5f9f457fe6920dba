"""Cursors: opaque to clients. A page cursor names a place in a list, a feed cursor a place in the log."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from schema.edge import ClientError
from schema.scalars import Cursor

_FEED = struct.Struct(">16s16sQ")
_INBOX = struct.Struct(">16s16sQq")  # and microseconds since 1970
_BEFORE_ALL = datetime.min  # noqa: DTZ901 - how the driver reads and writes -infinity
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INT_MAX = 2**62
_DECIMAL = re.compile(r"\d{1,20}(\.\d{1,20})?", re.ASCII)
LENGTH_MAX = 4_000  # characters; a name of 500 can be inside


class FeedPlace(NamedTuple):
    """A place in the log of one organization; `epoch` tells the log from another one with the same positions."""

    org_id: UUID
    epoch: UUID
    position: int


def feed_cursor(place: FeedPlace) -> Cursor:
    """What clients keep."""
    return Cursor(_encoded(_FEED.pack(place.org_id.bytes, place.epoch.bytes, place.position)))


def inbox_cursor(place: FeedPlace, moment: datetime) -> Cursor:
    """As `feed_cursor`, with the moment up to which what fell due was told."""
    microseconds = (moment - _EPOCH) // timedelta(microseconds=1)
    return Cursor(_encoded(_INBOX.pack(place.org_id.bytes, place.epoch.bytes, place.position, microseconds)))


def feed_place(cursor: str, argument: str) -> FeedPlace:
    """What a client kept; that of an inbox names a place in the log too.

    Raises:
        ClientError: INVALID, if it is no feed cursor.
    """
    place, _ = inbox_place(cursor, argument)
    return place


def inbox_place(cursor: str, argument: str) -> tuple[FeedPlace, datetime | None]:
    """As `feed_place`, with the moment up to which what fell due was told; None where the cursor does not say.

    Raises:
        ClientError: INVALID, if it is no feed cursor.
    """
    try:
        raw = _decoded(cursor)
        form = _INBOX if len(raw) == _INBOX.size else _FEED
        org_id, epoch, position, *microseconds = form.unpack(raw)
        moment = _EPOCH + timedelta(microseconds=microseconds[0]) if microseconds else None
    except (ValueError, OverflowError, struct.error, binascii.Error):
        raise invalid_cursor(argument) from None
    if position > _INT_MAX:
        raise invalid_cursor(argument)
    return FeedPlace(UUID(bytes=org_id), UUID(bytes=epoch), position), moment


def page_cursor(listed: str, *key: Any) -> str:
    """A place in a list; `listed` names the list and its order, so that no other list takes it."""
    return _encoded(msgspec.json.encode([listed, *map(_plain, key)]))


def page_place(cursor: str, listed: str, kinds: tuple[type, ...], argument: str) -> tuple[Any, ...]:
    """The key that a page cursor names, as values of `kinds`.

    Raises:
        ClientError: INVALID, if it is no cursor of this list.
    """
    try:
        head, *key = msgspec.json.decode(_decoded(cursor), type=list[Any])
        if head != listed or len(key) != len(kinds):
            raise invalid_cursor(argument)
        return tuple(_typed(value, kind) for value, kind in zip(key, kinds, strict=True))
    except (ValueError, TypeError, OverflowError, msgspec.MsgspecError):
        raise invalid_cursor(argument) from None


def invalid_cursor(argument: str) -> ClientError:
    """The answer to a cursor that is none, or belongs elsewhere."""
    return ClientError("INVALID", f"{argument}: this is no cursor of this list.")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:  # the database's -infinity
            return None
        return (value - _EPOCH) // timedelta(microseconds=1)
    return f"{value:f}" if isinstance(value, Decimal) else value


def _typed(value: Any, kind: type) -> Any:
    if kind is datetime:
        return _BEFORE_ALL if value is None else _EPOCH + timedelta(microseconds=_typed(value, int))
    if kind is UUID and isinstance(value, str):
        return UUID(value)
    if kind in (date, Decimal) and value is None:  # a place among those that have no such value
        return None
    if kind is date:
        return date.fromisoformat(value)
    if kind is Decimal and _DECIMAL.fullmatch(value):
        return Decimal(value)
    is_beyond = isinstance(value, int) and abs(value) > _INT_MAX
    if type(value) is not kind or is_beyond or (isinstance(value, str) and "\0" in value):
        raise TypeError(value)
    return value


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    if len(text) > LENGTH_MAX or not text.isascii():
        raise ValueError(text[:20])
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
