"""Logging e-mails: their status, sender, addresses and bodies."""

from dataclasses import replace

import msgspec
import pytest

from app.ids import ContactId
from app.lead.email_threads import subject_key
from app.lead.emails import EmailLogged, LogEmail
from app.lead.inbox import Arrival
from app.lead.refusals import ContactNotFound, NoSendingAccount, SenderMissing, WrongMessageStatus
from app.organization.refusals import UserNotFound
from app.text import NotUnicode, NulCharacter, TextTooLong, TooManyEntries
from app.vocabulary import Direction, InboxItemKind, MessageStatus
from tests.support.acme import (
    ADMIN,
    BY_MEMBER,
    BY_SYSTEM,
    CONTACT,
    CONTACT_ADDED,
    EMAIL,
    EMAIL_LOGGED,
    LEAD,
    LEAD_CREATED,
    MEMBER,
    NOW,
    STRANGER,
    THREAD,
    UNKNOWN,
    YESTERDAY,
)
from tests.support.given import given

SENT = LogEmail(lead_id=LEAD, email_id=EMAIL, direction=Direction.OUTBOUND)
RECEIVED = LogEmail(lead_id=LEAD, email_id=EMAIL, direction=Direction.INBOUND, sender="Lindsay <lindsay@bluth.example>")


def test_an_outgoing_message_was_sent_by_its_logger() -> None:
    log = replace(SENT, to=("lindsay@bluth.example",), subject="The offer", message_id="<offer@acme.example>")
    key = subject_key("The offer", ("Ada@acme.example", "lindsay@bluth.example"))
    given(LEAD_CREATED).when(log).then(
        msgspec.structs.replace(EMAIL_LOGGED, links=("offer@acme.example",), subject_key=key)
    )


def test_a_message_is_logged_with_all_its_details() -> None:
    log = LogEmail(
        lead_id=LEAD,
        email_id=EMAIL,
        contact_id=CONTACT,
        user_id=MEMBER,
        direction=Direction.INBOUND,
        status=MessageStatus.INBOX,
        follow_up_at=NOW,
        sender=" Lindsay <lindsay@bluth.example>",
        to=(" mem@acme.example ", ""),
        cc=("ada@acme.example",),
        bcc=("boss@acme.example",),
        subject=" Re: The offer\n",
        body_text="Yes.\n",
        body_html="<p>Yes!</p>",
        message_id=" <yes@bluth.example>",
        in_reply_to="<offer@acme.example> ",
        references=("<first@acme.example>", " <offer@acme.example>"),
        occurred_at=YESTERDAY,
    )
    given(LEAD_CREATED, CONTACT_ADDED).when(log).then(
        EmailLogged(
            email_id=EMAIL,
            thread_id=THREAD,
            contact_id=CONTACT,
            user_id=MEMBER,
            direction=Direction.INBOUND,
            status=MessageStatus.INBOX,
            follow_up_at=NOW,
            sender="Lindsay <lindsay@bluth.example>",
            to=("mem@acme.example",),
            cc=("ada@acme.example",),
            bcc=("boss@acme.example",),
            subject="Re: The offer",
            body_text="Yes.\n",
            body_html="<p>Yes!</p>",
            message_id="<yes@bluth.example>",
            in_reply_to="<offer@acme.example>",
            references=("<first@acme.example>", "<offer@acme.example>"),
            links=("offer@acme.example", "first@acme.example", "yes@bluth.example"),
            occurred_at=YESTERDAY,
            arrival=Arrival(kind=InboxItemKind.INCOMING_EMAIL, user_ids=(MEMBER, ADMIN)),
        )
    )


def test_an_incoming_message_stands_in_the_inbox() -> None:
    assert given(LEAD_CREATED).when(RECEIVED).only.status is MessageStatus.INBOX


@pytest.mark.parametrize("status", [MessageStatus.SENT, MessageStatus.ERROR, MessageStatus.DRAFT])
def test_an_outgoing_message_is_sent_or_failed_or_a_draft(status: MessageStatus) -> None:
    log = replace(SENT, status=status, sender="ada@acme.example")
    assert given(LEAD_CREATED).when(log).only.status is status


@pytest.mark.parametrize("log", [SENT, RECEIVED])
@pytest.mark.parametrize("status", [MessageStatus.SCHEDULED, MessageStatus.OUTBOX])
def test_nothing_here_sends_messages_later(log: LogEmail, status: MessageStatus) -> None:
    given(LEAD_CREATED).when(replace(log, status=status)).then_refused(NoSendingAccount, "status")


@pytest.mark.parametrize("status", [MessageStatus.SENT, MessageStatus.ERROR, MessageStatus.DRAFT])
def test_an_incoming_message_was_not_sent_by_us(status: MessageStatus) -> None:
    log = replace(RECEIVED, status=status)
    given(LEAD_CREATED).when(log).then_refused(WrongMessageStatus, "status", direction="INBOUND", status=status.value)


def test_an_outgoing_message_is_not_in_the_inbox() -> None:
    log = replace(SENT, status=MessageStatus.INBOX, sender="ada@acme.example")
    given(LEAD_CREATED).when(log).then_refused(WrongMessageStatus, "status", direction="OUTBOUND", status="INBOX")


