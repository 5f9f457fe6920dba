"""Operations that name one thing at one place of the schema, and whatever else has to be given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
    is_union_type,
)

from tests.schema.slots import Slot, Step, kinds_named

SAMPLES: dict[str, Any] = {
    "String": "x",
    "Int": 1,
    "Long": 1,
    "Boolean": True,
    "Decimal": "1",
    "Date": "2026-01-01",
    "DateTime": "2026-01-01T00:00:00Z",
    "JSON": {},
}
# What a sample of its type would not do for.
SAMPLES_OF = {"SnoozeInput.until": (datetime.now(UTC) + timedelta(days=1)).isoformat(), ".path": "name"}
# Inputs that want one of two fields: what is given unless a field that begins with the same word is in question.
ONE_OF_TWO = {"ChangeLeadStatusInput": ("status", "Customer"), "WriteNoteInput": ("text", "Likes stairs")}


@dataclass(frozen=True)
class Operation:
    """A document with its variables."""

    source: str
    variables: dict[str, Any]


def naming(slot: Slot, value: str, own: Mapping[str, str]) -> Operation:
    """Name `value` at the slot, and of `own` things, by type, whatever else has to be named."""
    return Writer(own).operation(slot.root, slot.way, slot.path, value)


def asking(root: str, field: str, own: Mapping[str, str]) -> Operation:
    """A root field with what it needs."""
    return Writer(own).operation(root, (Step(on=root, field=field),), (), "")


class Writer:
    """Writes one operation."""

    def __init__(self, own: Mapping[str, str]) -> None:
        self._own = own
        self._variables: dict[str, Any] = {}
        self._declared: list[str] = []

    def operation(self, root: str, way: tuple[Step, ...], path: tuple[str, ...], value: str) -> Operation:
        """The last step's field has the path's argument."""
        body = self._selected(way[-1].definition, 1)
        for depth in range(len(way) - 1, -1, -1):
            step = way[depth]
            last = depth == len(way) - 1
            given = self._arguments(step.definition, path if last else (), value, depth)
            body = f"{{ {step.field}{given} {body} }}"
            if depth and is_abstract_type(get_named_type(way[depth - 1].definition.type)):
                body = f"{{ ... on {step.on} {body} }}"
        heading = f"({', '.join(self._declared)})" if self._declared else ""
        return Operation(f"{root.lower()} {heading} {body}", self._variables)

    def _arguments(self, field: GraphQLField, path: tuple[str, ...], value: str, depth: int) -> str:
        given = []
        for name, argument in field.args.items():
            in_question = path[:1] == (name,)
            if in_question or is_required_argument(argument) or get_named_type(argument.type).name == "Cursor":
                variable = f"{name}{depth}"
                self._variables[variable] = self._value(name, argument, field, path[1:] if in_question else None, value)
                self._declared.append(f"${variable}: {argument.type}")
                given.append(f"{name}: ${variable}")
        return f"({', '.join(given)})" if given else ""

    def _value(
        self,
        name: str,
        place: GraphQLArgument | GraphQLInputField,
        field: GraphQLField,
        path: tuple[str, ...] | None,
        value: str,
        owner: str = "",
    ) -> Any:
        """A sample; with a path, one in which the value stands at the path's end."""
        type_ = get_named_type(place.type)
        if isinstance(type_, GraphQLInputObjectType):
            sample: Any = self._input(type_, field, path or (), value)
        elif path is not None:
            sample = value
        elif f"{owner}.{name}" in SAMPLES_OF:
            sample = SAMPLES_OF[f"{owner}.{name}"]
        elif isinstance(type_, GraphQLEnumType):
            sample = next(iter(type_.values))
        elif type_.name in ("ID", "Cursor"):
            sample = self._own[kinds_named(type_.name, owner, name, field)[0]]
        else:
            assert type_.name in SAMPLES, f"put a sample of {type_.name} into SAMPLES of {__file__}"
            sample = SAMPLES[type_.name]
        return [sample] if is_list_type(get_nullable_type(place.type)) else sample

    def _input(self, type_: GraphQLInputObjectType, field: GraphQLField, path: tuple[str, ...], value: str) -> Any:
        chosen = path[0] if path else None
        given = {
            name: self._value(name, one, field, path[1:] if name == chosen else None, value, type_.name)
            for name, one in type_.fields.items()
            if name == chosen or is_required_input_field(one)
        }
        if type_.is_one_of and chosen is None:
            name = next(iter(type_.fields))
            return {name: self._value(name, type_.fields[name], field, None, value, type_.name)}
        word, sample = ONE_OF_TWO.get(type_.name, (None, None))
        return {word: sample, **given} if word and not (chosen or "").startswith(word) else given

    def _selected(self, field: GraphQLField, depth: int) -> str:
        type_ = get_named_type(field.type)
        return f"{{ {' '.join(selection(type_, depth))} }}"


def selection(type_: GraphQLNamedType, depth: int) -> Iterable[str]:
    """Everything of an object that needs no argument, down to a depth."""
    yield "__typename"
    if is_union_type(type_):
        for one in type_.types:
            yield f"... on {one.name} {{ {' '.join(selection(one, depth))} }}"
        return
    for name, field in getattr(type_, "fields", {}).items():
        below = get_named_type(field.type)
        if any(map(is_required_argument, field.args.values())):
            continue
        if is_leaf_type(below):
            yield name
        elif depth:
            yield f"{name} {{ {' '.join(selection(below, depth - 1))} }}"
