"""What an organization's tables hold, without what differs between two tellings of the same story."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.store.store import EventStore
from projections import INLINE

NOW = "now"
_OWN_ID = ("CALL", "EMAIL", "NOTE", "SMS")
_EVENTS = "SELECT * FROM events WHERE org_id = $1 ORDER BY position"
_ROWS = "SELECT * FROM {table} WHERE org_id = $1"
_CLAIMS = "SELECT * FROM claims WHERE org_id = $1 ORDER BY kind, key"


async def told(store: EventStore, org_id: UUID, since: datetime) -> dict[str, list[dict[str, Any]]]:
    """Rows of every table by its name. Times behind `since` are "now"; ids of events and the organization are gone."""
    names = [stored.name for one in INLINE for table in one.tables for stored in table.stored]
    statements = {name: _ROWS.replace("{table}", name) for name in names}
    tables = {}
    for name, sql in {"events": _EVENTS, "claims": _CLAIMS, **statements}.items():
        rows = [_timeless(dict(row), org_id, since) for row in await store.fetch(None, sql, org_id)]
        tables[name] = sorted(rows, key=str) if name in statements else rows
    return tables


def _timeless(row: dict[str, Any], org_id: UUID, since: datetime) -> dict[str, Any]:
    told = {name: NOW if isinstance(value, datetime) and value >= since else value for name, value in row.items()}
    told.pop("event_id", None)
    if "terms" in told:
        told["terms"] = str(told["terms"]).replace(str(org_id)[-8:], "")  # which each of them begins with
    told = {name: "organization" if value == org_id else value for name, value in told.items()}
    if isinstance(told.get("terms"), str):
        told["terms"] = told["terms"].replace(
            str(org_id)[-8:], ""
        )  # words are kept behind the organization's last digits
    if "activity_id" in told and told.get("kind", "EMAIL") not in _OWN_ID:
        del told["activity_id"]  # it is an event's
    return told


async def assert_whole(store: EventStore, org_id: UUID) -> int:
    """The log's positions and every stream's versions count from 1 without a gap, and its times rise; its length."""
    rows = await store.fetch(None, _EVENTS, org_id)
    versions: dict[UUID, int] = {}
    for place, row in enumerate(rows, start=1):
        assert row["position"] == place
        versions[row["stream_id"]] = versions.get(row["stream_id"], 0) + 1
        assert row["stream_version"] == versions[row["stream_id"]]
    times = [row["recorded_at"] for row in rows]
    assert times == sorted(times)
    return len(rows)
