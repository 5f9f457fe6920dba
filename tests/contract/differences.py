"""How a schema differs from a contract: what it lacks, and where it says something else under a contract's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    is_required_argument,
    is_required_input_field,
    is_specified_scalar_type,
    print_ast,
)

Inputs = Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]


class Differences:
    """Of one schema from one contract, both built from their texts.

    `missing` are names such as Lead, Lead.addresses or Lead.files(first).
    """

    def __init__(self, contract: GraphQLSchema, schema: GraphQLSchema) -> None:
        self.missing: list[str] = []
        self.otherwise: list[str] = []
        for name, wanted in contract.type_map.items():
            if name.startswith("__") or is_specified_scalar_type(wanted):
                continue
            found = schema.type_map.get(name)
            if found is None:
                self.missing.append(name)
            elif type(found) is not type(wanted):
                self.otherwise.append(f"{name} is a {type(found).__name__}, not a {type(wanted).__name__}")
            else:
                self._compare(name, wanted, found)

    def _compare(self, name: str, wanted: GraphQLNamedType, found: GraphQLNamedType) -> None:
        match wanted, found:
            case GraphQLObjectType() | GraphQLInterfaceType(), GraphQLObjectType() | GraphQLInterfaceType():
                self._fields(name, wanted.fields, found.fields)
                self._members(name, {one.name for one in wanted.interfaces}, {one.name for one in found.interfaces})
            case GraphQLInputObjectType(), GraphQLInputObjectType():
                self._inputs(f"{name}.{{}}", wanted.fields, found.fields)
                self._equal(f"{name} @oneOf", wanted.is_one_of, found.is_one_of)
            case GraphQLEnumType(), GraphQLEnumType():
                self._members(name, set(wanted.values), set(found.values))
                self.otherwise += [
                    f"{name}.{one} is not in the contract" for one in set(found.values) - set(wanted.values)
                ]
            case GraphQLUnionType(), GraphQLUnionType():
                self._members(name, {one.name for one in wanted.types}, {one.name for one in found.types})
            case GraphQLScalarType(), GraphQLScalarType():
                if wanted.specified_by_url is not None:
                    self._equal(f"{name} @specifiedBy", wanted.specified_by_url, found.specified_by_url)

    def _fields(self, owner: str, wanted: Mapping[str, GraphQLField], found: Mapping[str, GraphQLField]) -> None:
        for name, field in wanted.items():
            here = f"{owner}.{name}"
            if name not in found:
                self.missing.append(here)
                continue
            self._equal(here, str(field.type), str(found[name].type))
            self._inputs(f"{here}({{}})", field.args, found[name].args)

    def _inputs(self, place: str, wanted: Inputs, found: Inputs) -> None:
        for name, one in wanted.items():
            here = place.format(name)
            if name not in found:
                self.missing.append(here)
                continue
            self._equal(here, str(one.type), str(found[name].type))
            self._equal(f"{here} =", default_of(one), default_of(found[name]))
        for name in set(found) - set(wanted):
            if is_required(found[name]):
                self.otherwise.append(f"{place.format(name)} is required, and the contract has no such thing")

    def _members(self, owner: str, wanted: set[str], found: set[str]) -> None:
        self.missing += [f"{owner}.{one}" for one in sorted(wanted - found)]

    def _equal(self, place: str, wanted: object, found: object) -> None:
        if wanted != found:
            self.otherwise.append(f"{place}: {found}, where the contract has {wanted}")


def default_of(place: GraphQLArgument | GraphQLInputField) -> str | None:
    """A default as it is written."""
    written = place.ast_node.default_value if place.ast_node else None
    return print_ast(written) if written else None


def is_required(place: GraphQLArgument | GraphQLInputField) -> bool:
    """Whether a client that does not know it would be refused."""
    return is_required_argument(place) if isinstance(place, GraphQLArgument) else is_required_input_field(place)


def undescribed(schema: GraphQLSchema) -> Iterator[str]:
    """Names of everything without a description."""
    for name, type_ in schema.type_map.items():
        if name.startswith("__"):
            continue
        if not type_.description:
            yield name
        for part, one in {**getattr(type_, "fields", {}), **getattr(type_, "values", {})}.items():
            if not one.description:
                yield f"{name}.{part}"
            for argument, definition in getattr(one, "args", {}).items():
                if not definition.description:
                    yield f"{name}.{part}({argument})"
