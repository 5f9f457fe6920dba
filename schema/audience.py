"""Audiences: for whom one execution of a subscription's document comes out alike."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
)

from app.access.keys import Principal
from app.ids import KeyId, OrganizationId, UserId
from app.organization.organization import Organization
from app.organization.visibility import Assignment, assignment_of
from projections.machinery.reader import Reader
from projections.machinery.sight import Sight
from schema.context import Context, Info

DESK_TYPE = "InboxItem"  # what shows something of it changes by what happens on the viewer's desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Those who see the same leads, and the same of them.

    Attributes:
        assignment: what they have to be named in to see a lead; None: they see every one.
        viewer: the one whom fields are computed for, by which key and address; None: nobody in particular.
    """

    org_id: OrganizationId
    assignment: Assignment | None
    viewer: tuple[UserId, KeyId, str] | None = None

    def includes(self, context: Context) -> bool:
        """Whether whom a context belongs to is still one of them, as the organization is known by now."""
        newest = context.services.states.kept_organization(self.org_id)
        principal = context.principal if newest is None else context.principal.within(newest)
        return principal.is_admitted and principal.assignment == self.assignment

    @asynccontextmanager
    async def context(self, context: Context) -> AsyncIterator[Context]:
        """A context for all of them, made from that of one."""
        principal = context.principal
        if self.viewer is None:
            principal = Anyone(context.organization, self.assignment.user_id if self.assignment else None)
        sight = Sight(principal.assignment)
        reader = Reader(context.services.store.readers, self.org_id, snapshot=False, sight=sight)
        try:
            yield replace(context, principal=principal, reader=reader, _loaders={})
        finally:
            await reader.renew()


def audience_of(context: Context, selected: Selected) -> Audience:
    """The audience of a document that the one of a context asks for."""
    principal = context.principal
    viewer = (principal.user_id, principal.key_id, context.address) if selected.is_for_viewer else None
    return Audience(org_id=principal.org_id, assignment=principal.assignment, viewer=viewer)


class NobodyInParticular(Exception):
    """A field that is computed for one viewer was asked for all: declare it with `viewers`."""


class Anyone(Principal):
    """Whoever sees the same leads: nothing may be asked about who it is.

    Args:
        assigned_id: whose assignment decides which leads these are; None: they are all.
    """

    def __init__(self, organization: Organization, assigned_id: UserId | None) -> None:
        object.__setattr__(self, "organization", organization)
        object.__setattr__(self, "_assigned_id", assigned_id)

    _assigned_id: UserId | None

    @property
    def user_id(self) -> UserId:
        """Nobody's."""
        raise NobodyInParticular

    @property
    def key_id(self) -> KeyId:
        """Nobody's."""
        raise NobodyInParticular

    @property
    def assignment(self) -> Assignment | None:
        """As the organization stands."""
        return assignment_of(self.organization, self._assigned_id)

    @property
    def is_admitted(self) -> bool:
        """Each of them is asked by itself."""
        return True

    def within(self, organization: Organization) -> Principal:
        """They in the organization as it is by now."""
        return Anyone(organization, self._assigned_id)


@dataclass(frozen=True, slots=True)
class Selected:
    """What a document selects that is not alike for all.

    Attributes:
        is_for_viewer: something is computed for one viewer.
        is_of_desk: something changes by what happens on the viewer's desk.
    """

    is_for_viewer: bool
    is_of_desk: bool


def selected_in(info: Info) -> Selected:
    """What the operation selects that is being executed."""
    raw = info._raw_info  # noqa: SLF001 - Strawberry has no public name for it
    return selected_by(raw.schema, raw.operation, raw.fragments)


def selected_by(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Selected:
    """What an operation selects."""
    root = schema.get_root_type(operation.operation)
    fields = list(_fields(schema, root, operation.selection_set, fragments, set()))
    return Selected(
        is_for_viewer=any(is_viewers(field) for field in fields),
        is_of_desk=any(get_named_type(field.type).name == DESK_TYPE for field in fields),
    )


def is_viewers(field: GraphQLField) -> bool:
    """Whether a field is declared to be computed for one viewer."""
    definition = field.extensions.get("strawberry-definition")
    return bool(definition and definition.metadata.get("viewers"))


def _fields(
    schema: GraphQLSchema,
    parent: GraphQLNamedType | None,
    selection_set: SelectionSetNode | None,
    fragments: Mapping[str, FragmentDefinitionNode],
    entered: set[str],
) -> Iterator[GraphQLField]:
    """All that are selected; a fragment is entered once, wherever it is spread."""
    for selection in selection_set.selections if selection_set else ():
        node: Any = selection
        inner = parent
        if isinstance(node, FragmentSpreadNode):
            if node.name.value in entered:
                continue
            entered.add(node.name.value)
            node = fragments[node.name.value]
        if isinstance(node, FieldNode):
            field = schema.get_field(parent, node.name.value) if is_composite_type(parent) else None
            if field is None:
                continue
            yield field
            inner = get_named_type(field.type)
        elif node.type_condition:
            inner = schema.get_type(node.type_condition.name.value)
        yield from _fields(schema, inner, node.selection_set, fragments, entered)
