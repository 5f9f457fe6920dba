"""E-mails that were sent or received elsewhere and are logged here; threads by In-Reply-To and References."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from msgspec import UNSET, UnsetType

from app.ids import ActivityId, ContactId, LeadId, ThreadId, UserId, uuid7
from app.lead.attachments import Attachment, file_claims
from app.lead.contacts import known_contact
from app.lead.event import LeadEvent
from app.lead.owners import owner
from app.lead.refusals import MessageLogged, NoSendingAccount, SenderMissing, WrongMessageStatus
from app.lead.rich_text import sanitised, shows_anything, text_of
from app.situation import Claim, Situation
from app.text import LIST_MAX, Problems, TextTooLong
from app.vocabulary import ActivityKind, Direction, MessageStatus

if TYPE_CHECKING:
    from app.lead.lead import Lead

MESSAGE = "message"  # kind of claim: a Message-ID on a lead, held by the thread it belongs to
ADDRESS_MAX = 1_000  # characters; "Name <address>" as the message had it
SUBJECT_MAX = 998  # characters
MESSAGE_ID_MAX = 998  # bytes: the longest line of a message, RFC 5322 2.1.1; a claim's key has room for no more
_OF_DIRECTION = {
    Direction.INBOUND: (MessageStatus.INBOX,),
    Direction.OUTBOUND: (MessageStatus.SENT, MessageStatus.ERROR, MessageStatus.DRAFT),
}


def message_claim(lead_id: UUID, message_id: str) -> Claim:
    """The claim that finds a message of a lead, and its thread, by Message-ID."""
    return Claim(MESSAGE, f"{lead_id}\x1f{message_id}")


class EmailLogged(LeadEvent, frozen=True, kw_only=True, tag="lead.email_logged"):
    """Addresses are kept as the message had them; `body_html` is sanitised."""

    makes: ClassVar[ActivityKind | None] = ActivityKind.EMAIL
    entity: ClassVar[str | None] = "email_id"

    email_id: ActivityId
    thread_id: ThreadId
    contact_id: ContactId | None = None
    user_id: UserId | None = None
    direction: Direction
    status: MessageStatus
    sender: str | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    body_text: str = ""
    body_html: str | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    follow_up_at: datetime | None = None
    files: tuple[Attachment, ...] = ()

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        message = ((message_claim(stream_id, self.message_id), self.thread_id),) if self.message_id else ()
        return (*message, *file_claims(self.files, stream_id))


@dataclass(frozen=True, kw_only=True)
class LogEmail:
    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "email": "email_id"}

    lead_id: LeadId
    contact_id: ContactId | None = None
    user_id: UserId | UnsetType | None = UNSET
    direction: Direction
    status: MessageStatus | None = None
    follow_up_at: datetime | None = None
    sender: str | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    body_text: str | None = None
    body_html: str | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    occurred_at: datetime | None = None
    email_id: ActivityId = field(default_factory=lambda: ActivityId(uuid7()))

    def asks_claims(self) -> tuple[Claim, ...]:
        """Its own Message-ID, and those it answers: nearest first."""
        own = _message_id(self.message_id, Problems())
        return tuple(message_claim(self.lead_id, wanted) for wanted in (own, *self._ancestors()) if wanted)

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the message and its thread: the nearest ancestor's on this lead, else one of its own.

        Raises:
            MessageLogged, NoSendingAccount, WrongMessageStatus, SenderMissing, ContactNotFound, UserNotFound
        """
        problems = Problems()
        message_id = _message_id(self.message_id, problems, "message_id")
        if message_id and message_claim(self.lead_id, message_id) in at.claimed:
            problems.add(MessageLogged("message_id"))
        user_id = owner(self.user_id, at, problems, "user_id")
        status = self._kept_status(problems)
        body_html = sanitised(problems.text(self.body_html, "body_html") or "")
        body_text = problems.text(self.body_text, "body_text")
        logged = EmailLogged(
            email_id=self.email_id,
            thread_id=self._thread(at),
            contact_id=known_contact(self.contact_id, lead, problems),
            user_id=user_id,
            direction=self.direction,
            status=status,
            sender=self._kept_sender(status, user_id, at, problems),
            to=_lines(self.to, problems, "to"),
            cc=_lines(self.cc, problems, "cc"),
            bcc=_lines(self.bcc, problems, "bcc"),
            subject=problems.line(self.subject, "subject", limit=SUBJECT_MAX) or "",
            body_text=body_text or text_of(body_html),
            body_html=body_html if shows_anything(body_html) else None,
            message_id=message_id,
            in_reply_to=_message_id(self.in_reply_to, problems, "in_reply_to"),
            references=_lines(self.references, problems, "references"),
            follow_up_at=self.follow_up_at,
            occurred_at=self.occurred_at,
        )
        problems.stop_if_any()
        return (logged,)

    def _ancestors(self) -> Sequence[str]:
        """Without those that `decide` refuses: they are looked up before it is asked."""
        wanted = (self.in_reply_to, *reversed(self.references[-LIST_MAX:]))
        return [kept for one in wanted if (kept := _message_id(one, Problems()))]

    def _thread(self, at: Situation) -> ThreadId:
        for message_id in self._ancestors():
            thread_id = at.claimed.get(message_claim(self.lead_id, message_id))
            if thread_id is not None:
                return ThreadId(thread_id)
        return ThreadId(self.email_id)

    def _kept_status(self, problems: Problems) -> MessageStatus:
        status = self.status or _OF_DIRECTION[self.direction][0]
        if status in (MessageStatus.SCHEDULED, MessageStatus.OUTBOX):
            problems.add(NoSendingAccount("status"))
        elif status not in _OF_DIRECTION[self.direction]:
            problems.add(WrongMessageStatus("status", direction=self.direction.value, status=status.value))
        return status

    def _kept_sender(
        self, status: MessageStatus, user_id: UserId | None, at: Situation, problems: Problems
    ) -> str | None:
        sender = problems.line(self.sender, "sender", limit=ADDRESS_MAX)
        if sender is None and status is MessageStatus.SENT and user_id is not None:
            return at.organization.users[user_id].email
        if sender is None and status in (MessageStatus.INBOX, MessageStatus.ERROR):
            problems.add(SenderMissing("sender"))
        return sender


def _message_id(value: str | None, problems: Problems, *path: str) -> str | None:
    kept = problems.line(value, *path, limit=MESSAGE_ID_MAX)
    if kept is not None and (length := len(kept.encode())) > MESSAGE_ID_MAX:
        problems.add(TextTooLong(*path, length=length, limit=MESSAGE_ID_MAX))
        return None
    return kept


def _lines(values: Sequence[str], problems: Problems, field_name: str) -> tuple[str, ...]:
    bounded = problems.bounded(values, field_name)
    kept = (problems.line(value, field_name, str(i), limit=ADDRESS_MAX) for i, value in enumerate(bounded))
    return tuple(line for line in kept if line)
