"""How much one operation may ask for: depth, aliases, directives and cost.

Cost is what an operation can return at most: an object costs 1, a connection or a bounded list as many times what is
selected in it as its `first` or `last` allows. Fragments on several types count together though one object has only one
type; a limit may err on that side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schema.edge.cost import Amount, Formula
from schema.edge.errors import LIMIT_EXCEEDED, FormattedError, request_error


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one operation may ask for."""

    source_max_characters: int = 32 * 1024
    tokens_max: int = 2_000
    depth_max: int = 12  # fields below one another, leaves included; introspection is exempt, its usual query has 15
    aliases_max: int = 30
    directives_max: int = 10
    cost_max: int = 10_000  # objects
    introspections_max: int = 3  # times what the usual introspection query asks for
    page_size: int = 50  # of a connection when neither first nor last is given
    list_size: int = 5  # taken for a list that has no size argument, such as the phones of a contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What an operation asks for. Only the cost depends on variables."""

    depth: int
    aliases: int
    directives: int
    introspection: int  # objects of the schema's own description
    formula: Formula
    amount: Amount

    def cost(self, variables: Mapping[str, Any]) -> int:
        """Count the objects that the operation can return with these coerced variables, up to a ceiling."""
        return self.formula.value(self.amount, variables)


def excesses(measure: Measure, cost: int, limits: Limits, introspection_max: int) -> tuple[FormattedError, ...]:
    """Name every limit that an operation exceeds, with its value."""
    asked_and_allowed = (
        ("depth", measure.depth, limits.depth_max, "is {:,} levels deep"),
        ("aliases", measure.aliases, limits.aliases_max, "has {:,} aliases"),
        ("directives", measure.directives, limits.directives_max, "has {:,} directives"),
        ("cost", cost, limits.cost_max, "may return {:,} objects"),
        ("introspection", measure.introspection, introspection_max, "may return {:,} parts of the schema"),
    )
    return tuple(
        request_error(
            LIMIT_EXCEEDED,
            f"This operation {what.format(asked)}; at most {allowed:,} are allowed. Ask for less at once.",
            limit=name,
            value=asked,
            maximum=allowed,
        )
        for name, asked, allowed, what in asked_and_allowed
        if asked > allowed
    )
