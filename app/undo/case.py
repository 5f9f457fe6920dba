"""Case: what is known where facts of one lead are undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.event import Event, Fact
from app.ids import TaskId, ThreadId
from app.lead.lead import Lead
from app.situation import Situation

Facts = Sequence[Fact[Event]]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What was looked up beside the lead and its last facts.

    Attributes:
        subjects: every fact about some things, oldest first, by the thing's id.
        befores: the lead as it was before some facts, by their versions.
        added_at: when things were added that are gone since.
        threads: what threads were joined into.
    """

    subjects: Mapping[UUID, Facts]
    befores: Mapping[int, Lead]
    added_at: Mapping[UUID, datetime]
    threads: Mapping[ThreadId, ThreadId]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What one fact's inverse may know.

    Attributes:
        lead: as it is, behind the inverses of all later facts.
        planned: what was planned already.
        undone: all facts that are undone together.
    """

    lead: Lead
    at: Situation
    known: Known
    planned: Facts
    undone: Facts

    def about(self, thing: UUID, before: Fact[Event] | None = None) -> Facts:
        """Every fact about a thing, what is planned too; or those before one alone."""
        recorded = self.known.subjects.get(thing, ())
        if before is not None:
            return [one for one in recorded if one.position < before.position]
        return [*recorded, *(one for one in self.planned if thing in (one.event.entity_id, one.event_id))]

    def situation(self, *things: UUID) -> Situation:
        """That of a command about them."""
        facts = {one.event_id: one for thing in things for one in self.about(thing)}
        return replace(self.at, subject=tuple(facts.values()))

    def is_undone(self, kind: type[Event], thing: UUID | TaskId | None = None) -> bool:
        """Whether a fact of a kind, about a thing where one is given, is undone too."""
        return any(
            isinstance(one.event, kind) and (thing is None or one.event.entity_id == thing) for one in self.undone
        )
