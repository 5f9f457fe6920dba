"""Loading the demonstration: Northwind Traders with its customers, and a year of what happened with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from app.bulk.history import History, Part
from app.bulk.importing import import_into
from app.bulk.road import Road
from app.demo.activity_types import make_activity_types
from app.demo.arrivals import OF_ADMIN, OF_COLLEAGUE, came_to
from app.demo.customers import NORTHWIND, customers, shift
from app.demo.fields import make_fields
from app.demo.handled import handle_some
from app.demo.keys import keep_keys
from app.demo.scene import DOMAIN
from app.demo.story import story
from app.onboarding import found
from app.store.sql_file import load_statements
from app.system import System

NAME = "Northwind Traders"
ADMIN_NAME = "Andrew Fuller"
ADMIN_EMAIL = f"andrew.fuller@{DOMAIN}"
TIME_ZONE = "America/Los_Angeles"

SQL = load_statements(Path(__file__).with_name("queries.sql"))
_LOCK = 0x64656D6F  # "demo": one loads at a time


async def load(system: System, data_dir: Path) -> None:
    """Load what is missing of the demonstration, and keep its users' keys in `data_dir`.

    Every step passes over what is there, and the history is one transaction: a load that was broken off is
    completed by the next one. An organization of this name that is not the demonstration is left alone.

    Raises:
        OperatorError: the keys' file cannot be read or written.
    """
    async with _alone(system):
        org_id = await _organization(system)
        if org_id is None:
            return
        correlation_id = uuid5(org_id, "the demonstration's history")
        if not await system.store.fetchval(None, SQL["is_told"], org_id, correlation_id):
            await _tell(system, org_id, correlation_id)
        organization = await system.states.organization(org_id)
        users = [user for user in organization.users.values() if user.email.endswith(f"@{DOMAIN}")]
        await handle_some(system, org_id, users[0].id)
        await keep_keys(system, org_id, users, data_dir)


async def _organization(system: System) -> UUID | None:
    """The demonstration's, founded if there is none of its name; None: the name is somebody else's."""
    named = await system.keys.organizations(NAME)
    for org_id, _ in named:
        if (await system.states.organization(org_id)).user_with_email(ADMIN_EMAIL) is not None:
            return org_id
    if named:
        return None
    org_id, _ = await found(
        system, name=NAME, admin_name=ADMIN_NAME, admin_email=ADMIN_EMAIL, time_zone=TIME_ZONE, currency="USD"
    )
    return org_id


async def _tell(system: System, org_id: UUID, correlation_id: UUID) -> None:
    now = datetime.now(UTC)
    moved = shift(now.date())
    await import_into(system, org_id, [NORTHWIND], progress=lambda _done, _total: None, shift=moved)
    await make_fields(system, org_id)
    await make_activity_types(system, org_id)
    organization = await system.states.organization(org_id)
    told = customers(moved)
    owners = await system.store.select_claims(org_id, [customer.claim for customer in told])
    histories: list[History] = []
    admin, colleague, *_ = (user for user in organization.users.values() if user.email.endswith(f"@{DOMAIN}"))
    came = came_to(told, [(admin, colleague, OF_ADMIN), (colleague, admin, OF_COLLEAGUE)])
    for customer in told:
        lead = await system.states.lead(org_id, owners[customer.claim])
        assert lead is not None, "imported just now"
        histories.append(story(customer, lead, organization, now, came.get(customer.id, ())))
    road = Road(system, org_id, source="demo", correlation_id=correlation_id)
    # All of it in one transaction, so that any event of it means all of them.
    outcome = await road.append([Part(lead_id=one.lead_id, steps=list(one.steps)) for one in histories])
    assert not outcome.refused, f"told, and refused: {outcome.refused[0]}"


@asynccontextmanager
async def _alone(system: System) -> AsyncIterator[None]:
    async with system.store.readers.acquire() as connection:
        await connection.execute(SQL["alone"], _LOCK)
        try:
            yield
        finally:
            await connection.execute(SQL["unlock"], _LOCK)
