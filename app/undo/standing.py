"""Standing: which facts of a lead's log stand, and which later ones stand on an earlier one.

A fact that undoes another names it as its cause. What one request did to undo a fact is one act: it counts as long as
no part of it was undone itself. Some facts need no undoing of their own: what came with a lead goes with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

import msgspec

from app.event import Event, Fact
from app.ids import EventId
from app.lead.activities import ActivityBack, ActivityDeleted
from app.lead.contact_changes import ContactRemoved, ContactRestored, ContactsReordered
from app.lead.contacts import ContactAdded
from app.lead.deletion import LeadDeleted, LeadRestored
from app.lead.details import LeadCreated
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.lead.event import KINDS_WITH_OWN_ID, LeadEvent, made_activity_id
from app.lead.opportunities import OpportunityAdded
from app.lead.opportunity_events import OpportunityRemoved, OpportunityRestored
from app.lead.pins import ActivityPinned, ActivityUnpinned, NotePinned, NoteUnpinned
from app.lead.status_changes import OpportunityStatusChangeLogged, StatusChangeLogged
from app.lead.task_events import TaskReopened
from app.lead.tasks import TaskAdded, TaskCompleted, TaskRemoved, TaskRestored
from app.vocabulary import ActivityKind

_PINS = NotePinned | NoteUnpinned | ActivityPinned | ActivityUnpinned
_ENDS = ContactRemoved | OpportunityRemoved | TaskRemoved | ActivityDeleted
_BEGINS = ContactAdded | ContactRestored | OpportunityAdded | OpportunityRestored | TaskAdded | TaskRestored
# They name other things in passing, and change nothing about them.
_HARMLESS = EmailLogged | EmailThreadsJoined | ContactsReordered
_LEADING: dict[type[Event], str] = {
    LeadCreated: "lead",
    LeadRestored: "lead",
    EmailLogged: "e-mail",
    TaskReopened: "reopening",
}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

Facts = Sequence[Fact[Event]]


class Standing:
    """The last facts of one lead's stream.

    Args:
        facts: all of them from the first that is asked about.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._places = {one.event_id: one.position for one in facts}
        self._stand = _standing(facts)
        self._touching: dict[str, list[Fact[Event]]] = {}
        self._naming: dict[str, list[Fact[Event]]] = {}
        self._ending: dict[str, list[Fact[Event]]] = {}
        for fact in facts:
            if self.stands(fact):
                self._note(fact)

    def stands(self, fact: Fact[Event]) -> bool:
        """Whether nothing undid it, or what did was undone."""
        return fact.event_id in self._stand

    def later_changes(self, fact: Fact[Event], undone: Collection[EventId]) -> list[Fact[Event]]:
        """Later facts that stand on one, the oldest first; `undone` are undone together with it."""
        found = {
            later.position: later
            for later in self._candidates(fact)
            if later.position > fact.position
            and later.event_id not in undone
            # What undoes something later leaves things as they were before that, which is looked at by itself.
            and not (later.causation_id and self._places.get(EventId(later.causation_id), 0) > fact.position)
        }
        return [found[position] for position in sorted(found)]

    def _note(self, fact: Fact[Event]) -> None:
        event = fact.event
        for word in _touched(event):
            self._touching.setdefault(word, []).append(fact)
        if not isinstance(event, _HARMLESS):
            for one in _named(event):
                self._naming.setdefault(one, []).append(fact)
        if isinstance(event, _ENDS):
            self._ending.setdefault(str(event.entity_id), []).append(fact)

    def _candidates(self, fact: Fact[Event]) -> Iterable[Fact[Event]]:
        event = fact.event
        if isinstance(event, LeadCreated | LeadRestored):
            return [one for one in self._facts if self.stands(one)]  # everything needs the lead
        found = [one for word in _touched(event) for one in self._touching.get(word, ())]
        thing = existence(fact)
        if thing is not None:
            found += self._naming.get(str(thing), ())
        if not isinstance(event, ContactsReordered):  # of contacts, those who are left are put in order
            needed = {str(event.entity_id), *_named(getattr(event, "before", None))}
            found += [one for each in needed for one in self._ending.get(each, ())]
        return found


def existence(fact: Fact[Event]) -> UUID | None:
    """The thing that a fact makes, takes away or brings back; None: it does nothing of that kind."""
    event = fact.event
    if isinstance(event, _BEGINS | _ENDS | ActivityBack):
        return event.entity_id
    if isinstance(event, StatusChangeLogged | OpportunityStatusChangeLogged):
        return fact.event_id
    if isinstance(event, LeadEvent) and event.makes in KINDS_WITH_OWN_ID:
        return made_activity_id(event, fact.event_id)
    return None


def _standing(facts: Facts) -> frozenset[EventId]:
    leaders = _leaders(facts)
    acts: dict[UUID, dict[UUID, list[EventId]]] = {}
    for fact in facts:
        if fact.causation_id is not None and fact.event_id not in leaders:
            acts.setdefault(fact.causation_id, {}).setdefault(fact.correlation_id, []).append(fact.event_id)
    undone: set[EventId] = set()
    for fact in reversed(facts):  # whatever undoes a fact comes behind it
        if any(undone.isdisjoint(act) for act in acts.get(fact.event_id, {}).values()):
            undone.add(fact.event_id)
    return frozenset(
        fact.event_id
        for fact in facts
        if fact.event_id not in undone and leaders.get(fact.event_id, fact.event_id) not in undone
    )


def _leaders(facts: Facts) -> dict[EventId, EventId]:
    """Facts that go along when another one of the same request is undone, and that other one."""
    found: dict[EventId, EventId] = {}
    last: dict[tuple[UUID, str], EventId] = {}
    for fact in facts:
        event, request = fact.event, fact.correlation_id
        if isinstance(event, EmailThreadsJoined):
            leader = last.get((request, "e-mail"))
        elif isinstance(event, ActivityDeleted) and event.kind is ActivityKind.TASK_COMPLETED:
            leader = last.get((request, "reopening"))
        else:
            leader = None
        leader = leader or last.get((request, "lead"))
        if leader is not None:
            found[fact.event_id] = leader
        word = _LEADING.get(type(event))
        if word is not None:
            last[request, word] = fact.event_id
    return found


def _touched(event: Event) -> frozenset[str]:
    """What a fact changed, also where no input writes it."""
    if isinstance(event, _PINS):
        return frozenset({f"{event.entity_id}.pin"})
    if isinstance(event, TaskCompleted):
        return frozenset({f"{event.task_id}.completion"})
    if isinstance(event, LeadDeleted | LeadRestored):
        return frozenset({"deleted"})
    return event.touched


def _named(value: object) -> set[str]:
    """Ids of all things that stand anywhere in a value."""
    return set(_ID.findall(msgspec.json.encode(value).decode()))
