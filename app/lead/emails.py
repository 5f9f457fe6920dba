"""E-mails that were sent or received elsewhere and are logged here, or are still being written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from app.ids import ActivityId, ContactId, FileId, LeadId, ThreadId, UserId, uuid7
from app.lead.attachments import EMAIL_FILE_MAX, Attachment, attached, file_claims
from app.lead.email_addressing import MESSAGE_ID_MAX, SUBJECT_MAX
from app.lead.email_threads import (
    Headers,
    headers_of,
    joined_claims,
    message_claims,
    place_claims,
    place_of,
    subject_key,
)
from app.lead.event import LeadEvent
from app.lead.inbox import Arrival, email_arrival
from app.lead.messages import contact_written_with, kept_status
from app.lead.owners import owner
from app.lead.refusals import MessageLogged, SenderMissing
from app.lead.rich_text import sanitised, shows_anything, text_of
from app.situation import Claim, Situation
from app.text import Problems, TextTooLong
from app.vocabulary import ActivityKind, Direction, MessageStatus

if TYPE_CHECKING:
    from app.lead.lead import Lead

ADDRESS_MAX = 1_000  # characters; "Name <address>" as the message had it
ADDRESSES_MAX = 1_000  # of each of to, cc and bcc
REFERENCES_MAX = 1_000  # that are kept; some of them link the message, see email_threads
BODY_MAX = 500_000  # characters of either form of a body


class EmailLogged(LeadEvent, frozen=True, kw_only=True, tag="lead.email_logged"):
    """Addresses and Message-IDs are kept as the message had them; `body_html` is sanitised.

    `links` and `subject_key` are by what later messages find its thread that nothing has found before.
    `thread_lead_id` is the lead in whose stream the thread began, where that was merged into this one.
    """

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
    links: tuple[str, ...] = ()
    subject_key: str | None = None
    arrival: Arrival | None = None
    thread_lead_id: LeadId | None = None

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        own = message_claims(stream_id, self.message_id)[:1] if self.message_id else ()
        place = place_claims(stream_id, self.thread_id, self.links, self.subject_key)
        return (*((one, self.thread_id) for one in own), *place, *file_claims(self.files, stream_id))


@dataclass(frozen=True, kw_only=True)
class LogEmail:
    """Log a message. `attachments` are files whose bytes an import has stored already."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "email": "email_id"}
    least_threads: ClassVar[int] = 2  # one alone has nothing to be joined with

    lead_id: LeadId
    contact_id: ContactId | UnsetType | None = UNSET
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
    file_ids: tuple[FileId, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    occurred_at: datetime | None = None
    send_to_inbox: bool = True
    email_id: ActivityId = field(default_factory=lambda: ActivityId(uuid7()))

    def asks_claims(self) -> tuple[Claim, ...]:
        """What finds the message itself, and those that it names."""
        return headers_of(self.message_id, self.in_reply_to, self.references).asks_claims(self.lead_id)

    def asks_further(self, at: Situation) -> Iterator[Claim]:
        """What finds messages like it, where it names none; and what has become of the threads that were found."""
        headers = self._headers(self._likely_sender(at))
        claims = headers.asks_claims(self.lead_id)
        yield from claims
        yield from joined_claims((at.claimed[one] for one in claims if one in at.claimed), at.claimed)

    def asks_threads(self, at: Situation) -> tuple[ThreadId, ...]:
        """Threads whose messages may have to move."""
        return self._headers(self._likely_sender(at)).threads(self.lead_id, at.claimed)

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the message and its thread; where it links several threads, they become one.

        Raises:
            MessageLogged, NoSendingAccount, WrongMessageStatus, SenderMissing, ContactNotFound, UserNotFound,
            FileNotFound, FileTooLarge, TextTooLong, TooManyEntries
        """
        problems = Problems()
        message_id = kept_message_id(self.message_id, problems, "message_id")
        if message_id and any(one in at.claimed for one in message_claims(self.lead_id, message_id)):
            problems.add(MessageLogged("message_id"))
        user_id = owner(self.user_id, at, problems, "user_id")
        status = kept_status(self.status, self.direction, problems)
        sender = kept_sender(self.sender, status, user_id, at, problems)
        is_draft = status is MessageStatus.DRAFT
        place = place_of(self.email_id, self._headers(sender), self.lead_id, at, is_draft=is_draft)
        body_html = kept_html(self.body_html, problems)
        body_text = problems.text(self.body_text, "body_text", limit=BODY_MAX)
        files = attached(self.file_ids, self.email_id, self.lead_id, at, problems, "file_ids", limit=EMAIL_FILE_MAX)
        addresses = self._likely_customers
        logged = EmailLogged(
            email_id=self.email_id,
            thread_id=place.thread_id,
            contact_id=contact_written_with(self.contact_id, addresses, lead, problems),
            user_id=user_id,
            direction=self.direction,
            status=status,
            sender=sender,
            to=kept_lines(self.to, problems, "to"),
            cc=kept_lines(self.cc, problems, "cc"),
            bcc=kept_lines(self.bcc, problems, "bcc"),
            subject=problems.line(self.subject, "subject", limit=SUBJECT_MAX) or "",
            body_text=body_text or text_of(body_html or ""),
            body_html=body_html,
            message_id=message_id,
            in_reply_to=kept_message_id(self.in_reply_to, problems, "in_reply_to"),
            references=kept_lines(self.references, problems, "references", limit=REFERENCES_MAX),
            follow_up_at=self.follow_up_at,
            files=(*files, *self.attachments),
            links=place.links,
            subject_key=place.subject_key,
            occurred_at=self.occurred_at,
        )
        problems.stop_if_any()
        if self.send_to_inbox and status is MessageStatus.INBOX:
            arrival = email_arrival((*logged.to, *logged.cc, *logged.bcc), at)
            logged = msgspec.structs.replace(logged, arrival=arrival)
        return (logged, *place.joined)

    @property
    def _likely_customers(self) -> Sequence[str | None]:
        """Where its customer's address may stand, the likeliest first."""
        return (self.sender,) if self.direction is Direction.INBOUND else (*self.to, *self.cc, *self.bcc)

    def _headers(self, sender: str | None) -> Headers:
        return compared_headers(
            self.message_id, self.in_reply_to, self.references, self.subject, (sender, *self.to, *self.cc)
        )

    def _likely_sender(self, at: Situation) -> str | None:
        """As `decide` will have it, where that refuses nothing."""
        problems = Problems()
        status = kept_status(self.status, self.direction, problems)
        return kept_sender(self.sender, status, owner(self.user_id, at, problems), at, problems)


def compared_headers(
    message_id: str | None,
    in_reply_to: str | None,
    references: Sequence[str],
    subject: str,
    addresses: Iterable[str | None],
) -> Headers:
    """What says to which thread a message belongs: base subject and participants only where it names none."""
    headers = headers_of(message_id, in_reply_to, references)
    if headers.names:
        return headers
    key = subject_key(subject, addresses)
    return Headers(message_id=headers.message_id, names=(), subject_key=key)


def kept_sender(
    value: str | None, status: MessageStatus, user_id: UserId | None, at: Situation, problems: Problems
) -> str | None:
    """Who sent a message: required of one that was received or failed; of one that was sent, its user's address."""
    before = len(problems.refusals)
    sender = problems.line(value, "sender", limit=ADDRESS_MAX)
    user = at.organization.users.get(user_id) if user_id else None
    if sender is None and status is MessageStatus.SENT and user is not None:
        return user.email
    is_required = status in (MessageStatus.INBOX, MessageStatus.ERROR)
    if sender is None and is_required and len(problems.refusals) == before:
        problems.add(SenderMissing("sender"))
    return sender


def kept_html(value: str | None, problems: Problems) -> str | None:
    """The HTML of a body, sanitised; None where it shows nothing."""
    html = sanitised(problems.text(value, "body_html", limit=BODY_MAX) or "")
    return html if shows_anything(html) else None


def kept_message_id(value: str | None, problems: Problems, *path: str) -> str | None:
    """A Message-ID as it was given, without white space around it."""
    kept = problems.line(value, *path, limit=MESSAGE_ID_MAX)
    if kept is not None and (length := len(kept.encode())) > MESSAGE_ID_MAX:
        problems.add(TextTooLong(*path, length=length, limit=MESSAGE_ID_MAX))
        return None
    return kept


def kept_lines(
    values: Sequence[str], problems: Problems, field_name: str, limit: int = ADDRESSES_MAX
) -> tuple[str, ...]:
    """Lines of a list, without those that are blank."""
    bounded = problems.bounded(values, field_name, limit=limit)
    kept = (problems.line(value, field_name, str(i), limit=ADDRESS_MAX) for i, value in enumerate(bounded))
    return tuple(line for line in kept if line)
