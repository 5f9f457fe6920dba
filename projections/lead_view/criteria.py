"""Criteria: which leads a list has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from projections.lead_view import search_query as query
from projections.lead_view.custom_criteria import CustomCriterion
from projections.lead_view.narrowing import SQL, Condition, Source, matching, named_in
from projections.lead_view.terms import email_term, status_term

WORD_KINDS = "lw"  # terms that a search looks through: words of leads and of their contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadCriteria:
    """Which leads a list has. None narrows nothing; an empty list of statuses or users matches nothing.

    Attributes:
        search: every word of it begins a word of the lead's name, site or addresses, or of a contact.
        user_fields: the user-type fields that `user_ids` are looked for in.
        email: an address that a contact has, in any case.
        phone: a number that a contact has, in E.164.
        active_stages: the opportunity statuses that count as active, for `has_active_opportunity`.
    """

    search: str | None = None
    status_ids: Sequence[UUID] | None = None
    user_ids: Sequence[UUID] | None = None
    user_fields: Sequence[UUID] = ()
    custom: Sequence[CustomCriterion] = ()
    email: str | None = None
    phone: str | None = None
    created_since: datetime | None = None
    created_until: datetime | None = None
    active_since: datetime | None = None
    active_until: datetime | None = None
    has_open_task: bool | None = None
    has_active_opportunity: bool | None = None
    active_stages: Sequence[UUID] = ()

    def conditions(self, org_id: UUID) -> list[Condition]:
        """All of them; what the inverted index knows is one, so that it is found together."""
        found = [*self._of_times(), *self._of_relations()]
        found += [condition for one in self.custom for condition in one.conditions()]
        if self.user_ids is not None and not (self.user_ids and self.user_fields):
            found.append(Condition(text=SQL["nothing"]))
        terms = self._terms(org_id)
        if self.status_ids and terms:
            mark = query.mark_of(org_id)
            terms.append(query.one_of(query.exactly(mark, status_term(one)) for one in self.status_ids))
        elif self.status_ids is not None:
            found.append(_of_status(list(self.status_ids)))
        return [matching(query.every(terms)), *found] if terms else found

    def _terms(self, org_id: UUID) -> list[str]:
        mark = query.mark_of(org_id)
        words = query.searched(mark, self.search or "", WORD_KINDS)
        terms = [words] if words else []
        if self.email is not None:
            terms.append(query.exactly(mark, email_term(self.email)))
        if self.phone is not None:
            terms.append(query.exactly(mark, f"p{self.phone}"))
        if self.user_ids and self.user_fields:
            terms.append(named_in(org_id, self.user_fields, self.user_ids))
        return terms + [term for one in self.custom for term in one.terms(org_id)]

    def _of_times(self) -> list[Condition]:
        found = []
        bounds = [("created_since", self.created_since), ("created_until", self.created_until)]
        if any(bound for _, bound in bounds):
            along, values = _all_of(bounds)
            # Each bound by itself: of two together, whatever they are, the planner expects next to nothing.
            text = " AND ".join(SQL["set_apart"].replace("{condition}", SQL[name]) for name, bound in bounds if bound)
            source = Source(SQL["leads_created"].replace("{condition}", along), values)
            found.append(Condition(text=text, values=values, source=source, order="created", along=along))
        bounds = [("active_since", self.active_since), ("active_until", self.active_until)]
        if any(bound for _, bound in bounds):
            along, values = _all_of(bounds)
            along = f"{along} AND {SQL['active_ever']}"
            text = SQL["active"].replace("{condition}", along)
            source = Source(SQL["leads_active"].replace("{condition}", along), values)
            found.append(Condition(text=text, values=values, source=source, order="last_activity", along=along))
        return found

    def _of_relations(self) -> list[Condition]:
        found = []
        if self.has_open_task is not None:
            found.append(_either("open_task", (), is_wanted=self.has_open_task))
        if self.has_active_opportunity is not None:
            stages = (list(self.active_stages),)
            found.append(_either("active_opportunity", stages, is_wanted=self.has_active_opportunity))
        return found


def _all_of(bounds: Sequence[tuple[str, datetime | None]]) -> tuple[str, tuple[datetime, ...]]:
    given = [(name, bound) for name, bound in bounds if bound is not None]
    return " AND ".join(SQL[name] for name, _ in given), tuple(bound for _, bound in given)


def _of_status(status_ids: list[UUID]) -> Condition:
    text = SQL["set_apart"].replace("{condition}", SQL["has_status"])
    return Condition(text=text, values=(status_ids,), source=Source(SQL["leads_with_status"], (status_ids,)))


def _either(what: str, values: tuple[Any, ...], *, is_wanted: bool) -> Condition:
    text = SQL[f"has_{what}"]
    if not is_wanted:
        return Condition(text=f"NOT {text}", values=values)
    return Condition(text=text, values=values, source=Source(SQL[f"leads_with_{what}"], values))
