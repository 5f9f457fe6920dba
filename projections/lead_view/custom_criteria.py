"""Criteria on custom fields: what the value of one must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from projections.lead_view import search_query as query
from projections.lead_view.narrowing import SQL, Condition, Source
from projections.lead_view.terms import exact_value, first_value, like_values, several_values, value_word

Part = tuple[str, tuple[Any, ...]]  # a condition over lead_custom x, and its values


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomCriterion:
    """What the value of a custom field must be: set at all, and what else is given.

    Attributes:
        of_lead: the field is one of leads; else it is one of contacts or opportunities, and one of the lead's counts.
        exactly: of each of these sets of texts the value, or one of several values, is one. Case does not matter.
        only_first: of several values that are kept, only the first can be that.
        like: as `exactly`; accents do not matter either.
        words: a text with words that begin like each of these.
        numbers: one of these; a number, a day counted from 1970 or an instant in microseconds.
        least: such a number at least.
        below: such a number, and not the bound itself.
        names_contact: a value counts only if a contact that it names is there.
        negated: the opposite of all this together.
    """

    field_id: UUID
    of_lead: bool = True
    exactly: Sequence[Sequence[str]] = ()
    only_first: bool = False
    like: Sequence[Sequence[str]] = ()
    words: Sequence[str] = ()
    numbers: Sequence[Decimal] | None = None
    least: Decimal | None = None
    below: Decimal | None = None
    names_contact: bool = False
    negated: bool = False

    def terms(self, org_id: UUID) -> list[str]:
        """Parts of a query which all leads match of which this holds."""
        return [] if self.negated else self._terms(query.mark_of(org_id))

    def conditions(self) -> list[Condition]:
        """What the terms do not say by themselves."""
        found = self._condition()
        if self.negated:
            return [Condition(text=f"NOT {found.text}", values=found.values)]
        is_told = self.of_lead and [text for text, _ in self._parts()] == [SQL["value_matches"]]
        return [] if is_told else [found]

    def _condition(self) -> Condition:
        """There is a value of which everything holds together."""
        if not all((*self.exactly, *self.like)):
            return Condition(text=SQL["nothing"])
        parts = self._parts()
        values = (self.field_id, *(value for _, values in parts for value in values))
        owner = SQL["owned_by_lead" if self.of_lead else "owned_within_lead"]
        text = SQL["has_value"].replace("{owner}", owner)
        text = text.replace("{and}", "".join(f" AND {part}" for part, _ in parts))
        return Condition(text=text, values=values, source=self._source(parts))

    def _parts(self) -> list[Part]:
        terms = self._terms(query.NO_MARK)
        parts: list[Part] = [(SQL["value_matches"], (query.every(terms),))] if terms else []
        if self.names_contact:
            parts.append((SQL["value_names_contact"], ()))
        if self.numbers is not None:
            parts.append((SQL["value_among"], (list(self.numbers),)))
        return [*parts, *self._bounds()]

    def _bounds(self) -> list[Part]:
        bounds = (("value_from", self.least), ("value_below", self.below))
        return [(SQL[name], (bound,)) for name, bound in bounds if bound is not None]

    def _source(self, parts: Sequence[Part]) -> Source:
        """Out of the index of the field's numbers; it has every value of the field."""
        bounds = self._bounds()
        if self.numbers is not None:
            source = SQL["leads_with_value_among"]
            return Source(_of_owners(source), (list(self.numbers), self.field_id), tells_all=len(parts) == 1)
        condition = "".join(f" AND {text}" for text, _ in bounds)
        source = SQL["leads_with_value"].replace("{and}", condition)
        values = (self.field_id, *(value for _, values in bounds for value in values))
        return Source(_of_owners(source), values, tells_all=len(parts) == len(bounds))

    def _terms(self, mark: str) -> list[str]:
        if not all((*self.exactly, *self.like)):
            return []
        like = [[term for one in some for term in like_values(self.field_id, one)] for some in self.like]
        return [
            *(self._one_of(mark, some) for some in self.exactly),
            *(query.one_of(query.exactly(mark, term) for term in terms) for terms in like),
            *(query.beginning(mark, value_word(self.field_id, word)) for word in self.words),
        ]

    def _one_of(self, mark: str, texts: Sequence[str]) -> str:
        whole = query.one_of(query.exactly(mark, exact_value(self.field_id, one)) for one in texts)
        if not self.only_first:
            return whole
        alone = query.every((whole, query.other_than(query.exactly(mark, several_values(self.field_id)))))
        return query.one_of((alone, *(query.exactly(mark, first_value(self.field_id, one)) for one in texts)))


def _of_owners(values: str) -> str:
    return SQL["leads_of_owners"].replace("{values}", values)
