"""Input that must not get in, however it comes: too long, too large, or no text at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.schema.test_scalars import raw
from tests.support.api import Api, document

TEXTS = {
    "createLead": ["name", "description", "url", "status"],
    "updateLead": ["name", "description", "url"],
    "changeLeadStatus": ["status"],
    "addOpportunity": ["note"],
    "addTask": ["text"],
    "logCall": ["phone", "localPhone", "note", "recordingUrl", "voicemailUrl"],
    "logEmail": ["sender", "subject", "bodyText", "bodyHtml", "messageId", "inReplyTo"],
    "writeNote": ["title", "text", "html"],
}
NEEDED: dict[str, dict[str, Any]] = {
    "logCall": {"direction": "OUTBOUND"},
    "logEmail": {"direction": "OUTBOUND"},
    "addTask": {"text": "Call back"},
    "writeNote": {"text": "Likes stairs"},
}


def needed(mutation: str, lead: str) -> dict[str, Any]:
    return NEEDED.get(mutation, {}) | ({} if mutation == "createLead" else {"leadId": lead})


@pytest.mark.parametrize(("mutation", "field"), [(name, field) for name, fields in TEXTS.items() for field in fields])
def test_the_nul_character_is_refused_by_name(api: Api, lead: str, mutation: str, field: str) -> None:
    refused = api.refused(mutation, **{**needed(mutation, lead), field: "https://a\0b"})
    assert refused == ("INVALID", "nul_character", field)


@pytest.mark.parametrize("mutation", ["createLead", "addTask", "pinNote", "completeTask", "deleteActivity"])
def test_the_nul_character_in_an_idempotency_key_is_refused_by_name(api: Api, lead: str, mutation: str) -> None:
    ids = {
        "pinNote": {"noteId": "acti_0000000000000000000000"},
        "completeTask": {"taskId": "task_0000000000000000000000"},
        "deleteActivity": {"activityId": "acti_0000000000000000000000"},
    }
    refused = api.refused(mutation, **ids.get(mutation, needed(mutation, lead)), idempotencyKey="a\0b")
    assert refused == ("INVALID", "nul_character", "idempotencyKey")


@pytest.mark.parametrize("surrogate", ["\\ud800", "\\udc00", "\\udc00\\ud800"])
def test_half_a_surrogate_pair_is_refused_by_name(api: Api, surrogate: str) -> None:
    query = json.dumps(document("createLead"))
    answer = raw(api, f'{{"query": {query}, "variables": {{"input": {{"name": "{surrogate}"}}}}}}')
    assert answer.status_code == 400
    assert "surrogate" in answer.json()["errors"][0]["message"]


def test_half_a_surrogate_pair_in_the_document_is_refused(api: Api) -> None:
    source = '{ leads(filter: { search: "\\ud800" }) { totalCount } }'
    (error,) = api.faults(source)
    assert error["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"


def test_a_whole_surrogate_pair_is_a_character(api: Api) -> None:
    answer = raw(
        api,
        json.dumps({"query": document("createLead", "lead { name }"), "variables": {"input": {"name": "\U0001f600"}}}),
    )
    assert answer.json()["data"]["createLead"]["lead"] == {"name": "\U0001f600"}


@pytest.mark.parametrize(("length", "fits"), [(500, True), (501, False)])
def test_a_name_has_at_most_five_hundred_characters(api: Api, length: int, fits: bool) -> None:
    errors = api.answer("createLead", name="\U0001f600" * length)["errors"]
    assert [error["reason"] for error in errors] == ([] if fits else ["text_too_long"])


def test_a_description_has_at_most_a_hundred_thousand_characters(api: Api) -> None:
    api.do("createLead", description="x" * 100_000)
    assert api.refused("createLead", description="x" * 100_001) == ("INVALID", "text_too_long", "description")


def test_a_description_of_ten_megabytes_is_too_large(api: Api) -> None:
    answer = api.send(document("createLead"), input={"description": "x" * 10_000_000})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "TOO_LARGE")


def test_a_list_of_an_input_is_bounded(api: Api) -> None:
    contact = {"emails": [{"email": f"l{number}@bluth.example"} for number in range(51)]}
    refused = api.refused("createLead", contacts=[contact])
    assert refused == ("INVALID", "too_many_entries", "contacts.0.emails")


@pytest.mark.parametrize("key", ["", "  "])
def test_a_blank_idempotency_key_is_refused(api: Api, key: str) -> None:
    assert api.refused("createLead", idempotencyKey=key) == ("INVALID", "required", "idempotencyKey")


def test_an_idempotency_key_is_bounded(api: Api) -> None:
    assert api.refused("createLead", idempotencyKey="x" * 256) == ("INVALID", "text_too_long", "idempotencyKey")


def test_a_field_nobody_knows_is_refused_before_anything_runs(api: Api) -> None:
    answer = api.send(document("createLead"), input={"nmae": "Bluth"}).json()
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_message_never_repeats_a_long_value_whole(api: Api) -> None:
    (error,) = api.refusals("createLead", url="x y" * 600)
    assert len(error["message"]) < 400
