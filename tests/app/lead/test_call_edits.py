"""Editing calls: all of them took place elsewhere, so that everything that can be logged can be edited."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import ContactId, UserId
from app.lead.calls import DURATION_MAX_S, CallContent, CallEdited, CallLogged, UpdateCall
from app.lead.refusals import CallNotFound, ContactNotFound, InvalidPhone, NotHttps, NotOfThisKind, OutOfRange
from app.organization.refusals import UserNotFound
from app.refusal import Refusal
from app.text import Required
from app.vocabulary import CallDisposition, Direction
from tests.support.acme import (
    ADMIN,
    CALL,
    CALL_LOGGED,
    CONTACT,
    CONTACT_ADDED,
    LEAD_CREATED,
    MEMBER,
    NOTE,
    NOTE_WRITTEN,
    NOW,
    UNKNOWN,
    YESTERDAY,
)
from tests.support.given import given

BLANK = CallContent(
    contact_id=None,
    user_id=ADMIN,
    direction=Direction.OUTBOUND,
    disposition=None,
    duration_s=65,
    phone=None,
    local_phone=None,
    note=None,
    recording_url=None,
    voicemail_url=None,
    occurred_at=YESTERDAY,
)
FILLED = CallContent(
    contact_id=CONTACT,
    user_id=MEMBER,
    direction=Direction.INBOUND,
    disposition=CallDisposition.ANSWERED,
    duration_s=66,
    phone="+12125550100",
    local_phone="+493012345",
    note="Nice",
    recording_url="https://calls.example/1",
    voicemail_url="https://calls.example/2",
    occurred_at=NOW,
)


def test_everything_can_be_edited() -> None:
    edit = UpdateCall(
        call_id=CALL,
        contact_id=CONTACT,
        user_id=MEMBER,
        direction=Direction.INBOUND,
        disposition=CallDisposition.ANSWERED,
        duration_s=66,
        phone="+1 212 555 0100",
        local_phone="+49 30 12345",
        note="Nice",
        recording_url="https://calls.example/1",
        voicemail_url=" https://calls.example/2 ",
        occurred_at=NOW,
    )
    given(LEAD_CREATED, CONTACT_ADDED, CALL_LOGGED).when(edit).then(
        CallEdited(call_id=CALL, before=BLANK, after=FILLED)
    )


def test_everything_that_can_be_empty_is_cleared() -> None:
    names = ("contact_id", "user_id", "disposition", "phone", "local_phone", "note", "recording_url", "voicemail_url")
    nothing: dict[str, Any] = dict.fromkeys((*names, "duration_s", "occurred_at"))
    edited = CallEdited(call_id=CALL, before=BLANK, after=FILLED)
    after = given(LEAD_CREATED, CALL_LOGGED, edited).when(UpdateCall(call_id=CALL, **nothing)).only.after
    expected = {**dict.fromkeys(names), "duration_s": 0, "occurred_at": YESTERDAY}
    assert {name: getattr(after, name) for name in expected} == expected


def test_only_what_differs_is_recorded_and_nothing_where_nothing_does() -> None:
    edit = UpdateCall(call_id=CALL, duration_s=70, direction=Direction.OUTBOUND, user_id=ADMIN, phone=None)
    given(LEAD_CREATED, CALL_LOGGED).when(edit).then(
        CallEdited(call_id=CALL, before=CallContent(duration_s=65), after=CallContent(duration_s=70))
    )
    given(LEAD_CREATED, CALL_LOGGED).when(UpdateCall(call_id=CALL, duration_s=65, occurred_at=YESTERDAY)).then()


@pytest.mark.parametrize(
    ("change", "refusal", "path"),
    [
        ({"direction": None}, Required, "direction"),
        ({"duration_s": DURATION_MAX_S + 1}, OutOfRange, "duration_seconds"),
        ({"phone": "030 1234567"}, InvalidPhone, "phone"),
        ({"local_phone": "x"}, InvalidPhone, "local_phone"),
        ({"recording_url": "http://calls.example"}, NotHttps, "recording_url"),
        ({"voicemail_url": "javascript:alert(1)"}, NotHttps, "voicemail_url"),
        ({"contact_id": ContactId(UNKNOWN)}, ContactNotFound, "contact_id"),
        ({"user_id": UserId(UNKNOWN)}, UserNotFound, "user_id"),
    ],
)
def test_the_checks_of_logging_hold(change: dict[str, Any], refusal: type[Refusal], path: str) -> None:
    given(LEAD_CREATED, CALL_LOGGED).when(UpdateCall(call_id=CALL, **change)).then_refused(refusal, path)


def test_what_is_no_call_is_refused() -> None:
    given(LEAD_CREATED).when(UpdateCall(call_id=CALL, note="a")).then_refused(CallNotFound, "call_id")
    given(LEAD_CREATED, NOTE_WRITTEN).when(UpdateCall(call_id=NOTE, note="a")).then_refused(NotOfThisKind, "call_id")


def test_a_call_of_somebody_who_left_can_be_edited() -> None:
    logged = CallLogged(call_id=CALL, user_id=UserId(UNKNOWN), direction=Direction.INBOUND)
    edit = UpdateCall(call_id=CALL, user_id=UserId(UNKNOWN), note="Nice")
    assert given(LEAD_CREATED, logged).when(edit).only.after == CallContent(note="Nice")


def test_an_input_writes_the_parts_that_it_gives() -> None:
    assert UpdateCall(call_id=CALL, user_id=None, note=None).writes == {f"{CALL}.user", f"{CALL}.note"}
