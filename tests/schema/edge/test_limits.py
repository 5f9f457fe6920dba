"""The limits: what counts how much, and in how much time it is counted."""

from typing import Any

import pytest
from graphql import DocumentNode, build_schema, get_introspection_query, parse

from schema.edge.limits import Limits, excesses
from schema.edge.measuring import Measuring, Ruler
from tests.schema.edge.serving import Served

SCHEMA = build_schema("""
    type Query { lead(id: ID): Lead  leads(first: Int, last: Int): LeadConnection!  nodes(ids: [ID!]!): [Node]! }
    interface Node { id: ID! }
    type LeadConnection { edges: [LeadEdge!]!  nodes: [Lead!]!  pageInfo: PageInfo!  total: Total }
    type LeadEdge { node: Lead!  cursor: String! }
    type PageInfo { hasNextPage: Boolean! }
    type Total { count: Int! }
    type Lead implements Node {
      id: ID!  name: String  owner: User
      contacts(first: Int = 100): [Contact!]!  leads(first: Int, last: Int): LeadConnection!
    }
    type Contact { id: ID!  lead: Lead!  phones: [Phone!]! }
    type Phone { number: String! }
    type User { id: ID! }
    type Mutation { done(input: DoneInput!): DonePayload  new(input: NewInput!): NewPayload }
    input DoneInput { itemIds: [ID!]! }
    type DonePayload { items: [Lead!]!  errors: [Total!]!  count: Int! }
    input NewInput { name: String }
    type NewPayload { items: [Lead!]! }
""")
RULER = Ruler(SCHEMA, Limits())


def cost(source: str, **variables: object) -> int:
    return RULER.measure(parse(source), None).cost(variables)


@pytest.mark.parametrize(
    ("source", "objects"),
    [
        ("{ __typename }", 0),
        ("{ lead { id name } }", 1),
        ("{ lead { owner { id } } }", 2),
        ("{ lead { contacts { id } } }", 1 + 100),
        ("{ lead { contacts(first: 3) { id } } }", 1 + 3),
        ("{ lead { contacts(first: null) { id } } }", 1 + 100),
        ("{ lead { contacts(first: -3) { id } } }", 1),
        ("{ lead { contacts(first: 3) { phones { number } } } }", 1 + 3 * (1 + 5)),
        ("{ leads { nodes { id } } }", 1 + 50),
        ("{ leads(first: 7) { nodes { id } } }", 1 + 7),
        ("{ leads(last: 7) { nodes { id } } }", 1 + 7),
        ("{ leads(first: 7, last: 9) { nodes { id } } }", 1 + 9),
        ("{ leads(first: 7) { edges { node { id } } } }", 1 + 7 * 2),
        ("{ leads(first: 7) { edges { cursor } pageInfo { hasNextPage } total { count } } }", 1 + 7 + 2),
        ("{ leads(first: 7) { nodes { leads(first: 7) { nodes { id } } } } }", 1 + 7 * (1 + 1 + 7)),
        ('{ nodes(ids: ["a", "b", "c"]) { id ... on Lead { owner { id } } } }', 3 * 2),
        ('{ nodes(ids: "a") { id } }', 1),
        (
            """{ leads(first: 7) { ...F } }
               fragment F on LeadConnection { nodes { ...G } } fragment G on Lead { owner { id } }""",
            1 + 14,
        ),
        ("{ lead { ...G ...G ... on Lead { ...G } } } fragment G on Lead { owner { id } }", 2),
        ("{ leads(first: " + "9" * 5_000 + ") { nodes { id } } }", 10**9),
    ],
)
def test_a_document_costs_the_objects_that_it_can_return(source: str, objects: int) -> None:
    assert cost(source) == objects


@pytest.mark.parametrize(
    ("variables", "objects"), [({"n": 7}, 8), ({"n": 0}, 1), ({"n": -1}, 1), ({"n": None}, 51), ({}, 51)]
)
def test_a_variable_counts_with_its_value(variables: dict[str, object], objects: int) -> None:
    assert cost("query ($n: Int) { leads(first: $n) { nodes { id } } }", **variables) == objects


