"""Drafts of messages and text messages, as a front end sees them."""

from __future__ import annotations

from typing import Any

from tests.support.api import Api

SMS = """sms { id kind direction status localPhone remotePhone text headline contact { name } user { name }
  occurredAt }"""


def written(api: Api, lead: str, **input: Any) -> str:
    logged = api.do("logEmail", "email { id }", leadId=lead, direction="OUTBOUND", status="DRAFT", **input)
    return str(logged["email"]["id"])


def test_a_draft_is_edited_and_sent(api: Api, lead: str) -> None:
    draft = written(api, lead, subject="Offr")
    shown = "activity { id headline } email { status subject to bodyText sender occurredAt bodyPreview } sms { id }"
    edited = api.do(
        "editDraft", shown, activityId=draft, subject="Offer", to=["l@bluth.example"], bodyHtml="<p>Yes</p>"
    )
    assert edited["activity"] == {"id": draft, "headline": "E-mail: Offer"}
    assert (edited["email"]["status"], edited["email"]["bodyPreview"], edited["sms"]) == ("DRAFT", "Yes", None)
    sent = api.do("editDraft", shown, activityId=draft, status="SENT", occurredAt="0001-06-01T00:00:00Z")["email"]
    assert (sent["status"], sent["sender"], sent["to"]) == ("SENT", "ada@example.com", ["l@bluth.example"])
    assert sent["occurredAt"] == "0001-06-01T00:00:00.000000Z"
    refused = api.refused("editDraft", activityId=draft, subject="No")
    assert refused == ("INVALID", "not_a_draft", "activityId")
    assert api.refused("editDraft", activityId=written(api, lead), status="OUTBOX")[:2] == (
        "UNAVAILABLE",
        "no_sending_account",
    )


def test_null_clears_and_absent_leaves(api: Api, lead: str) -> None:
    draft = written(api, lead, subject="Offer", to=["l@bluth.example"])
    shown = "email { subject to }"
    assert api.do("editDraft", shown, activityId=draft, subject=None)["email"] == {
        "subject": "",
        "to": ["l@bluth.example"],
    }


def test_an_edit_of_what_somebody_else_changed_is_refused(api: Api, lead: str) -> None:
    draft = written(api, lead)
    seen = api.look(lead, "version")["version"]
    api.do("editDraft", activityId=draft, subject="Offer", to=["l@bluth.example"])
    (error,) = api.refusals("editDraft", activityId=draft, subject="Bid", expectedVersion=seen)
    assert (error["code"], error["differences"]) == (
        "CONFLICT",
        [
            {"path": ["activities", draft, "to"], "before": [], "after": ["l@bluth.example"]},
            {"path": ["activities", draft, "subject"], "before": "", "after": "Offer"},
        ],
    )
    assert api.do("editDraft", "email { subject }", activityId=draft, bodyText="Yes", expectedVersion=seen)


def test_a_conflict_over_a_draft_says_what_was_changed(api: Api, lead: str) -> None:
    draft, text = (
        written(api, lead),
        api.do("logSms", "sms { id }", leadId=lead, direction="OUTBOUND", status="DRAFT")["sms"]["id"],
    )
    seen = api.look(lead, "version")["version"]
    api.do("editDraft", activityId=draft, subject="Offer", to=["l@bluth.example"], userId=None)
    api.do("editDraft", activityId=draft, subject="Bid", followUpAt="2027-01-01T00:00:00Z")
    api.do("editDraft", activityId=text, text="Yes")
    viewer = api.ask("{ viewer { id } }")["viewer"]["id"]
    (conflict,) = api.refusals("editDraft", activityId=draft, subject="x", to=[], userId=None, expectedVersion=seen)
    (other,) = api.refusals("editDraft", activityId=text, text="x", expectedVersion=seen)
    here = ["activities", draft]
    assert sorted(conflict["differences"], key=lambda one: str(one["path"])) == [
        {"path": [*here, "followUpAt"], "before": None, "after": "2027-01-01T00:00:00.000000Z"},
        {"path": [*here, "subject"], "before": "", "after": "Bid"},
        {"path": [*here, "to"], "before": [], "after": ["l@bluth.example"]},
        {"path": [*here, "user"], "before": viewer, "after": None},
    ]
    assert other["differences"] == [{"path": ["activities", text, "text"], "before": "", "after": "Yes"}]


def test_a_text_message_is_logged_with_the_contact_who_has_the_number(api: Api) -> None:
    lead = api.lead(contacts=[{"name": "Lindsay", "phones": [{"phone": "+12125550100"}]}])
    sms = api.do(
        "logSms",
        SMS,
        leadId=lead,
        direction="INBOUND",
        remotePhone="+1 212 555 0100",
        localPhone="+49 30 123456",
        text="Yes \U0001f600",
        occurredAt="2025-06-01T08:00:00Z",
    )["sms"]
    assert {**sms, "id": None} == {
        "id": None,
        "kind": "SMS",
        "direction": "INBOUND",
        "status": "INBOX",
        "localPhone": "+4930123456",
        "remotePhone": "+12125550100",
        "text": "Yes \U0001f600",
        "headline": "SMS: Yes \U0001f600",
        "contact": {"name": "Lindsay"},
        "user": {"name": "Ada"},
        "occurredAt": "2025-06-01T08:00:00.000000Z",
    }
    found = api.look(lead, "lastCommunicationAt activities(filter: {kinds: [SMS]}) { nodes { __typename id } }")
    assert found["lastCommunicationAt"] == "2025-06-01T08:00:00.000000Z"
    assert found["activities"]["nodes"] == [{"__typename": "Sms", "id": sms["id"]}]


def test_a_draft_of_a_text_message_is_edited(api: Api, lead: str) -> None:
    draft = api.do("logSms", SMS, leadId=lead, direction="OUTBOUND", status="DRAFT")["sms"]["id"]
    edited = api.do("editDraft", "activity { headline } sms { text status } email { id }", activityId=draft, text="No")
    assert edited["activity"] == {"headline": "SMS: No"}
    assert (edited["sms"], edited["email"]) == ({"text": "No", "status": "DRAFT"}, None)
    assert api.refused("editDraft", activityId=draft, subject="No") == ("INVALID", "not_of_this_message", "subject")


def test_an_e_mail_is_with_the_contact_who_has_the_address(api: Api) -> None:
    lead = api.lead(contacts=[{"name": "Gob"}, {"name": "Lindsay", "emails": [{"email": "l@bluth.example"}]}])
    for words in (
        {"direction": "INBOUND", "sender": "Lindsay <L@bluth.example>"},
        {"direction": "OUTBOUND", "to": ["nobody@x.example"], "cc": ["l@bluth.example"]},
    ):
        assert api.do("logEmail", "email { contact { name } }", leadId=lead, **words)["email"] == {
            "contact": {"name": "Lindsay"}
        }
    none = {"direction": "INBOUND", "sender": "l@bluth.example", "contactId": None}
    assert api.do("logEmail", "email { contact { name } }", leadId=lead, **none)["email"] == {"contact": None}
