"""From ids of inbox items to a payload: each item is answered for itself, what stands against one as an error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import uuid5

import strawberry

from app.desk.handling import ITEMS_MAX
from app.desk.refusals import ItemIsDone, ItemNotFound, NotYourItem
from app.ids import ItemId, LeadId, TaskId, UserId
from app.lead.refusals import TaskNotFound
from app.refusal import Refusal, Refused, refusals_of
from app.request import Command, Done, Idempotency
from app.vocabulary import InboxItemKind
from projections.inbox import read as inbox_side
from projections.inbox.rows import ItemRow
from schema.commands import Inputs, Payload, idempotency_of
from schema.context import Context, Info
from schema.errors import user_error
from schema.fields import plain, resolved
from schema.inbox import InboxItem, item_of
from schema.inbox_list import count_to_handle, criteria_of

LEADS_AT_ONCE = 16  # on which tasks are completed at the same time; those of one lead go one after the other

Build = Callable[[Sequence[ItemId]], Awaitable[Command]]
OnTask = Callable[[TaskId], Command]
Outcome = Done | Refusal | Refused
Rows = Mapping[ItemId, ItemRow]


@strawberry.type
class ItemsPayload(Payload):
    """What payloads of commands about inbox items have."""

    items: list[InboxItem] = plain(
        "The items as they are now, each once, in the order of the input; none that an error is about.",
        default_factory=list,
    )

    @resolved
    async def inbox_count(self, info: Info) -> int:
        """What the viewer has to handle now; more than 1000 count as 1000."""
        context = info.context
        return await count_to_handle(context, await criteria_of(context, context.principal.user_id))


P = TypeVar("P", bound=ItemsPayload)


async def answer_items(
    info: Info,
    payload: type[P],
    input: Any,
    build: Build,
    *,
    on_task: OnTask | None = None,
    of_open_ones: bool = False,
) -> P:
    """Run a command about items of the viewer's own inbox.

    One command of the desk comes first, for all of them; it alone has the client's key. Each task is another command,
    with a key that follows from that one: whoever repeats the whole, after whatever went wrong in between, finishes it.

    Args:
        build: the desk's command.
        on_task: the command that is to do the same to a task; None: the desk's is about those items too.
        of_open_ones: items that are done are refused.
    """
    context = info.context
    ids = Inputs()
    try:
        key = idempotency_of(info.field_name, input)
        named: tuple[ItemId, ...] = ids.ids("inbox_item", input.item_ids, "item_ids")
        before = await _found(context, named)
        own = tuple(one for one in before.values() if one.owner_id == context.principal.user_id)
        # Too many are all handed over: the command refuses them, and what else is wrong.
        command = await build(named if len(named) > ITEMS_MAX else [one.item_id for one in own])
        await context.renew()  # commands are not waited for with a look at the database held open
        done = await context.run(command, key)
    except (Refusal, Refused) as error:
        return payload(errors=[user_error(refusal, context.organization) for refusal in refusals_of(error)])
    outcomes = await _tasks_done(context, own, on_task, key) if on_task else {}
    await context.renew()
    after = await _found(context, [one.item_id for one in own])
    problems = _Problems(context.principal.user_id, before, after, outcomes, done.position if of_open_ones else None)
    refusals = problems.of(named, ids.refusals)
    against = {named[int(refusal.path[1])] for refusal in refusals}
    kept = [after[one] for one in dict.fromkeys(named) if one in after and one not in against]
    positions = [one.position for one in outcomes.values() if isinstance(one, Done)]
    return payload(
        items=[await item_of(context, row) for row in kept],
        cursor=await context.cursor_at(max(done.position, *positions, 0)),
        errors=[user_error(refusal, context.organization) for refusal in refusals],
        done=done,
    )


async def _found(context: Context, item_ids: Sequence[ItemId]) -> Rows:
    """Those that the viewer may see; of too many none."""
    if not item_ids or len(item_ids) > ITEMS_MAX:
        return {}
    found = await inbox_side.items(context.reader, list(dict.fromkeys(item_ids)))
    return {ItemId(item_id): row for item_id, row in found.items()}


async def _tasks_done(
    context: Context, rows: Iterable[ItemRow], on_task: OnTask, key: Idempotency | None
) -> dict[ItemId, Outcome]:
    """What became of the tasks among some items."""
    of_leads: dict[LeadId, list[ItemRow]] = {}
    for row in rows:
        if row.kind is InboxItemKind.TASK:
            of_leads.setdefault(row.lead_id, []).append(row)
    leads = list(of_leads.values())
    shares = [[row for lead in leads[turn::LEADS_AT_ONCE] for row in lead] for turn in range(LEADS_AT_ONCE)]
    found: dict[ItemId, Outcome] = {}

    async def work(share: Sequence[ItemRow]) -> None:
        for row in share:
            assert row.task_id is not None
            found[row.item_id] = await context.outcome(on_task(row.task_id), _key_of(row.item_id, key))

    faults = await asyncio.gather(*map(work, filter(None, shares)), return_exceptions=True)
    for fault in faults:
        if fault is not None:
            raise fault
    return found


def _key_of(item_id: ItemId, key: Idempotency | None) -> Idempotency | None:
    """The key of one task's command: always the same for the same client's key and item."""
    return Idempotency(key=str(uuid5(item_id, key.key)), fingerprint=key.fingerprint) if key else None


class _Problems:
    """What stands against single items.

    Args:
        position: behind the desk's command, if it is about open items alone: what was done later does not count.
    """

    def __init__(
        self, user_id: UserId, before: Rows, after: Rows, outcomes: Mapping[ItemId, Outcome], position: int | None
    ) -> None:
        self._user_id = user_id
        self._before = before
        self._after = after
        self._outcomes = outcomes
        self._position = position

    def of(self, item_ids: Sequence[ItemId], malformed: Sequence[Refusal]) -> list[Refusal]:
        """Each item's, at its index; what is named twice is answered once."""
        found = {int(refusal.path[1]): refusal for refusal in malformed}
        seen: set[ItemId] = set()
        for index, item_id in enumerate(item_ids):
            if index in found or item_id in seen:
                continue
            seen.add(item_id)
            refusal = self._against(item_id, "item_ids", str(index))
            if refusal is not None:
                found[index] = refusal
        return [found[index] for index in sorted(found)]

    def _against(self, item_id: ItemId, *path: str) -> Refusal | None:
        before, after, outcome = self._before.get(item_id), self._after.get(item_id), self._outcomes.get(item_id)
        if before is None:
            return ItemNotFound(*path)
        if before.owner_id != self._user_id:
            return NotYourItem(*path)
        if isinstance(outcome, Refusal | Refused):
            (refusal, *_) = refusals_of(outcome)
            return ItemNotFound(*path) if isinstance(refusal, TaskNotFound) else refusal.at(*path)
        if after is None:
            return ItemNotFound(*path)
        is_done = self._position is not None and after.done_at is not None and after.position <= self._position
        return ItemIsDone(*path) if is_done else None
