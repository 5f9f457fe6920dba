"""The whole history in one document: every field of every kind, without one alias."""

from __future__ import annotations

from collections import defaultdict

from graphql import GraphQLInterfaceType, GraphQLNamedType, build_schema, get_named_type, is_leaf_type, is_union_type

from app.vocabulary import ActivityKind
from schema.root import make_schema
from tests.support.api import Api
from tests.support.furniture import furnished

SCHEMA = build_schema(make_schema().as_str())
ACTIVITY = SCHEMA.type_map["Activity"]
assert isinstance(ACTIVITY, GraphQLInterfaceType)
KINDS = SCHEMA.get_implementations(ACTIVITY).objects


def test_no_two_kinds_give_one_field_name_different_types() -> None:
    types: dict[str, set[str]] = defaultdict(set)
    for kind in KINDS:
        for name, field in kind.fields.items():
            types[name].add(str(field.type))
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_a_front_end_selects_everything_at_once(api: Api) -> None:
    lead = furnished(api)
    kinds = " ".join(f"... on {kind.name} {{ {_fields(kind)} }}" for kind in KINDS)
    nodes = api.look(lead, f"activities {{ nodes {{ __typename {kinds} }} }}")["activities"]["nodes"]
    assert {node["kind"] for node in nodes} == set(ActivityKind)
    assert {node["__typename"] for node in nodes} == {kind.name for kind in KINDS}
    for node in nodes:
        assert set(node) == {"__typename", *SCHEMA.type_map[node["__typename"]].fields}  # type: ignore[attr-defined]


def _fields(kind: GraphQLNamedType) -> str:
    """Each field of a type, and of what stands in it each value."""
    fields = kind.fields.items()  # type: ignore[attr-defined]
    return " ".join(_selected(name, get_named_type(field.type)) for name, field in fields)


def _selected(name: str, kind: GraphQLNamedType) -> str:
    if is_leaf_type(kind):
        return name
    if is_union_type(kind):
        return f"{name} {{ __typename }}"
    values = " ".join(inner for inner, field in kind.fields.items() if is_leaf_type(get_named_type(field.type)))  # type: ignore[attr-defined]
    return f"{name} {{ {values} }}"
