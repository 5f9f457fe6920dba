"""Lists of opportunities: filtered, sorted by an index, in keyset pages, with sums of the whole list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from app.ids import StatusId
from app.store.sql_file import load_statements
from app.vocabulary import ValuePeriod
from projections.lead_view.read import opportunity_row
from projections.lead_view.rows import OpportunityRow
from projections.machinery.members import by_member
from projections.machinery.reader import Reader, Statement

SQL = by_member(load_statements(Path(__file__).with_name("opportunity_list.sql")))
COUNT_MAX = 1_000  # opportunities; beyond it a list has no total
GROUPS_MAX = 10_000  # pairs of a status and a period that are summed

Key = date | Decimal | None  # what a list is sorted by; datetime is a date
NULLABLE = ("date_won", "value")


class OpportunityOrder(Enum):
    """What a list is sorted by, and whether from the highest on. What has no such value stands at the end."""

    CREATED_DESC = ("created", True)
    CREATED_ASC = ("created", False)
    UPDATED_DESC = ("updated", True)
    DATE_WON_ASC = ("date_won", False)
    DATE_WON_DESC = ("date_won", True)
    VALUE_DESC = ("value", True)
    VALUE_ASC = ("value", False)

    @property
    def by(self) -> str:
        """The word that names the statements."""
        return self.value[0]

    @property
    def descending(self) -> bool:
        """From the highest on."""
        return self.value[1]

    def key(self, row: OpportunityRow) -> Key:
        """What places a row in the list, besides its id."""
        key: Key = getattr(row, self.by if self.by in NULLABLE else f"{self.by}_at")
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityCriteria:
    """Which opportunities a list has. None narrows nothing; an empty list matches nothing."""

    status_ids: Sequence[UUID] | None = None
    user_ids: Sequence[UUID] | None = None
    lead_ids: Sequence[UUID] | None = None
    periods: Sequence[ValuePeriod] | None = None
    won_since: date | None = None
    won_until: date | None = None
    created_since: datetime | None = None
    created_until: datetime | None = None

    def narrow(self, statement: Statement) -> Statement:
        """Add the conditions to a statement over lead_opportunity o."""
        statement.also_if(SQL["has_status"], _list(self.status_ids))
        statement.also_if(SQL["of_users"], _list(self.user_ids))
        statement.also_if(SQL["of_leads"], _list(self.lead_ids))
        statement.also_if(SQL["of_periods"], _list(self.periods))
        statement.also_if(SQL["won_since"], _day(self.won_since))
        statement.also_if(SQL["won_until"], _day(self.won_until))
        statement.also_if(SQL["created_since"], self.created_since)
        return statement.also_if(SQL["created_until"], self.created_until)


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """Sums of the opportunities of one status and period. Those without a value count as nothing."""

    status_id: StatusId
    value_period: ValuePeriod
    count: int
    value: Decimal
    expected_value: Decimal
    annualized_value: Decimal
    annualized_expected_value: Decimal


async def opportunity_page(
    reader: Reader,
    criteria: OpportunityCriteria,
    order: OpportunityOrder,
    *,
    after: tuple[Key, UUID] | None,
    limit: int,
) -> list[OpportunityRow]:
    """The opportunities behind a place in the list, at most `limit`."""
    if order.by not in NULLABLE:
        return await _part(reader, criteria, order, after, limit, condition=None)
    rows: list[OpportunityRow] = []
    if after is None or after[0] is not None:
        rows = await _part(reader, criteria, order, after, limit, condition=f"has_{order.by}")
        after = None
    if len(rows) < limit:
        rows += await _part(reader, criteria, order, after, limit - len(rows), condition=f"has_no_{order.by}")
    return rows


async def count_opportunities(reader: Reader, criteria: OpportunityCriteria) -> int | None:
    """How many opportunities there are; None beyond COUNT_MAX."""
    rows = await _narrowed(reader, criteria, Statement(SQL["count"], COUNT_MAX + 1), is_page=False).fetch(reader)
    count: int = rows[0][0]
    return count if count <= COUNT_MAX else None


async def totals(reader: Reader, criteria: OpportunityCriteria) -> list[Total]:
    """Sums of the whole list, in no order."""
    rows = await _narrowed(reader, criteria, Statement(SQL["totals"], GROUPS_MAX), is_page=False).fetch(reader)
    return [Total(**{**dict(row), "value_period": ValuePeriod(row["value_period"])}) for row in rows]


async def opportunity_counts(
    reader: Reader, lead_ids: Sequence[UUID], active_ids: Sequence[UUID]
) -> dict[UUID, tuple[int, int]]:
    """How many opportunities each lead has, and how many of them in these statuses; leads without are left out."""
    rows = await reader.fetch(SQL["counts_of_leads"], list(lead_ids), list(active_ids))
    return {row["lead_id"]: (row["count"], row["active"]) for row in rows}


async def _part(
    reader: Reader,
    criteria: OpportunityCriteria,
    order: OpportunityOrder,
    after: tuple[Key, UUID] | None,
    limit: int,
    *,
    condition: str | None,
) -> list[OpportunityRow]:
    """Of those that have what the list is sorted by, or of those that have it not, what is behind a place."""
    direction, side = ("_backwards", "before") if order.descending else ("", "behind")
    statement = _narrowed(reader, criteria, Statement(SQL[f"page_by_{order.by}{direction}"], limit))
    if condition is not None:
        statement.also(SQL[condition])
    if after is not None and after[0] is not None:
        key = after[0].isoformat() if order.by == "date_won" and isinstance(after[0], date) else after[0]
        statement.also(SQL[f"{side}_{order.by}"], key, after[1])
    elif after is not None:
        statement.also(SQL[f"{side}_id"], after[1])
    return [opportunity_row(row) for row in await statement.fetch(reader)]


def _narrowed(
    reader: Reader, criteria: OpportunityCriteria, statement: Statement, *, is_page: bool = True
) -> Statement:
    return reader.sight.narrow_list(criteria.narrow(statement), "o", is_page=is_page)


def _list(values: Sequence[Any] | None) -> list[Any] | None:
    return None if values is None else list(values)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
