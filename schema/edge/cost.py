"""Costs that depend on variables: sizes of lists, and sums of products over them.

A sum may be shared by many others, as a fragment is by whoever spreads it; working one out visits each part once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    ArgumentNode,
    GraphQLField,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    Undefined,
    VariableNode,
    get_named_type,
)
from graphql.utilities.coerce_input_value import coerce_default_value

CEILING: Final = 10**9  # objects; where exact numbers stop to matter and only grow

PAGE_ARGUMENTS: Final = ("first", "last")
SIZE_ARGUMENTS: Final = (*PAGE_ARGUMENTS, "ids")  # a list is as long as the largest of these that is given
INPUT: Final = "input"  # the one argument of a mutation
SIZE_INPUTS: Final = ("itemIds",)  # lists in it that say how many things the payload tells of


@dataclass(frozen=True, slots=True)
class Size:
    """The length of a list whose argument is a variable.

    Args:
        given: lengths that stand in the document.
        variables: ways to variables that hold a length, or a list as long: names, one inside the other.
        otherwise: the length when none of them is given.
    """

    given: tuple[int, ...]
    variables: tuple[tuple[str, ...], ...]
    otherwise: int

    def value(self, variables: Mapping[str, Any]) -> int:
        """Work out the length for coerced variables."""
        lengths = [*self.given, *_lengths(_at(variables, way) for way in self.variables)]
        return max(lengths, default=self.otherwise)


def size_of(field: GraphQLField, arguments: Sequence[ArgumentNode], otherwise: int) -> Size | int | None:
    """Read how long a field's list can be.

    Args:
        field: its definition.
        arguments: as they stand in the document.
        otherwise: the length when no size is given and the schema has no default for it.

    Returns:
        None when the field takes no size.
    """
    names = [name for name in SIZE_ARGUMENTS if name in field.args]
    if not names:
        return _size_of_payload(field, arguments)
    values = [argument.value for argument in arguments if argument.name.value in names]
    given = [_literal_length(value) for value in values if not isinstance(value, VariableNode | NullValueNode)]
    size = Size(
        tuple(given),
        tuple((value.name.value,) for value in values if isinstance(value, VariableNode)),
        max(_lengths(coerce_default_value(field.args[name]) for name in names), default=otherwise),
    )
    return size if size.variables else size.value({})


def _size_of_payload(field: GraphQLField, arguments: Sequence[ArgumentNode]) -> Size | int | None:
    """Read how many things a mutation is about."""
    input_type = get_named_type(field.args[INPUT].type) if INPUT in field.args else None
    name = next((name for name in SIZE_INPUTS if name in getattr(input_type, "fields", {})), None)
    value = next((argument.value for argument in arguments if argument.name.value == INPUT), None)
    if name is None:
        return None
    if isinstance(value, VariableNode):
        return Size((), ((value.name.value, name),), 1)
    inner = next((one.value for one in getattr(value, "fields", ()) if one.name.value == name), None)
    if isinstance(inner, VariableNode):
        return Size((), ((inner.name.value,),), 1)
    return 1 if inner is None else _literal_length(inner)


def _at(variables: Mapping[str, Any], way: Sequence[str]) -> Any:
    """What a variable holds, or something inside it."""
    found: Any = variables
    for name in way:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _literal_length(value: object) -> int:
    if isinstance(value, ListValueNode):
        return len(value.values)
    if isinstance(value, IntValueNode):
        # The document may not be valid, and Python refuses to read very long numbers.
        return CEILING if len(value.value) > 9 else max(int(value.value), 0)
    return 1  # one value where a list is expected is a list of one


def _lengths(values: Iterable[object]) -> list[int]:
    """Take the numbers and the lengths of lists; what is null or absent says nothing."""
    return [
        len(value) if isinstance(value, list) else max(value, 0) if isinstance(value, int) else 1
        for value in values
        if value is not None and value is not Undefined
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """`constant` plus each term's size times its amount. Made by `Formula` alone."""

    index: int
    constant: int
    terms: tuple[tuple["Size | int", "int | Sum"], ...]


Amount = int | Sum


class Formula:
    """The sums of one operation, in an order in which each can be worked out from those before it."""

    def __init__(self) -> None:
        self._sums: list[Sum] = []

    def add(self, constant: int, terms: Iterable[tuple[Size | int, Amount]]) -> Amount:
        """Add up; what depends on no variable becomes a number at once."""
        open_terms: list[tuple[Size | int, Amount]] = []
        for size, amount in terms:
            if isinstance(size, int) and isinstance(amount, int):
                constant = min(constant + size * amount, CEILING)
            else:
                open_terms.append((size, amount))
        if not open_terms:
            return constant
        self._sums.append(Sum(len(self._sums), constant, tuple(open_terms)))
        return self._sums[-1]

    def value(self, amount: Amount, variables: Mapping[str, Any]) -> int:
        """Work an amount out for coerced variables, in one pass over the sums below it."""
        if isinstance(amount, int):
            return amount
        values: list[int] = []
        for step in self._sums[: amount.index + 1]:
            value = step.constant
            for size, part in step.terms:
                length = size if isinstance(size, int) else size.value(variables)
                value += length * (part if isinstance(part, int) else values[part.index])
            values.append(min(value, CEILING))
        return values[amount.index]