def test_a_sender_that_is_given_is_kept() -> None:
    assert given(LEAD_CREATED).when(replace(SENT, sender="sales@acme.example")).only.sender == "sales@acme.example"


def test_the_sender_of_a_sent_message_is_its_user() -> None:
    log = replace(SENT, user_id=MEMBER, sender=" ")
    assert given(LEAD_CREATED).when(log).only.sender == "mem@acme.example"


def test_a_draft_has_no_sender_yet() -> None:
    assert given(LEAD_CREATED).when(replace(SENT, status=MessageStatus.DRAFT)).only.sender is None


def test_what_nobody_sent_has_no_sender() -> None:
    assert given(LEAD_CREATED).when(replace(SENT, user_id=None)).only.sender is None


@pytest.mark.parametrize("log", [replace(RECEIVED, sender=" "), replace(SENT, status=MessageStatus.ERROR)])
def test_a_received_and_a_failed_message_must_say_their_sender(log: LogEmail) -> None:
    given(LEAD_CREATED).when(log).then_refused(SenderMissing, "sender")


def test_a_message_is_its_loggers() -> None:
    assert given(LEAD_CREATED).when(RECEIVED, by=BY_MEMBER).only.user_id == MEMBER


def test_a_message_that_the_system_logs_is_nobodys() -> None:
    assert given(LEAD_CREATED).when(RECEIVED, by=BY_SYSTEM).only.user_id is None


def test_a_user_of_elsewhere_is_refused() -> None:
    given(LEAD_CREATED).when(replace(SENT, user_id=STRANGER)).then_refused(UserNotFound, "user_id")


def test_a_contact_of_another_lead_is_refused() -> None:
    given(LEAD_CREATED).when(replace(SENT, contact_id=CONTACT)).then_refused(ContactNotFound, "contact_id")


def test_a_message_may_have_no_subject_and_no_body() -> None:
    event = given(LEAD_CREATED).when(replace(SENT, subject=" ", body_text=" ", body_html="")).only
    assert (event.subject, event.body_text, event.body_html) == ("", "", None)


def test_a_body_of_html_is_cleaned() -> None:
    log = replace(SENT, body_html='<div onclick="x()">Hello <script>x()</script></div>')
    assert given(LEAD_CREATED).when(log).only.body_html == "<div>Hello </div>"


def test_the_text_of_a_body_of_html_is_what_its_reader_sees() -> None:
    html = "<head><title>Offer</title><style>p {color: red}</style></head><div>Hello</div><div>Lindsay</div>"
    assert given(LEAD_CREATED).when(replace(SENT, body_html=html)).only.body_text == "Hello\n\nLindsay"


def test_the_text_of_a_table_keeps_its_words_apart() -> None:
    html = "<table><tr><td>Price</td><td>5</td></tr><tr><td>Count</td><td>2</td></tr></table>"
    body_text = given(LEAD_CREATED).when(replace(SENT, body_html=html)).only.body_text
    assert body_text.split() == ["Price", "5", "Count", "2"]


@pytest.mark.parametrize("html", ["<![foo[", "<!DOCTYPE", "<p", "&#xd800;", "</script>", "<!--", "&" * 50])
def test_no_html_is_too_broken(html: str) -> None:
    assert given(LEAD_CREATED).when(replace(SENT, body_html=html)).decided


def test_a_text_beside_html_is_kept_as_it_is() -> None:
    log = replace(SENT, body_text="  Hello\n> quoted\n", body_html="<p>Other</p>")
    assert given(LEAD_CREATED).when(log).only.body_text == "  Hello\n> quoted\n"


def test_a_body_that_shows_nothing_is_none() -> None:
    assert given(LEAD_CREATED).when(replace(SENT, body_html="<style>p{}</style>")).only.body_html is None


def test_lists_of_addresses_are_bounded() -> None:
    many = ("a@bluth.example",) * 1_001
    given(LEAD_CREATED).when(replace(SENT, to=many, cc=many, bcc=many, references=many)).then_refused_all(
        (TooManyEntries, "to"), (TooManyEntries, "cc"), (TooManyEntries, "bcc"), (TooManyEntries, "references")
    )


def test_independent_refusals_of_one_message_come_together() -> None:
    log = LogEmail(
        lead_id=LEAD,
        contact_id=ContactId(UNKNOWN),
        user_id=STRANGER,
        direction=Direction.INBOUND,
        status=MessageStatus.OUTBOX,
        to=("fine@acme.example", "x" * 1_001),
        cc=("\0",),
        subject="s" * 999,
        body_text="\ud800",
        body_html="\0",
        message_id="m" * 999,
        in_reply_to="\0",
    )
    given(LEAD_CREATED).when(log).then_refused_all(
        (ContactNotFound, "contact_id"),
        (UserNotFound, "user_id"),
        (NoSendingAccount, "status"),
        (TextTooLong, "to.1"),
        (NulCharacter, "cc.0"),
        (TextTooLong, "subject"),
        (NotUnicode, "body_text"),
        (NulCharacter, "body_html"),
        (TextTooLong, "message_id"),
        (NulCharacter, "in_reply_to"),
    )
