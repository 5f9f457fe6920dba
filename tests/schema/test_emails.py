"""Logged e-mails and their threads, as a front end sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

EMAIL = """email { id threadId direction status sender to cc bcc subject bodyText bodyHtml bodyPreview messageId
  user { name } headline }"""


def logged(api: Api, lead: str, **input: Any) -> Any:
    return api.do("logEmail", EMAIL, leadId=lead, **input)["email"]


def test_a_sent_message_is_the_viewer_s_and_begins_a_thread(api: Api, lead: str) -> None:
    email = logged(api, lead, direction="OUTBOUND", to=["l@bluth.example"], subject="Offer", bodyText="Hello\n\nthere")
    assert email["threadId"] != email["id"]  # a thread is a thing of its own
    assert {name: email[name] for name in ("status", "sender", "to", "subject", "bodyPreview", "headline", "user")} == {
        "status": "SENT",
        "sender": "ada@example.com",
        "to": ["l@bluth.example"],
        "subject": "Offer",
        "bodyPreview": "Hello there",
        "headline": "E-mail: Offer",
        "user": {"name": "Ada"},
    }


def test_an_answer_joins_the_thread_of_what_it_answers(api: Api, lead: str) -> None:
    first = logged(api, lead, direction="OUTBOUND", messageId="<1@acme.example>")
    answer = logged(api, lead, direction="INBOUND", sender="l@bluth.example", inReplyTo="<1@acme.example>")
    assert answer["threadId"] == first["threadId"]


def test_references_find_the_thread_where_the_direct_ancestor_is_missing(api: Api, lead: str) -> None:
    first = logged(api, lead, direction="OUTBOUND", messageId="<1@acme.example>")
    references = ["<1@acme.example>", "<lost@acme.example>"]
    answer = logged(
        api, lead, direction="INBOUND", sender="l@bluth.example", inReplyTo="<lost@acme.example>", references=references
    )
    assert answer["threadId"] == first["threadId"]


def test_html_is_sanitised_and_read_as_text(api: Api, lead: str) -> None:
    html = '<p onclick="x()">Yes</p><script>alert(1)</script>'
    email = logged(api, lead, direction="INBOUND", sender="l@bluth.example", bodyHtml=html)
    assert (email["bodyHtml"], email["bodyText"]) == ("<p>Yes</p>", "Yes")


@pytest.mark.parametrize("field", ["subject", "status", "to"])
def test_null_is_the_default(api: Api, lead: str, field: str) -> None:
    email = logged(api, lead, direction="OUTBOUND", **{field: None})
    assert email[field] == {"subject": "", "status": "SENT", "to": []}[field]


@pytest.mark.parametrize(
    ("input", "refused"),
    [
        ({"direction": "INBOUND"}, ("INVALID", "sender_missing", "sender")),
        (
            {"direction": "INBOUND", "sender": "x@y.example", "status": "SENT"},
            ("INVALID", "wrong_message_status", "status"),
        ),
        ({"direction": "OUTBOUND", "status": "OUTBOX"}, ("UNAVAILABLE", "no_sending_account", "status")),
        ({"direction": "OUTBOUND", "subject": "x" * 999}, ("INVALID", "text_too_long", "subject")),
        ({"direction": "OUTBOUND", "to": ["a", "b", "c\0"]}, ("INVALID", "nul_character", "to.2")),
    ],
)
def test_what_cannot_be_is_refused(api: Api, lead: str, input: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert api.refused("logEmail", leadId=lead, **input) == refused


def test_a_message_is_on_a_lead_once(api: Api, lead: str) -> None:
    logged(api, lead, direction="OUTBOUND", messageId="<1@acme.example>")
    refused = api.refused("logEmail", leadId=lead, direction="OUTBOUND", messageId="<1@acme.example>")
    assert refused == ("DUPLICATE", "message_logged", "messageId")


def test_a_deleted_message_may_be_logged_again(api: Api, lead: str) -> None:
    first = logged(api, lead, direction="OUTBOUND", messageId="<1@acme.example>")
    api.do("deleteActivity", activityId=first["id"])
    assert logged(api, lead, direction="OUTBOUND", messageId="<1@acme.example>")["id"] != first["id"]


def test_a_message_may_be_on_two_leads(api: Api, lead: str) -> None:
    logged(api, lead, direction="OUTBOUND", messageId="<1@acme.example>")
    assert logged(api, api.lead(), direction="OUTBOUND", messageId="<1@acme.example>")["id"]
