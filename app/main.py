"""Composition root: settings → database → store → projections → schema → Starlette app."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app.access.keys import Principal
from app.database import Database
from app.event_routes import event_routes
from app.file_routes import file_routes
from app.housekeeping import Housekeeping
from app.invitation_routes import invitation_routes
from app.live.gate import Gate
from app.live.hub import Hub
from app.live.inboxes import Inboxes
from app.live.lists import Lists
from app.migrations import all_migrations
from app.operator_error import OperatorError
from app.proof.sealing import Sealing
from app.settings import Settings
from app.store.errors import DATABASE_FAULTS
from app.store.migrate import SCHEMA, missing_migrations
from app.system import System, open_system
from projections.inbox.changes import changed_inboxes
from projections.machinery.reader import Reader
from projections.machinery.sight import Sight
from projections.touches import read_stretch
from schema.context import Context, Services, admitted
from schema.edge import Channels, Connections, EdgeSettings, RequestFacts, graphql_routes
from schema.edge.entry import Entry
from schema.root import make_schema

READY_PATIENCE_S = 2.0  # seconds; a database that does not answer by then is not ready


def create_app() -> Starlette:
    """The application; what it needs stands in the environment.

    Raises:
        OperatorError: DATABASE_URL is missing, or a setting cannot be read.
    """
    settings = Settings.load(os.environ)
    if settings.database_url is None:
        raise OperatorError("DATABASE_URL is missing: start the server with `python -m app serve`.")
    url = settings.database_url
    return build_app(settings, Database(app_url=url, owner_url=url, app_role=""))


def build_app(settings: Settings, database: Database) -> Starlette:
    """The application on a migrated database."""
    process = _Process(settings, database)
    edge = EdgeSettings(
        operation_timeout_s=settings.operation_timeout_s,
        body_max_bytes=settings.body_limit_bytes,
        allowed_origins=settings.allowed_origins,
    )
    routes = [
        Route("/", _home),
        Route("/healthz", _alive),
        Route("/readyz", process.ready),
        *invitation_routes(process.system, process.app_url),
        *file_routes(process.system, Entry(authenticate=process.authenticate, open_context=process.open_context)),
        *event_routes(process.system, Entry(authenticate=process.authenticate, open_context=process.open_context)),
        *graphql_routes(
            make_schema(),
            process.authenticate,
            process.open_context,
            edge,
            connections=process.connections,
            channels=process.channels,
        ),
    ]
    return Starlette(routes=routes, lifespan=process.lifespan)


class _Process:
    """What one serving process has while it serves."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.connections: Connections[Principal] = Connections()
        self.channels = Channels()
        self.app_url = settings.public_url
        self._settings = settings
        self._database = database
        self._system: System | None = None
        self._services: Services | None = None

    @asynccontextmanager
    async def lifespan(self, application: Starlette) -> AsyncIterator[None]:
        """Connect, listen to the log, keep house; at the end stop in the other order."""
        listen = partial(asyncpg.connect, self._database.app_url, server_settings={"search_path": SCHEMA}, timeout=10)
        async with (
            open_system(self._settings, self._database) as system,
            Hub(system.store, listen) as hub,
            Housekeeping(system),
            Sealing(system.proofs.sealer) as sealing,
            Gate(system.states, system.background, present=self.connections.principals, forbid=self.connections.forbid),
        ):
            self._system = system
            application.state.hub = hub
            application.state.channels = self.channels
            hub.on_hint = sealing.hint
            application.state.inboxes = inboxes = Inboxes(hub, partial(changed_inboxes, system.store))
            application.state.lists = lists = Lists(
                hub, system.store.max_notification_id, partial(read_stretch, system.store)
            )
            self._services = Services(
                store=system.store,
                states=system.states,
                dispatch=system.dispatch,
                undoing=system.undoing,
                hub=hub,
                inboxes=inboxes,
                lists=lists,
                keys=system.keys,
                invitations=system.invitations,
                addresses=system.files.addresses,
                proofs=system.proofs,
                app_url=self.app_url,
            )
            yield
            await self.connections.stop()

    def system(self) -> System:
        """What it serves from; there is one while it serves."""
        assert self._system is not None
        return self._system

    async def authenticate(self, key: str) -> Principal | None:
        """Whom a key stands for."""
        return await self.system().keys.authenticate(key)

    @asynccontextmanager
    async def open_context(self, principal: Principal, facts: RequestFacts) -> AsyncIterator[Context]:
        """What resolvers of one operation stand on. A subscription holds no connection.

        Raises:
            ClientError: UNAUTHENTICATED, if the principal was let in before and may not be here any more.
        """
        assert self._services is not None
        # A websocket may have come in long ago: its operations begin with the organization as it is known by now.
        newest = self._services.states.kept_organization(principal.org_id)
        if newest is not None and newest.version > principal.organization.version:
            principal = admitted(principal.within(newest))
        sight = Sight(principal.assignment)
        snapshot = facts.kind.value != "subscription"
        reader = Reader(self._services.store.readers, principal.org_id, snapshot=snapshot, sight=sight)
        try:
            yield Context(
                services=self._services,
                principal=principal,
                reader=reader,
                request_id=facts.request_id,
                address=self._reached(facts.address),
                last_event_id=facts.last_event_id,
                organization=principal.organization,
            )
        finally:
            await reader.renew()

    def _reached(self, address: str) -> str:
        """Where a client reaches us, which behind a proxy that ends TLS looks like http; the setting knows better."""
        public = urlsplit(self.app_url)
        return f"{public.scheme}://{public.netloc}" if urlsplit(address).netloc == public.netloc else address

    async def ready(self, _: Request) -> Response:
        """Whether the database can be reached and is of this version."""
        try:
            async with asyncio.timeout(READY_PATIENCE_S), self.system().store.readers.acquire() as connection:
                missing = await missing_migrations(connection, all_migrations())
        except (TimeoutError, *DATABASE_FAULTS):
            return JSONResponse({"status": "the database does not answer"}, status_code=503)
        if missing:
            return JSONResponse({"status": "the database lacks migrations", "missing": missing}, status_code=503)
        return JSONResponse({"status": "ready"})


async def _alive(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _home(_: Request) -> Response:
    return RedirectResponse("/graphql")
