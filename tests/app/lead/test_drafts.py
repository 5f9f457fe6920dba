"""Editing drafts of messages, and what becomes of them when they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.event import Event
from app.ids import ActivityId, ContactId, FileId, ThreadId
from app.lead.activities import DeleteActivity
from app.lead.attachments import EMAIL_FILE_MAX, SMS_FILE_MAX
from app.lead.draft_events import EmailContent, EmailDraftEdited, SmsContent, SmsDraftEdited
from app.lead.drafts import EditDraft
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import LogEmail
from app.lead.refusals import (
    ActivityNotFound,
    ContactNotFound,
    FileTooLarge,
    MessageLogged,
    NoSendingAccount,
    NotADraft,
    NothingSent,
    NotOfThisMessage,
    SenderMissing,
    WrongMessageStatus,
)
from app.lead.sms import LogSms
from app.situation import KnownFile
from app.text import NulCharacter, TextTooLong
from app.vocabulary import Direction, MessageStatus
from tests.support.acme import (
    ADMIN,
    CONTACT,
    CONTACT_ADDED,
    EMAIL,
    EMAIL_LOGGED,
    LEAD,
    LEAD_CREATED,
    MEMBER,
    NOTE,
    NOTE_WRITTEN,
    NOW,
    UNKNOWN,
    YESTERDAY,
    thing,
)
from tests.support.given import Given, given

DRAFT, SMS, ANSWER = (ActivityId(thing(number)) for number in (80, 81, 82))
FILE = FileId(thing(83))
SENT = MessageStatus.SENT
WRITE = LogEmail(lead_id=LEAD, email_id=DRAFT, direction=Direction.OUTBOUND, status=MessageStatus.DRAFT)
WRITE_SMS = LogSms(lead_id=LEAD, sms_id=SMS, direction=Direction.OUTBOUND, status=MessageStatus.DRAFT)
EDIT = EditDraft(activity_id=DRAFT)
EDIT_SMS = EditDraft(activity_id=SMS)


def after(*commands: Any) -> Given:
    """A lead with a contact on which all this was done."""
    events: list[Event] = [LEAD_CREATED, CONTACT_ADDED]
    for command in commands:
        outcome = given(*events).when(command)
        assert not outcome.refusals, outcome.refusals
        events += outcome.decided
    return given(*events)


def mail(number: int, answers: int | None = None) -> LogEmail:
    return LogEmail(
        lead_id=LEAD,
        email_id=ActivityId(thing(100 + number)),
        direction=Direction.INBOUND,
        sender="lindsay@bluth.example",
        message_id=f"<{number}@x.example>",
        in_reply_to=None if answers is None else f"<{answers}@x.example>",
    )


def uploaded(size_bytes: int) -> dict[FileId, KnownFile]:
    file = KnownFile(
        file_id=FILE,
        name="plan.png",
        content_type="image/png",
        size_bytes=size_bytes,
        sha256="0f" * 32,
        uploaded_by=ADMIN,
        expires_at=NOW + timedelta(hours=1),
    )
    return {FILE: file}


def test_a_fact_holds_what_changed_and_nothing_else() -> None:
    edit = replace(EDIT, subject=" Offer ", to=("l@bluth.example",), contact_id=CONTACT)
    after(WRITE).when(edit).then(
        EmailDraftEdited(
            email_id=DRAFT,
            before=EmailContent(contact_id=None, to=(), subject=""),
            after=EmailContent(contact_id=CONTACT, to=("l@bluth.example",), subject="Offer"),
            thread_id=ThreadId(DRAFT),
        )
    )


def test_everything_of_a_draft_can_be_changed_and_cleared() -> None:
    words: dict[str, Any] = {
        "contact_id": CONTACT,
        "user_id": MEMBER,
        "follow_up_at": NOW,
        "sender": "ada@acme.example",
        "to": ("a@x.example",),
        "cc": ("b@x.example",),
        "bcc": ("c@x.example",),
        "subject": "Offer",
        "body_text": "Yes",
        "body_html": "<p>Yes</p>",
        "message_id": "<1@acme.example>",
        "in_reply_to": "<2@acme.example>",
        "references": ("<3@acme.example>",),
        "occurred_at": YESTERDAY - timedelta(days=1),
    }
    edit = EditDraft(activity_id=DRAFT, **words)
    changed = after(WRITE).when(edit).only.after
    assert {name: getattr(changed, name) for name in words} == words
    cleared = after(WRITE, edit).when(EditDraft(activity_id=DRAFT, **dict.fromkeys(words))).only.after
    empty = {"to": (), "cc": (), "bcc": (), "references": (), "subject": "", "body_text": "", "occurred_at": NOW}
    assert {name: getattr(cleared, name) for name in words} == {**dict.fromkeys(words), **empty}


def test_nothing_changed_is_no_fact() -> None:
    draft = replace(WRITE, subject="Offer", to=("l@bluth.example",))
    after(draft).when(replace(EDIT, subject="Offer", to=("l@bluth.example",), status=MessageStatus.DRAFT)).then()


def test_html_that_is_changed_has_another_text_too() -> None:
    changed = after(replace(WRITE, body_text="No")).when(replace(EDIT, body_html="<p>Yes<script>x</script></p>")).only
    assert (changed.after.body_html, changed.after.body_text) == ("<p>Yes</p>", "Yes")


@pytest.mark.parametrize("answered", [None, "<1@x.example>"])
def test_a_draft_that_was_sent_is_its_users(answered: str | None) -> None:
    sent = after(WRITE).when(replace(EDIT, status=SENT, in_reply_to=answered)).only
    assert (sent.after.status, sent.after.sender, sent.after.occurred_at) == (SENT, "Ada@acme.example", NOW)


def test_a_draft_was_sent_when_its_input_says() -> None:
    assert after(WRITE).when(replace(EDIT, status=SENT, occurred_at=YESTERDAY)).decided[0].occurred_at is None
    early = YESTERDAY - timedelta(days=400)
    assert after(WRITE).when(replace(EDIT, status=SENT, occurred_at=early)).only.after.occurred_at == early


def test_what_was_sent_cannot_be_edited_any_more() -> None:
    after(WRITE, replace(EDIT, status=SENT)).when(replace(EDIT, subject="No")).then_refused(NotADraft, "activity_id")


@pytest.mark.parametrize("activity_id", [EMAIL, NOTE])
def test_only_drafts_of_messages_can_be_edited(activity_id: ActivityId) -> None:
    events = (LEAD_CREATED, EMAIL_LOGGED, NOTE_WRITTEN)
    given(*events).when(EditDraft(activity_id=activity_id, subject="No")).then_refused(NotADraft, "activity_id")


def test_what_is_not_there_cannot_be_edited() -> None:
    gone = (WRITE, DeleteActivity(activity_id=DRAFT))
    after(*gone).when(replace(EDIT, subject="No")).then_refused(ActivityNotFound, "activity_id")
    unknown = EditDraft(activity_id=ActivityId(UNKNOWN), subject="No")
    after(WRITE).when(unknown).then_refused(ActivityNotFound, "activity_id")


@pytest.mark.parametrize("command", [EDIT, EDIT_SMS])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (MessageStatus.SCHEDULED, NoSendingAccount),
        (MessageStatus.OUTBOX, NoSendingAccount),
        (MessageStatus.INBOX, WrongMessageStatus),
    ],
)
def test_nothing_here_sends_drafts(command: EditDraft, status: MessageStatus, kind: Any) -> None:
    there = after(replace(WRITE, sender="ada@acme.example"), replace(WRITE_SMS, text="Yes"))
    there.when(replace(command, status=status)).then_refused(kind, "status")


def test_what_failed_must_say_its_sender() -> None:
    failed = replace(EDIT, status=MessageStatus.ERROR)
    after(WRITE).when(failed).then_refused(SenderMissing, "sender")
    assert after(WRITE).when(replace(failed, sender="ada@acme.example")).decided


def test_independent_refusals_come_together() -> None:
    edit = replace(
        EDIT, contact_id=ContactId(UNKNOWN), subject="s" * 999, body_text="\0", text="No", local_phone="+4930123456"
    )
    after(WRITE).when(edit).then_refused_all(
        (ContactNotFound, "contact_id"),
        (TextTooLong, "subject"),
        (NulCharacter, "body_text"),
        (NotOfThisMessage, "text"),
        (NotOfThisMessage, "local_phone"),
    )


def test_files_that_stay_and_files_that_come() -> None:
    with_file = replace(EDIT, file_ids=(FILE,))
    edited = after(WRITE).when(with_file, files=uploaded(EMAIL_FILE_MAX)).only
    assert [one.file_id for one in edited.after.files] == [FILE]
    there = given(LEAD_CREATED, *after(WRITE).events[2:], edited)
    there.when(with_file).then()
    removed = there.when(replace(EDIT, file_ids=None)).only
    assert (len(removed.before.files), removed.after.files, removed.takes(LEAD)) == (1, (), ())
    there.when(replace(EDIT, subject="Offer")).then(
        EmailDraftEdited(
            email_id=DRAFT,
            before=EmailContent(subject=""),
            after=EmailContent(subject="Offer"),
            thread_id=ThreadId(DRAFT),
        )
    )


def test_a_file_that_is_too_large_is_refused() -> None:
    outcome = after(WRITE).when(replace(EDIT, file_ids=(FILE,)), files=uploaded(EMAIL_FILE_MAX + 1))
    outcome.then_refused(FileTooLarge, "file_ids.0")
    outcome = after(WRITE_SMS).when(replace(EDIT_SMS, file_ids=(FILE,)), files=uploaded(SMS_FILE_MAX + 1))
    outcome.then_refused(FileTooLarge, "file_ids.0")


# ---------------------------------------------------------------- threads


def test_a_draft_goes_to_the_thread_that_it_answers_now() -> None:
    edited = after(mail(1), mail(2), replace(WRITE, in_reply_to="<1@x.example>")).when(
        replace(EDIT, in_reply_to="<2@x.example>")
    )
    assert edited.only.left_thread_id == mail(1).email_id
    assert edited.only.thread_id == mail(2).email_id


def test_a_draft_that_is_sent_joins_what_it_links() -> None:
    draft = replace(WRITE, in_reply_to="<1@x.example>", references=("<2@x.example>",))
    decided = after(mail(1), mail(2), draft).when(replace(EDIT, status=SENT)).decided
    assert [type(one) for one in decided] == [EmailDraftEdited, EmailThreadsJoined]


def test_an_answer_finds_the_draft_that_was_sent() -> None:
    sent = replace(EDIT, status=SENT, message_id="<9@x.example>")
    logged = after(WRITE, sent).when(mail(1, answers=9)).only
    assert logged.thread_id == DRAFT


def test_a_draft_that_moved_is_found_where_it_is() -> None:
    steps: Sequence[Any] = (
        mail(1),
        mail(2),
        replace(WRITE, message_id="<9@x.example>", in_reply_to="<1@x.example>"),
        replace(EDIT, in_reply_to="<2@x.example>"),
        replace(EDIT, status=SENT),
    )
    assert after(*steps).when(mail(3, answers=9)).only.thread_id == mail(2).email_id


def test_a_draft_follows_its_thread_into_another() -> None:
    link = replace(mail(3), references=("<1@x.example>", "<2@x.example>"))
    draft = replace(WRITE, in_reply_to="<1@x.example>")
    steps = (mail(2), mail(4, answers=2), mail(1), draft, mail(5, answers=2), link)
    edited = after(*steps).when(replace(EDIT, subject="Offer")).only
    assert (edited.thread_id, edited.left_thread_id) == (mail(2).email_id, None)


def test_a_message_id_is_given_back_and_another_one_taken() -> None:
    draft = replace(WRITE, message_id="<1@acme.example>")
    other = replace(EDIT, message_id="<2@acme.example>")
    again = LogEmail(lead_id=LEAD, direction=Direction.OUTBOUND, message_id="<1@acme.example>")
    assert after(draft, other).when(again).decided
    twice = replace(again, message_id="2@acme.example")
    after(draft, other).when(twice).then_refused(MessageLogged, "message_id")


def test_a_deleted_draft_gives_back_the_message_id_that_it_had_last() -> None:
    draft = replace(WRITE, message_id="<1@acme.example>")
    gone = DeleteActivity(activity_id=DRAFT)
    again = LogEmail(lead_id=LEAD, direction=Direction.OUTBOUND, message_id="<2@acme.example>")
    assert after(draft, replace(EDIT, message_id="<2@acme.example>"), gone).when(again).decided


def test_the_message_id_of_another_message_is_refused() -> None:
    edit = replace(EDIT, message_id="<1@x.example>")
    after(mail(1), WRITE).when(edit).then_refused(MessageLogged, "message_id")
    own = replace(EDIT, message_id="9@x.example")
    assert after(replace(WRITE, message_id="<9@x.example>")).when(own).decided


# ---------------------------------------------------------------- text messages


def test_a_text_message_is_edited_and_sent() -> None:
    edit = replace(EDIT_SMS, text="Yes", remote_phone="+1 212 555 0100", status=SENT)
    after(WRITE_SMS).when(edit).then(
        SmsDraftEdited(
            sms_id=SMS,
            before=SmsContent(status=MessageStatus.DRAFT, remote_phone=None, text="", occurred_at=_recorded()),
            after=SmsContent(status=SENT, remote_phone="+12125550100", text="Yes", occurred_at=NOW),
        )
    )


def test_what_is_sent_says_something() -> None:
    after(WRITE_SMS).when(replace(EDIT_SMS, status=SENT)).then_refused(NothingSent, "text")


def test_a_text_message_has_nothing_of_an_email() -> None:
    edit = replace(EDIT_SMS, subject="Offer", to=())
    after(WRITE_SMS).when(edit).then_refused_all((NotOfThisMessage, "subject"), (NotOfThisMessage, "to"))


def test_an_edit_writes_only_what_it_names() -> None:
    assert replace(EDIT, subject="a", file_ids=()).writes == {f"{DRAFT}.subject", f"{DRAFT}.files"}
    assert after(WRITE).when(replace(EDIT, subject="a")).only.touched == {f"{DRAFT}.subject"}


def test_html_writes_the_text_that_is_taken_from_it() -> None:
    assert replace(EDIT, body_html="<p>a</p>").writes == {f"{DRAFT}.body_html", f"{DRAFT}.body_text"}
    assert replace(EDIT, body_text="a").writes == {f"{DRAFT}.body_text"}


def _recorded() -> datetime:
    return YESTERDAY
