"""An organization's rows, and what a rebuild tells of them."""

from collections.abc import Awaitable, Callable
from typing import Any

from app.rebuild import rebuild
from projections import INLINE
from tests.support.office import Office

TABLES = [stored.name for projection in INLINE for table in projection.tables for stored in table.stored]

Corrupt = Callable[..., Awaitable[None]]


async def rebuilt(office: Office, projection: str | None = None) -> list[str]:
    """What a rebuild tells of this organization, without its name."""
    name = (await office.organization()).name
    told = await rebuild(office.system, projection=projection, organization=name)
    return [one.removeprefix(f"{name}: ") for one in told]


async def rows_of(office: Office) -> dict[str, list[Any]]:
    """Every row of every table."""
    fetch = office.system.store.fetch
    return {
        table: sorted(map(repr, await fetch(None, f"SELECT * FROM {table} WHERE org_id = $1", office.org_id)))  # noqa: S608
        for table in TABLES
    }
