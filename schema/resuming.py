"""Where feeds begin: behind a cursor that the client gives, or that its transport kept for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from schema.commands import given
from schema.context import Context
from schema.cursors import FeedPlace, inbox_place, invalid_cursor

LAST_EVENT_ID = "Last-Event-ID"  # the header by which those come back who follow server-sent events

Beginning = tuple[FeedPlace, datetime | None]


def beginning(context: Context, after: Any) -> Beginning | None:
    """The place that a feed begins behind, and the moment that an inbox's does; None: now.

    Of `after` and what the transport got last it is the later one; in another log than `after`'s, the latter.

    Raises:
        ClientError: INVALID; one of them is no feed cursor of this organization.
    """
    asked = _place(context, given(after), "after")
    got = _place(context, context.last_event_id, LAST_EVENT_ID)
    if asked is None or got is None:
        return asked or got
    is_later = asked[0].epoch == got[0].epoch and asked[0].position > got[0].position
    return asked if is_later else got


def _place(context: Context, cursor: Any, called: str) -> Beginning | None:
    if cursor is None:
        return None
    place, moment = inbox_place(str(cursor), called)
    if place.org_id != context.principal.org_id:
        raise invalid_cursor(called)
    return place, moment
