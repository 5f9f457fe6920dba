"""Everything that pages of leads read of projections, at once: for laws that compare two looks at the same thing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.vocabulary import ActivityKind
from projections.activity_feed import read as feed
from projections.activity_feed.read import ActivityCriteria
from projections.email_threads import read as threads
from projections.files_tab import read as files
from projections.files_tab.read import FileCriteria, criteria_of_types
from projections.lead_view import opportunity_list, task_list
from projections.lead_view import read as view
from projections.machinery.reader import Reader
from tests.support.office import Office

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LOG = "SELECT stream_id, event_id, entity_id, payload FROM events WHERE org_id = $1 ORDER BY position"
MIDDLE = datetime(2026, 4, 1, tzinfo=UTC)
_LATER = MIDDLE + timedelta(days=100)
_PLACE = (MIDDLE, 10)
_LIMIT = 3  # so that pages end within histories

FEEDS = {
    "everything": ActivityCriteria(),
    "kinds": ActivityCriteria(kinds=(ActivityKind.NOTE, ActivityKind.EMAIL, ActivityKind.CUSTOM)),
    "since and until": ActivityCriteria(since=MIDDLE - timedelta(days=100), until=_LATER),
}
TABS = {
    "everything": FileCriteria(),
    "types": criteria_of_types(["application/pdf", "image/*"]),
    "since": FileCriteria(since=MIDDLE, until=_LATER),
}


@dataclass(frozen=True, kw_only=True)
class Known:
    """The ids that an organization's log names, in whatever place, and those of its leads."""

    ids: Sequence[UUID]
    lead_ids: Sequence[UUID]


async def known(office: Office) -> Known:
    """What has been named until now."""
    ids: dict[UUID, None] = {}
    streams: dict[UUID, None] = {}
    for row in await office.system.store.fetch(None, _LOG, office.org_id):
        streams[row["stream_id"]] = None
        named = [UUID(found) for found in _UUID.findall(row["payload"].decode())]
        ids |= dict.fromkeys(filter(None, (row["stream_id"], row["event_id"], row["entity_id"], *named)))
    return Known(ids=list(ids), lead_ids=[one for one in streams if one != office.org_id])


async def reads(reader: Reader, some: Known) -> dict[str, Any]:
    """What each read gives, by what it is called."""
    found = {**await _left_side(reader, some), **await _history(reader, some)}
    return {**found, **await _threads(reader, some), **await _files(reader, some)}


def without(found: Mapping[str, Any], lead_ids: set[UUID]) -> dict[str, Any]:
    """As if some leads, and what is found by its id under them, were not there."""
    return {
        name: {key: row for key, row in one.items() if row.lead_id not in lead_ids} if name in BY_ID else one
        for name, one in found.items()
    }


BY_ID = ("leads", "contacts", "opportunities", "tasks", "activities", "deletions", "threads", "files")


async def _left_side(reader: Reader, some: Known) -> dict[str, Any]:
    ids, lead_ids = some.ids, some.lead_ids
    found: dict[str, Any] = {
        "leads": await view.leads(reader, ids),
        "contacts": await view.contacts(reader, ids),
        "opportunities": await view.opportunities(reader, ids),
        "tasks": await view.tasks(reader, ids),
        "custom values": _in_any_order(await view.custom_values(reader, ids)),
        "contact counts": await view.contact_counts(reader, lead_ids),
        "open task counts": await view.open_task_counts(reader, lead_ids),
        "opportunity counts": await opportunity_list.opportunity_counts(reader, lead_ids, ids),
        "next tasks": await task_list.next_tasks(reader, lead_ids, ZoneInfo("Europe/Berlin")),
    }
    for first in (1, 100):
        found[f"contacts of leads, {first}"] = await view.contacts_of_leads(reader, lead_ids, first)
        found[f"opportunities of leads, {first}"] = await view.opportunities_of_leads(reader, lead_ids, first)
        for completed in (False, True):
            tasks = await view.tasks_of_leads(reader, lead_ids, first, include_completed=completed)
            found[f"tasks of leads, {first}, {completed}"] = tasks
    return found


async def _history(reader: Reader, some: Known) -> dict[str, Any]:
    lead_ids = some.lead_ids
    found: dict[str, Any] = {
        "activities": await feed.activities(reader, some.ids),
        "deletions": await feed.deletions(reader, some.ids),
        "pinned": await feed.pinned(reader, lead_ids),
    }
    people = {
        "a user": ActivityCriteria(user_ids=tuple(some.ids)),
        "contacts": ActivityCriteria(contact_ids=tuple(some.ids)),
        "both": ActivityCriteria(user_ids=tuple(some.ids), contact_ids=tuple(some.ids)),
    }
    for name, criteria in (FEEDS | people).items():
        for oldest in (False, True):
            page = await feed.activity_page(reader, lead_ids, criteria, from_oldest=oldest, limit=_LIMIT)
            found[f"feed, {name}, {oldest}"] = page
        found[f"count, {name}"] = await feed.count(reader, lead_ids, criteria)
        found[f"kinds, {name}"] = _in_any_order(await feed.count_kinds(reader, lead_ids, criteria))
        places = [(lead_id, *_PLACE) for lead_id in lead_ids]
        found[f"around, {name}"] = (
            await feed.activities_around(reader, places, criteria, limit=_LIMIT) if places else {}
        )
    found["feed, older"] = await feed.activity_page(
        reader, lead_ids, ActivityCriteria(), older_than=_PLACE, limit=_LIMIT
    )
    found["feed, newer"] = await feed.activity_page(
        reader, lead_ids, ActivityCriteria(), newer_than=_PLACE, from_oldest=True, limit=_LIMIT
    )
    return found


async def _threads(reader: Reader, some: Known) -> dict[str, Any]:
    found: dict[str, Any] = {
        "threads": await threads.threads(reader, some.ids),
        "e-mail counts": await threads.email_counts(reader, some.ids),
        "people of threads": await threads.thread_people(reader, some.ids),
        "threads, older": await threads.thread_page(reader, some.lead_ids, older_than=_PLACE, limit=_LIMIT),
        "e-mails, older": await threads.email_page(reader, some.ids, older_than=_PLACE, limit=_LIMIT),
    }
    for oldest in (False, True):
        found[f"threads, {oldest}"] = await threads.thread_page(reader, some.lead_ids, from_oldest=oldest, limit=_LIMIT)
        found[f"e-mails, {oldest}"] = await threads.email_page(reader, some.ids, from_oldest=oldest, limit=_LIMIT)
    return found


async def _files(reader: Reader, some: Known) -> dict[str, Any]:
    found: dict[str, Any] = {
        "files": await files.files(reader, some.ids),
        "files, older": await files.file_page(
            reader, some.lead_ids, FileCriteria(), older_than=(*_PLACE, 0), limit=_LIMIT
        ),
    }
    for name, criteria in TABS.items():
        found[f"files, {name}"] = await files.file_page(reader, some.lead_ids, criteria, limit=_LIMIT)
        found[f"count of files, {name}"] = await files.count(reader, some.lead_ids, criteria)
    return found


def _in_any_order(found: Mapping[Any, Sequence[Any]]) -> dict[Any, list[Any]]:
    return {key: sorted(rows, key=repr) for key, rows in found.items()}
