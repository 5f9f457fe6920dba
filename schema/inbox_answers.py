"""From ids of inbox items to a payload: each item is answered for itself, what stands against one as an error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import strawberry

from app.desk.handling import ITEMS_MAX
from app.desk.refusals import ItemIsDone, ItemNotFound, NotYourItem
from app.ids import ItemId, LeadId, TaskId
from app.lead.refusals import TaskNotFound
from app.refusal import Refusal, Refused, refusals_of
from app.request import Command, Done, Idempotency, Proposal
from app.vocabulary import InboxItemKind
from projections.inbox import read as inbox_side
from projections.inbox.rows import ItemRow
from schema.commands import Inputs, Payload, given, idempotency_of, key_of_part
from schema.context import Context, Info
from schema.errors import UserError, user_error
from schema.fields import plain, resolved
from schema.inbox import InboxItem, item_of
from schema.inbox_list import viewers_count

LEADS_AT_ONCE = 16  # on which tasks are completed at the same time; those of one lead go one after the other

Build = Callable[[Sequence[ItemId]], Awaitable[Command]]
OnTask = Callable[[TaskId], Command]
Outcome = Done | Proposal | Refusal | Refused
Rows = Mapping[ItemId, ItemRow]


@strawberry.type
class ItemsPayload(Payload):
    """What payloads of commands about inbox items have."""

    errors: list[UserError] = plain(
        "What stood against the whole, or against single items, each at its index; the others are done.",
        default_factory=list,
    )
    items: list[InboxItem] = plain(
        "The items as they are now, each once, in the order of the input; none that an error is about.",
        default_factory=list,
    )

    @resolved
    async def inbox_count(self, info: Info) -> int:
        """What the viewer has to handle now; 1000 for 1000 or more."""
        return await viewers_count(info.context)


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

    One command of the desk comes first, for all of them, with the client's key. Each task is another command, with that
    key and a part behind it: feeds tell of it with the client's, and whoever repeats the whole, after whatever went
    wrong in between, finishes it. A dry run proposes each of them.

    Args:
        build: the desk's command.
        on_task: the command that is to do the same to a task; None: the desk's is about those items too.
        of_open_ones: items that are done are refused.
    """
    context = info.context
    ids = Inputs()
    is_dry: bool = given(input.dry_run, False)
    try:
        key = idempotency_of(info.field_name, input)
        named: tuple[ItemId, ...] = ids.ids("inbox_item", input.item_ids, "item_ids")
        before = await _found(context, named)
        own = {id: row for id, row in before.items() if row.owner_id == context.principal.user_id}
        # Too many are all handed over: the command refuses them, and what else is wrong.
        command = await build(named if len(named) > ITEMS_MAX else list(own))
        await context.renew()  # commands are not waited for with a look at the database held open
        first = await context.propose(command, key) if is_dry else await context.run(command, key)
    except (Refusal, Refused) as error:
        return payload(errors=[user_error(refusal, context.organization) for refusal in refusals_of(error)])
    outcomes = await _tasks_done(context, own.values(), on_task, key, is_dry=is_dry) if on_task else {}
    done = first.done if isinstance(first, Proposal) else first
    await context.renew()
    handled = _Handled(
        before=before,
        own=own,
        after=await _found(context, list(own)),
        outcomes=outcomes,
        position=done.position if of_open_ones else None,
    )
    positions = [one.position for one in (done, *outcomes.values()) if isinstance(one, Done)]
    proposals = [one for one in (first, *map(outcomes.get, own)) if isinstance(one, Proposal)]
    refusals = handled.refusals(named, ids.refusals)
    return payload(
        items=[await item_of(context, row) for row in handled.rows(named)],
        cursor=None if is_dry else await context.cursor_at(max(positions)),
        proposed=[entry for one in proposals for entry in one.entries] if is_dry else None,
        errors=[user_error(refusal, context.organization) for refusal in refusals],
        done=done,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handled:
    """What a command found and left.

    Attributes:
        before: items that the viewer may see, as they were; `own`: the viewer's own of them.
        after: the viewer's own, as they are now.
        outcomes: of commands about tasks.
        position: behind the desk's command, if it is about open items alone: what was done later does not count.
    """

    before: Rows
    own: Rows
    after: Rows
    outcomes: Mapping[ItemId, Outcome]
    position: int | None

    def rows(self, item_ids: Sequence[ItemId]) -> list[ItemRow]:
        """Those against which nothing stands, each once."""
        return [self.after[one] for one in dict.fromkeys(item_ids) if self._against(one) is None]

    def refusals(self, item_ids: Sequence[ItemId], malformed: Sequence[Refusal]) -> list[Refusal]:
        """What stands against each item, where it is named first; `malformed`: ids that are none."""
        found = {int(refusal.path[1]): refusal for refusal in malformed}
        firsts = {item_id: index for index, item_id in reversed(list(enumerate(item_ids))) if index not in found}
        for item_id, index in firsts.items():
            refusal = self._against(item_id)
            if refusal is not None:
                found[index] = refusal.at("item_ids", str(index))
        return [found[index] for index in sorted(found)]

    def _against(self, item_id: ItemId) -> Refusal | None:
        outcome, after = self.outcomes.get(item_id), self.after.get(item_id)
        if item_id not in self.own:
            return NotYourItem() if item_id in self.before else ItemNotFound()
        if isinstance(outcome, Refusal | Refused):
            (refusal, *_) = refusals_of(outcome)
            return ItemNotFound() if isinstance(refusal, TaskNotFound) else refusal
        if after is None:
            return ItemNotFound()
        is_done = self.position is not None and after.done_at is not None and after.position <= self.position
        return ItemIsDone() if is_done else None


async def _found(context: Context, item_ids: Sequence[ItemId]) -> Rows:
    """Those that the viewer may see; of too many none."""
    if not item_ids or len(item_ids) > ITEMS_MAX:
        return {}
    found = await inbox_side.items(context.reader, list(dict.fromkeys(item_ids)))
    return {ItemId(item_id): row for item_id, row in found.items()}


async def _tasks_done(
    context: Context, rows: Iterable[ItemRow], on_task: OnTask, key: Idempotency | None, *, is_dry: bool
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
            part = key and key_of_part(key, row.item_id)
            found[row.item_id] = await context.outcome(on_task(row.task_id), part, is_dry=is_dry)

    faults = await asyncio.gather(*map(work, filter(None, shares)), return_exceptions=True)
    for fault in faults:
        if fault is not None:
            raise fault
    return found
