"""Context: what resolvers of one operation stand on. Everything in it is bound to one principal."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import strawberry
from strawberry.dataloader import DataLoader

from app.access.invitations import Invitations
from app.access.keys import Keys, Principal
from app.dispatch import Dispatch
from app.files.addresses import Addresses
from app.live.hub import Hub
from app.live.inboxes import Inboxes
from app.organization.organization import Organization
from app.refusal import Refusal, Refused
from app.request import Command, Done, Idempotency, Proposal, Request
from app.states import States
from app.store.store import EventStore
from projections.activity_feed import read as feed
from projections.activity_feed.read import ActivityRow
from projections.lead_view import read as lead_side
from projections.lead_view.rows import ContactRow, LeadRow, OpportunityRow, TaskRow
from projections.machinery.reader import Reader
from projections.machinery.sight import Sight
from schema.cursors import FeedPlace, feed_cursor, inbox_cursor
from schema.edge import ClientError
from schema.scalars import Cursor

SOURCE = "api"  # where commands of this edge say they come from
BATCH_MAX = 1_000  # ids of one statement, which says so as its limit

Row = TypeVar("Row")
Load = Callable[[Reader, Sequence[Any]], Any]  # of ids, or of whatever else names what is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the process has for every operation. `app_url`: what permalinks begin with."""

    store: EventStore
    states: States
    dispatch: Dispatch
    hub: Hub
    inboxes: Inboxes
    keys: Keys
    invitations: Invitations
    addresses: Addresses
    app_url: str


