"""Items of inboxes as rows, and what the clock makes of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from app.ids import ActivityId, ItemId, LeadId, OpportunityId, TaskId, UserId
from app.store.sql_file import load_statements
from app.vocabulary import InboxItemKind, InboxView
from projections.machinery.days import LAST, day_start, last_day_begun
from projections.machinery.members import by_member

_PARTS = load_statements(Path(__file__).with_suffix(".sql"))


class ItemRow(msgspec.Struct, frozen=True, kw_only=True):
    """One item of somebody's inbox.

    Attributes:
        subject_id: what it is about: a thread, a call, a text message, a note, a task or an opportunity; of a follow-up
            the e-mail.
        activity_id: what the lead page shows for it; of several folded e-mails the newest.
        arrived_at, day: when it came in or is due; exactly one of them is set.
        activity_count: e-mails folded into it; 1 where it is one activity, 0 where it is none.
        opened: position of the log at which it last came into being or came back.
        position: at which it last changed.
    """

    item_id: ItemId
    kind: InboxItemKind
    lead_id: LeadId
    owner_id: UserId
    subject_id: UUID
    activity_id: ActivityId | None
    arrived_at: datetime | None
    day: date | None
    snoozed_until: datetime | None
    done_at: datetime | None
    activity_count: int
    opened: int
    position: int

    @property
    def task_id(self) -> TaskId | None:
        """The task that it is about: its own, or one that somebody assigned."""
        is_task = self.kind is InboxItemKind.TASK or (self.kind is InboxItemKind.MENTION and self.activity_id is None)
        return TaskId(self.subject_id) if is_task else None

    @property
    def opportunity_id(self) -> OpportunityId | None:
        """The opportunity that it is about."""
        return OpportunityId(self.subject_id) if self.kind is InboxItemKind.OPPORTUNITY_DUE else None


def item_statements(path: Path) -> dict[str, str]:
    """Statements about items, by name: the parts that they have in common are filled in."""
    statements = load_statements(path)
    for name, part in _PARTS.items():
        statements = {one: text.replace(f"{{{name}}}", part) for one, text in statements.items()}
    return by_member(statements)


def item_row(record: asyncpg.Record) -> ItemRow:
    """A row of the table."""
    names = ItemRow.__struct_fields__
    values = {name: record[name] for name in names}
    return ItemRow(**{**values, "kind": InboxItemKind(record["kind"])})


def arrival_of(row: ItemRow, zone: ZoneInfo) -> datetime:
    """When it came in or is due; a day begins where its owner is."""
    if row.day is not None:
        return day_start(row.day, zone)
    assert row.arrived_at is not None
    return row.arrived_at


def view_of(row: ItemRow, zone: ZoneInfo, now: datetime) -> InboxView:
    """The part of its owner's inbox in which it stands now."""
    if row.done_at is not None:
        return InboxView.DONE
    return InboxView.FUTURE if is_snoozed(row, now) or not is_due(row, zone, now) else InboxView.INBOX


def is_snoozed(row: ItemRow, now: datetime) -> bool:
    """Whether it is to come back later."""
    return row.snoozed_until is not None and row.snoozed_until > now


def is_due(row: ItemRow, zone: ZoneInfo, now: datetime) -> bool:
    """Whether its time has come: of tasks and opportunities the day, of follow-ups the moment; what came in is due."""
    today = today_of(now, zone)
    if row.day is not None:
        return row.day <= today.day
    assert row.arrived_at is not None
    if row.kind is InboxItemKind.TASK:
        return row.arrived_at <= today.until
    return row.kind is not InboxItemKind.EMAIL_FOLLOWUP or row.arrived_at <= now


class Today(NamedTuple):
    """The last day that has begun for somebody, and its last microsecond."""

    day: date
    until: datetime


def today_of(now: datetime, zone: ZoneInfo) -> Today:
    """What day it is. It never goes back, though clocks do so over midnight: what was due once stays due."""
    day = last_day_begun(now, zone)
    if day == date.max:
        return Today(day, LAST)
    return Today(day, day_start(day + timedelta(days=1), zone) - timedelta(microseconds=1))
