"""A small schema with a field for each thing that the edge has to get right, and a world that remembers what happened.

Its names are those of the public API where there is one, so that the explorer's first tabs run against it.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from schema.edge import ClientError, RequestFacts

KEY = "toy-key"


@dataclass
class World:
    """What the server under test saw. Written by its thread, read by the test's."""

    facts: list[RequestFacts] = field(default_factory=list)
    open_contexts: int = 0
    started: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    database_is_down: bool = False
    statuses: dict[str, str] = field(default_factory=lambda: {"lead_1": "Potential", "lead_2": "Qualified"})
    changes: list[asyncio.Queue[str]] = field(default_factory=list)

    def forget(self) -> None:
        """Be as new, for the next test."""
        self.facts.clear()
        self.started.clear()
        self.ended.clear()
        self.database_is_down = False

    async def authenticate(self, key: str) -> str | None:
        self.loop = asyncio.get_running_loop()
        if self.database_is_down:
            raise ConnectionRefusedError("postgresql://leadstream:hunter2@db/leads")
        return "user_1" if key == KEY else None

    @asynccontextmanager
    async def open_context(self, principal: str, facts: RequestFacts) -> AsyncIterator["Context"]:
        if self.database_is_down or facts.operation_name == "ContextFails":
            raise ConnectionRefusedError("postgresql://leadstream:hunter2@db/leads")
        if facts.operation_name == "ContextRefuses":
            raise ClientError("RATE_LIMITED", "Wait a minute.", extensions={"retryAfter": 60})
        self.facts.append(facts)
        self.open_contexts += 1
        try:
            yield Context(world=self, principal=principal)
        finally:
            self.open_contexts -= 1


@dataclass
class Context:
    world: World
    principal: str


Info = strawberry.Info[Context, None]


def _no_secret(value: object) -> str:
    if value == "client":
        raise ClientError("INVALID", "Secrets have eight letters.")
    if value == "graphql":
        raise GraphQLError("Secrets have nine letters.")
    raise ValueError("internal text of the scalar")


Secret = NewType("Secret", str)


class Mood(Enum):
    HAPPY = "happy"


@strawberry.type
class Status:
    id: strawberry.ID
    label: str


@strawberry.type
class Contact:
    id: strawberry.ID
    name: str

    @strawberry.field
    def lead(self) -> "Lead":
        return Lead(id=strawberry.ID("lead_1"))


@strawberry.type
class Lead:
    id: strawberry.ID

    @strawberry.field
    def display_name(self) -> str:
        return f"Lead {self.id}"

    @strawberry.field
    def status(self, info: Info) -> Status:
        label = info.context.world.statuses[self.id]
        return Status(id=strawberry.ID(f"stat_{label}"), label=label)

    @strawberry.field
    def contacts(self, first: int | None = 100) -> list[Contact]:
        return [Contact(id=strawberry.ID("cont_1"), name="Ann")]

    @strawberry.field
    def version(self) -> int:
        return 1


@strawberry.type
class PageInfo:
    has_next_page: bool


@strawberry.type
class LeadEdge:
    cursor: str
    node: Lead


@strawberry.type
class LeadConnection:
    edges: list[LeadEdge]
    nodes: list[Lead]
    page_info: PageInfo


@strawberry.type
class Organization:
    lead_statuses: list[Status]


