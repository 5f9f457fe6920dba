"""Logging text messages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.ids import ActivityId, ContactId, FileId
from app.lead.attachments import SMS_FILE_MAX
from app.lead.refusals import ContactNotFound, FileTooLarge, InvalidPhone, NoSendingAccount, NothingSent
from app.lead.refusals import WrongMessageStatus as WrongStatus
from app.lead.sms import SMS_TEXT_MAX, LogSms, SmsLogged
from app.situation import Claim, KnownFile
from app.text import NulCharacter, TextTooLong
from app.vocabulary import Direction, MessageStatus
from tests.support.acme import ADMIN, CONTACT, CONTACT_ADDED, LEAD, LEAD_CREATED, MEMBER, NOW, UNKNOWN, YESTERDAY, thing
from tests.support.given import given

SMS = ActivityId(thing(70))
FILE = FileId(thing(71))
RECEIVED = LogSms(lead_id=LEAD, sms_id=SMS, direction=Direction.INBOUND, text="Yes")
SENT = replace(RECEIVED, direction=Direction.OUTBOUND)
UPLOADED = KnownFile(
    file_id=FILE,
    name="plan.png",
    content_type="image/png",
    size_bytes=SMS_FILE_MAX,
    sha256="0f" * 32,
    uploaded_by=ADMIN,
    expires_at=NOW + timedelta(hours=1),
)


def test_a_message_is_logged_with_all_its_details() -> None:
    log = LogSms(
        lead_id=LEAD,
        sms_id=SMS,
        contact_id=CONTACT,
        user_id=MEMBER,
        direction=Direction.OUTBOUND,
        status=MessageStatus.ERROR,
        local_phone="+49 30 123456",
        remote_phone="+1 (212) 555-0100",
        text="See you",
        occurred_at=YESTERDAY,
    )
    given(LEAD_CREATED, CONTACT_ADDED).when(log).then(
        SmsLogged(
            sms_id=SMS,
            contact_id=CONTACT,
            user_id=MEMBER,
            direction=Direction.OUTBOUND,
            status=MessageStatus.ERROR,
            local_phone="+4930123456",
            remote_phone="+12125550100",
            text="See you",
            occurred_at=YESTERDAY,
        )
    )


@pytest.mark.parametrize(("log", "status"), [(RECEIVED, MessageStatus.INBOX), (SENT, MessageStatus.SENT)])
def test_a_message_is_received_or_was_sent(log: LogSms, status: MessageStatus) -> None:
    assert given(LEAD_CREATED).when(log).only.status is status


def test_the_contact_is_who_has_the_number() -> None:
    log = replace(RECEIVED, remote_phone="+1 212 555 0100")
    assert given(LEAD_CREATED, CONTACT_ADDED).when(log).only.contact_id == CONTACT
    assert given(LEAD_CREATED, CONTACT_ADDED).when(replace(log, contact_id=None)).only.contact_id is None
    assert given(LEAD_CREATED, CONTACT_ADDED).when(RECEIVED).only.contact_id is None


def test_a_draft_may_be_empty_and_what_was_sent_may_not() -> None:
    assert given(LEAD_CREATED).when(replace(SENT, text=" ", status=MessageStatus.DRAFT)).only.text == ""
    given(LEAD_CREATED).when(replace(SENT, text=" ")).then_refused(NothingSent, "text")


def test_a_file_is_enough() -> None:
    logged = given(LEAD_CREATED).when(replace(SENT, text=None, file_ids=(FILE,)), files={FILE: UPLOADED}).only
    assert [one.name for one in logged.files] == ["plan.png"]
    assert logged.takes(LEAD) == ((Claim("file", str(FILE)), LEAD),)


def test_a_file_of_more_than_five_mebibytes_is_refused() -> None:
    large = replace(UPLOADED, size_bytes=SMS_FILE_MAX + 1)
    outcome = given(LEAD_CREATED).when(replace(SENT, file_ids=(FILE,)), files={FILE: large})
    outcome.then_refused(FileTooLarge, "file_ids.0")


def test_independent_refusals_come_together() -> None:
    log = LogSms(
        lead_id=LEAD,
        contact_id=ContactId(UNKNOWN),
        direction=Direction.INBOUND,
        status=MessageStatus.SENT,
        local_phone="12",
        remote_phone="call me",
        text="\0",
    )
    given(LEAD_CREATED).when(log).then_refused_all(
        (ContactNotFound, "contact_id"),
        (WrongStatus, "status"),
        (InvalidPhone, "local_phone"),
        (InvalidPhone, "remote_phone"),
        (NulCharacter, "text"),
    )


@pytest.mark.parametrize("status", [MessageStatus.OUTBOX, MessageStatus.SCHEDULED])
def test_nothing_here_sends(status: MessageStatus) -> None:
    given(LEAD_CREATED).when(replace(SENT, status=status)).then_refused(NoSendingAccount, "status")


def test_a_text_has_an_end() -> None:
    given(LEAD_CREATED).when(replace(SENT, text="x" * (SMS_TEXT_MAX + 1))).then_refused(TextTooLong, "text")
