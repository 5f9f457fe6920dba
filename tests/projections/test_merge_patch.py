"""Merge patches (RFC 7396): the database and the bulk road change the inside of JSON columns alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from projections.machinery.rows import merge_patch
from tests.support.office import Office
from tests.support.postgres import both_versions

pytestmark = both_versions

LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab é", max_size=3)
NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner), max_leaves=8)

# Source: RFC 7396, Appendix A.
EXAMPLES = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "merged"), EXAMPLES)
async def test_a_merge_patch_does_what_the_rfc_says(office: Office, target: Any, patch: Any, merged: Any) -> None:
    assert merge_patch(target, patch) == merged
    assert await _in_the_database(office, target, patch) == merged


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(target=VALUES, patch=VALUES)
async def test_both_do_the_same(office: Office, target: Any, patch: Any) -> None:
    assert await _in_the_database(office, target, patch) == merge_patch(target, patch)


async def _in_the_database(office: Office, target: Any, patch: Any) -> Any:
    rows = await office.system.store.fetch(
        None, "SELECT merge_patch($1::jsonb, $2::jsonb) AS merged", json.dumps(target), json.dumps(patch)
    )
    return json.loads(rows[0]["merged"])
