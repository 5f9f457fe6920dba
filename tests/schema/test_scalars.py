"""What scalars refuse: what they accept is what they print."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.support.api import Api, document

VALUES = {
    "DateTime": [
        "2026-11-22T08:30:00",  # no offset
        "2026-11-22 08:30:00Z",
        "2026-11-22T08:30Z",
        "2026-11-22",
        "20261122T083000Z",
        "2026-02-30T00:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T08:30:60Z",
        "2026-11-22T08:30:00+24:00",
        "٢٠٢٦-11-22T08:30:00Z",
        "0000-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "-001-01-01T00:00:00Z",
        "2026-11-22T08:30:00Z\n",
        "now",
        "",
        1_795_336_200,
        1.5,
        True,
        ["2026-11-22T08:30:00Z"],
        {"time": "2026-11-22T08:30:00Z"},
    ],
    "Date": ["20260101", "2026-1-1", "2026-01-32", "2026-02-29", "2026-01-01T00:00:00Z", "2026-01-01 ", "١٢", 20260101],
    "Decimal": [
        "١٢",
        "1e400",
        "1E+3",
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1_000",
        "1,5",
        "+1",
        ".5",
        "5.",
        " 1",
        "0x1F",
        "",
        "9" * 5_000,
        1.5,
        True,
        ["1"],
    ],
    "Int": ["1", 1.5, 2**31, -(2**31) - 1, True, "١٢"],
    "Cursor": [1, True, ["x"]],
    "ID": [1.5, True, ["lead_1"]],
}
INPUTS = {"DateTime": ("logCall", "occurredAt"), "Int": ("logCall", "durationSeconds")} | {
    "Date": ("addOpportunity", "dateWon"),
    "Decimal": ("addOpportunity", "value"),
    "ID": ("addOpportunity", "contactId"),
}
NUMBERS = ["9" * 5_000, "1" + "0" * 400, "1e400", "-1e400"]


def cases() -> list[Any]:
    return [pytest.param(kind, value, id=f"{kind} {str(value)[:30]!r}") for kind in INPUTS for value in VALUES[kind]]


@pytest.mark.parametrize(("kind", "value"), cases())
def test_a_value_that_is_none_of_its_kind_is_refused_and_nothing_runs(
    api: Api, lead: str, kind: str, value: object
) -> None:
    mutation, field = INPUTS[kind]
    input = {"leadId": lead, field: value} | ({"direction": "INBOUND"} if mutation == "logCall" else {})
    answer = api.send(document(mutation), input=input).json()
    assert "data" not in answer
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("literal", ["1e400", "1.5", "NaN", '"١٢"', '"1e400"', "true", "[1]", "{a: 1}", "A"])
def test_a_literal_in_the_document_is_read_as_strictly(api: Api, lead: str, literal: str) -> None:
    source = f"""mutation ($id: ID!) {{ addOpportunity(input: {{ leadId: $id, value: {literal} }}) {{ cursor }} }}"""
    answer = api.send(source, id=lead).json()
    assert answer.get("data") is None
    assert {error["extensions"]["code"] for error in answer["errors"]} <= {
        "GRAPHQL_VALIDATION_FAILED",
        "GRAPHQL_PARSE_FAILED",
        "BAD_USER_INPUT",
    }


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("field", ["value", "confidence"])
def test_a_number_that_no_double_holds_is_not_taken(api: Api, lead: str, number: str, field: str) -> None:
    input = f'{{"leadId": "{lead}", "{field}": {number}}}'
    answer = raw(api, f'{{"query": {json.dumps(document("addOpportunity"))}, "variables": {{"input": {input}}}}}')
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) in (
        (400, "BAD_REQUEST"),
        (200, "BAD_USER_INPUT"),
    )


@pytest.mark.parametrize("number", ["9" * 5_000, "1e400"])
def test_a_number_in_the_document_that_nobody_can_read_is_an_error(api: Api, number: str) -> None:
    answer = api.send(f"{{ leads(first: {number}) {{ totalCount }} }}").json()
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}


def test_finer_digits_than_microseconds_are_cut(api: Api, lead: str) -> None:
    logged = api.do(
        "logCall", "call { occurredAt }", leadId=lead, direction="INBOUND", occurredAt="2026-11-22t08:30:00.123456789z"
    )
    assert logged["call"]["occurredAt"] == "2026-11-22T08:30:00.123456Z"


def test_a_refused_value_is_quoted_without_our_internals(api: Api, lead: str) -> None:
    (error,) = api.faults(document("logCall"), input={"leadId": lead, "direction": "INBOUND", "occurredAt": "now"})
    assert "An instant looks like 2026-11-22T08:30:00Z." in error["message"]
    assert ".occurredAt" in error["message"]


def raw(api: Api, body: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {api.key}", "content-type": "application/json"}
    return api.site.http.post(api.site.graphql, content=body.encode(), headers=headers)
