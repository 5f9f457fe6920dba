"""What was removed or deleted comes back: the facts that say what it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from app.event import Event, Fact
from app.ids import ContactId
from app.lead.activities import ActivityDeleted
from app.lead.contact_changes import ContactRemoved, ContactRestored, ContactsReordered
from app.lead.contacts import CONTACTS_MAX
from app.lead.custom_values import CustomValue
from app.lead.emails import EmailLogged
from app.lead.event import LeadEvent
from app.lead.lead import Lead
from app.lead.opportunities import OPPORTUNITIES_MAX
from app.lead.opportunity_events import OpportunityRemoved, OpportunityRestored
from app.lead.pins import PINS_MAX
from app.lead.refusals import TooManyContacts, TooManyOpenTasks, TooManyOpportunities
from app.lead.restored_activities import in_thread, restored_activity
from app.lead.task_events import TaskReopened, task_of
from app.lead.tasks import OPEN_TASKS_MAX, TaskAdded, TaskCompleted, TaskRemoved, TaskRestored
from app.organization.refusals import OpportunityStatusNotFound
from app.undo.case import Case
from app.undo.refusals import CannotBeUndone


def contact_back(fact: Fact[ContactRemoved], case: Case) -> Sequence[LeadEvent]:
    """Before those before whom it stood; where places have been counted anew since, the order says so too."""
    event, lead = fact.event, case.lead
    if len(lead.contacts) >= CONTACTS_MAX:
        raise TooManyContacts(limit=CONTACTS_MAX)
    before = case.known.befores[fact.version]
    was = before.contacts[event.contact_id]
    order = _with_its_place(event.contact_id, tuple(before.contacts), tuple(lead.contacts))
    restored = ContactRestored(
        contact_id=event.contact_id,
        place=was.place if _stands_there(was.place, event.contact_id, order, lead) else _behind(lead),
        name=was.name,
        title=was.title,
        emails=was.emails,
        phones=was.phones,
        urls=was.urls,
        custom_values=_values(was.custom),
        created_at=case.known.added_at.get(event.contact_id, fact.recorded_at),
        is_primary=not lead.contacts or was.place < min(one.place for one in lead.contacts.values()),
        task_ids=_nobodys(before.tasks, lead.tasks, event),
        opportunity_ids=_nobodys(before.opportunities, lead.opportunities, event),
    )
    if restored.place == was.place or order[-1] == event.contact_id:
        return (restored,)
    behind = (*lead.contacts, event.contact_id)
    first = was.name if order[0] == event.contact_id else lead.contacts[order[0]].name
    return restored, ContactsReordered(before=behind, after=order, primary_name=first)


def opportunity_back(fact: Fact[OpportunityRemoved], case: Case) -> Sequence[LeadEvent]:
    """In the stage in which it was, also where that is gone, as on a lead that was restored."""
    event, lead = fact.event, case.lead
    if len(lead.opportunities) >= OPPORTUNITIES_MAX:
        raise TooManyOpportunities(limit=OPPORTUNITIES_MAX)
    was = case.known.befores[fact.version].opportunities[event.opportunity_id]
    stage = case.at.organization.opportunity_status(was.status_id)
    if stage is None:
        raise OpportunityStatusNotFound
    return (
        OpportunityRestored(
            opportunity_id=event.opportunity_id,
            contact_id=was.contact_id if was.contact_id in lead.contacts else None,
            user_id=was.user_id,
            status_id=stage.id,
            status_label=stage.label,
            status_type=stage.type,
            value=was.value,
            value_period=was.value_period,
            confidence=was.confidence,
            note=was.note,
            date_won=was.date_won,
            date_lost=was.date_lost,
            custom_values=_values(was.custom),
            created_at=case.known.added_at.get(event.opportunity_id, fact.recorded_at),
            removed_position=fact.position,
        ),
    )


def task_back(fact: Fact[TaskRemoved], case: Case) -> Sequence[LeadEvent]:
    """Open or complete, as it was."""
    event, lead = fact.event, case.lead
    facts = case.about(event.task_id, before=fact)
    known = task_of(event.task_id, facts)
    assert known is not None, "what was removed was there"
    if known.completion is None and len(lead.tasks) >= OPEN_TASKS_MAX:
        raise TooManyOpenTasks(limit=OPEN_TASKS_MAX)
    was = known.task
    return (
        TaskRestored(
            task_id=event.task_id,
            text=was.text,
            contact_id=was.contact_id if was.contact_id in lead.contacts else None,
            assigned_to=was.assigned_to,
            due=was.due,
            priority=was.priority,
            created_at=next(one.recorded_at for one in facts if isinstance(one.event, TaskAdded)),
            completion=known.completion,
            completed_at=completed_at(facts) if known.completion else None,
            removed_position=fact.position,
        ),
    )


def completed_at(facts: Sequence[Fact[Event]]) -> datetime | None:
    """When a task was completed last, by the facts about it."""
    for fact in reversed(facts):
        if isinstance(fact.event, TaskCompleted):
            return fact.occurred_at
        if isinstance(fact.event, TaskRestored) and fact.event.completed_at is not None:
            return fact.event.completed_at
    return None


def activity_back(fact: Fact[ActivityDeleted], case: Case) -> Sequence[LeadEvent]:
    """As it was, pinned if there is room. The entry of a completion goes and comes with its task's being complete."""
    event = fact.event
    back = restored_activity(fact, case.known.subjects.get(event.activity_id, ()))
    if back is None:
        raise CannotBeUndone(type=event.event_name())
    if isinstance(back.made, TaskCompleted):
        task_id = back.made.task_id
        if case.is_undone(TaskReopened, task_id):
            return ()  # the task is completed anew, and that makes an entry
        known = task_of(task_id, case.about(task_id))
        if known is None or known.completion != event.activity_id:
            raise CannotBeUndone(type=event.event_name())
    if isinstance(back.made, EmailLogged):
        back = in_thread(back, case.known.threads.get(back.made.thread_id, back.made.thread_id))
    return (msgspec.structs.replace(back, is_pinned=event.was_pinned and len(case.lead.pins) < PINS_MAX),)


def _values(custom: dict[Any, Any]) -> tuple[CustomValue, ...]:
    return tuple(CustomValue(field_id=id, values=values) for id, values in custom.items())


def _nobodys(before: dict[Any, Any], now: dict[Any, Any], removed: ContactRemoved) -> tuple[Any, ...]:
    """Of what concerned a contact, that which concerns nobody since."""
    return tuple(
        id
        for id, one in before.items()
        if one.contact_id == removed.contact_id and id in now and now[id].contact_id is None
    )


def _with_its_place(one: ContactId, before: Sequence[ContactId], now: Sequence[ContactId]) -> tuple[ContactId, ...]:
    """The order of contacts with one more, before the first of those before whom it stood."""
    behind = set(before[before.index(one) :])
    place = next((place for place, other in enumerate(now) if other in behind), len(now))
    return (*now[:place], one, *now[place:])


def _stands_there(place: int, contact_id: ContactId, order: Sequence[ContactId], lead: Lead) -> bool:
    """Whether a place is one in that order."""
    at = order.index(contact_id)
    before, behind = ([lead.contacts[one].place for one in side] for side in (order[:at], order[at + 1 :]))
    return all(one < place for one in before) and all(place < one for one in behind)


def _behind(lead: Lead) -> int:
    return max(one.place for one in lead.contacts.values()) + 1
