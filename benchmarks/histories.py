"""Histories: leads with few activities and with very many; each filter finds a whole page in either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from app import onboarding
from app.database import Database
from app.ids import LeadId, encode_id, uuid7
from app.lead.contacts import NewContact
from app.lead.details import CreateLead
from app.organization.activity_type_edits import CreateCustomActivityType
from app.organization.users import AddUser
from app.request import Command
from app.store.migrate import SCHEMA
from app.store.sql_file import load_statements
from app.store.store import Connection
from app.system import System, open_system
from benchmarks.bench import Bench, settings

SQL = load_statements(Path(__file__).with_suffix(".sql"))

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)  # between two activities
RARELY = 3  # items that a rare value has in each history
EACH = 50  # items of the leads among which the others are


@dataclass(frozen=True, kw_only=True)
class Things:
    """What activities are, whose and with whom, each in turns."""

    kinds: Sequence[str] = ("CALL", "NOTE", "CUSTOM", "CALL", "NOTE")
    users: Sequence[UUID]
    contacts: Sequence[UUID]
    types: Sequence[UUID]


@dataclass(frozen=True, kw_only=True)
class Histories:
    """Ids of leads: by length those that have something of everything, by name those short ones that do not."""

    database: Database
    org_id: UUID
    api_key: str
    usual: Things
    rare: Things
    leads: dict[int, str] = field(default_factory=dict)
    middles: dict[int, str] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)


def histories(bench: Bench) -> Histories:
    """One organization with all of them."""
    database = bench.database()
    with bench.opened(open_system(settings(database), database)) as system:
        made = bench.run(_founded(system, database))
        bench.run(_filled(system, made, bench.sizes.feed_lengths, bench.sizes.feed_crowd))
    bench.run(bench.vacuumed(database))
    return made


def alike(usual: Things) -> Mapping[str, Things]:
    """Short histories in which every activity is what some filter looks for."""
    kind: dict[str, Any] = {"kinds": usual.kinds[:1]}
    user, contact = {"users": usual.users[:1]}, {"contacts": usual.contacts[:1]}
    parts = {
        "kind": kind,
        "two kinds": {"kinds": usual.kinds[:2]},
        "custom": {"kinds": ["CUSTOM"]},
        "type": {"kinds": ["CUSTOM"], "types": usual.types[:1]},
        "user": user,
        "contact": contact,
        "kind, user": kind | user,
        "kind, contact": kind | contact,
        "type, user": {"kinds": ["CUSTOM"], "types": usual.types[:1]} | user,
        "user, contact": user | contact,
        "kind, user, contact": kind | user | contact,
    }
    return {name: replace(usual, **part) for name, part in parts.items()}


async def _founded(system: System, database: Database) -> Histories:
    org_id, admin_id = await onboarding.found(
        system, name="Histories", admin_email="ada@histories.example", time_zone="UTC", currency="EUR"
    )
    users = [AddUser(name=name, email=f"{name}@histories.example".lower()) for name in ("Ann", "Ben", "Carl", "Rare")]
    types = [CreateCustomActivityType(name=name) for name in ("Visit", "Demo", "Audit", "Rare")]
    contacts = [NewContact(name=name) for name in ("Lindsay", "Tobias", "Dora", "Rare")]
    home = CreateLead(name="Home", contacts=tuple(contacts))
    commands: list[Command] = [*users, *types, home]
    for command in commands:
        await system.dispatch.run(command, onboarding.system_request(org_id))
    usual, rare = (
        Things(
            users=[one.user_id for one in users[which]],
            contacts=[one.contact_id for one in contacts[which]],
            types=[one.type_id for one in types[which]],
        )
        for which in (slice(0, 3), slice(3, 4))
    )
    key = await onboarding.add_key(system, org_id, admin_id)
    return Histories(database=database, org_id=org_id, api_key=key, usual=usual, rare=rare)


async def _filled(system: System, made: Histories, lengths: Sequence[int], crowd: int) -> None:
    connection = await asyncpg.connect(made.database.owner_url, server_settings={"search_path": SCHEMA})
    try:
        writer = _Writer(system, connection, made)
        for _ in range(crowd):
            await writer.items(uuid7(), EACH, made.usual)
        for length in lengths:
            made.leads[length], made.middles[length] = await writer.history(length, made.usual)
        for name, things in alike(made.usual).items():
            made.alike[name], _ = await writer.history(lengths[0], things)
    finally:
        await connection.close()


class _Writer:
    """Puts activities straight into the feed; nothing is recorded of them, and pages do not miss it."""

    def __init__(self, system: System, connection: Connection, made: Histories) -> None:
        self._system, self._connection, self._made = system, connection, made
        self._position = 1_000

    async def history(self, length: int, things: Things) -> tuple[str, str]:
        """A lead with so many activities, a few of them rare, and the one in the middle."""
        made, creating = self._made, CreateLead(name=f"A lead of {length}")
        await self._system.dispatch.run(creating, onboarding.system_request(made.org_id))
        before = self._position
        await self.items(creating.lead_id, length, things)
        rare = made.rare.users[0], made.rare.contacts[0], made.rare.types[0]
        if things is made.usual:
            positions = [before + length * part // (RARELY + 1) for part in range(1, RARELY + 1)]
            await self._connection.execute(SQL["make_rare"], made.org_id, creating.lead_id, positions, *rare)
        middle = await self._connection.fetchval(SQL["middle"], made.org_id, creating.lead_id, length)
        return encode_id("lead", creating.lead_id), encode_id("acti", middle)

    async def items(self, lead_id: UUID, count: int, things: Things) -> None:
        """So many activities of a lead."""
        parts = (list(things.kinds), list(things.users), list(things.contacts), list(things.types))
        org_id = self._made.org_id
        await self._connection.execute(SQL["items"], org_id, LeadId(lead_id), count, self._position, FIRST, *parts)
        self._position += count
