"""Editing notes and calls, as a front end sees it: what comes back, what is refused, what followers hear."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api
from tests.support.feeds import cursor_of, following
from tests.support.filed import a_file

NOTE = "note { id title text html mentions { name } occurredAt createdAt updatedAt version contact { name } }"
CALL = "call { id direction durationSeconds phone note user { name } occurredAt version viewerCanEdit }"


@pytest.fixture
def note(api: Api, lead: str) -> str:
    written = api.do("writeNote", NOTE, leadId=lead, title="Stairs", html="<p>Likes <b>stairs</b></p>")
    note_id: str = written["note"]["id"]
    return note_id


@pytest.fixture
def call(api: Api, lead: str) -> str:
    call_id: str = api.do("logCall", CALL, leadId=lead, direction="INBOUND", note="Nice")["call"]["id"]
    return call_id


def test_an_edit_is_answered_as_the_note_is_now(api: Api, lead: str, note: str) -> None:
    before = api.ask("query ($id: ID!) { activity(id: $id) { updatedAt version } }", id=note)["activity"]
    done = api.do("editNote", NOTE + " lead { version }", noteId=note, text="Hates <stairs>", title=None)
    assert (done["note"]["title"], done["note"]["text"]) == (None, "Hates <stairs>")
    assert done["note"]["html"] == "<p>Hates &lt;stairs&gt;</p>"
    assert done["note"]["version"] == done["lead"]["version"] == before["version"] + 1
    assert done["note"]["updatedAt"] > before["updatedAt"]


def test_what_is_absent_stays(api: Api, note: str) -> None:
    edited = api.do("editNote", NOTE, noteId=note, title="Steps")["note"]
    assert (edited["title"], edited["html"]) == ("Steps", "<p>Likes <b>stairs</b></p>")


def test_a_file_and_its_use_in_this_note_are_one(api: Api, lead: str, note: str) -> None:
    file_id = a_file(api, lead)
    (used,) = api.do("editNote", "note { files { id } }", noteId=note, fileIds=[file_id])["note"]["files"]
    edited = api.do("editNote", "note { files { id } version }", noteId=note, fileIds=[used["id"], file_id])["note"]
    assert edited["files"] == [used]
    assert len(api.look(lead, "files { nodes { id } }")["files"]["nodes"]) == 2


def test_an_edit_that_changes_nothing_leaves_the_version(api: Api, lead: str, note: str) -> None:
    version = api.look(lead, "version")["version"]
    same = api.do("editNote", "lead { version }", noteId=note, title="Stairs", text="Likes stairs", contactId=None)
    assert same["lead"]["version"] == version


def test_another_time_is_another_place_in_the_history(api: Api, lead: str, note: str) -> None:
    later = api.do("writeNote", NOTE, leadId=lead, text="Later", occurredAt="2026-01-02T00:00:00Z")["note"]
    edited = api.do("editNote", NOTE, noteId=note, occurredAt="2026-01-01T00:00:00Z")["note"]
    assert edited["occurredAt"] == "2026-01-01T00:00:00.000000Z"
    shown = api.look(lead, "lastActivityAt activities(filter: { kinds: [NOTE] }) { nodes { id } }")
    assert [one["id"] for one in shown["activities"]["nodes"]] == [later["id"], note]
    assert shown["lastActivityAt"] == "2026-01-02T00:00:00.000000Z"
    back = api.do("editNote", NOTE, noteId=note, occurredAt=None)["note"]
    assert back["occurredAt"] == back["createdAt"]


def test_mentions_are_those_of_the_html_by_now(api: Api, note: str) -> None:
    me = api.ask("{ viewer { id } }")["viewer"]["id"]
    mention = f'<span data-type="mention" data-id="{me}">@Ada</span>'
    assert api.do("editNote", NOTE, noteId=note, html=mention)["note"]["mentions"] == [{"name": "Ada"}]
    assert api.do("editNote", NOTE, noteId=note, html="<p>Nobody</p>")["note"]["mentions"] == []


def test_a_pin_outlives_an_edit(api: Api, lead: str, note: str) -> None:
    api.do("pinNote", noteId=note)
    api.do("editNote", noteId=note, text="Other")
    assert api.look(lead, "pinnedActivities { id headline }")["pinnedActivities"] == [
        {"id": note, "headline": "Note: Stairs"}
    ]


def test_a_note_does_not_become_blank(api: Api, note: str) -> None:
    assert api.refused("editNote", noteId=note, text=" ") == ("INVALID", "nothing_written", "text")


def test_a_file_that_is_not_there_is_refused(api: Api, lead: str, note: str) -> None:
    unknown = "file_0000000000000000000000"
    refused = ("NOT_FOUND", "file_not_found", "fileIds.0")
    assert api.refused("writeNote", leadId=lead, text="a", fileIds=[unknown]) == refused
    assert api.refused("editNote", noteId=note, fileIds=[unknown]) == refused
    assert api.refused("editNote", noteId=note, fileIds=["lead_0"]) == ("INVALID", "invalid_id", "fileIds.0")


def test_a_note_nested_ten_thousand_tags_deep_is_kept_with_its_words(api: Api, lead: str) -> None:
    html = "<b>" * 10_000 + "deep"
    note = api.do("writeNote", NOTE, leadId=lead, html=html)["note"]
    assert (note["text"], note["html"].count("<b>")) == ("deep", 100)


def test_an_edit_over_another_one_is_a_conflict_that_says_what_was_changed(api: Api, lead: str, note: str) -> None:
    seen = api.look(lead, "version")["version"]
    api.do("editNote", noteId=note, title="Steps", occurredAt="2026-01-01T00:00:00Z")
    (error,) = api.refusals("editNote", noteId=note, title="Ladder", expectedVersion=seen)
    differences = {tuple(one["path"]): (one["before"], one["after"]) for one in error["differences"]}
    assert (error["code"], differences["activities", note, "title"]) == ("CONFLICT", ("Stairs", "Steps"))
    assert differences["activities", note, "occurredAt"][1] == "2026-01-01T00:00:00.000000Z"


def test_an_edit_of_something_else_is_no_conflict(api: Api, lead: str, note: str, call: str) -> None:
    seen = api.look(lead, "version")["version"]
    api.do("editNote", noteId=note, title="Steps")
    api.do("updateCall", callId=call, note="Other", expectedVersion=seen)
    assert api.do("editNote", NOTE, noteId=note, text="Other", expectedVersion=seen)["note"]["title"] == "Steps"


def test_a_call_is_edited(api: Api, call: str) -> None:
    edited = api.do(
        "updateCall",
        CALL,
        callId=call,
        direction="OUTBOUND",
        durationSeconds=65,
        phone="+49 30 1234567",
        note=None,
        userId=None,
        occurredAt="2026-03-01T10:00:00+01:00",
    )["call"]
    assert {name: value for name, value in edited.items() if name not in ("id", "version")} == {
        "direction": "OUTBOUND",
        "durationSeconds": 65,
        "phone": "+49301234567",
        "note": None,
        "user": None,
        "occurredAt": "2026-03-01T09:00:00.000000Z",
        "viewerCanEdit": True,
    }


@pytest.mark.parametrize(
    ("input", "refused"),
    [
        ({"direction": None}, ("INVALID", "required", "direction")),
        ({"durationSeconds": -1}, ("INVALID", "out_of_range", "durationSeconds")),
        ({"recordingUrl": "http://calls.example/1"}, ("INVALID", "not_https", "recordingUrl")),
        ({"contactId": "cont_0000000000000000000000"}, ("NOT_FOUND", "contact_not_found", "contactId")),
    ],
)
def test_what_cannot_be_of_a_call_is_refused(
    api: Api, call: str, input: dict[str, Any], refused: tuple[str, str, str]
) -> None:
    assert api.refused("updateCall", callId=call, **input) == refused


def test_what_cannot_be_edited_says_so(api: Api, lead: str, note: str, call: str) -> None:
    (created,) = api.look(lead, "activities(filter: { kinds: [CREATED] }) { nodes { id } }")["activities"]["nodes"]
    assert api.refused("editNote", noteId=created["id"], text="a") == ("FORBIDDEN", "not_editable", "noteId")
    assert api.refused("editNote", noteId=call, text="a") == ("INVALID", "not_of_this_kind", "noteId")
    assert api.refused("updateCall", callId=note, note="a") == ("INVALID", "not_of_this_kind", "callId")
    api.do("deleteActivity", activityId=note)
    assert api.refused("editNote", noteId=note, text="a") == ("NOT_FOUND", "note_not_found", "noteId")


def test_the_viewer_can_edit_what_there_is_a_command_for(api: Api, lead: str, note: str, call: str) -> None:
    api.do("logMeeting", leadId=lead, startsAt="2026-03-01T09:00:00Z", endsAt="2026-03-01T10:00:00Z")
    api.do("logEmail", leadId=lead, direction="OUTBOUND", status="DRAFT", subject="Draft")
    api.do("logEmail", leadId=lead, direction="OUTBOUND", subject="Sent")
    api.do("changeLeadStatus", leadId=lead, status="Qualified")
    task = api.do("addTask", "task { id }", leadId=lead, text="Call")["task"]["id"]
    api.do("completeTask", taskId=task)
    shown = api.look(lead, "activities { nodes { headline viewerCanEdit viewerCanDelete } }")["activities"]["nodes"]
    can = {node["headline"]: (node["viewerCanEdit"], node["viewerCanDelete"]) for node in shown}
    assert can == {
        "Note: Stairs": (True, True),
        "Call from the lead": (True, True),
        "Meeting: (no title)": (True, True),
        "E-mail: Draft": (True, True),
        "E-mail: Sent": (False, True),
        "Status: Potential → Qualified": (False, True),
        "Task completed: Call": (False, True),
        "Lead created": (False, False),
    }


def test_followers_hear_of_an_edit(api: Api, lead: str, note: str) -> None:
    with following(api, lead, cursor_of(api, lead)) as feed:
        api.do("editNote", noteId=note, title="Steps")
        item = feed.item()
    (change,) = item["changes"]
    assert (change["__typename"], change["activity"]["id"]) == ("ActivityChanged", note)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"])
def test_both_ends_of_the_calendar_go_through_every_way(api: Api, lead: str, call: str, at: str) -> None:
    with following(api, lead, cursor_of(api, lead)) as feed:
        edited = api.do("updateCall", CALL, callId=call, occurredAt=at)["call"]
        assert edited["occurredAt"] == at
        assert feed.item()["changes"][0]["activity"]["id"] == call
    page = api.look(lead, "activities { edges { cursor node { id occurredAt } } } lastActivityAt createdAt")
    edges = page["activities"]["edges"]
    assert {"id": call, "occurredAt": at} in [edge["node"] for edge in edges]
    for edge in edges:
        around = 'activities(%s: "%s") { nodes { id } }'
        before, after = (
            api.look(lead, around % (word, edge["cursor"]))["activities"]["nodes"] for word in ("before", "after")
        )
        assert [*before, edge["node"]["id"], *after] == [
            *before,
            *[one["node"]["id"] for one in edges if {"id": one["node"]["id"]} not in [*before, *after]],
            *after,
        ]
        assert len(before) + 1 + len(after) == len(edges)
    assert page["lastActivityAt"] == at if at.startswith("0001") else page["lastActivityAt"] > page["createdAt"]
