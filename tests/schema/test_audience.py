"""What many get is computed for nobody in particular: fields that are computed for one viewer are declared to be."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLNamedType,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_union_type,
    parse,
)

from app.database import Database
from app.vocabulary import Role
from schema.audience import NobodyInParticular, Selected, audience_of, is_viewers, selected_by
from schema.root import make_schema
from tests.schema.test_statements import context_of
from tests.support.api import Api
from tests.support.furniture import furnished

SCHEMA = make_schema()
CORE = SCHEMA._schema
FED = "LeadFeedItem"
EXECUTED = {"Lead", "Call", "Email", "Note", "CustomActivity", "Task", "Opportunity", "Contact", "File", "User"}
FRAGMENTS = "fragment entry on Call { viewerInboxItem { id } ...names } fragment names on Call { id user { name } }"
# What reads who asks, by what its resolver's text says. Deeper down the test that executes everything finds it.
ASKS_WHO = re.compile(r"\bprincipal\b|\btime_zone\b|context\.address\b|\bviewers_count\b|\bviewer_item_of\b")
NAMED = re.compile(r"viewer[A-Z]|downloadUrl")


def implementations(kind: Any) -> list[Any]:
    """What a value of a type may be."""
    if is_union_type(kind):
        return list(kind.types)
    return [kind, *SCHEMA._schema.get_implementations(kind).objects] if hasattr(kind, "resolve_type") else [kind]


def ways() -> dict[str, list[tuple[str, str]]]:
    """To each type that an item of the feed leads to: fields, and the types on which they stand."""
    found: dict[str, list[tuple[str, str]]] = {FED: []}
    waiting = [FED]
    while waiting:
        name = waiting.pop(0)
        for field_name, field in fields(CORE.type_map[name]):
            for kind in implementations(get_named_type(field.type)):
                if not is_leaf_type(kind) and kind.name not in found and not needs_more(field):
                    found[kind.name] = [*found[name], (name, field_name)]
                    waiting.append(kind.name)
    return found


def fields(kind: GraphQLNamedType) -> list[tuple[str, GraphQLField]]:
    return [*getattr(kind, "fields", {}).items()]


def needs_more(field: GraphQLField) -> bool:
    return any(is_required_argument(argument) for argument in field.args.values())


def reached() -> Iterator[tuple[str, str, GraphQLField]]:
    for name in ways():
        for field_name, field in fields(CORE.type_map[name]):
            yield name, field_name, field


def resolver_text(field: GraphQLField) -> str:
    definition = field.extensions.get("strawberry-definition")
    resolver = definition and definition.base_resolver
    return inspect.getsource(resolver.wrapped_func) if resolver else ""


@pytest.mark.parametrize(("kind", "name", "field"), [*reached()], ids=lambda one: one if isinstance(one, str) else "")
def test_what_is_the_viewer_s_is_declared(kind: str, name: str, field: GraphQLField) -> None:
    is_the_viewers = bool(NAMED.match(name) or ASKS_WHO.search(resolver_text(field)))
    assert not is_the_viewers or is_viewers(field), f"declare {kind}.{name} with `viewers`"


@pytest.fixture
def lead(api: Api) -> str:
    made = furnished(api)
    api.lead(name="Bluth Company", contacts=[{"name": "Lindsay"}])
    return made


async def test_nothing_else_asks_who_it_is_for(api: Api, lead: str, common_database: Database) -> None:
    shown = set[str]()
    async with context_of(api, common_database) as context:
        audience = audience_of(context, Selected(is_for_viewer=False, is_of_desk=False))
        async with audience.context(context) as nobodys:
            for name, way in ways().items():
                for source in documents(name, way):
                    result = await SCHEMA.execute(source, {"id": lead}, context_value=nobodys)
                    asked = [one for one in result.errors or () if isinstance(one.original_error, NobodyInParticular)]
                    assert not asked, f"declare it with `viewers`: {asked[0].path} in {source}"
                    shown |= set(found_types(result.data))
                    await nobodys.renew()
    # Or what it executes would reach too little to tell.
    assert shown >= EXECUTED


def documents(name: str, way: list[tuple[str, str]]) -> Iterator[str]:
    """Queries for all fields of a type that are nobody's in particular, if a lead leads there."""
    names = [kind for kind, _ in way]
    if "Lead" not in names and name != "Lead":
        return
    below = way[names.index("Lead") :] if "Lead" in names else []
    if any(is_viewers(CORE.type_map[kind].fields[field]) for kind, field in below):  # type: ignore[attr-defined]
        return
    leaves = [selected(one, field) for one, field in fields(CORE.type_map[name]) if not is_viewers(field)]
    for number in range(0, len(leaves), 20):
        inner = f"__typename ... on {name} {{ {' '.join(filter(None, leaves[number : number + 20]))} }}"
        for kind, field in reversed(below):
            inner = f"__typename ... on {kind} {{ {field} {{ {inner} }} }}"
        yield f"query ($id: ID!) {{ lead(id: $id) {{ {inner} }} }}"


def selected(name: str, field: GraphQLField) -> str:
    if needs_more(field):
        return ""
    return name if is_leaf_type(get_named_type(field.type)) else f"{name} {{ __typename }}"


def found_types(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        if "__typename" in data:
            yield data["__typename"]
        for value in data.values():
            yield from found_types(value)
    elif isinstance(data, list):
        for value in data:
            yield from found_types(value)


async def test_who_sees_other_leads_is_another_audience(api: Api, common_database: Database) -> None:
    plain = Selected(is_for_viewer=False, is_of_desk=False)
    users = [api.colleague(), *(api.colleague(f"{n}@example.com", role=Role.RESTRICTED) for n in range(2))]
    audiences = []
    for one in (api, *users):
        async with context_of(one, common_database) as context:
            audiences.append(audience_of(context, plain))
    admin, member, restricted, other = audiences
    assert admin == member
    assert len({admin, restricted, other}) == 3


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("cursor", (False, False)),
        ("changes { ... on LeadChanged { lead { name nextTaskDue } } }", (True, False)),
        ("changes { ... on ActivityAdded { activity { ...entry } } }", (True, True)),
        ("changes { ... on PinsChanged { lead { files { nodes { viewerCanDelete } } } } }", (True, False)),
        ("changes { ... on ActivityAdded { activity { id ...names } } }", (False, False)),
    ],
)
def test_a_document_says_what_of_it_is_one_viewer_s(selection: str, expected: tuple[bool, bool]) -> None:
    document = parse(f"subscription {{ leadFeed(leadId: 1) {{ {selection} }} }} {FRAGMENTS}")
    operation, *rest = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    fragments = {one.name.value: one for one in rest if isinstance(one, FragmentDefinitionNode)}
    found = selected_by(CORE, operation, fragments)
    assert (found.is_for_viewer, found.is_of_desk) == expected
