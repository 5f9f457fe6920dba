"""Lookups: everything that undoing stands on, read from the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args
from uuid import UUID

from app.codecs import facts_of
from app.event import Event, Fact
from app.grounds import SUBJECT_MAX
from app.ids import ThreadId
from app.lead.activities import ActivityDeleted
from app.lead.contact_changes import ContactRemoved
from app.lead.contacts import ContactAdded
from app.lead.custom_activity_events import CustomActivityEdited
from app.lead.draft_events import EmailDraftEdited
from app.lead.email_threads import joined_claims, thread_now
from app.lead.emails import EmailLogged
from app.lead.lead import AnyLeadEvent, Lead
from app.lead.opportunities import OpportunityAdded
from app.lead.opportunity_events import OpportunityRemoved, OpportunityStatusChanged
from app.lead.restored_activities import ActivityRestored, Made
from app.lead.statuses import StatusChanged
from app.lead.task_events import TaskReopened
from app.lead.tasks import TaskAdded, TaskCompleted, TaskRemoved, TaskRestored
from app.situation import Claim
from app.store.store import Connection, EventStore
from app.undo.case import Facts, Known
from app.undo.refusals import TooMuchSince
from app.undo.standing import existence
from app.undo.unwinding import Lookup, kept_before

LATER_MAX = 10_000  # facts of one lead from the first that is to be undone; beyond it nobody knows what stands on it
_HISTORY_ALONE = {*get_args(Made)} - {StatusChanged, OpportunityStatusChanged, TaskCompleted}
# Names of what changes a lead's state: a lead has few of them, whatever its history is.
_STATE_NAMES = sorted(kind.event_name() for kind in get_args(AnyLeadEvent) if kind not in _HISTORY_ALONE)
_ABOUT_TASKS = TaskAdded | TaskRestored | TaskRemoved | TaskCompleted | TaskReopened
_NEED_BEFORE = ContactRemoved | OpportunityRemoved
_ADDING = ContactAdded | OpportunityAdded


class Lookups:
    """Looks at one organization's log, over one connection: all of one moment."""

    def __init__(self, store: EventStore, org_id: UUID, connection: Connection) -> None:
        self._store = store
        self._org_id = org_id
        self._connection = connection

    async def of_lead(self, lead: Lead, wanted: Facts) -> Lookup:
        """What there is on a lead.

        Raises:
            TooMuchSince: more than LATER_MAX facts lie behind the first of them.
        """
        first = wanted[0].version
        recorded = await self._store.select_events(
            self._org_id, lead.id, gt=first - 1, limit=LATER_MAX + 1, connection=self._connection
        )
        if len(recorded) > LATER_MAX:
            raise TooMuchSince(limit=LATER_MAX)
        return Lookup(lead=lead, facts=facts_of(recorded), wanted=wanted, known=await self._known(lead, wanted))

    async def _known(self, lead: Lead, wanted: Facts) -> Known:
        subjects = {thing: await self._about(thing) for thing in set(_things(wanted))}
        for thing in {one for facts in subjects.values() for one in _behind(facts)} - subjects.keys():
            subjects[thing] = await self._about(thing)
        versions = [fact.version for fact in wanted if isinstance(fact.event, _NEED_BEFORE)]
        facts = await self._state_facts(lead, max(versions)) if versions else ()
        return Known(
            subjects=subjects,
            befores=dict(kept_before(facts, versions)),
            added_at={_id(fact): fact.recorded_at for fact in facts if isinstance(fact.event, _ADDING)},
            threads=await self._threads(subjects.values()),
        )

    async def _about(self, thing: UUID) -> Facts:
        """Whichever lead's stream it was in: leads are merged, and parted again."""
        return facts_of(await self._store.select_entity(self._org_id, thing, SUBJECT_MAX, self._connection))

    async def _state_facts(self, lead: Lead, version: int) -> Facts:
        return facts_of(
            await self._store.select_stream_of_names(
                self._org_id, lead.id, _STATE_NAMES, lt=version, connection=self._connection
            )
        )

    async def _threads(self, subjects: Iterable[Facts]) -> dict[ThreadId, ThreadId]:
        """What the threads of e-mails have become."""
        threads = {one for facts in subjects for fact in facts for one in _threads_of(fact.event)}
        claimed: dict[Claim, UUID] = {}
        wanted = set(joined_claims(threads, claimed))
        while wanted:
            found = await self._store.select_claims(self._org_id, wanted, self._connection)
            claimed |= {Claim(*claim): owner for claim, owner in found.items()}
            wanted = set(joined_claims(threads, claimed)) - wanted if found else set()
        return {one: thread_now(one, claimed) for one in threads}


def _things(wanted: Facts) -> Iterator[UUID]:
    """What all facts about it are needed of."""
    for fact in wanted:
        event = fact.event
        if isinstance(event, _ABOUT_TASKS):
            yield event.task_id
        if isinstance(event, TaskCompleted):
            yield fact.event_id
        elif isinstance(event, ActivityDeleted | ActivityRestored | CustomActivityEdited):
            yield _id(fact)
        elif isinstance(event, Made) and (made := existence(fact)) is not None:
            yield made


def _behind(facts: Facts) -> Iterator[UUID]:
    """The task whose completion an entry tells of, and the entry that tells of a task's last one."""
    completions = [fact for fact in facts if isinstance(fact.event, TaskCompleted | TaskRestored)]
    for fact in completions[-1:]:
        assert isinstance(fact.event, TaskCompleted | TaskRestored)
        yield fact.event.task_id
        yield fact.event_id if isinstance(fact.event, TaskCompleted) else fact.event.completion or fact.event_id


def _threads_of(event: Event) -> Sequence[ThreadId]:
    return (event.thread_id,) if isinstance(event, EmailLogged | EmailDraftEdited) else ()


def _id(fact: Fact[Any]) -> UUID:
    entity_id = fact.event.entity_id
    assert isinstance(entity_id, UUID)
    return entity_id
