"""fieldHistory: every value that one field of a lead ever had, by whom, for the life of the record."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from app.ids import CustomFieldId, UserId, decode_id
from app.store.records import RecordedEvent
from app.vocabulary import CustomFieldType
from projections.history import read as history
from projections.history.read import Between, EventCriteria, EventPage
from schema.connections import Page, PageInfo, page
from schema.context import Context, Info
from schema.cursors import page_cursor, page_place
from schema.custom_values import value_of
from schema.edge import ClientError
from schema.event_data import shown_value
from schema.events import Event, Newer, Newest, Older, Oldest, actor_of, event_of, happened_in
from schema.field_paths import WHEN, Field, Told, field_of
from schema.fields import argument, plain, resolved
from schema.ids import PREFIXES, id_argument
from schema.organization import User
from schema.scalars import print_instant

_LISTED = "field history"


@strawberry.type(description="A value that a field had, from one event on.")
class FieldValue:
    value: JSON | None = plain("In the words of this API; null: it had none, or what has the field was removed.")
    label: str | None = plain("What people read: a status's label of then, a user's name.")
    recorded_at: datetime = plain("When it got this value.")
    event: Event = plain("The event by which it got it.")

    @resolved
    async def user(self, info: Info) -> User | None:
        """Who did it. Null: an import, or the system itself."""
        return await actor_of(info.context, self.event.recorded)


@strawberry.type(description="A value and its place in the list.")
class FieldValueEdge:
    cursor: str = plain("For after and before.")
    node: FieldValue = plain("The value.")


@strawberry.type(description="A page of the values of a field, oldest first.")
class FieldValueConnection:
    edges: list[FieldValueEdge] = plain("Values with their cursors.")
    page_info: PageInfo = plain("Where the page stands. As in the history, a page may be short while there is more.")

    @resolved
    def nodes(self) -> list[FieldValue]:
        """The values alone."""
        return [edge.node for edge in self.edges]


async def field_history(
    info: Info,
    lead_id: Annotated[strawberry.ID, argument("The lead.")],
    path: Annotated[
        list[str],
        argument(
            'The field, in the words of differences: ["name"], ["customFields", "cf_…"], '
            '["contacts", "cont_…", "title"], ["opportunities", "oppo_…", "value"], '
            '["tasks", "task_…", "dueDate"], ["activities", "acti_…", "note"] …'
        ),
    ],
    first: Oldest = strawberry.UNSET,
    after: Newer = strawberry.UNSET,
    last: Newest = strawberry.UNSET,
    before: Older = strawberry.UNSET,
) -> FieldValueConnection | None:
    """Every value one field of a lead ever had, oldest first; null where there is no such lead."""
    context = info.context
    wanted = page(_place, first=first, after=after, last=last, before=before)
    field = field_of(path)
    row = await context.lead_row(id_argument("lead", lead_id, "leadId"))
    if row is None:
        return None
    show = await _shower(context, field)
    found, left_off = await _values(context, row.lead_id, field, wanted)
    kept, more = wanted.cut(found)
    edges = [FieldValueEdge(cursor=_cursor(recorded.position), node=show(recorded, told)) for recorded, told in kept]
    info_ = wanted.info([edge.cursor for edge in edges], more=more or left_off is not None)
    if left_off is not None:
        side = "start_cursor" if wanted.backwards else "end_cursor"
        setattr(info_, side, _cursor(left_off))
    return FieldValueConnection(edges=edges, page_info=info_)


async def _values(
    context: Context, lead_id: UUID, field: Field, wanted: Page
) -> tuple[list[tuple[RecordedEvent, Told]], int | None]:
    """So many events that say something of the field, one more than the page has; where the look was given up."""
    found: list[tuple[RecordedEvent, Told]] = []
    async for looked in _looks(context, lead_id, field, wanted):
        for recorded in looked.events:
            happened = happened_in(recorded)
            told = field.told(happened) if happened else None
            if told is not None and (field.id is not None or recorded.stream_id == lead_id):
                found.append((recorded, told))
        if len(found) > wanted.size:
            return found[: wanted.size + 1], None
        if looked.left_off is not None:
            return found, looked.left_off
    return found, None


async def _looks(context: Context, lead_id: UUID, field: Field, wanted: Page) -> AsyncIterator[EventPage]:
    """What may say something of a field, in steps."""
    span = Between(*(wanted.after or (0,)), *(wanted.before or (history.LAST_POSITION,)))
    from_newest, limit = wanted.backwards, history.STEP
    looked = 0
    while True:
        if field.types:
            criteria = EventCriteria(types=field.types)
            pages = await history.event_page(
                context.reader, [lead_id], criteria, span, from_newest=from_newest, limit=limit
            )
            step = pages[lead_id]
        else:
            about = field.id or lead_id
            step = await history.events_about(
                context.reader, lead_id, about, span, from_newest=from_newest, limit=limit
            )
        looked += len(step.events)
        is_end = len(step.events) < limit
        furthest = step.left_off or (None if is_end else step.events[-1].position)
        if looked >= history.LOOKED_MAX and furthest is not None:
            step.left_off = furthest
        yield step
        if furthest is None:
            return
        span = span._replace(**{"below" if wanted.backwards else "above": furthest})


async def _shower(context: Context, field: Field) -> Callable[[RecordedEvent, Told], FieldValue]:
    """Makes what clients see of a value.

    Raises:
        ClientError: INVALID; the path's custom field is none and never was.
    """
    kind = await _kind(context, field.field_id) if field.field_id else None
    names_users = field.names_users or kind is CustomFieldType.USER

    def show(recorded: RecordedEvent, told: Told) -> FieldValue:
        value = told.value
        if value is WHEN:
            value = print_instant(recorded.occurred_at or recorded.recorded_at)
        elif kind is not None and value is not None:
            value = _custom_value(context, field, kind, value)
        return FieldValue(
            value=cast(JSON | None, value),
            label=_names(context, value) if names_users else told.label,
            recorded_at=recorded.recorded_at,
            event=event_of(recorded, context.organization),
        )

    return show


async def _kind(context: Context, field_id: CustomFieldId) -> CustomFieldType:
    """What the values of a custom field are, be it that it was deleted."""
    known = context.organization.custom_fields.get(field_id)
    kind = known.type if known else (await history.field_types(context.reader)).get(field_id)
    if kind is None:
        raise ClientError("INVALID", "path: there is no such custom field, and there never was.")
    return kind


def _custom_value(context: Context, field: Field, kind: CustomFieldType, kept: tuple[Any, ...]) -> Any:
    """As the field shows its values; of one that was deleted several are a list."""
    known = context.organization.custom_fields.get(cast(CustomFieldId, field.field_id))
    if known is not None:
        return value_of(known, kept)
    values = [shown_value(one, kind) for one in kept]
    return values[0] if len(values) == 1 else values or None


def _names(context: Context, value: Any) -> str | None:
    """The names of the users that a value names."""
    ids = value if isinstance(value, list) else [value] if value else []
    users = [context.organization.users.get(UserId(decode_id(PREFIXES["user"], one))) for one in ids]
    return ", ".join(user.name for user in users if user) or None


def _cursor(position: int) -> str:
    return page_cursor(_LISTED, position)


def _place(cursor: str, argument: str) -> tuple[Any, ...]:
    return page_place(cursor, _LISTED, (int,), argument)
