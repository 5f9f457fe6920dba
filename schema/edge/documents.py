"""Parsed and validated documents, kept: a front end has a few hundred, and asks for each of them thousands of times."""

from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    SelectionNode,
    VariableNode,
    Visitor,
    is_input_object_type,
    parse,
    specified_rules,
    validate,
    visit,
)
from strawberry.types.base import StrawberryObjectDefinition

from schema.edge.errors import (
    GRAPHQL_PARSE_FAILED,
    GRAPHQL_VALIDATION_FAILED,
    LIMIT_EXCEEDED,
    OPERATION_RESOLUTION_FAILURE,
    FormattedError,
    refused_document,
    request_error,
)
from schema.edge.limits import Limits, Measure


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document, and what was worked out for its operations so far."""

    node: DocumentNode
    operations: dict[str | None, OperationDefinitionNode]  # by name; None is the anonymous one
    measures: dict[str | None, Measure] = field(default_factory=dict)
    beginnings: dict[tuple[str | None, frozenset[str]], frozenset[str]] = field(default_factory=dict)

    def choose(self, name: str | None) -> OperationDefinitionNode | FormattedError:
        """Find the operation to execute: the named one, or the only one."""
        if name is not None:
            named = self.operations.get(name)
            return named or request_error(OPERATION_RESOLUTION_FAILURE, "The document has no operation of that name.")
        if len(self.operations) > 1:
            return request_error(
                OPERATION_RESOLUTION_FAILURE, "The document has several operations: say which one in operationName."
            )
        only = next(iter(self.operations.values()), None)
        return only or request_error(OPERATION_RESOLUTION_FAILURE, "The document has no operation to execute.")

    def variables_alone_in(self, name: str | None, arguments: frozenset[str]) -> frozenset[str]:
        """Variables of an operation that stand nowhere but in these arguments of its root fields."""
        found = self.beginnings.get((name, arguments))
        if found is None:
            operation = self.operations[name]
            here = _variables_in(operation.selection_set.selections, arguments)
            uses = _Uses(self.node).counts
            # Once where it is declared, once in the argument.
            found = self.beginnings[name, arguments] = frozenset(one for one in here if uses[one] == 2)
        return found


Refused = tuple[FormattedError, ...]


class Documents:
    """Parses, validates and remembers, what is invalid included. The least recently used ones go first.

    Args:
        schema: to validate against. Its input types marked `one_of` in Strawberry are marked so for graphql-core too.
        limits: of source and tokens.
        documents_max: kept.
        characters_max: of the sources of those kept, together.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits, documents_max: int, characters_max: int) -> None:
        self._schema = schema
        self._limits = limits
        self._documents_max = documents_max
        self._characters_max = characters_max
        self._characters = 0
        self._kept: OrderedDict[str, Document | Refused] = OrderedDict()
        _mark_one_of_inputs(schema)

    def get(self, source: str) -> Document | Refused:
        """Return the document of a source, or what is wrong with it."""
        kept = self._kept.get(source)
        if kept is not None:
            self._kept.move_to_end(source)
            return kept
        if len(source) > self._limits.source_max_characters:
            return (self._too_long(len(source)),)
        document = self._read(source)
        self._keep(source, document)
        return document

    def _read(self, source: str) -> Document | Refused:
        try:
            node = parse(source, max_lexical_tokens=self._limits.tokens_max, max_comments=self._limits.tokens_max)
        except GraphQLSyntaxError as error:
            return refused_document(GRAPHQL_PARSE_FAILED, [error])
        errors = validate(self._schema, node, specified_rules, hide_suggestions=True)
        if errors:
            return refused_document(GRAPHQL_VALIDATION_FAILED, errors)
        operations = [definition for definition in node.definitions if isinstance(definition, OperationDefinitionNode)]
        return Document(node, {name_of(operation): operation for operation in operations})

    def _keep(self, source: str, document: Document | Refused) -> None:
        self._kept[source] = document
        self._characters += len(source)
        while len(self._kept) > self._documents_max or self._characters > self._characters_max:
            oldest, _ = self._kept.popitem(last=False)
            self._characters -= len(oldest)

    def _too_long(self, characters: int) -> FormattedError:
        maximum = self._limits.source_max_characters
        return request_error(
            LIMIT_EXCEEDED,
            f"The document has {characters:,} characters; at most {maximum:,} are allowed. Pass values as variables.",
            limit="source",
            value=characters,
            maximum=maximum,
        )


def name_of(operation: OperationDefinitionNode) -> str | None:
    """Return an operation's name, None if it is anonymous."""
    return operation.name.value if operation.name else None


def _variables_in(selections: Iterable[SelectionNode], arguments: Collection[str]) -> set[str]:
    given = (one for field in selections if isinstance(field, FieldNode) for one in field.arguments or ())
    values = (one.value for one in given if one.name.value in arguments)
    return {value.name.value for value in values if isinstance(value, VariableNode)}


class _Uses(Visitor):
    """How often each variable stands in a document."""

    def __init__(self, document: DocumentNode) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        visit(document, self)

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        """Count it."""
        self.counts[node.name.value] += 1


def _mark_one_of_inputs(schema: GraphQLSchema) -> None:
    """Let graphql-core check @oneOf inputs.

    Strawberry checks them by a validation rule of its own, which raises AttributeError for a fragment that stands
    before its operation and KeyError for a variable that is not defined: valid and invalid documents end in a 500.
    """
    for type_ in schema.type_map.values():
        definition = type_.extensions.get("strawberry-definition")
        if is_input_object_type(type_) and isinstance(definition, StrawberryObjectDefinition) and definition.is_one_of:
            type_.is_one_of = True
