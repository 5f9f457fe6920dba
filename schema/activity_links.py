"""Shared links: what the address of an activity points at, also when it is deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from projections.activity_feed import read as feed
from projections.activity_feed.read import Deletion
from schema.activities import Activity, activity_of
from schema.context import Info
from schema.fields import argument, plain
from schema.ids import id_argument
from schema.leads import Lead, lead_with


@strawberry.type(description="Where a shared link leads.")
class ActivityLink:
    lead: Lead = plain("The lead in whose history the activity is, or was.")
    activity: Activity | None = plain("The activity; null: it is deleted.")
    deleted_at: datetime | None = plain("When it was deleted; null: it is there.")


async def activity_link(info: Info, id: Annotated[strawberry.ID, argument("The activity's.")]) -> ActivityLink | None:
    """As activity, but also tells of a deletion. Null where the viewer may not see the lead, and where nothing was."""
    context, activity_id = info.context, id_argument("activity", id, "id")
    row = await context.activity_row(activity_id)
    if row is not None:
        return ActivityLink(lead=await lead_with(context, row.lead_id), activity=activity_of(row), deleted_at=None)
    gone: Deletion | None = await context.batch("deletion", feed.deletions).load(activity_id)
    if gone is None:
        return None
    return ActivityLink(lead=await lead_with(context, gone.lead_id), activity=None, deleted_at=gone.deleted_at)
