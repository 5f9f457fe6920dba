"""A reader that keeps how PostgreSQL goes about what it reads, as planned for the values, or for any values at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg

from projections.machinery.reader import Reader

# Indexes that tell whose page something is on: one look into them for each lead or row, which most often finds nothing.
MEMBERS = {"lead_member_pkey", "lead_member_root"}


class Plan:
    """One statement's."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.nodes = list(_nodes(plan))

    @property
    def indexes(self) -> set[str]:
        """Those that are used, beside MEMBERS."""
        return {node["Index Name"] for node in self.nodes if "Index Name" in node} - MEMBERS

    @property
    def looked_at(self) -> int:
        """How many rows and entries of indexes were read, where it was explained by being run."""
        counted = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        scans = [node for node in self.nodes if "Relation Name" in node or node["Node Type"] == "Bitmap Index Scan"]
        return int(sum(node["Actual Loops"] * sum(node.get(name, 0) for name in counted) for node in scans))

    @property
    def walks_a_table(self) -> bool:
        """Whether one is read from end to end."""
        return any(node["Node Type"] == "Seq Scan" for node in self.nodes)

    @property
    def sorts_before_its_limit(self) -> bool:
        """Whether more is sorted than is asked for."""
        limits = [node for node in self.nodes if node["Node Type"] == "Limit"]
        return any("Sort" in below["Node Type"] for limit in limits for below in _nodes(limit))

    @property
    def sorts_what_no_limit_cut(self) -> bool:
        """Whether anything is sorted of which more might be read than is asked for."""
        sorts = [node for node in self.nodes if "Sort" in node["Node Type"]]
        return any(all(below["Node Type"] != "Limit" for below in _nodes(node)) for node in sorts)


class PlanningReader(Reader):
    """Reads as usual. `generic`: its plans are those that PostgreSQL makes once and keeps for any values."""

    explain = "EXPLAIN (FORMAT JSON)"

    def __init__(self, pool: asyncpg.Pool, *arguments: Any, generic: bool = False, **options: Any) -> None:
        super().__init__(pool, *arguments, **options)
        self.plans: list[Plan] = []
        self._generic = generic
        self._connections = pool

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        planned = self._kept_plan if self._generic else self._plan
        self.plans.append(Plan(await planned(sql, (self.org_id, *arguments))))
        return await super().fetch(sql, *arguments)

    async def _plan(self, sql: str, arguments: Sequence[Any]) -> Any:
        text = await self._connections.fetchval(f"{self.explain} {sql}", *arguments)
        return json.loads(text)[0]["Plan"]

    async def _kept_plan(self, sql: str, arguments: Sequence[Any]) -> Any:
        async with self._connections.acquire() as connection:
            await connection.execute("SET plan_cache_mode = force_generic_plan")
            await connection.execute(f"PREPARE kept AS {sql}")
            values = ", ".join(map(_literal, arguments))
            text = await connection.fetchval(f"{self.explain} EXECUTE kept ({values})")
            await connection.execute("DEALLOCATE kept; RESET plan_cache_mode")
        return json.loads(text)[0]["Plan"]


class RunningReader(PlanningReader):
    """Plans with what they really read."""

    explain = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)"

    @property
    def looked_at(self) -> int:
        """How many rows and entries of indexes all statements read."""
        return sum(plan.looked_at for plan in self.plans)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    text = "{" + ",".join(map(str, value)) + "}" if isinstance(value, list | tuple) else str(value)
    return "'" + text.replace("'", "''") + "'"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)
