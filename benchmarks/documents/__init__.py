"""GraphQL documents as front ends send them, and what of them our schema has by now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    InlineFragmentNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    parse,
    print_ast,
    visit,
)

HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "schema" / "schema.graphql"


def known(name: str) -> tuple[str, list[str]]:
    """A document without the fields and types that our schema does not have yet, and what was left out."""
    schema = build_schema(SCHEMA.read_text("utf-8"))
    types = TypeInfo(schema)
    reducer = _Reducer(types, schema)
    source = (HERE / f"{name}.graphql").read_text("utf-8")
    reduced: DocumentNode = visit(parse(source), TypeInfoVisitor(types, reducer))
    return print_ast(reduced), reducer.left_out


class _Reducer(Visitor):
    def __init__(self, types: TypeInfo, schema: GraphQLSchema) -> None:
        super().__init__()
        self.left_out: list[str] = []
        self._types = types
        self._schema = schema

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> Any:
        """A fragment on a type that is not there goes, with everything in it."""
        on = node.type_condition
        if on is not None and on.name.value not in self._schema.type_map:
            self.left_out.append(on.name.value)
            return REMOVE
        return None

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        """So does a field."""
        if self._types.get_field_def() is None:
            self.left_out.append(node.name.value)
            return REMOVE
        return None

    def leave_field(self, node: FieldNode, *_: Any) -> Any:
        """And one of which nothing is left."""
        return REMOVE if node.selection_set is not None and not node.selection_set.selections else None
