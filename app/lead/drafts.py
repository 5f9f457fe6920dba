"""Editing drafts: they alone of all messages can be edited, and may turn out to have been sent elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import UNSET, UnsetType

from app.ids import ActivityId, ContactId, FileId, LeadId, ThreadId, UserId
from app.lead.activities import require_activity
from app.lead.attachments import EMAIL_FILE_MAX, SMS_FILE_MAX, Attachment, files_left
from app.lead.contacts import known_contact
from app.lead.draft_events import (
    EmailContent,
    EmailDraftEdited,
    SmsContent,
    SmsDraftEdited,
    message_of,
)
from app.lead.edits import changes_in, difference, touched_part
from app.lead.email_addressing import SUBJECT_MAX
from app.lead.email_threads import Headers, Place, joined_claims, message_claims, place_of, thread_now
from app.lead.emails import (
    BODY_MAX,
    REFERENCES_MAX,
    compared_headers,
    kept_html,
    kept_lines,
    kept_message_id,
    kept_sender,
)
from app.lead.event import LeadEvent
from app.lead.messages import kept_number, kept_status
from app.lead.owners import owner
from app.lead.refusals import ActivityNotFound, MessageLogged, NotADraft, NotOfThisMessage
from app.lead.rich_text import text_of
from app.lead.sms import kept_text
from app.situation import Claim, Situation
from app.text import Problems
from app.vocabulary import Direction, MessageStatus

if TYPE_CHECKING:
    from app.lead.lead import Lead

_EMAIL_ONLY = frozenset(EmailContent.__struct_fields__) - frozenset(SmsContent.__struct_fields__)
_SMS_ONLY = frozenset(SmsContent.__struct_fields__) - frozenset(EmailContent.__struct_fields__)
_PLACING = {"message_id", "in_reply_to", "references"}  # what of a draft says to which thread it belongs


@dataclass(frozen=True, kw_only=True)
class EditDraft:
    """Change some of a draft. What is not given stays; None clears. With a status it was sent, or failed, elsewhere."""

    produces: ClassVar[dict[str, str]] = {"activity": "activity_id"}
    least_threads: ClassVar[int] = 2  # one alone has nothing to be joined with

    activity_id: ActivityId
    contact_id: ContactId | UnsetType | None = UNSET
    user_id: UserId | UnsetType | None = UNSET
    status: MessageStatus | UnsetType | None = UNSET
    follow_up_at: datetime | UnsetType | None = UNSET
    sender: str | UnsetType | None = UNSET
    to: tuple[str, ...] | UnsetType | None = UNSET
    cc: tuple[str, ...] | UnsetType | None = UNSET
    bcc: tuple[str, ...] | UnsetType | None = UNSET
    subject: str | UnsetType | None = UNSET
    body_text: str | UnsetType | None = UNSET
    body_html: str | UnsetType | None = UNSET
    message_id: str | UnsetType | None = UNSET
    in_reply_to: str | UnsetType | None = UNSET
    references: tuple[str, ...] | UnsetType | None = UNSET
    local_phone: str | UnsetType | None = UNSET
    remote_phone: str | UnsetType | None = UNSET
    text: str | UnsetType | None = UNSET
    file_ids: tuple[FileId, ...] | UnsetType | None = UNSET
    occurred_at: datetime | UnsetType | None = UNSET
    expected_version: int | None = None

    @property
    def about(self) -> ActivityId:
        """The draft, by whose own facts its lead is found."""
        return self.activity_id

    @property
    def writes(self) -> frozenset[str]:
        """The parts of this draft that are given; with HTML also the text that is taken from it."""
        derived = {"body_text"} if self._has("body_html") else frozenset()
        return frozenset(touched_part(self.activity_id, name) for name in self._given | derived)

    def asks_further(self, at: Situation) -> Iterator[Claim]:
        """What finds its thread, and what has become of the threads that were found."""
        message = message_of(at.subject)
        if message is None or message.thread_id is None:
            return
        headers, lead_id = self._headers(message.content, at), self._lead_id(at)
        claims = headers.asks_claims(lead_id)
        yield from claims
        found = (at.claimed[one] for one in claims if one in at.claimed)
        yield from joined_claims((message.thread_id, *found), at.claimed)

    def asks_threads(self, at: Situation) -> tuple[ThreadId, ...]:
        """Threads whose messages may have to move."""
        message = message_of(at.subject)
        if message is None or message.thread_id is None:
            return ()
        return self._headers(message.content, at).threads(self._lead_id(at), at.claimed)

    def _lead_id(self, at: Situation) -> LeadId:
        """Whose claims it asks about: those of the lead that it is on by now."""
        return at.lead_id or LeadId(at.subject[0].stream_id)

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide what is different now; where it was sent, also its thread.

        Raises:
            ActivityNotFound, NotADraft, NotOfThisMessage, NoSendingAccount, WrongMessageStatus, SenderMissing,
            NothingSent, MessageLogged, ContactNotFound, UserNotFound, InvalidPhone, FileNotFound, FileTooLarge,
            TextTooLong, TooManyEntries
        """
        lead, _ = require_activity(self.activity_id, lead, at, ActivityNotFound("activity_id"))
        message = message_of(at.subject)
        if message is None or message.content.status is not MessageStatus.DRAFT:
            raise NotADraft("activity_id")
        problems = Problems()
        if isinstance(message.content, SmsContent):
            return self._edited_sms(message.content, lead, at, problems)
        assert message.thread_id is not None, "an e-mail has a thread"
        return self._edited_email(message.content, message.thread_id, lead, at, problems)

    # ------------------------------------------------------------------ e-mails

    def _edited_email(
        self, before: EmailContent, thread_id: ThreadId, lead: Lead, at: Situation, problems: Problems
    ) -> Sequence[LeadEvent]:
        self._refuse(_SMS_ONLY, "An e-mail", problems)
        after = self._email(before, lead, at, problems)
        self._require_other_message(before, after, lead, at, problems)
        problems.stop_if_any()
        found = difference(before, after)
        if found is None:
            return ()
        was, now = found
        here = thread_now(thread_id, at.claimed)
        place = self._place(now, after, here, lead, at)
        edited = EmailDraftEdited(
            email_id=self.activity_id,
            before=was,
            after=now,
            thread_id=place.thread_id,
            left_thread_id=here if here != place.thread_id else None,
            links=place.links,
            subject_key=place.subject_key,
        )
        return (edited, *place.joined)

    def _email(self, before: EmailContent, lead: Lead, at: Situation, problems: Problems) -> EmailContent:
        """The draft as it is to be; what is wrong with it is noted."""
        status, user_id = self._status(problems), self._user(before, at, problems)
        html = kept_html(self.body_html or None, problems) if self._has("body_html") else before.body_html
        references = kept_lines(self._lines("references", before), problems, "references", REFERENCES_MAX)
        return EmailContent(
            status=status,
            contact_id=self._contact(before, lead, problems),
            user_id=user_id,
            sender=kept_sender(self._value("sender", before), status, user_id, at, problems),
            to=kept_lines(self._lines("to", before), problems, "to"),
            cc=kept_lines(self._lines("cc", before), problems, "cc"),
            bcc=kept_lines(self._lines("bcc", before), problems, "bcc"),
            subject=problems.line(self._value("subject", before), "subject", limit=SUBJECT_MAX) or "",
            body_text=self._body_text(before, html or None, problems),
            body_html=html,
            message_id=kept_message_id(self._value("message_id", before), problems, "message_id"),
            in_reply_to=kept_message_id(self._value("in_reply_to", before), problems, "in_reply_to"),
            references=references,
            files=self._files(before, lead, at, problems, EMAIL_FILE_MAX),
            follow_up_at=self._value("follow_up_at", before),
            occurred_at=self._occurred_at(before, status, at),
        )

    def _body_text(self, before: EmailContent, html: str | None, problems: Problems) -> str:
        """As it is given; else taken from the HTML, if that is given; else as it was."""
        if not self._has("body_text") and not self._has("body_html"):
            return before.body_text or ""
        given = problems.text(self.body_text, "body_text", limit=BODY_MAX) if self.body_text else None
        if given is None and not self._has("body_text") and html is None:
            return before.body_text or ""
        return given or text_of(html or "")

    def _place(self, now: EmailContent, after: EmailContent, here: ThreadId, lead: Lead, at: Situation) -> Place:
        """Where it belongs: where it is, unless it says something else about that now, or was sent."""
        is_draft = after.status is MessageStatus.DRAFT
        if is_draft and not _PLACING & changes_in(now).keys():
            return Place(thread_id=here)
        return place_of(self.activity_id, self._headers(after, at), lead.id, at, is_draft=is_draft)

    def _headers(self, content: EmailContent | SmsContent, at: Situation) -> Headers:
        """As they will be, where nothing is refused."""
        problems = Problems()
        user_id = self._user(content, at, problems)
        sender = kept_sender(self._value("sender", content), self._status(problems), user_id, at, problems)
        return compared_headers(
            self._value("message_id", content),
            self._value("in_reply_to", content),
            self._lines("references", content),
            self._value("subject", content) or "",
            (sender, *self._lines("to", content), *self._lines("cc", content)),
        )

    def _require_other_message(
        self, before: EmailContent, after: EmailContent, lead: Lead, at: Situation, problems: Problems
    ) -> None:
        """A Message-ID that another message of the lead has is refused."""
        if not after.message_id:
            return
        own = message_claims(lead.id, before.message_id) if before.message_id else ()
        claims = message_claims(lead.id, after.message_id)
        if claims[0] not in own and any(one in at.claimed for one in claims):
            problems.add(MessageLogged("message_id"))

    # ------------------------------------------------------------------ text messages

    def _edited_sms(self, before: SmsContent, lead: Lead, at: Situation, problems: Problems) -> Sequence[LeadEvent]:
        self._refuse(_EMAIL_ONLY, "A text message", problems)
        status = self._status(problems)
        files = self._files(before, lead, at, problems, SMS_FILE_MAX)
        after = SmsContent(
            status=status,
            contact_id=self._contact(before, lead, problems),
            user_id=self._user(before, at, problems),
            local_phone=kept_number(self._value("local_phone", before), problems, "local_phone"),
            remote_phone=kept_number(self._value("remote_phone", before), problems, "remote_phone"),
            text=kept_text(self._value("text", before), status, bool(files or self.file_ids), problems),
            files=files,
            occurred_at=self._occurred_at(before, status, at),
        )
        problems.stop_if_any()
        found = difference(before, after)
        return (SmsDraftEdited(sms_id=self.activity_id, before=found[0], after=found[1]),) if found else ()

    # ------------------------------------------------------------------ what both have

    @property
    def _given(self) -> frozenset[str]:
        """Words of the contents that are given."""
        names = {one.name for one in fields(self) if one.name not in ("activity_id", "expected_version")}
        return frozenset("files" if name == "file_ids" else name for name in names if self._has(name))

    def _has(self, name: str) -> bool:
        return getattr(self, name) is not UNSET

    def _value(self, name: str, before: EmailContent | SmsContent) -> Any:
        return getattr(self, name) if self._has(name) else getattr(before, name)

    def _lines(self, name: str, before: EmailContent | SmsContent) -> tuple[str, ...]:
        lines: tuple[str, ...] = self._value(name, before) or ()
        return lines

    def _refuse(self, names: frozenset[str], message: str, problems: Problems) -> None:
        """What the other kind of message has, this one has not."""
        for name in sorted(names & self._given):
            problems.add(NotOfThisMessage(name, message=message))

    def _status(self, problems: Problems) -> MessageStatus:
        return kept_status(self.status or MessageStatus.DRAFT, Direction.OUTBOUND, problems)

    def _user(self, before: EmailContent | SmsContent, at: Situation, problems: Problems) -> UserId | None:
        if self.user_id in (UNSET, before.user_id):
            return before.user_id or None
        return owner(self.user_id, at, problems, "user_id")

    def _contact(self, before: EmailContent | SmsContent, lead: Lead, problems: Problems) -> ContactId | None:
        if self.contact_id in (UNSET, before.contact_id):
            return before.contact_id or None
        return known_contact(self.contact_id or None, lead, problems)

    def _files(
        self, before: EmailContent | SmsContent, lead: Lead, at: Situation, problems: Problems, limit: int
    ) -> tuple[Attachment, ...]:
        given, had, id = self.file_ids, before.files, self.activity_id
        return files_left(given, had, id, lead.id, at, problems, "file_ids", limit=limit)

    def _occurred_at(self, before: EmailContent | SmsContent, status: MessageStatus, at: Situation) -> datetime:
        """When it was sent; nobody says: just now. Of a draft that stays one, as it was."""
        if self.occurred_at:
            return self.occurred_at
        is_unchanged = status is MessageStatus.DRAFT and not self._has("occurred_at")
        return before.occurred_at if is_unchanged and before.occurred_at else at.now
