"""The parts of a lead page: each detail by itself, things under the lead by their ids, values as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.lead.contacts import CONTACTS_MAX
from app.lead.opportunities import OPPORTUNITIES_MAX
from app.lead.tasks import OPEN_TASKS_MAX
from projections.activity_feed import read as feed
from projections.lead_view import read as lead_side
from projections.lead_view.rows import LeadRow, TaskRow
from schema.context import Context
from schema.custom_values import custom_values_of
from schema.differences import camel_case, in_our_words, plain_json
from schema.ids import public_id
from schema.scalars import print_instant

_LEAD = ("name", "description", "url", "addresses", "status")
_CONTACT = ("name", "title", "emails", "phones", "urls")
_OPPORTUNITY = ("status", "value", "value_period", "confidence", "note", "user", "contact", "date_won", "date_lost")
_TASK = ("text", "due_date", "due_at", "priority", "assigned_to", "contact", "completed_at")
# Parts that are somebody or something: the column, and what it names.
_NAMED = {
    "status": ("status_id", "status"),
    "user": ("user_id", "user"),
    "contact": ("contact_id", "contact"),
    "assigned_to": ("assigned_to", "user"),
}


class Parts(dict[str, Any]):
    """Something that differs part by part; any other value differs as a whole."""


def nothing() -> Parts:
    """The page of a lead that is not there."""
    return Parts(contacts=Parts(), opportunities=Parts(), tasks=Parts(), customFields=Parts(), pinnedActivities=[])


async def page_parts(context: Context, lead_id: UUID, task_ids: Iterable[UUID]) -> Parts:
    """A lead's page as a context has it, with these of its tasks."""
    row = await context.lead_row(lead_id)
    if row is None:
        return nothing()
    tasks = [await context.task_row(one) for one in task_ids]
    return Parts(
        _parts(row, _LEAD),
        contacts=await _owners(context, row, "contact", _CONTACT, lead_side.contacts_of_leads, CONTACTS_MAX),
        opportunities=await _owners(
            context, row, "opportunity", _OPPORTUNITY, lead_side.opportunities_of_leads, OPPORTUNITIES_MAX
        ),
        tasks=Parts({public_id("task", one.task_id): _parts(one, _TASK) for one in tasks if one is not None}),
        customFields=await _values(context, row.lead_id),
        pinnedActivities=await _pins(context, row.lead_id),
    )


async def open_task_ids(context: Context, lead_id: UUID) -> list[UUID]:
    """The tasks of a lead that are open, oldest first."""
    row = await context.lead_row(lead_id)
    if row is None:
        return []
    read = lead_side.tasks_of_leads
    found = await read(context.reader, [row.lead_id], OPEN_TASKS_MAX, include_completed=False)
    tasks: Sequence[TaskRow] = found.get(row.lead_id, ())
    return [one.task_id for one in tasks]


async def _owners(
    context: Context, lead: LeadRow, kind: str, words: Sequence[str], read: Callable[..., Any], limit: int
) -> Parts:
    """Contacts or opportunities, with their custom fields."""
    rows = (await read(context.reader, [lead.lead_id], limit)).get(lead.lead_id, ())
    ids = [getattr(one, f"{kind}_id") for one in rows]
    values = await asyncio.gather(*(_values(context, one) for one in ids))
    return Parts(
        {
            public_id(kind, id): Parts(_parts(row, words), customFields=kept)
            for id, row, kept in zip(ids, rows, values, strict=True)
        }
    )


async def _values(context: Context, owner_id: UUID) -> Parts:
    values = await custom_values_of(context, public_id("lead", owner_id), owner_id)
    return Parts({one.field.id: one.value for one in values})


async def _pins(context: Context, lead_id: UUID) -> list[str]:
    rows = (await feed.pinned(context.reader, [lead_id])).get(lead_id, ())
    return [public_id("activity", one.activity_id) for one in rows]


def _parts(row: Any, words: Iterable[str]) -> Parts:
    return Parts({camel_case(word): _part(row, word) for word in words})


def _part(row: Any, word: str) -> Any:
    if word in _NAMED:
        column, kind = _NAMED[word]
        named = getattr(row, column)
        return public_id(kind, named) if named else None
    value = getattr(row, word)
    if isinstance(value, datetime):
        return print_instant(value)
    return f"{value:f}" if isinstance(value, Decimal) else in_our_words(plain_json(value))
