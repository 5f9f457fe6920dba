"""What clients are told, and what they are not."""

import logging
import uuid
from typing import Any

import pytest

from tests.schema.edge.serving import Served

INTERNAL_TEXTS = ("hunter2", "postgresql", "internal text", "RuntimeError", "Did you mean", "Maybe[")


def only_error(served: Served, query: str, **members: Any) -> dict[str, Any]:
    answer = served.post(query, **members)
    assert not [text for text in INTERNAL_TEXTS if text in answer.text]
    (error,) = answer.json()["errors"]
    assert isinstance(error, dict)
    return error


@pytest.mark.parametrize(
    "query",
    [
        "{ boom }",
        "{ plainGraphqlError }",
        "{ mood }",
        "{ unwritable }",
        "query ContextFails { hello }",
    ],
)
def test_what_is_not_meant_for_clients_is_masked(served: Served, query: str) -> None:
    error = only_error(served, query)
    assert error["message"] == "Something went wrong on our side. Quote the id to find it in the log."


def test_a_masked_error_is_found_in_the_log_by_its_id(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    error_id = only_error(served, "{ boom }")["extensions"]["id"]
    (record,) = [record for record in caplog.records if error_id in record.getMessage()]
    assert record.exc_info is not None
    assert str(uuid.UUID(error_id)) == error_id


def test_variables_stay_out_of_the_log(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    served.post("query ($n: String!) { boom hello(name: $n) }", variables={"n": "Ann Smith"})
    assert "Ann Smith" not in caplog.text


def test_a_failing_field_leaves_its_siblings_alone(served: Served) -> None:
    assert served.post("{ boom hello }").json()["data"] == {"boom": None, "hello": "hello world"}


def test_a_client_error_goes_out_as_it_is(served: Served) -> None:
    error = only_error(served, "{ leads(first: 101) { nodes { id } } }")
    assert (error["message"], error["path"], error["extensions"]) == (
        "Ask for at most 100 leads.",
        ["leads", "first"],
        {"code": "INVALID"},
    )


def test_a_context_may_refuse(served: Served) -> None:
    error = only_error(served, "query ContextRefuses { hello }")
    assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 60}


def test_a_database_that_is_down_fails_authentication_without_a_word_about_it(served: Served) -> None:
    served.world.database_is_down = True
    answer = served.post("{ hello }")
    assert (answer.status_code, "postgresql" in answer.text) == (500, False)


def test_the_next_call_works_when_the_database_is_back(served: Served) -> None:
    served.world.database_is_down = True
    served.post("{ hello }")
    served.world.database_is_down = False
    assert served.post("{ hello }").json()["data"] == {"hello": "hello world"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ " + "hello " * 2_000 + "}", "GRAPHQL_PARSE_FAILED"),
        ("{ helo }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ hello(nam: 1) }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ secret(value: "x") }', "GRAPHQL_VALIDATION_FAILED"),
        ("{ number(value: " + "1" * 5_000 + ") }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ hello @nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment A on Query { ...B } fragment B on Query { ...A } { ...A }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ hello" + " #" * 40_000 + "\n}", "LIMIT_EXCEEDED"),
    ],
)
def test_an_invalid_document_is_refused_without_naming_what_else_there_is(
    served: Served, query: str, code: str
) -> None:
    assert only_error(served, query)["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query ($v: Secret!) { secret(value: $v) }", {"v": "x"}),
        ("query ($v: Secret!) { secret(value: $v) }", {}),
        ("query ($v: Int!) { number(value: $v) }", {"v": "one"}),
        ("query ($v: Int!) { number(value: $v) }", {"v": 2**40}),
        ("query ($v: Int = 1) { number(value: $v) }", {"v": None}),
        ('query ($v: AsOfInput!) { lead(id: "lead_1", asOf: $v) { id } }', {"v": {}}),
        ('query ($v: AsOfInput!) { lead(id: "lead_1", asOf: $v) { id } }', {"v": {"version": None}}),
    ],
)
def test_variables_of_the_wrong_kind_are_the_clients_to_correct(
    served: Served, query: str, variables: dict[str, object]
) -> None:
    assert only_error(served, query, variables=variables)["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("value", ["client", "graphql"])
def test_what_a_scalar_says_on_purpose_goes_out(served: Served, value: str) -> None:
    error = only_error(served, "query ($v: Secret!) { secret(value: $v) }", variables={"v": value})
    assert "Secrets have" in error["message"]


def test_a_one_of_input_in_a_fragment_before_its_operation_is_valid(served: Served) -> None:
    fragment = 'fragment F on Query { lead(id: "lead_1", asOf: { version: $v }) { id } }'
    answer = served.post(fragment + " query ($v: Int!) { ...F }", variables={"v": 3})
    assert answer.json()["data"] == {"lead": {"id": "lead_1"}}


def test_a_one_of_input_with_an_unknown_variable_is_invalid(served: Served) -> None:
    error = only_error(served, '{ lead(id: "lead_1", asOf: { version: $v }) { id } }')
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
