"""The one rule behind the limits: it measures an operation in time linear in its document.

A fragment is measured once, before whatever spreads it, and its totals are added wherever it is spread. Walking into it
at every spread takes exponential time on a chain of fragments that each spread the next one twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_introspection_query,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_interface_type,
    is_list_type,
    is_object_type,
    parse,
)

from schema.edge.cost import CEILING, Amount, Formula, Size, size_of
from schema.edge.limits import Limits, Measure

INTROSPECTION_FIELDS = ("__schema", "__type")


@dataclass(slots=True)
class _Totals:
    """Of one selection set and all below it."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    introspection: int = 0
    flat: Amount = 0  # objects
    paged: Amount = 0  # objects for each item of the connection that the set is selected on


@dataclass(slots=True)
class _Tally:
    """Totals in the making."""

    totals: _Totals = field(default_factory=_Totals)
    flat: list[tuple[Size | int, Amount]] = field(default_factory=list)
    paged: list[tuple[Size | int, Amount]] = field(default_factory=list)

    def add(self, part: _Totals, depth: int = 0) -> None:
        """Add what lies `depth` fields further down, its objects excepted."""
        totals = self.totals
        totals.depth = max(totals.depth, part.depth + depth)
        totals.aliases = min(totals.aliases + part.aliases, CEILING)
        totals.directives = min(totals.directives + part.directives, CEILING)
        totals.introspection = min(totals.introspection + part.introspection, CEILING)


