"""System: everything that commands and reads need, put together. Knows of no protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg

from app.access.invitations import Invitations
from app.access.keys import Keys
from app.concurrency import Background
from app.database import Database
from app.dispatch import Dispatch
from app.event import Entry, Event
from app.files.files import Files, open_files
from app.files.known import known_files
from app.grounds import Finders, Threads
from app.instants import exact_instants
from app.live.hints import Hints
from app.settings import Settings
from app.states import States
from app.store.migrate import SCHEMA
from app.store.store import EventStore
from projections import INLINE, PROJECTION_SET
from projections.activity_feed.read import known_pins
from projections.email_threads.read import emails_of_threads
from projections.inbox.known import known_items
from projections.lead_view.correspondents import known_phones
from projections.lead_view.read import count_leads_with_status, count_opportunities_with_status


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One process's way to one database."""

    settings: Settings
    database: Database
    store: EventStore
    states: States
    keys: Keys
    invitations: Invitations
    dispatch: Dispatch
    threads: Threads
    files: Files
    background: Background


@asynccontextmanager
async def open_system(settings: Settings, database: Database) -> AsyncIterator[System]:
    """Connect to a migrated database; everything is closed again at the end."""
    connect = partial(
        asyncpg.create_pool,
        database.app_url,
        min_size=1,
        max_inactive_connection_lifetime=300,
        server_settings=session(settings),
    )
    # Appends leave nothing behind in a connection: sparing the reset spares a round trip.
    async with (
        connect(max_size=settings.read_pool_size) as readers,
        connect(max_size=settings.append_connections, reset=_no_reset, init=exact_instants) as writers,
    ):
        store = EventStore(writers, readers, projection_set=PROJECTION_SET)
        background = Background()
        states = States(store)
        hints = Hints(store, background)
        threads = partial(emails_of_threads, store)
        dispatch = Dispatch(
            store,
            states,
            project=project,
            finders=Finders(
                files=partial(known_files, store),
                threads=threads,
                phones=partial(known_phones, store),
                items=partial(known_items, store),
                pins=partial(known_pins, store),
                questions={
                    "leads_with_status": count_leads_with_status,
                    "opportunities_with_status": count_opportunities_with_status,
                },
            ),
            on_commit=hints.send,
            background=background,
        )
        keys = Keys(store, states)
        yield System(
            settings=settings,
            database=database,
            store=store,
            states=states,
            keys=keys,
            invitations=Invitations(store, keys, dispatch),
            dispatch=dispatch,
            threads=threads,
            files=open_files(settings, store),
            background=background,
        )
        await background.close()


def session(settings: Settings) -> dict[str, str]:
    """What the database is told by each connection."""
    return {
        "search_path": SCHEMA,
        "default_transaction_isolation": "read committed",
        "application_name": "leadstream",
        "statement_timeout": str(settings.statement_timeout_ms),
        "jit": "off",
        # Whatever is read has an index. To walk a table would be to read every organization's rows, however cheap
        # it looks where the first of them happen to match.
        "enable_seqscan": "off",
    }


def project(entry: Entry[Event]) -> list[tuple[str, Callable[[int], dict[str, Any]]]]:
    """What one event does to all inline projections."""
    return [
        (operation.table.name, operation.as_json) for projection in INLINE for operation in projection.project(entry)
    ]


async def _no_reset(connection: asyncpg.Connection) -> None:
    """Nothing to undo."""
