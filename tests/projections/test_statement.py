"""Statement: named fragments make one text, and values travel beside it."""

from __future__ import annotations

import pytest

from app.ids import uuid7
from projections.lead_view.criteria import LeadCriteria
from projections.machinery.reader import Statement

BASE = "SELECT 1 FROM t WHERE org_id = $1/*and*/ LIMIT $2"
HOSTILE = "'; DROP TABLE lead_view; -- {} $1 /*and*/ \\"


def test_a_statement_without_conditions_has_nothing_where_they_would_go() -> None:
    assert Statement(BASE, 10).sql == "SELECT 1 FROM t WHERE org_id = $1 LIMIT $2"


def test_each_value_becomes_the_next_parameter() -> None:
    statement = Statement(BASE, 10).also("a = {}", "x").also("(b, c) < ({}, {})", 2, 3).also("d IS NULL")
    assert statement.sql == (
        "SELECT 1 FROM t WHERE org_id = $1 AND a = $3 AND (b, c) < ($4, $5) AND d IS NULL LIMIT $2"
    )
    assert statement.arguments == [10, "x", 2, 3]


def test_conditions_stand_at_every_mark() -> None:
    assert Statement("SELECT 1/*and*/ UNION SELECT 2/*and*/").also("a").sql == "SELECT 1 AND a UNION SELECT 2 AND a"


def test_a_condition_whose_value_is_none_is_left_out() -> None:
    statement = Statement(BASE, 10).also_if("a = {}", None)
    assert (statement.sql, statement.arguments) == (Statement(BASE, 10).sql, [10])


@pytest.mark.parametrize("value", [0, "", (), False])
def test_a_value_that_is_merely_empty_is_a_condition(value: object) -> None:
    assert Statement(BASE, 10).also_if("a = {}", value).arguments == [10, value]


def test_a_hostile_value_is_in_no_text() -> None:
    statement = Statement(BASE, HOSTILE).also("a = {}", HOSTILE).also("b = {}", "c")
    assert statement.sql == "SELECT 1 FROM t WHERE org_id = $1 AND a = $3 AND b = $4 LIMIT $2"
    assert statement.arguments == [HOSTILE, HOSTILE, "c"]


def test_what_is_searched_is_in_no_text() -> None:
    plain, hostile = (
        [one.text for one in LeadCriteria(search=search, status_ids=[uuid7()]).conditions(uuid7())]
        for search in ("bluth", f"bluth {HOSTILE}")
    )
    assert plain == hostile