class Ruler:
    """Measures operations against one schema."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self.schema = schema
        self.limits = limits
        self.connections = frozenset(type_.name for type_ in schema.type_map.values() if _is_connection(type_))
        usual = parse(get_introspection_query(schema_description=True, input_value_deprecation=True))
        self.introspection_max = limits.introspections_max * self.measure(usual, None).introspection

    def measure(self, document: DocumentNode, operation_name: str | None) -> Measure:
        """Measure the named operation, or the first one. The document may be invalid; the unknown counts nothing."""
        return Measuring(self, document).operation(operation_name)


class Measuring:
    """One run over one document. `visits` counts the selections it looked at."""

    def __init__(self, ruler: Ruler, document: DocumentNode) -> None:
        self.visits = 0
        self._ruler = ruler
        self._formula = Formula()
        self._operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._measured: dict[str, _Totals] = {}

    def operation(self, name: str | None) -> Measure:
        """Measure one operation with all the fragments it reaches."""
        node = next(node for node in self._operations if name is None or (node.name and node.name.value == name))
        for fragment in self._in_order_of_need(node.selection_set):
            self._measured[fragment.name.value] = self._fragment(fragment)
        root = self._ruler.schema.get_root_type(node.operation)
        totals = self._selections(node.selection_set, root)
        variables = node.variable_definitions or ()
        return Measure(
            depth=totals.depth,
            aliases=totals.aliases,
            directives=totals.directives + _count(node.directives) + sum(_count(v.directives) for v in variables),
            introspection=totals.introspection,
            formula=self._formula,
            amount=totals.flat,
        )

    def _fragment(self, node: FragmentDefinitionNode) -> _Totals:
        totals = self._selections(node.selection_set, self._type(node.type_condition.name.value))
        totals.directives += _count(node.directives)
        return totals

    def _in_order_of_need(self, selection_set: SelectionSetNode) -> Iterator[FragmentDefinitionNode]:
        """Yield the fragments that a selection set reaches, each after those it spreads itself.

        Iterative, because a chain of fragments may be longer than Python's stack is deep. In a cycle, which validation
        refuses, one fragment comes before what it spreads and counts nothing there.
        """
        entered: set[str] = set()
        path: list[tuple[FragmentDefinitionNode | None, Iterator[str]]] = [(None, self._spreads(selection_set))]
        while path:
            fragment, spreads = path[-1]
            name = next((name for name in spreads if name in self._fragments and name not in entered), None)
            if name is None:
                path.pop()
                if fragment is not None:
                    yield fragment
            else:
                entered.add(name)
                path.append((self._fragments[name], self._spreads(self._fragments[name].selection_set)))

    def _spreads(self, selection_set: SelectionSetNode) -> Iterator[str]:
        open_sets = [selection_set]
        while open_sets:
            for selection in open_sets.pop().selections:
                self.visits += 1
                if isinstance(selection, FragmentSpreadNode):
                    yield selection.name.value
                elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                    open_sets.append(selection.selection_set)

    def _selections(self, selection_set: SelectionSetNode, parent: GraphQLNamedType | None) -> _Totals:
        tally = _Tally()
        self._collect(selection_set, parent, tally, set())
        tally.totals.flat = self._formula.add(0, tally.flat)
        tally.totals.paged = self._formula.add(0, tally.paged)
        return tally.totals

    def _collect(
        self, selection_set: SelectionSetNode, parent: GraphQLNamedType | None, tally: _Tally, spread: set[str]
    ) -> None:
        """Add one selection set to the tally.

        Args:
            selection_set: of a field, a fragment or an operation.
            parent: the type it is selected on; None if unknown.
            tally: added to.
            spread: names of fragments that are in the tally already; an object takes each of them once.
        """
        for selection in selection_set.selections:
            self.visits += 1
            tally.totals.directives += _count(selection.directives)
            if isinstance(selection, FieldNode):
                self._field(selection, parent, tally)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                type_ = self._type(condition.name.value) if condition else parent
                self._collect(selection.selection_set, type_, tally, spread)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in spread:
                spread.add(selection.name.value)
                totals = self._measured.get(selection.name.value, _Totals())
                tally.add(totals)
                tally.flat.append((1, totals.flat))
                tally.paged.append((1, totals.paged))

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, tally: _Tally) -> None:
        name = node.name.value
        tally.totals.aliases += 1 if node.alias else 0
        definition = self._ruler.schema.get_field(parent, name) if is_composite_type(parent) else None
        if definition is None or node.selection_set is None:
            tally.add(_Totals(), depth=1)
            return
        type_ = get_named_type(definition.type)
        below = self._selections(node.selection_set, type_)
        if name in INTROSPECTION_FIELDS:
            below.introspection = 1 + self._formula.value(below.flat, {})
            below.depth = 0
            tally.add(below, depth=1)
            return
        tally.add(below, depth=1)
        arguments = node.arguments or ()
        limits = self._ruler.limits
        if type_.name in self._ruler.connections:
            size = size_of(definition, arguments, limits.page_size)
            page = limits.page_size if size is None else size
            tally.flat.append((1, self._formula.add(1, [(1, below.flat), (page, below.paged)])))
            return
        one = self._formula.add(1, [(1, below.flat)])
        if not _is_list(definition.type):
            tally.flat.append((1, one))
        elif parent is not None and parent.name in self._ruler.connections:
            tally.paged.append((1, one))
        else:
            size = size_of(definition, arguments, limits.page_size)
            tally.flat.append((limits.list_size if size is None else size, one))

    def _type(self, name: str) -> GraphQLNamedType | None:
        return self._ruler.schema.get_type(name)


def _is_connection(type_: GraphQLNamedType) -> bool:
    """Recognise by its shape what has lists of one length: pageInfo beside edges or nodes, or errors beside items."""
    if not (is_object_type(type_) or is_interface_type(type_)):
        return False
    fields = type_.fields
    lists = {name for name in ("edges", "nodes", "items") if name in fields and _is_list(fields[name].type)}
    return ("pageInfo" in fields and bool(lists)) or ("errors" in fields and "items" in lists)


def _is_list(type_: GraphQLOutputType) -> bool:
    return is_list_type(get_nullable_type(type_))


def _count(directives: tuple[DirectiveNode, ...] | None) -> int:
    return len(directives or ())
