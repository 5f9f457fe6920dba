"""What changed in somebody's inbox: behind a position of the log, and by the clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from app.desk.events import AnyDeskEvent
from app.event import Event, Fact
from app.ids import ItemId
from app.lead.custom_values import CustomValueChanged
from app.lead.emails import EmailLogged
from app.lead.opportunities import OpportunityAdded
from app.lead.tasks import TaskAdded
from app.store.store import EventStore
from app.vocabulary import InboxItemKind
from projections.inbox.project import inbox
from projections.inbox.rows import ItemRow, is_due, item_row, item_statements, today_of
from projections.machinery.days import day_start
from projections.machinery.reader import Reader, Statement

SQL = item_statements(Path(__file__).with_suffix(".sql"))
EMAILS_MAX = 100  # of one item, the newest, that the lead page is told of
_MAKERS = frozenset(kind.event_name() for kind in (EmailLogged, OpportunityAdded, TaskAdded))
_KINDS = list(InboxItemKind)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An item that changed at a position of the log.

    Attributes:
        row: None where it is none any more, or nothing that the viewer sees.
        is_new: it came into being, or came back, behind the position that was asked for.
        idempotency_key: of the command that changed it last.
    """

    item_id: ItemId
    position: int
    row: ItemRow | None
    is_new: bool
    idempotency_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one look has found, in the log's order.

    Attributes:
        position: where the log ends in it.
        version: of the organization in it.
        is_cut: there is more.
    """

    epoch: UUID
    position: int
    version: int
    items: Sequence[Changed]
    is_cut: bool


async def changed_items(reader: Reader, owner_id: UUID, behind: int, limit: int) -> Changes:
    """Every item of somebody that changed behind a position, gone ones included; at most `limit`.

    What is on a lead that the viewer does not see is gone if it was seen at that position, and else is not told of.
    A lead that is deleted was seen by whoever would see it.
    """
    statement = Statement(SQL["changed"], owner_id, behind, limit + 1)
    records = await reader.sight.narrow_leads(statement, "under").fetch(reader)
    found = [record for record in records if record["item_id"] is not None and not _never_was(record)]
    hidden = {one["lead_id"] for one in found if not one["is_seen"]}
    untold = hidden - await _hidden_since(reader, hidden, behind) if hidden else hidden
    items = [_changed(record, behind) for record in found if record["lead_id"] not in untold]
    epoch, position, version = (records[0][name] for name in ("epoch", "log_position", "version"))
    is_cut = len(records) > limit
    return Changes(epoch=epoch, position=position, version=version, items=items[:limit], is_cut=is_cut)


async def due_between(
    reader: Reader, owner_id: UUID, since: datetime, until: datetime, zone: ZoneInfo, limit: int
) -> list[ItemRow]:
    """Open items whose time came behind one moment and up to another; at most `limit`.

    What is snoozed has two such times, and comes with the later one.
    """
    before, today = today_of(since, zone), today_of(until, zone)
    days = before.day.isoformat(), today.day.isoformat(), before.until, today.until
    statement = Statement(SQL["fell_due"], owner_id, since, until, *days, limit, _KINDS)
    statement.put("seen_and_open", SQL["seen_and_open"]).put("is_awake", SQL["is_awake"])
    rows = map(item_row, await reader.sight.narrow(statement, "under").fetch(reader))
    found = {row.item_id: row for row in rows if is_due(row, zone, until)}
    return list(found.values())[:limit]


async def next_due(reader: Reader, owner_id: UUID, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When something of somebody's may next fall due; None: nothing waits for its time. Of later days, the next one."""
    today = today_of(now, zone)
    (row,) = await reader.fetch(SQL["next_due"], owner_id, now, today.until, today.day.isoformat(), _KINDS)
    has_later_day = row["has_instant"] or row["has_day"] or row["has_offer"]
    tomorrow = day_start(today.day + _ONE_DAY, zone) if has_later_day and today.day < date.max else None
    moments = [row["snoozed"], row["follow_up"], tomorrow]
    return min((moment for moment in moments if moment is not None), default=None)


async def recorded_at(reader: Reader, position: int) -> datetime | None:
    """When the event of a position was recorded; None: there is none."""
    rows = await reader.fetch(SQL["recorded_at"], position)
    return rows[0]["recorded_at"] if rows else None


async def changed_inboxes(
    store: EventStore, org_id: UUID, owner_ids: Collection[UUID], behind: int
) -> tuple[int, int, Collection[UUID]]:
    """Where an organization's log ends, the version of its own stream, and whose inboxes changed behind a position."""
    (row,) = await store.fetch(None, SQL["moved"], org_id, list(owner_ids), behind)
    return row["position"], row["version"], row["owner_ids"]


async def activities_with_changed_items(
    reader: Reader, owner_id: UUID, lead_id: UUID, fact: Fact[Event]
) -> Sequence[UUID]:
    """Activities of a lead about which a fact changed what somebody has in the inbox."""
    if not _is_about(fact, lead_id):
        return ()
    records = await reader.fetch(SQL["of_lead_at"], owner_id, lead_id, fact.position, EMAILS_MAX)
    return list(dict.fromkeys(record["activity_id"] for record in records))


def _is_about(fact: Fact[Event], lead_id: UUID) -> bool:
    """Whether a fact does something to items of a lead, other than that the lead comes or goes with all of them."""
    event = fact.event
    if isinstance(event, AnyDeskEvent):
        return any(one.lead_id == lead_id for one in event.items)
    return any(operation.kind != "of_lead" for operation in inbox.project(fact))


async def _hidden_since(reader: Reader, lead_ids: Collection[UUID], behind: int) -> set[UUID]:
    name = CustomValueChanged.event_name()
    return {row["lead_id"] for row in await reader.fetch(SQL["hidden_since"], list(lead_ids), behind, name)}


def _never_was(record: asyncpg.Record) -> bool:
    """What was made by its last change, and is no item yet: a draft, a task that is due whenever."""
    return not record["is_item"] and record["opened"] == record["position"] and record["name"] in _MAKERS


def _changed(record: asyncpg.Record, behind: int) -> Changed:
    return Changed(
        item_id=record["item_id"],
        position=record["position"],
        row=item_row(record) if record["is_item"] and record["is_seen"] and record["has_lead"] else None,
        is_new=record["opened"] > behind,
        idempotency_key=record["idempotency_key"],
    )
