"""Dates of mails: when one was written, else when it was received, however that was put down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_tz

from app.bulk.mail.faults import FAULTS

_COMMENT = re.compile(r"\([^()]*\)")
DATE_MAX = 500  # characters
_OFFSET_MAX_S = 24 * 3600


def instant(text: str) -> datetime | None:
    """The moment in UTC that a Date header names; without a zone it is UTC's. None: it names none."""
    bare = _COMMENT.sub(" ", text[:DATE_MAX]).strip()
    try:
        parts = parsedate_tz(bare)
        if parts is None:
            return _utc(datetime.fromisoformat(bare))
        year, month, day, hour, minute, second = parts[:6]
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        return _earlier(moment, parts[9] or 0)
    except FAULTS:
        return None


def received_at(headers: Sequence[str]) -> datetime | None:
    """When the last server got it: what ends the uppermost Received header that ends with a date."""
    found = (instant(header.rpartition(";")[2]) for header in headers if ";" in header)
    return next((moment for moment in found if moment is not None), None)


def _earlier(moment: datetime, offset_s: int) -> datetime:
    if abs(offset_s) >= _OFFSET_MAX_S:
        return moment  # no place on earth
    return datetime.fromtimestamp(moment.timestamp() - offset_s, UTC)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
