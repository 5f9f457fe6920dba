"""The history: every recorded fact, of a lead or of the whole organization, with who did it and in which request."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from app.codecs import EVENTS
from app.event import Event as Happened
from app.ids import UserId
from app.organization.organization import Organization
from app.store.errors import UndecodableEvent
from app.store.records import RecordedEvent
from app.vocabulary import Role
from projections.history import read as history
from projections.history.read import Between, EventCriteria, EventPage
from schema.belonging import TheLead
from schema.commands import client_key, given
from schema.connections import Page, PageInfo, page
from schema.context import Context, Info
from schema.cursors import page_cursor, page_place
from schema.edge import ClientError
from schema.event_data import FieldTypes, field_types_of, fields_in, holds_secrets, public_data
from schema.event_headlines import headline_of
from schema.fields import argument, plain, resolved
from schema.ids import id_argument, public_id
from schema.node import Node
from schema.organization import User, user_with
from schema.scalars import Long

TYPES_MAX = 300  # types in one filter
_LISTED = "events"

# Arguments of lists that begin with the oldest: first, after, last, before.
Oldest = Annotated[int | None, argument("The oldest so many; 0 to 100, 50 unless given.")]
Newer = Annotated[str | None, argument("Only what is newer than this cursor.")]
Newest = Annotated[int | None, argument("The newest so many; not together with first.")]
Older = Annotated[str | None, argument("Only what is older than this cursor.")]


@strawberry.type(description="One recorded fact.")
class Event(Node):
    position: Long = plain("Position in the organization's log: 1, 2, 3 … without gaps.")
    stream_id: strawberry.ID = plain("Whose stream it is in: a lead's, the organization's, or of inboxes a user's.")
    stream_version: int = plain("Place in that stream.")
    type: str = plain("Stable name, such as lead.status_changed.")
    schema_version: int = plain("Of the stored shape.")
    payload: str | None = plain(
        "The stored bytes, base64: payloadHash is their SHA-256. Null once erased, and where a secret is among them."
    )
    payload_hash: str = plain("64 hexadecimal digits.")
    headline: str = plain("One sentence for people.")
    recorded_at: datetime = plain("When it was recorded; never before that of an earlier position.")
    api_key_id: strawberry.ID | None = plain("The key by which it came; null: by none.")
    source: str | None = plain("Where it came from: api, import …")
    correlation_id: strawberry.ID = plain("Same for all events of one request.")
    causation_id: strawberry.ID | None = plain("The event that led to this one.")
    idempotency_key: str | None = plain("As the client sent it.")
    recorded: strawberry.Private[RecordedEvent]
    happened: strawberry.Private[Happened | None]

    @resolved
    async def data(self, info: Info) -> JSON | None:
        """What happened, with ids as everywhere in this API, without secrets. Null once erased; payloadHash stays."""
        if self.happened is None:
            return None
        return cast(JSON, public_data(self.happened, await _types(info.context, self.happened)))

    @resolved
    async def user(self, info: Info) -> User | None:
        """Who did it. Null: an import, or the system itself."""
        return await actor_of(info.context, self.recorded)

    @resolved
    async def lead(self, info: Info) -> TheLead | None:
        """The lead that it is about; null where there is none that the viewer sees, any more."""
        from schema.leads import lead_of

        if stream_kind(self.recorded, info.context.organization) != "lead":
            return None
        row = await info.context.lead_row(self.recorded.stream_id)
        return lead_of(row) if row else None


@strawberry.type(description="An event and its place in the list.")
class EventEdge:
    cursor: str = plain("For after and before.")
    node: Event = plain("The event.")


@strawberry.type(description="A page of the history, oldest first.")
class EventConnection:
    edges: list[EventEdge] = plain("Events with their cursors.")
    page_info: PageInfo = plain(
        "Where the page stands. Where a filter of several parts finds little among much, a page may have fewer events "
        "than were asked for, even none, while there is more: go on from its endCursor."
    )

    @resolved
    def nodes(self) -> list[Event]:
        """The events alone."""
        return [edge.node for edge in self.edges]


@strawberry.input(description="All that is given narrows. since is included, until is not; both are of recordedAt.")
class EventFilter:
    types: list[str] | None = plain(
        "Stable names, such as lead.status_changed. An empty list matches nothing.", default=strawberry.UNSET
    )
    user_id: strawberry.ID | None = plain("Who did it.", default=strawberry.UNSET)
    lead_id: strawberry.ID | None = plain(
        "The lead; what happened on leads that were merged into it too.", default=strawberry.UNSET
    )
    correlation_id: strawberry.ID | None = plain("All of one request.", default=strawberry.UNSET)
    since: datetime | None = plain("Recorded then or later.", default=strawberry.UNSET)
    until: datetime | None = plain("Recorded before.", default=strawberry.UNSET)


TheFilter = Annotated[EventFilter | None, argument("Which of them.")]


async def events(
    info: Info,
    first: Oldest = strawberry.UNSET,
    after: Newer = strawberry.UNSET,
    last: Newest = strawberry.UNSET,
    before: Older = strawberry.UNSET,
    filter: TheFilter = strawberry.UNSET,
) -> EventConnection | None:
    """The organization's whole log, oldest first. Who is no ADMIN asks for one lead's, by filter.leadId."""
    context = info.context
    wanted = event_page_of(first, after, last, before)
    criteria, between, lead_id = await criteria_of(context, given(filter))
    is_admin = sees_the_log(context)
    if lead_id is None:
        if not is_admin:
            raise ClientError("FORBIDDEN", "filter.leadId: only ADMINs see the whole log. Name the lead.")
        return await _page(context, None, wanted, criteria, between, is_narrowed=False)
    if is_admin:
        root = await history.root_of(context.reader, lead_id)
    else:
        row = await context.lead_row(lead_id)
        root = row.lead_id if row else None
    if root is None:
        return _connection(wanted, EventPage(), context.organization)
    return await _page(context, root, wanted, criteria, between, is_narrowed=not is_admin)


async def lead_history(context: Context, lead_id: UUID, wanted: Page, filter: EventFilter | None) -> EventConnection:
    """A page of what happened on a lead; pages of several leads with the same arguments are read together."""
    criteria, between, other_id = await criteria_of(context, filter)
    if other_id is not None and other_id != lead_id:
        return _connection(wanted, EventPage(), context.organization)
    return await _page(context, lead_id, wanted, criteria, between, is_narrowed=True)


def event_page_of(first: int | None, after: str | None, last: int | None, before: str | None) -> Page:
    """Read the arguments of a page.

    Raises:
        ClientError: INVALID, with the argument's name.
    """
    return page(_place, first=first, after=after, last=last, before=before)


async def criteria_of(context: Context, filter: EventFilter | None) -> tuple[EventCriteria, Between, UUID | None]:
    """What a filter means, and the lead that it names.

    Raises:
        ClientError: INVALID, with its path.
    """
    if filter is None or filter is strawberry.UNSET:
        return EventCriteria(), Between(), None
    user_id, lead_id, correlation_id = (
        id_argument(kind, value, "filter", word) if (value := given(named)) is not None else None
        for kind, named, word in (
            ("user", filter.user_id, "userId"),
            ("lead", filter.lead_id, "leadId"),
            ("request", filter.correlation_id, "correlationId"),
        )
    )
    criteria = EventCriteria(types=_types_of(given(filter.types)), user_id=user_id, correlation_id=correlation_id)
    between = await history.between_times(context.reader, given(filter.since), given(filter.until))
    return criteria, between, lead_id


def _types_of(types: list[str] | None) -> tuple[str, ...] | None:
    if types is None:
        return None
    if len(types) > TYPES_MAX:
        raise ClientError("INVALID", f"filter.types: at most {TYPES_MAX} at once.")
    for index, name in enumerate(types):
        if name not in EVENTS.types:
            raise ClientError("INVALID", f"filter.types.{index}: no event is called {name[:60]!r}.")
    return tuple(sorted(set(types)))


async def _page(
    context: Context,
    lead_id: UUID | None,
    wanted: Page,
    criteria: EventCriteria,
    between: Between,
    *,
    is_narrowed: bool,
) -> EventConnection:
    above = max(between.above, *(wanted.after or (0,)))
    below = min(between.below, *(wanted.before or (history.LAST_POSITION,)))
    if context.reader.then is not None:
        below = min(below, context.reader.then + 1)
    span, size, backwards = Between(above, below), wanted.size + 1, wanted.backwards
    loader = context.batch(
        ("events", lead_id is None, criteria, span, size, backwards, is_narrowed),
        lambda reader, ids: history.event_page(
            reader, ids, criteria, span, from_newest=backwards, limit=size, is_narrowed=is_narrowed
        ),
    )
    found: EventPage = await loader.load(cast(Any, lead_id))
    return _connection(wanted, found, context.organization)


def _connection(wanted: Page, found: EventPage, organization: Organization) -> EventConnection:
    rows, more = wanted.cut(found.events)
    edges = [EventEdge(cursor=_cursor(row.position), node=event_of(row, organization)) for row in rows]
    info = wanted.info([edge.cursor for edge in edges], more=more or found.left_off is not None)
    if found.left_off is not None:
        if wanted.backwards:
            info.start_cursor = _cursor(found.left_off)
        else:
            info.end_cursor = _cursor(found.left_off)
    return EventConnection(edges=edges, page_info=info)


def _place(cursor: str, argument: str) -> tuple[Any, ...]:
    return page_place(cursor, _LISTED, (int,), argument)


def _cursor(position: int) -> str:
    return page_cursor(_LISTED, position)


# ---------------------------------------------------------------- one event


def event_of(recorded: RecordedEvent, organization: Organization) -> Event:
    """An event, as the log holds it."""
    happened = happened_in(recorded)
    return Event(
        id=public_id("event", recorded.event_id),
        position=Long(recorded.position),
        stream_id=public_id(stream_kind(recorded, organization), recorded.stream_id),
        stream_version=recorded.stream_version,
        type=recorded.name,
        schema_version=recorded.schema_version,
        payload=payload_of(recorded),
        payload_hash=recorded.payload_hash.hex(),
        headline=sentence_of(recorded, happened, organization),
        recorded_at=recorded.recorded_at,
        api_key_id=public_id("api_key", recorded.actor_key) if recorded.actor_key else None,
        source=recorded.source,
        correlation_id=public_id("request", recorded.correlation_id),
        causation_id=public_id("event", recorded.causation_id) if recorded.causation_id else None,
        idempotency_key=client_key(recorded.idempotency_key),
        recorded=recorded,
        happened=happened,
    )


async def actor_of(context: Context, recorded: RecordedEvent) -> User | None:
    """Who did it."""
    actor = recorded.actor_user
    return await user_with(context, UserId(actor)) if actor else None


def happened_in(recorded: RecordedEvent) -> Happened | None:
    """What the log tells; None: it was erased, or this program cannot read it."""
    try:
        return EVENTS.decode(recorded)
    except UndecodableEvent:
        return None


def payload_of(recorded: RecordedEvent) -> str | None:
    """The stored bytes; none of an event that has a secret, or might have one because nobody here knows it."""
    kind = EVENTS.types.get(recorded.name)
    if recorded.payload is None or kind is None or holds_secrets(kind):
        return None
    return base64.b64encode(recorded.payload).decode()


def sentence_of(recorded: RecordedEvent, happened: Happened | None, organization: Organization) -> str:
    """One sentence, also of what cannot be read."""
    if happened is not None:
        return headline_of(happened, organization)
    why = "was erased" if recorded.payload is None else "cannot be read by this version"
    return f"An event of the type {recorded.name} {why}."


def stream_kind(recorded: RecordedEvent, organization: Organization) -> str:
    """What a stream is of: the organization, a user's inbox, or a lead."""
    if recorded.stream_id == organization.id:
        return "organization"
    return "user" if recorded.stream_id in organization.users else "lead"


def sees_the_log(context: Context) -> bool:
    """Whether the viewer sees every event of the organization."""
    return context.principal.user.role is Role.ADMIN


async def event_with(context: Context, event_id: UUID) -> Event | None:
    """An event by its id, where the viewer may see it: an ADMIN, or whoever sees its lead."""
    recorded: RecordedEvent | None = await context.batch("event", history.events).load(event_id)
    if recorded is None:
        return None
    if not sees_the_log(context) and await context.lead_row(recorded.stream_id) is None:
        return None
    return event_of(recorded, context.organization)


async def _types(context: Context, happened: Happened) -> FieldTypes:
    """What the custom values of an event are; of fields that were deleted the log knows."""
    types = field_types_of(context.organization)
    named = fields_in(happened)
    return types if named <= types.keys() else {**await history.field_types(context.reader), **types}
