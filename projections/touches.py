"""Which leads a stretch of the log touched, and what of them: for lists of leads that are kept up to date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.codecs import fact_of
from app.event import Event, Fact
from app.ids import CustomFieldId
from app.lead.custom_values import CustomValueChanged
from app.lead.event import LeadEvent
from app.lead.merge_events import LeadMerged, LeadUnmerged
from app.organization.event import OrganizationEvent
from app.organization.visibility import Assignment, Values
from app.store.errors import UndecodableEvent
from app.store.store import EventStore
from projections.activity_feed.project import activity_feed
from projections.activity_feed.tables import ACTIVITY, LAST_ACTIVITY
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.project import lead_view
from projections.lead_view.tables import CONTACT, CUSTOM, LEAD, OPPORTUNITY, SEARCH, TASK
from projections.machinery.rows import Operation

EVENTS_AT_ONCE = 500  # read and looked through in one go; others have their turn in between

_COMES_OR_GOES = "comes or goes"  # the lead itself, for every list there is
_STATUS = "status"
_OF_MERGES = frozenset({"lead.merged", "lead.unmerged"})  # all that another lead has comes, or goes
_FOUND_BY = frozenset({SEARCH.name, CUSTOM.name, CONTACT.name})


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """What a stretch of the log did to one lead.

    Attributes:
        position, event_type: of the last event on it.
        changed: tables whose rows of it changed, and what else decides.
        befores: custom fields of the lead itself that changed, with what they held before, in the log's order.
    """

    lead_id: UUID
    position: int
    event_type: str
    changed: frozenset[str]
    befores: tuple[tuple[CustomFieldId, Values], ...] = ()

    def may_move(self, criteria: LeadCriteria, assignment: Assignment | None) -> bool:
        """Whether the lead may have come into a list, or left it."""
        return not self.changed.isdisjoint(_deciding(criteria, assignment))

    def was_seen(self, assignment: Assignment, custom: Mapping[CustomFieldId, Values]) -> bool:
        """Whether somebody could see the lead at any time in the stretch; `custom`: its values by now."""
        values = dict(custom)
        if assignment.sees(values):
            return True
        for field_id, before in reversed(self.befores):
            values[field_id] = before
            if assignment.sees(values):
                return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An event of the organization itself. `on_pages`: what is shown reads otherwise behind it."""

    position: int
    version: int
    on_pages: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of the log.

    Attributes:
        upto: the position of its last event; where there is none, that behind which it was asked for.
        touches: each lead once, in the order in which they were touched last.
        is_cut: it has more events than were asked for.
        is_unreadable: an event in it cannot be read, so that nobody knows what it did.
    """

    upto: int
    touches: Sequence[Touch] = ()
    turns: Sequence[Turn] = ()
    is_cut: bool = False
    is_unreadable: bool = False


async def read_stretch(store: EventStore, org_id: UUID, behind: int, events_max: int) -> Stretch:
    """What the log has behind a position, at most so many events."""
    read = _Reading(behind)
    for _ in range(0, events_max, EVENTS_AT_ONCE):
        recorded = await store.select_notifications(org_id, read.upto, EVENTS_AT_ONCE, inclusive_of_start=False)
        for one in recorded:
            read.upto = one.position
            try:
                read.take(fact_of(one))
            except UndecodableEvent:
                read.is_unreadable = True
        if len(recorded) < EVENTS_AT_ONCE:
            return read.stretch(is_cut=False)
    return read.stretch(is_cut=True)


class _Reading:
    def __init__(self, behind: int) -> None:
        self.upto = behind
        self.is_unreadable = False
        self._touches: dict[UUID, Touch] = {}
        self._turns: list[Turn] = []

    def take(self, fact: Fact[Event]) -> None:
        event = fact.event
        if isinstance(event, OrganizationEvent):
            self._turns.append(Turn(position=fact.position, version=fact.version, on_pages=event.on_pages))
        elif isinstance(event, LeadEvent):
            # Taken out first, so that those touched last stand last.
            self._touches[fact.stream_id] = _touch(fact, event, self._touches.pop(fact.stream_id, None))

    def stretch(self, *, is_cut: bool) -> Stretch:
        return Stretch(
            upto=self.upto,
            touches=tuple(self._touches.values()),
            turns=tuple(self._turns),
            is_cut=is_cut,
            is_unreadable=self.is_unreadable,
        )


def _touch(fact: Fact[Event], event: LeadEvent, before: Touch | None) -> Touch:
    befores = (*(before.befores if before else ()), *_befores(fact.stream_id, event))
    return Touch(
        lead_id=fact.stream_id,
        position=fact.position,
        event_type=event.event_name(),
        changed=_changed(fact) | (before.changed if before else frozenset()),
        befores=befores,
    )


def _befores(lead_id: UUID, event: LeadEvent) -> Iterator[tuple[CustomFieldId, Values]]:
    """What custom fields of the lead itself held before a fact."""
    if isinstance(event, CustomValueChanged) and event.owner_id == lead_id:
        yield event.field_id, event.before
    elif isinstance(event, LeadMerged | LeadUnmerged):
        filled = event.filled if isinstance(event, LeadMerged) else event.taken_back
        yield from ((one.field_id, one.before) for one in filled.custom_values)


def _changed(fact: Fact[Event]) -> frozenset[str]:
    # Whatever a list asks of a lead may be otherwise once another one is part of it.
    of_itself = {_COMES_OR_GOES} if isinstance(fact.event, LeadMerged | LeadUnmerged) else set()
    operations = (*lead_view.project(fact), *activity_feed.project(fact))
    return frozenset((*of_itself, *(what for one in operations for what in _done_by(one))))


def _done_by(operation: Operation) -> Iterator[str]:
    table = operation.table
    yield table.name
    if table is LEAD and (operation.kind == "insert" or "deleted_at" in operation.values):
        yield _COMES_OR_GOES
    if table is LEAD and "status_id" in operation.values:
        yield _STATUS


def _deciding(criteria: LeadCriteria, assignment: Assignment | None) -> frozenset[str]:
    """What decides whether a list has a lead."""
    found = {_COMES_OR_GOES}
    if any((criteria.search, criteria.email, criteria.phone, criteria.user_ids is not None, criteria.custom)):
        found |= _FOUND_BY
    if criteria.status_ids is not None:
        found.add(_STATUS)
    if criteria.active_since or criteria.active_until:
        found |= {ACTIVITY.name, LAST_ACTIVITY.name}
    if criteria.has_open_task is not None:
        found.add(TASK.name)
    if criteria.has_active_opportunity is not None:
        found.add(OPPORTUNITY.name)
    if assignment is not None:
        found.add(CUSTOM.name)
    return frozenset(found)
