"""Tasks, opportunities and mentions: in the inbox of whoever they are for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.desk.events import Handled, ItemsDone, ItemsSnoozed
from app.ids import LeadId, UserId
from app.instants import FIRST, LAST
from app.lead.activities import DeleteActivity
from app.lead.notes import EditNote, WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.opportunity_changes import RemoveOpportunity, UpdateOpportunity
from app.lead.task_changes import RemoveTask, ReopenTask, UpdateTask
from app.lead.tasks import AddTask, CompleteTask
from app.vocabulary import InboxItemKind, OpportunityStatusType
from schema.ids import public_id
from tests.projections.inbox.people import Item, Person
from tests.support.histories import append

TODAY = date(2026, 3, 31)
TOMORROW = datetime.now(UTC) + timedelta(days=1)


# ---------------------------------------------------------------- tasks


async def task(ada: Person, lead_id: LeadId, **given: Any) -> AddTask:
    await ada.run(added := AddTask(lead_id=lead_id, text="Call", **{"due_date": TODAY, **given}))
    return added


async def test_a_task_is_its_assignees(ada: Person, ben: Person, lead_id: LeadId) -> None:
    mine = await task(ada, lead_id)
    item = await ada.only()
    assert (item.kind, item.subject_id, item.at, item.activity_id) == ("TASK", mine.task_id, TODAY, None)
    await task(ada, lead_id, assigned_to=None)
    assert len(await ada.items()) == 1
    assert await ben.items() == []


async def test_who_is_given_a_task_by_somebody_else_is_told(ada: Person, ben: Person, lead_id: LeadId) -> None:
    await task(ada, lead_id, assigned_to=ben.id)
    assert sorted(await ben.kinds()) == ["MENTION", "TASK"]


async def test_a_task_without_a_day_stands_nowhere_until_it_has_one(ada: Person, lead_id: LeadId) -> None:
    one = await task(ada, lead_id, due_date=None)
    assert await ada.items() == []
    for due in ({"due_date": TODAY}, {"due_at": FIRST}, {"due_at": LAST}):
        await ada.run(UpdateTask(task_id=one.task_id, **due))
        assert (await ada.only()).at == next(iter(due.values()))
    await ada.run(UpdateTask(task_id=one.task_id, due_at=None))
    assert await ada.items() == []


async def test_completing_a_task_does_it_and_that_it_was_given(ada: Person, ben: Person, lead_id: LeadId) -> None:
    one = await task(ada, lead_id, assigned_to=ben.id)
    mention = next(item for item in await ben.items() if item.kind == "MENTION")
    await ben.done(mention)
    done_at = {item.kind: item.done_at for item in await ben.items()}
    await ben.run(CompleteTask(task_id=one.task_id))
    after = {item.kind: item.done_at for item in await ben.items()}
    assert after["MENTION"] == done_at["MENTION"]
    assert after["TASK"]


async def test_a_reopened_task_is_to_be_done_again_and_nobody_is_told_twice(
    ada: Person, ben: Person, lead_id: LeadId
) -> None:
    one = await task(ada, lead_id, assigned_to=ben.id)
    before = {item.id for item in await ben.items()}
    await ben.run(CompleteTask(task_id=one.task_id))
    await ada.run(ReopenTask(task_id=one.task_id))
    items = await ben.items()
    assert {item.kind: item.is_done for item in items} == {"TASK": False, "MENTION": True}
    assert {item.id for item in items} == before


async def test_a_task_that_goes_and_comes_back_begins_anew(ada: Person, ben: Person, lead_id: LeadId) -> None:
    one = await task(ada, lead_id)
    await ada.snooze(await ada.only(), until=TOMORROW)
    await ada.run(UpdateTask(task_id=one.task_id, assigned_to=ben.id))
    assert await ada.items() == []
    assert sorted(await ben.kinds()) == ["MENTION", "TASK"]
    await ada.run(UpdateTask(task_id=one.task_id, assigned_to=ada.id))
    assert await ben.items() == []
    assert (await ada.only()).snoozed_until is None
    await ada.run(UpdateTask(task_id=one.task_id, assigned_to=None))
    assert await ada.items() == []


async def test_a_task_that_is_done_is_another_persons_done_one_and_nobody_is_told(
    ada: Person, ben: Person, lead_id: LeadId
) -> None:
    one = await task(ada, lead_id)
    await ada.run(CompleteTask(task_id=one.task_id))
    await ada.run(UpdateTask(task_id=one.task_id, assigned_to=ben.id))
    assert await ada.items() == []
    assert [(item.kind, item.is_done) for item in await ben.items()] == [("TASK", True)]


async def test_another_day_ends_the_snooze_of_a_task(ada: Person, lead_id: LeadId) -> None:
    one = await task(ada, lead_id)
    await ada.snooze(await ada.only(), until=TOMORROW)
    assert ((await ada.only()).at, (await ada.only()).snoozed_until) == (TODAY, TOMORROW)
    await ada.run(UpdateTask(task_id=one.task_id, text="Write"))
    assert (await ada.only()).snoozed_until == TOMORROW
    await ada.run(UpdateTask(task_id=one.task_id, due_date=TODAY + timedelta(days=1)))
    assert (await ada.only()).snoozed_until is None


async def test_done_of_a_task_is_nothing_that_a_desk_says(ada: Person, lead_id: LeadId) -> None:
    await task(ada, lead_id)
    await ada.done(await ada.only())
    assert not (await ada.only()).is_done


async def test_a_task_that_is_removed_leaves_nothing(ada: Person, ben: Person, lead_id: LeadId) -> None:
    one = await task(ada, lead_id, assigned_to=ben.id)
    await ada.run(RemoveTask(task_id=one.task_id))
    assert await ben.items() == []


# ---------------------------------------------------------------- mentions


def naming(*people: Person) -> str:
    ids = (public_id("user", one.id) for one in people)
    return "Hello" + "".join(f'<span data-type="mention" data-id="{one}">@</span>' for one in ids)


async def test_who_is_named_in_a_note_by_somebody_else_is_told(ada: Person, ben: Person, lead_id: LeadId) -> None:
    await ada.run(note := WriteNote(lead_id=lead_id, html=naming(ada, ben, ben)))
    item = await ben.only()
    assert (item.kind, item.activity_id) == ("MENTION", note.note_id)
    assert await ada.items() == []


async def test_who_is_named_no_more_is_not_told_and_anew_when_named_again(
    ada: Person, ben: Person, lead_id: LeadId
) -> None:
    await ada.run(note := WriteNote(lead_id=lead_id, html="Hello"))
    await ada.run(EditNote(note_id=note.note_id, html=naming(ben)))
    await ben.done(before := await ben.only())
    await ada.run(EditNote(note_id=note.note_id, title="Greeting", html=naming(ben, ada)))
    assert (await ben.only()).is_done
    await ada.run(EditNote(note_id=note.note_id, html="Hello"))
    assert await ben.items() == []
    await ada.run(EditNote(note_id=note.note_id, html=naming(ben)))
    again = await ben.only()
    assert (again.id, again.is_done) == (before.id, False)
    assert again.opened > before.opened
    await ada.run(DeleteActivity(activity_id=note.note_id))
    assert await ben.items() == []


# ---------------------------------------------------------------- opportunities


async def opportunity(ada: Person, lead_id: LeadId, **given: Any) -> AddOpportunity:
    await ada.run(added := AddOpportunity(lead_id=lead_id, **{"date_won": TODAY, **given}))
    return added


async def stage(ada: Person, kind: OpportunityStatusType) -> Any:
    statuses = (await ada.office.organization()).opportunity_statuses.values()
    return next(one.id for one in statuses if one.type is kind)


async def change(ada: Person, one: AddOpportunity, **changes: Any) -> None:
    await ada.run(UpdateOpportunity(opportunity_id=one.opportunity_id, **changes))


async def test_an_opportunity_is_due_on_its_day_for_its_user(ada: Person, ben: Person, lead_id: LeadId) -> None:
    one = await opportunity(ada, lead_id)
    item = await ada.only()
    assert (item.kind, item.subject_id, item.at) == ("OPPORTUNITY_DUE", one.opportunity_id, TODAY)
    await opportunity(ada, lead_id, user_id=None)
    await opportunity(ada, lead_id, date_won=None)
    assert len(await ada.items()) == 1
    await change(ada, one, user_id=ben.id)
    assert (await ada.items(), await ben.kinds()) == ([], ["OPPORTUNITY_DUE"])


@pytest.mark.parametrize("kind", [OpportunityStatusType.WON, OpportunityStatusType.LOST])
async def test_it_is_due_only_while_it_is_active(ada: Person, lead_id: LeadId, kind: OpportunityStatusType) -> None:
    one = await opportunity(ada, lead_id)
    await change(ada, one, status_id=await stage(ada, kind))
    assert await ada.items() == []
    await change(ada, one, status_id=await stage(ada, OpportunityStatusType.ACTIVE))
    assert (await ada.only()).at == TODAY
    await opportunity(ada, lead_id, status_id=await stage(ada, kind))
    assert len(await ada.items()) == 1


async def test_done_holds_until_the_day_changes(ada: Person, lead_id: LeadId) -> None:
    one = await opportunity(ada, lead_id)
    await ada.done(await ada.only())
    for kind in (OpportunityStatusType.LOST, OpportunityStatusType.ACTIVE):
        await change(ada, one, status_id=await stage(ada, kind), confidence=7)
    assert (await ada.only()).is_done
    await change(ada, one, date_won=TODAY + timedelta(days=1))
    item = await ada.only()
    assert (item.is_done, item.at) == (False, TODAY + timedelta(days=1))


async def test_another_owner_has_nothing_of_it_done(ada: Person, ben: Person, lead_id: LeadId) -> None:
    one = await opportunity(ada, lead_id)
    await ada.done(await ada.only())
    await change(ada, one, user_id=ben.id)
    assert not (await ben.only()).is_done
    await change(ada, one, user_id=ada.id)
    assert not (await ada.only()).is_done
    await ada.run(RemoveOpportunity(opportunity_id=one.opportunity_id))
    assert await ada.items() == []


# ---------------------------------------------------------------- what changed in between


async def recorded_late(ada: Person, item: Item, user_id: UserId) -> None:
    """What was decided about an item as it was is recorded only now."""
    lead_id = LeadId(item.subject_id)
    one = (Handled(item_id=item.id, kind=InboxItemKind(item.kind), lead_id=lead_id),)
    done = ItemsDone(items=one, seen_position=item.position, known_position=item.position)
    snoozed = ItemsSnoozed(items=one, until=TOMORROW, known_position=item.position)
    await append(ada.office.system, ada.office.request(), user_id, [snoozed, done])


@pytest.mark.parametrize("changes", [{"date_won": TODAY + timedelta(days=1)}, {"user_id": None}])
async def test_done_is_of_what_somebody_saw(ada: Person, lead_id: LeadId, changes: dict[str, Any]) -> None:
    one = await opportunity(ada, lead_id)
    before = await ada.only()
    await change(ada, one, **changes)
    await recorded_late(ada, before, ada.id)
    await change(ada, one, user_id=ada.id)
    item = await ada.only()
    assert (item.is_done, item.snoozed_until) == (False, None)
    await recorded_late(ada, item, ada.id)
    assert (await ada.only()).is_done