def test_a_list_of_ids_in_a_variable_counts_with_its_length() -> None:
    assert cost("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["a"] * 400) == 400


DONE = "items { id owner { id } } errors { count } count"


@pytest.mark.parametrize(
    ("source", "variables"),
    [
        ("mutation ($input: DoneInput!) { done(input: $input) { %s } }", {"input": {"itemIds": ["a"] * 400}}),
        ("mutation ($ids: [ID!]!) { done(input: { itemIds: $ids }) { %s } }", {"ids": ["a"] * 400}),
        (f"mutation {{ done(input: {{ itemIds: {['a'] * 400} }}) {{ %s }} }}".replace("'", '"'), {}),
    ],
)
def test_a_payload_counts_as_many_items_as_were_named(source: str, variables: dict[str, object]) -> None:
    assert cost(source % DONE, **variables) == 1 + 400 * 3


@pytest.mark.parametrize("argument", ["", "(input: 1)", "(input: {})", "(input: null)"])
def test_a_payload_of_an_input_that_is_none_counts_something(argument: str) -> None:
    assert cost(f"mutation {{ done{argument} {{ {DONE} }} }}") > 0


def test_a_payload_that_is_about_no_items_has_lists_like_others() -> None:
    assert cost("mutation { new(input: {}) { items { id } } }") == 1 + 5


def test_a_fragment_in_pages_of_two_sizes_counts_for_each() -> None:
    source = """query ($n: Int) { a: leads(first: $n) { ...F } b: leads(first: 10) { ...F } }
                fragment F on LeadConnection { nodes { owner { id } } }"""
    assert cost(source, n=3) == (1 + 3 * 2) + (1 + 10 * 2)


@pytest.mark.parametrize(
    ("source", "depth"),
    [
        ("{ __typename }", 1),
        ("{ lead { owner { id } } }", 3),
        ("{ lead { ...F } } fragment F on Lead { owner { ...G } } fragment G on User { id }", 3),
        ("{ lead { ... { ... on Lead { id } } } }", 2),
        (get_introspection_query(), 1),
    ],
)
def test_depth_counts_fields_below_one_another(source: str, depth: int) -> None:
    assert RULER.measure(parse(source), None).depth == depth


def test_aliases_and_directives_count_wherever_a_fragment_is_spread() -> None:
    source = """query Q($y: Boolean = true @a) @a { x: lead { ...F } y: lead { ...F @a } }
                fragment F on Lead @a { z: id @a  ... @a { id } }"""
    measure = RULER.measure(parse(source), "Q")
    assert (measure.aliases, measure.directives) == (4, 3 + 2 * 3)


def chain(length: int) -> DocumentNode:
    """Fragments that each spread the next one twice: walking into every spread takes 2 ** length steps."""
    link = (
        "fragment F{0} on Lead {{ a: owner {{ id }} "
        "leads(first: $n) {{ nodes {{ ...F{1} }} edges {{ node {{ ...F{1} }} }} }} }}"
    )
    links = " ".join(link.format(number, number + 1) for number in range(length))
    return parse(f"query ($n: Int) {{ lead {{ ...F0 }} }} {links} fragment F{length} on Lead {{ id }}")


@pytest.mark.parametrize("length", [10, 100, 1_000, 2_000])
def test_a_chain_of_fragments_is_measured_in_linear_time(length: int) -> None:
    measuring = Measuring(RULER, chain(length))
    measure = measuring.operation(None)
    assert (measure.depth, measure.cost({"n": 5})) == (2 + 3 * length, 10**9)
    assert measuring.visits <= 20 * length


def test_working_out_the_cost_of_a_chain_takes_linear_time_too() -> None:
    looked_up: list[str] = []

    class Variables(dict[str, Any]):
        def get(self, name: str, default: object = None) -> Any:
            looked_up.append(name)
            return 1

    RULER.measure(chain(2_000), None).cost(Variables())
    assert len(looked_up) <= 2_000 * 2


@pytest.mark.parametrize(
    "source",
    [
        "{ lead { ...A } } fragment A on Lead { ...A }",
        """{ lead { ...A } }
           fragment A on Lead { owner { id } ...B } fragment B on Lead { ...A ...C } fragment C on Lead { ...B }""",
        "{ lead { ...Nowhere } nope { nope { ...A } } } fragment A on Nope { nope { id } }",
    ],
)
def test_an_invalid_document_ends_too(source: str) -> None:
    assert RULER.measure(parse(source), None).cost({}) < 100


def test_every_limit_that_is_exceeded_is_named_with_its_value() -> None:
    limits = Limits(depth_max=2, aliases_max=0, directives_max=0, cost_max=1)
    measure = RULER.measure(parse("{ a: lead @skip(if: false) { owner { id } } }"), None)
    errors = excesses(measure, measure.cost({}), limits, RULER.introspection_max)
    named = [
        (error["extensions"]["limit"], error["extensions"]["value"], error["extensions"]["maximum"]) for error in errors
    ]
    assert named == [("depth", 3, 2), ("aliases", 1, 0), ("directives", 1, 0), ("cost", 2, 1)]


def test_introspection_is_allowed_with_everything_that_tools_ask_for() -> None:
    usual = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        one_of=True,
    )
    measure = RULER.measure(parse(usual), None)
    assert excesses(measure, measure.cost({}), Limits(), RULER.introspection_max) == ()


def test_introspecting_over_and_over_is_not() -> None:
    copies = " ".join(f"a{i}: __schema {{ types {{ ...F }} }}" for i in range(30))
    fields = "fragment F on __Type { fields { type { fields { type { name } args { type { name } } } } } }"
    measure = RULER.measure(parse(f"{{ {copies} }} {fields}"), None)
    (error,) = excesses(measure, measure.cost({}), Limits(), RULER.introspection_max)
    assert error["extensions"]["limit"] == "introspection"


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        (
            '{ lead(id: "lead_1") { contacts(first: 1) { '
            + "lead { contacts(first: 1) { " * 5
            + "id"
            + " } }" * 6
            + " }",
            "depth",
        ),
        ("{ leads { nodes { contacts { lead { id } } } } }", "cost"),
        ("{ " + " ".join(f"a{i}: hello" for i in range(31)) + " }", "aliases"),
        ("{ " + " ".join("hello @include(if: true)" for _ in range(11)) + " }", "directives"),
    ],
)
def test_over_http_too(served: Served, query: str, limit: str) -> None:
    (error,) = served.post(query).json()["errors"]
    assert error["extensions"]["limit"] == limit
