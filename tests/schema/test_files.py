"""The files tab as a front end sees it: pages, filters, and each file with what brought it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.ids import ActivityId, ThreadId, decode_id, uuid7
from app.lead.emails import EmailLogged
from app.vocabulary import Direction, MessageStatus
from schema.ids import public_id
from tests.support.api import Api
from tests.support.filed import CONTENT, SHA256, a_file, attachment, filed, request, signature, uploaded
from tests.support.histories import append

FIELDS = "id name contentType sizeBytes sha256 receivedAt isInline contentId viewerCanDelete activity { id kind }"


def names(api: Api, lead: str, arguments: str = "") -> list[str]:
    """Names in the tab."""
    return [one["name"] for one in api.look(lead, f"files{arguments} {{ nodes {{ name }} }}")["files"]["nodes"]]


def mail(api: Api, lead: str, status: MessageStatus, *files: Any) -> str:
    """An e-mail with files; its id."""
    email_id = ActivityId(uuid7())
    direction = Direction.INBOUND if status is MessageStatus.INBOX else Direction.OUTBOUND
    event = EmailLogged(
        email_id=email_id, thread_id=ThreadId(email_id), direction=direction, status=status, files=files
    )
    api.site.operate(append(api.site.system, request(api), decode_id("lead", lead), [event]))
    return public_id("activity", email_id)


def test_a_file_says_all_that_is_known_of_it(api: Api, lead: str) -> None:
    file_id = a_file(api, lead, CONTENT, "offer.pdf", "application/pdf; x=y")
    (found,) = api.look(lead, f"files {{ nodes {{ {FIELDS} lead {{ id }} }} }}")["files"]["nodes"]
    (note,) = api.look(lead, "activities(filter: { kinds: [NOTE] }) { nodes { id occurredAt } }")["activities"]["nodes"]
    assert found == {
        "id": file_id,
        "name": "offer.pdf",
        "contentType": "application/pdf; x=y",
        "sizeBytes": len(CONTENT),
        "sha256": SHA256,
        "receivedAt": note["occurredAt"],
        "isInline": False,
        "contentId": None,
        "viewerCanDelete": True,
        "activity": {"id": note["id"], "kind": "NOTE"},
        "lead": {"id": lead},
    }
    node = f"query ($id: ID!) {{ node(id: $id) {{ ... on File {{ {FIELDS} lead {{ id }} }} }} }}"
    assert api.ask(node, id=file_id) == {"node": found}


def test_what_brought_files_shows_them_all_in_its_own_order(api: Api, lead: str) -> None:
    small = attachment("logo.png", "image/png", size_bytes=5, is_inline=True, content_id="logo")
    files = [attachment("b.pdf"), small, attachment("a.pdf")]
    email = mail(api, lead, MessageStatus.INBOX, *files)
    filed(api, lead, attachment("note.pdf"))
    found = "files { name contentId }"
    shown = api.look(lead, f"activities {{ nodes {{ id ... on Email {{ {found} }} ... on Note {{ {found} }} }} }}")
    by_id = {one["id"]: one.get("files") for one in shown["activities"]["nodes"]}
    assert by_id[email] == [
        {"name": "b.pdf", "contentId": None},
        {"name": "logo.png", "contentId": "logo"},
        {"name": "a.pdf", "contentId": None},
    ]
    assert names(api, lead) == ["note.pdf", "a.pdf", "b.pdf"]


@pytest.mark.parametrize(("status", "can"), [(MessageStatus.SENT, False), (MessageStatus.DRAFT, True)])
def test_files_can_be_taken_off_drafts_alone(api: Api, lead: str, status: MessageStatus, can: bool) -> None:
    mail(api, lead, status, attachment())
    (found,) = api.look(lead, "files { nodes { viewerCanDelete } }")["files"]["nodes"]
    assert found == {"viewerCanDelete": can}


def test_files_of_a_custom_activity_are_for_those_who_may_edit_its_type(api: Api, lead: str) -> None:
    made = api.do("createCustomActivityType", "customActivityType { id }", name="Visit", editableWithRoles=["ADMIN"])
    kind = made["customActivityType"]["id"]
    done = api.do(
        "recordCustomActivity", "customActivity { id }", leadId=lead, customActivityTypeId=kind, fileIds=[uploaded(api)]
    )
    shown = "files { nodes { viewerCanDelete activity { viewerCanEdit } } }"
    for viewer, can in ((api, True), (api.colleague(), False)):
        (found,) = viewer.look(lead, shown)["files"]["nodes"]
        assert found == {"viewerCanDelete": can, "activity": {"viewerCanEdit": can}}
    edit = {"customActivityId": done["customActivity"]["id"], "fileIds": []}
    assert api.colleague("else@example.com").refused("updateCustomActivity", **edit)[0] == "FORBIDDEN"


def test_pages_follow_each_other_while_files_come_and_go(api: Api, lead: str) -> None:
    for number in range(7):
        filed(api, lead, attachment(f"{number}"))
    page = "files(first: 3%s) { nodes { name } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount }"
    first = api.look(lead, page % "")["files"]
    assert [one["name"] for one in first["nodes"]] == ["6", "5", "4"]
    assert first["totalCount"] == 7
    filed(api, lead, attachment("new"))
    second = api.look(lead, page % f', after: "{first["pageInfo"]["endCursor"]}"')["files"]
    assert [one["name"] for one in second["nodes"]] == ["3", "2", "1"]
    assert second["pageInfo"] | {"endCursor": None} == {
        "hasNextPage": True,
        "hasPreviousPage": True,
        "endCursor": None,
    }
    third = api.look(lead, page % f', after: "{second["pageInfo"]["endCursor"]}"')["files"]
    assert ([one["name"] for one in third["nodes"]], third["pageInfo"]["hasNextPage"]) == (["0"], False)


@pytest.mark.parametrize(
    ("types", "found"),
    [
        ('["application/pdf"]', ["b.pdf", "a.pdf"]),
        ('["APPLICATION/pdf; x=y"]', ["b.pdf", "a.pdf"]),
        ('["image/*"]', ["c.jpg", "c.png"]),
        ('["image/*", "application/pdf", "image/png"]', ["c.jpg", "c.png", "b.pdf", "a.pdf"]),
        ('["*/*"]', ["d", "c.jpg", "c.png", "b.pdf", "a.pdf"]),
        ('["application/octet-stream"]', ["d"]),
        ('["video/*"]', []),
        ("[]", []),
        ("null", ["d", "c.jpg", "c.png", "b.pdf", "a.pdf"]),
    ],
)
def test_types_narrow_the_tab(api: Api, lead: str, types: str, found: list[str]) -> None:
    filed(api, lead, attachment("a.pdf"))
    filed(api, lead, attachment("b.pdf", "Application/PDF; x=y"))
    filed(api, lead, attachment("c.png", "image/png"), attachment("c.jpg", "image/jpeg"))
    filed(api, lead, attachment("d", "application/octet-stream"))
    assert names(api, lead, f"(filter: {{ contentTypes: {types} }})") == found
    counted = api.look(lead, f"files(filter: {{ contentTypes: {types} }}) {{ totalCount }}")["files"]
    assert counted == {"totalCount": len(found)}


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ('since: "2026-02-01T00:00:00Z"', ["last", "march", "february"]),
        ('until: "2026-02-01T00:00:00Z"', ["january", "first"]),
        ('since: "2026-02-01T00:00:00Z", until: "2026-03-01T00:00:00Z"', ["february"]),
        ('until: "0001-01-02T00:00:00Z"', []),
        ('since: "9999-12-30T00:00:00Z"', ["last"]),
    ],
)
def test_dates_narrow_the_tab(api: Api, lead: str, dates: str, found: list[str]) -> None:
    for name, month in (("january", 1), ("february", 2), ("march", 3)):
        filed(api, lead, attachment(name), occurred_at=datetime(2026, month, 1, tzinfo=UTC))
    filed(api, lead, attachment("first"), occurred_at=datetime(1, 1, 2, tzinfo=UTC))
    filed(api, lead, attachment("last"), occurred_at=datetime(9999, 12, 30, 23, 59, tzinfo=UTC))
    assert names(api, lead, f"(filter: {{ {dates} }})") == found


def test_the_years_1_and_9999_have_places_too(api: Api, lead: str) -> None:
    for year in (1, 9999):
        filed(api, lead, attachment(str(year)), occurred_at=datetime(year, 6, 1, tzinfo=UTC))
    first = api.look(lead, "files(first: 1) { nodes { name receivedAt } pageInfo { endCursor } }")["files"]
    assert first["nodes"] == [{"name": "9999", "receivedAt": "9999-06-01T00:00:00.000000Z"}]
    assert names(api, lead, f'(first: 1, after: "{first["pageInfo"]["endCursor"]}")') == ["1"]


def fault(api: Api, lead: str, arguments: str) -> Any:
    """What is wrong with these arguments of the tab."""
    return api.fault("query ($id: ID!) { lead(id: $id) { files(" + arguments + ") { totalCount } } }", id=lead)


@pytest.mark.parametrize("types", ['["pdf"]', '[""]', '["/pdf"]', '["image/"]', '["/"]', '["a\\u0000/b"]'])
def test_what_is_no_type_is_invalid(api: Api, lead: str, types: str) -> None:
    assert fault(api, lead, "filter: { contentTypes: " + types + " }") == ("INVALID", ["lead", "files"])


@pytest.mark.parametrize("arguments", ["first: 101", "first: -1", 'after: "x"'])
def test_arguments_that_cannot_be_used_are_invalid(api: Api, lead: str, arguments: str) -> None:
    assert fault(api, lead, arguments)[0] == "INVALID"


def test_a_cursor_of_the_history_is_none_of_the_tab(api: Api, lead: str) -> None:
    cursor = api.look(lead, "activities { pageInfo { endCursor } }")["activities"]["pageInfo"]["endCursor"]
    assert fault(api, lead, f'after: "{cursor}"') == ("INVALID", ["lead", "files"])


def test_pictures_of_signatures_are_not_counted_either(api: Api, lead: str) -> None:
    for _ in range(4):
        filed(api, lead, signature(), attachment())
    assert api.look(lead, "files { totalCount nodes { name } }")["files"] == {
        "totalCount": 4,
        "nodes": [{"name": "offer.pdf"}] * 4,
    }


def test_a_lead_has_its_own_files_alone(api: Api, lead: str) -> None:
    filed(api, lead, attachment("mine"))
    filed(api, api.lead(), attachment("theirs"))
    assert names(api, lead) == ["mine"]


def test_files_of_a_deleted_lead_are_absent_and_come_back_with_it(api: Api, lead: str) -> None:
    file_id = a_file(api, lead)
    api.do("deleteLead", leadId=lead)
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert api.ask(node, id=file_id) == {"node": None}
    api.do("restoreLead", leadId=lead)
    assert api.ask(node, id=file_id) == {"node": {"id": file_id}}


def test_deleting_what_brought_a_file_takes_it_out_of_the_tab(api: Api, lead: str) -> None:
    note = filed(api, lead, attachment())
    api.do("deleteActivity", activityId=note)
    assert names(api, lead) == []
