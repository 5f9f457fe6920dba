"""Every place of the schema where a client names something: arguments and input fields that are ids or feed cursors.

Found by introspection, so that what is added later joins by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_object_type,
    is_required_argument,
)

from schema.root import make_schema

SCHEMA = make_schema()._schema
NAMING = ("ID", "Cursor")  # scalars that name something

# Things that are not called like their types; with the input in front where it calls something else by that word.
WORDS = {
    "status": "LeadStatus",
    "AddOpportunityInput.status": "OpportunityStatus",
    "UpdateOpportunityInput.status": "OpportunityStatus",
    "oldStatus": "LeadStatus",
    "newStatus": "LeadStatus",
    "LogOpportunityStatusChangeInput.oldStatus": "OpportunityStatus",
    "LogOpportunityStatusChangeInput.newStatus": "OpportunityStatus",
    "OpportunityFilter.status": "OpportunityStatus",
    "assignedTo": "User",
    "field": "CustomField",
    "UpdatePipelineInput.status": "OpportunityStatus",
    "UpdateOpportunityStatusInput.status": "OpportunityStatus",
    "DeleteOpportunityStatusInput.status": "OpportunityStatus",
    "visibilityField": "CustomField",
    "thread": "EmailThread",
    "EditDraftInput.activity": "Email",
    "around": "Activity",
    "item": "InboxItem",
    "source": "Lead",
    "destination": "Lead",
}
# What the ids of fields are of whose type has none itself.
BEHIND = {"ActivityLink": "Activity"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A field on the way from the root to the one in question."""

    on: str
    field: str

    @property
    def definition(self) -> GraphQLField:
        """What the schema says of it."""
        found: GraphQLField = _object(self.on).fields[self.field]
        return found


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One place.

    Args:
        root: Query, Mutation or Subscription.
        way: fields from the root down; the last one has the argument.
        path: the argument, and the input fields below it.
        names: the type of what is named, or Cursor.
    """

    root: str
    way: tuple[Step, ...]
    path: tuple[str, ...]
    names: str

    def __str__(self) -> str:
        fields = ".".join(step.field for step in self.way)
        return f"{self.root}.{fields}({'.'.join(self.path)}: {self.names})"


def slots() -> list[Slot]:
    """All of them."""
    found = [slot for root in ("Mutation", "Subscription") for slot in _slots_of(root, root, ())]
    for owner, way in _ways().items():
        found += _slots_of("Query", owner, way)
    return found


def root_fields() -> list[tuple[str, str]]:
    """Names of the roots and their fields."""
    return [(root, name) for root in ("Query", "Mutation", "Subscription") for name in _object(root).fields]


def kinds_named(scalar: str, owner: str, name: str, field: GraphQLField) -> list[str]:
    """Types of what an argument, or a field of an input, may name.

    Args:
        owner: the input; empty for an argument.
        field: the one that is asked for.
    """
    if scalar == "Cursor":
        return [scalar]
    if name in ("id", "ids"):
        name = get_named_type(field.type).name
        return _concrete(BEHIND.get(name, name))
    stem = name.removesuffix("s").removesuffix("Id")
    if stem == "file" and "File" not in SCHEMA.type_map:
        return []  # files can be named before they can be looked at
    kind = WORDS.get(f"{owner}.{stem}") or WORDS.get(stem) or stem[0].upper() + stem[1:]
    assert kind in SCHEMA.type_map, f"say in WORDS of {__file__} which type the id {owner}.{name} is of"
    return _concrete(kind)


def _slots_of(root: str, owner: str, way: tuple[Step, ...]) -> Iterator[Slot]:
    for name, field in _object(owner).fields.items():
        for path, kinds in _named(field.args, field, "", ()):
            for kind in kinds:
                yield Slot(root=root, way=(*way, Step(on=owner, field=name)), path=path, names=kind)


def _named(
    places: dict[str, GraphQLArgument] | dict[str, GraphQLInputField],
    field: GraphQLField,
    owner: str,
    above: tuple[str, ...],
) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Paths to what names something, and the types of what it may name."""
    for name, place in places.items():
        type_ = get_named_type(place.type)
        if isinstance(type_, GraphQLInputObjectType):
            yield from _named(type_.fields, field, type_.name, (*above, name))
        elif type_.name in NAMING:
            yield (*above, name), kinds_named(type_.name, owner, name, field)


def _concrete(name: str) -> list[str]:
    type_ = SCHEMA.type_map[name]
    if is_abstract_type(type_):
        return [one.name for one in SCHEMA.get_possible_types(type_)]
    return [name]


def _ways() -> dict[str, tuple[Step, ...]]:
    """The shortest way from the query's root to each type whose fields can be asked for."""
    found: dict[str, tuple[Step, ...]] = {"Query": ()}
    open_ = ["Query"]
    while open_:
        owner = open_.pop(0)
        for name, field in _object(owner).fields.items():
            below = get_named_type(field.type)
            can_be_entered = is_object_type(below) or not any(map(is_required_argument, field.args.values()))
            for kind in _concrete(below.name) if can_be_entered else []:
                if kind not in found and is_object_type(SCHEMA.type_map[kind]):
                    found[kind] = (*found[owner], Step(on=owner, field=name))
                    open_.append(kind)
    return found


def _object(name: str) -> GraphQLObjectType | GraphQLInterfaceType:
    type_ = SCHEMA.type_map[name]
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    return type_
