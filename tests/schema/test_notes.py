"""Notes and their pins, as a front end sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

NOTE = "note { id title text html mentions { name } pinnedAt viewerCanPin viewerCanDelete headline user { name } }"
STRIP = "pinnedActivities { id }"


def written(api: Api, lead: str, **input: Any) -> str:
    note_id: str = api.do("writeNote", NOTE, leadId=lead, **{"text": "Likes stairs", **input})["note"]["id"]
    return note_id


def strip(api: Api, lead: str) -> list[str]:
    return [pinned["id"] for pinned in api.look(lead, STRIP)["pinnedActivities"]]


def test_plain_text_gets_an_html_twin(api: Api, lead: str) -> None:
    note = api.do("writeNote", NOTE, leadId=lead, text="One < two\n\nThree")["note"]
    assert (note["text"], note["html"]) == ("One < two\n\nThree", "<p>One &lt; two</p><p>Three</p>")


def test_html_is_sanitised_and_gets_a_plain_twin(api: Api, lead: str) -> None:
    note = api.do("writeNote", NOTE, leadId=lead, html='<p>Hi <a href="javascript:x">you</a></p><script>1</script>')[
        "note"
    ]
    assert (note["text"], "javascript" in note["html"], "script" in note["html"]) == ("Hi you", False, False)


def test_a_mention_of_a_user_is_resolved(api: Api, lead: str) -> None:
    me = api.ask("{ viewer { id } }")["viewer"]["id"]
    html = f'<p><span data-type="mention" data-id="{me}">@Ada</span></p>'
    assert api.do("writeNote", NOTE, leadId=lead, html=html)["note"]["mentions"] == [{"name": "Ada"}]


def test_a_mention_of_another_organization_s_user_is_text_alone(api: Api, stranger: Api, lead: str) -> None:
    somebody = stranger.ask("{ viewer { id } }")["viewer"]["id"]
    html = f'<p><span data-type="mention" data-id="{somebody}">@Eve</span></p>'
    assert api.do("writeNote", NOTE, leadId=lead, html=html)["note"]["mentions"] == []


def test_a_note_has_a_text(api: Api, lead: str) -> None:
    assert api.refused("writeNote", leadId=lead, text=" ") == ("INVALID", "nothing_written", "text")


@pytest.mark.parametrize(("pinned", "strips"), [(True, 1), (False, 0), (None, 0)])
def test_a_note_may_be_pinned_at_once(api: Api, lead: str, pinned: bool | None, strips: int) -> None:
    written(api, lead, pinned=pinned)
    assert len(strip(api, lead)) == strips


def test_a_pinned_note_says_when(api: Api, lead: str) -> None:
    note = api.do("pinNote", NOTE, noteId=written(api, lead))["note"]
    assert note["pinnedAt"] is not None


def test_the_strip_has_the_newest_note_first_whenever_it_was_pinned(api: Api, lead: str) -> None:
    older, newer = written(api, lead), written(api, lead)
    api.do("pinNote", noteId=newer)
    api.do("pinNote", noteId=older)
    assert strip(api, lead) == [newer, older]


def test_a_note_whose_pin_ended_stays_in_the_history(api: Api, lead: str) -> None:
    note = written(api, lead, pinned=True)
    done = api.do(
        "unpinNote", f"note {{ id pinnedAt }} lead {{ {STRIP} activities {{ nodes {{ id }} }} }}", noteId=note
    )
    assert (done["note"], done["lead"]["pinnedActivities"]) == ({"id": note, "pinnedAt": None}, [])
    assert {"id": note} in done["lead"]["activities"]["nodes"]


def test_pinning_twice_changes_nothing(api: Api, lead: str) -> None:
    note = written(api, lead, pinned=True)
    version = api.look(lead, "version")["version"]
    assert api.do("pinNote", "lead { version }", noteId=note)["lead"]["version"] == version


@pytest.fixture
def five_pins(api: Api, lead: str) -> list[str]:
    """Five pinned notes, newest first."""
    return [written(api, lead, text=f"Note {number}", pinned=True) for number in range(5)][::-1]


def test_a_sixth_pin_is_refused(api: Api, lead: str, five_pins: list[str]) -> None:
    (error,) = api.refusals("pinNote", noteId=written(api, lead))
    assert (error["code"], error["reason"], error["path"], error["params"]) == (
        "LIMIT_REACHED",
        "too_many_pins",
        ["input", "noteId"],
        {"limit": 5},
    )
    assert strip(api, lead) == five_pins


def test_a_sixth_note_pinned_at_once_is_refused_as_a_whole(api: Api, lead: str, five_pins: list[str]) -> None:
    refused = api.refused("writeNote", leadId=lead, text="Sixth", pinned=True)
    assert refused == ("LIMIT_REACHED", "too_many_pins", "pinned")
    assert api.look(lead, "activities(filter: { kinds: [NOTE] }) { totalCount }")["activities"]["totalCount"] == 5


def test_deleting_a_pinned_note_makes_room(api: Api, lead: str, five_pins: list[str]) -> None:
    api.do("deleteActivity", activityId=five_pins[0])
    note = written(api, lead, pinned=True)
    assert strip(api, lead) == [note, *five_pins[1:]]


def test_a_call_cannot_be_pinned(api: Api, lead: str) -> None:
    call = api.do("logCall", "call { id }", leadId=lead, direction="INBOUND")["call"]["id"]
    assert api.refused("pinNote", noteId=call) == ("NOT_FOUND", "note_not_found", "noteId")


def test_a_deleted_note_cannot_be_pinned(api: Api, lead: str) -> None:
    note = written(api, lead)
    api.do("deleteActivity", activityId=note)
    assert api.refused("pinNote", noteId=note) == ("NOT_FOUND", "note_not_found", "noteId")
