"""Reads of the left side of the lead page. One statement for any number of leads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from app.lead.addresses import Address
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from app.vocabulary import TaskPriority, ValuePeriod
from projections.last_activity import last_activity_of
from projections.lead_view.rows import ContactRow, CustomRow, LeadRow, OpportunityRow, TaskRow
from projections.lead_view.tables import SQL
from projections.machinery.members import with_members
from projections.machinery.moments import version_at_sql
from projections.machinery.reader import Reader, Statement

Row = TypeVar("Row", LeadRow, ContactRow, OpportunityRow, TaskRow)

ROOT_TODAY = with_members("{root_today l}")  # whoever reads of the past sees what can be seen today
_LEADS_THEN = (
    SQL["leads_then"]
    .replace("{version_at}", version_at_sql(stream="l.lead_id", position="$3::bigint"))
    .replace(
        "{last_activity}",
        last_activity_of(
            org="$1", lead="l.lead_id", feed="activity_feed/*then*/ feed", member="lead_member/*then*/ merged"
        ),
    )
)

_ADDRESSES = msgspec.json.Decoder(list[Address])
_EMAILS = msgspec.json.Decoder(list[EmailAddress])
_PHONES = msgspec.json.Decoder(list[PhoneNumber])
_VALUE = msgspec.json.Decoder(list[Any])
_URLS = msgspec.json.Decoder(list[ContactUrl])


async def leads(reader: Reader, lead_ids: Sequence[UUID]) -> dict[UUID, LeadRow]:
    """Those leads that there are, by id; deleted ones are none. One that was merged away is the one it is part of."""
    rows = await reader.sight.narrow_leads(_leads(reader, lead_ids), "l", ROOT_TODAY).fetch(reader)
    return {row["wanted_id"]: _lead(row) for row in rows}


async def contacts_of_leads(reader: Reader, lead_ids: Sequence[UUID], first: int) -> dict[UUID, list[ContactRow]]:
    """The first contacts of each lead, primary first."""
    return _by_lead(map(_contact, await reader.fetch(SQL["contacts_of_leads"], list(lead_ids), first)))


async def contacts(reader: Reader, contact_ids: Sequence[UUID]) -> dict[UUID, ContactRow]:
    """Those contacts that there are, by id."""
    rows = await reader.sight.narrow(Statement(SQL["contacts"], list(contact_ids)), "c").fetch(reader)
    return {row["contact_id"]: _contact(row) for row in rows}


async def opportunities_of_leads(
    reader: Reader, lead_ids: Sequence[UUID], first: int
) -> dict[UUID, list[OpportunityRow]]:
    """The first opportunities of each lead, oldest first."""
    rows = await reader.fetch(SQL["opportunities_of_leads"], list(lead_ids), first)
    return _by_lead(map(opportunity_row, rows))


async def opportunities(reader: Reader, opportunity_ids: Sequence[UUID]) -> dict[UUID, OpportunityRow]:
    """Those opportunities that there are, by id."""
    rows = await reader.sight.narrow(Statement(SQL["opportunities"], list(opportunity_ids)), "o").fetch(reader)
    return {row["opportunity_id"]: opportunity_row(row) for row in rows}


async def tasks_of_leads(
    reader: Reader, lead_ids: Sequence[UUID], first: int, *, include_completed: bool
) -> dict[UUID, list[TaskRow]]:
    """The first tasks of each lead, oldest first; only open ones unless asked."""
    sql = SQL["tasks_of_leads" if include_completed else "open_tasks_of_leads"]
    return _by_lead(map(task_row, await reader.fetch(sql, list(lead_ids), first)))


async def tasks(reader: Reader, task_ids: Sequence[UUID]) -> dict[UUID, TaskRow]:
    """Those tasks that there are, by id."""
    rows = await reader.sight.narrow(Statement(SQL["tasks"], list(task_ids)), "t").fetch(reader)
    return {row["task_id"]: task_row(row) for row in rows}


async def custom_values(reader: Reader, owner_ids: Sequence[UUID]) -> dict[UUID, list[CustomRow]]:
    """What is kept in the custom fields of leads, contacts or opportunities."""
    found: dict[UUID, list[CustomRow]] = {}
    for row in await reader.fetch(SQL["custom_values"], list(owner_ids)):
        kept = CustomRow(owner_id=row["owner_id"], field_id=row["field_id"], value=_VALUE.decode(row["value"]))
        found.setdefault(kept.owner_id, []).append(kept)
    return found


async def contact_counts(reader: Reader, lead_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many contacts each lead has; leads without any are left out."""
    rows = await reader.fetch(SQL["contact_counts"], list(lead_ids))
    return {row["lead_id"]: row["count"] for row in rows}


async def open_task_counts(reader: Reader, lead_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many open tasks each lead has; leads without any are left out."""
    rows = await reader.fetch(SQL["open_task_counts"], list(lead_ids))
    return {row["lead_id"]: row["count"] for row in rows}


async def count_leads_with_status(connection: Any, org_id: UUID, status_id: UUID) -> int:
    """How many leads have a status: for a command that holds the organization's lock."""
    count: int = await connection.fetchval(SQL["leads_with_status"], org_id, status_id)
    return count


async def count_opportunities_with_status(connection: Any, org_id: UUID, status_id: UUID) -> int:
    """How many opportunities are in a status: for a command that holds the organization's lock."""
    count: int = await connection.fetchval(SQL["opportunities_with_status"], org_id, status_id)
    return count


def _leads(reader: Reader, lead_ids: Sequence[UUID]) -> Statement:
    if reader.then is None:
        return Statement(SQL["leads"], list(lead_ids))
    return Statement(_LEADS_THEN, list(lead_ids), reader.then)


def _by_lead(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    grouped: dict[UUID, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.lead_id, []).append(row)
    return grouped


def _lead(row: asyncpg.Record) -> LeadRow:
    values = {name: value for name, value in row.items() if name != "wanted_id"}
    return LeadRow(**{**values, "addresses": _ADDRESSES.decode(row["addresses"])})


def _contact(row: asyncpg.Record) -> ContactRow:
    return ContactRow(
        lead_id=row["lead_id"],
        contact_id=row["contact_id"],
        name=row["name"],
        title=row["title"],
        emails=_EMAILS.decode(row["emails"]),
        phones=_PHONES.decode(row["phones"]),
        urls=_URLS.decode(row["urls"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        version=row["version"],
    )


def opportunity_row(row: asyncpg.Record) -> OpportunityRow:
    """What the database gave, in the words of the application."""
    return OpportunityRow(**{**dict(row), "value_period": ValuePeriod(row["value_period"])})


def task_row(row: asyncpg.Record) -> TaskRow:
    """What the database gave, in the words of the application."""
    return TaskRow(**{**dict(row), "priority": TaskPriority(row["priority"])})