@strawberry.input(one_of=True)
class AsOfInput:
    version: strawberry.Maybe[int | None]
    time: strawberry.Maybe[str | None]


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str | None:
        return f"hello {name}"

    @strawberry.field
    def principal(self, info: Info) -> str | None:
        return info.context.principal

    @strawberry.field
    def organization(self) -> Organization | None:
        labels = ("Potential", "Qualified")
        return Organization(lead_statuses=[Status(id=strawberry.ID(f"stat_{label}"), label=label) for label in labels])

    @strawberry.field
    def lead(self, id: strawberry.ID, as_of: AsOfInput | None = None) -> Lead | None:
        return Lead(id=id) if id in ("lead_1", "lead_2") else None

    @strawberry.field
    def leads(self, info: Info, first: int | None = None, after: str | None = None) -> LeadConnection | None:
        if first is not None and first > 100:
            raise ClientError("INVALID", "Ask for at most 100 leads.", path=["leads", "first"])
        nodes = [Lead(id=strawberry.ID(id_)) for id_ in info.context.world.statuses]
        edges = [LeadEdge(cursor=node.id, node=node) for node in nodes]
        return LeadConnection(edges=edges, nodes=nodes, page_info=PageInfo(has_next_page=False))

    @strawberry.field
    def boom(self) -> str | None:
        raise RuntimeError("postgresql://leadstream:hunter2@db/leads")

    @strawberry.field
    def plain_graphql_error(self) -> str | None:
        raise GraphQLError("hunter2")

    @strawberry.field
    def mood(self) -> Mood | None:
        return "hunter2"  # type: ignore[return-value]  # what a bug looks like

    @strawberry.field
    async def slow(self, info: Info) -> str | None:
        info.context.world.started.set()
        try:
            await asyncio.sleep(60)
        finally:
            info.context.world.ended.set()
        return "done"

    @strawberry.field
    async def brief(self, info: Info) -> str | None:
        info.context.world.started.set()
        await asyncio.sleep(0.3)
        return "done"

    @strawberry.field
    def secret(self, value: Secret) -> str | None:
        return value

    @strawberry.field
    def number(self, value: int) -> int | None:
        return value

    @strawberry.field
    def echo(self, value: JSON) -> JSON | None:
        return value

    @strawberry.field
    def unwritable(self) -> JSON | None:
        return JSON(2**70)


@strawberry.input
class ChangeLeadStatusInput:
    lead_id: strawberry.ID
    status: str


@strawberry.type
class UserError:
    code: str
    message: str
    path: list[str]


@strawberry.type
class ChangeLeadStatusPayload:
    lead: Lead | None
    errors: list[UserError]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def change_lead_status(self, info: Info, input: ChangeLeadStatusInput) -> ChangeLeadStatusPayload | None:
        world = info.context.world
        world.statuses[input.lead_id] = input.status
        for queue in world.changes:
            queue.put_nowait(input.lead_id)
        return ChangeLeadStatusPayload(lead=Lead(id=input.lead_id), errors=[])


@strawberry.interface
class Activity:
    id: strawberry.ID
    kind: str
    headline: str


@strawberry.type
class Call(Activity):
    pass


@strawberry.type
class ActivityAdded:
    activity: Activity


@strawberry.type
class LeadChanged:
    event_type: str
    lead: Lead


@strawberry.type
class LeadFeedItem:
    cursor: str
    changes: list[Annotated[ActivityAdded | LeadChanged, strawberry.union("LeadFeedChange")]]


@strawberry.type
class Tick:
    number: int

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("hunter2")


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def lead_feed(self, info: Info, lead_id: strawberry.ID) -> AsyncGenerator[LeadFeedItem, None]:
        world = info.context.world
        if lead_id not in world.statuses:
            raise ClientError("NOT_FOUND", "There is no such lead.")
        queue: asyncio.Queue[str] = asyncio.Queue()
        world.changes.append(queue)
        world.started.set()
        try:
            while True:
                changed = await queue.get()
                if changed == lead_id:
                    change = LeadChanged(event_type="lead.status_changed", lead=Lead(id=lead_id))
                    yield LeadFeedItem(cursor="c1", changes=[change])
        finally:
            world.changes.remove(queue)
            world.ended.set()

    @strawberry.subscription
    async def ticks(self, info: Info, count: int, then: str | None = None) -> AsyncGenerator[Tick, None]:
        for number in range(count):
            yield Tick(number=number)
        if then == "refuse":
            raise ClientError("GONE", "It is over.")
        if then == "crash":
            raise RuntimeError("hunter2")

    @strawberry.subscription
    async def flood(self, info: Info) -> AsyncGenerator[str, None]:
        info.context.world.started.set()
        try:
            while True:
                yield "x" * 50_000
        finally:
            info.context.world.ended.set()


def make_schema(**options: Any) -> strawberry.Schema:
    return strawberry.Schema(
        Query,
        Mutation,
        Subscription,
        types=[Call],
        config=StrawberryConfig(
            scalar_map={Secret: strawberry.scalar(name="Secret", serialize=str, parse_value=_no_secret)}
        ),
        **options,
    )
