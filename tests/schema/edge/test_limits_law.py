"""The law of the cost limit: no operation returns more objects than it costs."""

from itertools import count
from typing import Any

from graphql import ExecutionResult, build_schema, execute, parse
from hypothesis import given
from hypothesis import strategies as st

from schema.edge.limits import Limits
from schema.edge.measuring import Ruler

SCHEMA = build_schema("""
    type Query { item: Item  items(first: Int = 2): [Item!]!  page(first: Int, last: Int): ItemConnection }
    type ItemConnection { edges: [ItemEdge!]!  nodes: [Item!]!  pageInfo: PageInfo! }
    type ItemEdge { node: Item! }
    type PageInfo { hasNextPage: Boolean! }
    type Item {
      id: ID!  item: Item  items(first: Int = 2): [Item!]!  some: [Item!]!
      page(first: Int, last: Int): ItemConnection
    }
""")
LIMITS = Limits(page_size=3, list_size=2)
RULER = Ruler(SCHEMA, LIMITS)
FRAGMENTS = 3


class Item:
    """Every list is as long as it may be."""

    id = "1"

    def item(self, _: object) -> "Item":
        return Item()

    def items(self, _: object, first: int | None) -> list["Item"]:
        return [Item()] * (2 if first is None else first)

    def some(self, _: object) -> list["Item"]:
        return [Item()] * LIMITS.list_size

    def page(self, _: object, first: int | None = None, last: int | None = None) -> dict[str, Any]:
        given_sizes = [size for size in (first, last) if size is not None]
        items = [Item()] * max(given_sizes, default=LIMITS.page_size)
        return {"edges": [{"node": item} for item in items], "nodes": items, "pageInfo": {"hasNextPage": True}}


sizes = st.sampled_from(["", "(first: 0)", "(first: 1)", "(first: 3)", "(first: null)", "(first: $n)"])
ends = st.sampled_from(["", "(last: 2)", "(first: 1, last: $n)", "(first: $n, last: 1)"])


@st.composite
def selections(draw: st.DrawFn, names: "count[int]", depth: int, fragments: range, root: bool = False) -> str:
    """Selections on an item; `fragments` are those that may be spread without a cycle."""
    kinds = ["id", "item", "items", "some", "edges", "nodes", "spread"]
    chosen = draw(st.lists(st.sampled_from(kinds if depth else ["id", "spread"]), min_size=1, max_size=3))
    return (
        " ".join(
            draw(selection(names, kind, depth - 1, fragments))
            for kind in chosen
            if not root or kind not in ("some", "id", "spread")
        )
        or "__typename"
    )


@st.composite
def selection(draw: st.DrawFn, names: "count[int]", kind: str, depth: int, fragments: range) -> str:
    if kind == "id":
        return "id"
    if kind == "spread":
        return f"...F{draw(st.sampled_from(fragments))}" if fragments else "id"
    below = draw(selections(names, depth, fragments))
    alias = f"a{next(names)}"
    match kind:
        case "items":
            return f"{alias}: items{draw(sizes)} {{ {below} }}"
        case "edges":
            return f"{alias}: page{draw(sizes | ends)} {{ edges {{ node {{ {below} }} }} pageInfo {{ hasNextPage }} }}"
        case "nodes":
            return f"{alias}: page{draw(sizes | ends)} {{ nodes {{ {below} }} }}"
        case _:
            return f"{alias}: {kind} {{ {below} }}"


@st.composite
def documents(draw: st.DrawFn) -> str:
    names = count()
    root = draw(selections(names, 3, range(FRAGMENTS), root=True))
    fragments = [
        f"fragment F{i} on Item {{ {draw(selections(names, 1, range(i + 1, FRAGMENTS)))} }}" for i in range(FRAGMENTS)
    ]
    return f"query ($n: Int) {{ {root} }} {' '.join(fragments)}"


def objects_in(value: object) -> int:
    if isinstance(value, dict):
        return 1 + sum(objects_in(below) for below in value.values())
    return sum(objects_in(item) for item in value) if isinstance(value, list) else 0


@given(documents(), st.sampled_from([{}, {"n": None}, {"n": 0}, {"n": 1}, {"n": 4}]))
def test_no_operation_returns_more_objects_than_it_costs(source: str, variables: dict[str, int | None]) -> None:
    document = parse(source)
    result = execute(SCHEMA, document, root_value=Item(), variable_values=variables)
    assert isinstance(result, ExecutionResult)
    assert result.errors is None
    assert objects_in(result.data) - 1 <= RULER.measure(document, None).cost(variables)
