"""What stands on something that is to be undone, as an error with the later events."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from app.undo.refusals import LaterChanges
from schema.connections import LIST_MAX, size
from schema.context import Info
from schema.errors import UserError
from schema.events import Event, event_with
from schema.fields import argument, resolved
from schema.ids import public_id


@strawberry.type(description="Later changes stand on what is to be undone.")
class UndoConflict(UserError):
    later_ids: strawberry.Private[Sequence[UUID]]

    @resolved
    async def events(
        self, info: Info, first: Annotated[int | None, argument("How many at most; 0 to 100.")] = LIST_MAX
    ) -> list[Event]:
        """The later changes, the oldest first, as far as the viewer sees them. Once they are undone, this can be."""
        wanted = self.later_ids[: size(first, "first", default=LIST_MAX)]
        found = await asyncio.gather(*(event_with(info.context, one) for one in wanted))
        return [one for one in found if one is not None]


def undo_conflict(refusal: LaterChanges, **told: Any) -> UndoConflict:
    """The refusal as clients see it. `params` have the ids of those events."""
    ids = [one.event_id for one in refusal.facts]
    params = {**refusal.params, "events": [public_id("event", one) for one in ids[:LIST_MAX]]}
    return UndoConflict(**{**told, "params": cast(JSON, params)}, later_ids=ids)
