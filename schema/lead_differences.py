"""leadDifferences: every field of a lead page that differs between two moments, in the words of this API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, cast

import strawberry
from strawberry.scalars import JSON

from schema.as_of import AsOfInput, position_of
from schema.commands import given
from schema.context import Info
from schema.differences import LeadDifference
from schema.fields import argument
from schema.ids import id_argument
from schema.page_parts import Parts, open_task_ids, page_parts


async def lead_differences(
    info: Info,
    id: Annotated[strawberry.ID, argument("The lead's.")],
    from_: Annotated[AsOfInput, argument("The one moment.", name="from")],
    to: Annotated[
        AsOfInput | None, argument("The other moment, which may be the earlier one; absent: now.")
    ] = strawberry.UNSET,
) -> list[LeadDifference] | None:
    """What differs on a lead's page between two moments, under ids of the present; null where there is no such lead.

    Details, contacts, opportunities, custom fields, pins, and tasks that were open at one of the two. What was added or
    removed is told as a whole. Items of the history are no fields.
    """
    context, lead_id = info.context, id_argument("lead", id, "id")
    if await context.lead_row(lead_id) is None:
        return None
    sides = [await context.at(await position_of(context, from_, lead_id, "from")), context]
    if to is not None and given(to) is not None:
        sides[1] = await context.at(await position_of(context, to, lead_id, "to"))
    tasks = dict.fromkeys([one for side in sides for one in await open_task_ids(side, lead_id)])
    before, after = [await page_parts(side, lead_id, tasks) for side in sides]
    return [*differences(before, after), *_reordered(before, after)]


def differences(before: Parts, after: Parts, path: tuple[str, ...] = ()) -> Iterator[LeadDifference]:
    """Each part that differs; what stands on one side alone, as a whole."""
    for word in dict.fromkeys((*before, *after)):
        old, new = before.get(word), after.get(word)
        if isinstance(old, Parts) and isinstance(new, Parts):
            yield from differences(old, new, (*path, word))
        elif old != new:
            yield LeadDifference(path=[*path, word], before=cast(JSON | None, old), after=cast(JSON | None, new))


def _reordered(before: Parts, after: Parts) -> Iterator[LeadDifference]:
    """The contacts, where those of both sides stand in another order."""
    old, new = [*before["contacts"]], [*after["contacts"]]
    if [one for one in old if one in after["contacts"]] != [one for one in new if one in before["contacts"]]:
        yield LeadDifference(path=["contacts"], before=cast(JSON, old), after=cast(JSON, new))