@dataclass(slots=True, kw_only=True)
class Context:
    """One operation of one principal.

    Attributes:
        organization: as the log had it when the operation began, or later.
        address: by which the client reaches this server; what it is to fetch from here begins with it.
    """

    services: Services
    principal: Principal
    reader: Reader
    request_id: UUID
    organization: Organization
    address: str = ""
    _loaders: dict[Hashable, DataLoader[Any, Any]] = field(default_factory=dict)

    # ------------------------------------------------------------------ commands

    async def run(self, command: Command, idempotency: Idempotency | None) -> Done:
        """Run a command for the principal; reads afterwards see what it did.

        Raises:
            Refusal, Refused: it cannot be done.
        """
        try:
            done = await self.services.dispatch.run(command, self._request(idempotency))
        finally:
            await self.renew()
        if done.stream_id == self.organization.id:
            # A repeated answer may be another process's work, of which this one has not heard.
            states = self.services.states
            self.stand_in(await states.organization(self.organization.id, at_least=done.version))
        return done

    async def outcome(
        self, command: Command, idempotency: Idempotency | None, *, is_dry: bool = False
    ) -> Done | Proposal | Refusal | Refused:
        """Run or propose one of several commands; what forbids it is the answer. Reads see it only after `renew`."""
        dispatch, request = self.services.dispatch, self._request(idempotency)
        try:
            return await (dispatch.propose(command, request) if is_dry else dispatch.run(command, request))
        except (Refusal, Refused) as refusal:
            return refusal

    async def propose(self, command: Command, idempotency: Idempotency | None) -> Proposal:
        """What `run` would append now, or would be refused for; nothing is appended.

        Raises:
            Refusal, Refused: it could not be done.
        """
        try:
            return await self.services.dispatch.propose(command, self._request(idempotency))
        finally:
            await self.renew()

    def _request(self, idempotency: Idempotency | None) -> Request:
        return Request(
            org_id=self.principal.org_id,
            actor=self.principal.actor,
            source=SOURCE,
            correlation_id=self.request_id,
            idempotency=idempotency,
        )

    async def renew(self) -> None:
        """Forget what was read: the next look is a new one, in the organization as it is known by now."""
        self._loaders.clear()
        newest = self.services.states.kept_organization(self.organization.id)
        if newest is not None:
            self.stand_in(newest)
        await self.reader.renew()

    def stand_in(self, organization: Organization) -> None:
        """Go on in a newer state of the organization."""
        if organization.version > self.organization.version:
            self.organization = organization
            self.principal = self.principal.within(organization)
            self.reader.sight = Sight(self.principal.assignment)

    async def stand_in_newest(self, at_least: int | None = None) -> None:
        """Go on in the organization as the log has it; `at_least` spares the look when what is kept has that version.

        Raises:
            ClientError: UNAUTHENTICATED; the principal may not be here any more.
        """
        self.stand_in(await self.services.states.organization(self.organization.id, at_least=at_least))
        admitted(self.principal)

    # ------------------------------------------------------------------ the organization

    async def organization_with(self, known: Callable[[Organization], bool]) -> Organization:
        """The organization; read anew where it lacks what a newer row names."""
        if not known(self.organization):
            self.stand_in(await self.services.states.organization(self.organization.id))
        return self.organization

    async def cursor_at(self, position: int) -> Cursor:
        """The feed cursor of a position."""
        epoch = await self.services.store.epoch(self.principal.org_id)
        assert epoch is not None
        return feed_cursor(FeedPlace(self.principal.org_id, epoch, position))

    async def feed_cursor(self) -> Cursor:
        """Where the log ends in what this operation reads: subscribe with it and miss nothing."""
        org_id = self.principal.org_id
        epoch, position = await self.batch("log position", _log_position).load(org_id)
        return feed_cursor(FeedPlace(org_id, epoch, position))

    async def inbox_cursor(self, now: datetime) -> Cursor:
        """As `feed_cursor`, for what shows an inbox as it is by now: what falls due later is told by its feed."""
        org_id = self.principal.org_id
        epoch, position = await self.batch("log position", _log_position).load(org_id)
        return inbox_cursor(FeedPlace(org_id, epoch, position), now)

    def stand_at(self, epoch: UUID, position: int) -> None:
        """Give feed cursors of this place until the next look: what is read may be newer, and must not be missed."""
        self.batch("log position", _log_position).prime(self.principal.org_id, (epoch, position))

    @property
    def time_zone(self) -> ZoneInfo:
        """Where the principal's days begin."""
        return ZoneInfo(self.principal.user.time_zone)

    # ------------------------------------------------------------------ rows, in batches

    def batch(self, name: Hashable, load: Load, default: Any = None) -> DataLoader[Any, Any]:
        """The loader of this name: ids asked for at once are read in one statement."""
        loader = self._loaders.get(name)
        if loader is None:

            async def load_all(ids: list[Any]) -> list[Any]:
                found = await load(self.reader, ids)
                return [found.get(one, default) for one in ids]

            loader = self._loaders[name] = DataLoader(load_fn=load_all, max_batch_size=BATCH_MAX)
        return loader

    async def lead_row(self, lead_id: UUID) -> LeadRow | None:
        """A lead, if there is one."""
        row: LeadRow | None = await self.batch("lead", lead_side.leads).load(lead_id)
        return row

    async def contact_row(self, contact_id: UUID) -> ContactRow | None:
        """A contact, if there is one."""
        row: ContactRow | None = await self.batch("contact", lead_side.contacts).load(contact_id)
        return row

    async def opportunity_row(self, opportunity_id: UUID) -> OpportunityRow | None:
        """An opportunity, if there is one."""
        row: OpportunityRow | None = await self.batch("opportunity", lead_side.opportunities).load(opportunity_id)
        return row

    async def task_row(self, task_id: UUID) -> TaskRow | None:
        """A task, if there is one."""
        row: TaskRow | None = await self.batch("task", lead_side.tasks).load(task_id)
        return row

    async def activity_row(self, activity_id: UUID) -> ActivityRow | None:
        """An activity, if there is one."""
        row: ActivityRow | None = await self.batch("activity", feed.activities).load(activity_id)
        return row


def admitted(principal: Principal) -> Principal:
    """The principal.

    Raises:
        ClientError: UNAUTHENTICATED; it may not be here any more.
    """
    if not principal.is_admitted:
        raise ClientError("UNAUTHENTICATED", "This API key is not valid any more.")
    return principal


async def _log_position(reader: Reader, org_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, int]]:
    return dict.fromkeys(org_ids, await reader.position())


Info = strawberry.Info[Context, None]
