"""Logging calls."""

from dataclasses import replace
from typing import Any

import pytest

from app.ids import ContactId
from app.lead.calls import DURATION_MAX_S, CallLogged, LogCall
from app.lead.inbox import Arrival
from app.lead.refusals import ContactNotFound, InvalidPhone, InvalidUrl, NotHttps, OutOfRange
from app.organization.refusals import UserNotFound
from app.refusal import Refusal
from app.text import NulCharacter, TextTooLong
from app.vocabulary import CallDisposition, Direction, InboxItemKind
from tests.support.acme import (
    ADMIN,
    BY_SYSTEM,
    CALL,
    CONTACT,
    CONTACT_ADDED,
    LEAD,
    LEAD_CREATED,
    MEMBER,
    STRANGER,
    UNKNOWN,
    YESTERDAY,
)
from tests.support.given import given

LOG = LogCall(lead_id=LEAD, call_id=CALL, direction=Direction.OUTBOUND)


def log_with(field: str, value: str) -> LogCall:
    change: dict[str, Any] = {field: value}
    return replace(LOG, **change)


def test_a_call_is_its_loggers() -> None:
    given(LEAD_CREATED).when(LOG).then(CallLogged(call_id=CALL, user_id=ADMIN, direction=Direction.OUTBOUND))


def test_a_call_is_logged_with_all_its_details() -> None:
    log = LogCall(
        lead_id=LEAD,
        call_id=CALL,
        contact_id=CONTACT,
        user_id=MEMBER,
        direction=Direction.INBOUND,
        disposition=CallDisposition.VOICEMAIL_RECEIVED,
        duration_s=65,
        phone="+1 (212) 555-0100",
        local_phone="+49 30 1234567",
        note=" Call back after lunch",
        recording_url=" https://calls.example/1.mp3",
        voicemail_url="HTTPS://calls.example/2.mp3",
        occurred_at=YESTERDAY,
    )
    given(LEAD_CREATED, CONTACT_ADDED).when(log).then(
        CallLogged(
            call_id=CALL,
            contact_id=CONTACT,
            user_id=MEMBER,
            direction=Direction.INBOUND,
            disposition=CallDisposition.VOICEMAIL_RECEIVED,
            duration_s=65,
            phone="+12125550100",
            local_phone="+49301234567",
            note=" Call back after lunch",
            recording_url="https://calls.example/1.mp3",
            voicemail_url="HTTPS://calls.example/2.mp3",
            occurred_at=YESTERDAY,
            arrival=Arrival(kind=InboxItemKind.VOICEMAIL, user_ids=(MEMBER,)),
        )
    )


def test_a_call_that_nobody_took_is_nobodys() -> None:
    assert given(LEAD_CREATED).when(replace(LOG, user_id=None)).only.user_id is None


def test_a_call_that_the_system_logs_is_nobodys() -> None:
    assert given(LEAD_CREATED).when(LOG, by=BY_SYSTEM).only.user_id is None


@pytest.mark.parametrize("duration_s", [0, DURATION_MAX_S])
def test_a_call_lasts_between_no_time_and_a_week(duration_s: int) -> None:
    assert given(LEAD_CREATED).when(replace(LOG, duration_s=duration_s)).only.duration_s == duration_s


@pytest.mark.parametrize("duration_s", [-1, DURATION_MAX_S + 1, 10**30])
def test_a_duration_beyond_these_is_refused(duration_s: int) -> None:
    given(LEAD_CREATED).when(replace(LOG, duration_s=duration_s)).then_refused(
        OutOfRange, "duration_seconds", value=duration_s, least=0, most=604_800
    )


@pytest.mark.parametrize("field", ["phone", "local_phone"])
@pytest.mark.parametrize(
    ("number", "refusal"), [("12", InvalidPhone), ("030 1234567", InvalidPhone), ("9" * 101, TextTooLong)]
)
def test_a_number_that_is_none_is_refused(field: str, number: str, refusal: type[Refusal]) -> None:
    given(LEAD_CREATED).when(log_with(field, number)).then_refused(refusal, field)


def test_a_refused_number_is_repeated() -> None:
    given(LEAD_CREATED).when(log_with("phone", " 12")).then_refused(InvalidPhone, "phone", value="12")


@pytest.mark.parametrize("field", ["phone", "local_phone", "note", "recording_url", "voicemail_url"])
def test_a_blank_detail_is_none(field: str) -> None:
    assert getattr(given(LEAD_CREATED).when(log_with(field, " ")).only, field) is None


@pytest.mark.parametrize("field", ["recording_url", "voicemail_url"])
@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("http://calls.example/1.mp3", NotHttps),
        ("calls.example/1.mp3", NotHttps),
        ("javascript:alert(1)", NotHttps),
        ("https://", InvalidUrl),
        ("https://calls.example/1 .mp3", InvalidUrl),
        ("https://calls.example/" + "x" * 2_000, TextTooLong),
    ],
)
def test_an_address_that_is_no_safe_one_is_refused(field: str, url: str, refusal: type[Refusal]) -> None:
    given(LEAD_CREATED).when(log_with(field, url)).then_refused(refusal, field)


def test_a_contact_of_another_lead_is_refused() -> None:
    given(LEAD_CREATED).when(replace(LOG, contact_id=CONTACT)).then_refused(ContactNotFound, "contact_id")


def test_a_user_of_elsewhere_is_refused() -> None:
    given(LEAD_CREATED).when(replace(LOG, user_id=STRANGER)).then_refused(UserNotFound, "user_id")


def test_independent_refusals_of_one_call_come_together() -> None:
    log = LogCall(
        lead_id=LEAD,
        contact_id=ContactId(UNKNOWN),
        user_id=STRANGER,
        direction=Direction.INBOUND,
        duration_s=-1,
        phone="x",
        note="\0",
        recording_url="x",
    )
    given(LEAD_CREATED).when(log).then_refused_all(
        (ContactNotFound, "contact_id"),
        (UserNotFound, "user_id"),
        (OutOfRange, "duration_seconds"),
        (InvalidPhone, "phone"),
        (NulCharacter, "note"),
        (NotHttps, "recording_url"),
    )
