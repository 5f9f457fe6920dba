"""Text messages that were sent or received elsewhere and are logged here, or are still being written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from app.ids import ActivityId, ContactId, FileId, LeadId, UserId, uuid7
from app.lead.attachments import SMS_FILE_MAX, Attachment, attached, file_claims
from app.lead.event import LeadEvent
from app.lead.inbox import Arrival, sms_arrival
from app.lead.messages import contact_called, kept_number, kept_status
from app.lead.owners import owner
from app.lead.refusals import NothingSent
from app.situation import Claim, Situation
from app.text import Problems
from app.vocabulary import ActivityKind, Direction, MessageStatus

if TYPE_CHECKING:
    from app.lead.lead import Lead

SMS_TEXT_MAX = 10_000  # characters; a text of sixty parts


class SmsLogged(LeadEvent, frozen=True, kw_only=True, tag="lead.sms_logged"):
    """`remote_phone` is the customer's number, `local_phone` ours; both E.164."""

    makes: ClassVar[ActivityKind | None] = ActivityKind.SMS
    entity: ClassVar[str | None] = "sms_id"

    sms_id: ActivityId
    contact_id: ContactId | None = None
    user_id: UserId | None = None
    direction: Direction
    status: MessageStatus
    local_phone: str | None = None
    remote_phone: str | None = None
    text: str = ""
    files: tuple[Attachment, ...] = ()
    arrival: Arrival | None = None

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        return file_claims(self.files, stream_id)


@dataclass(frozen=True, kw_only=True)
class LogSms:
    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "sms": "sms_id"}

    lead_id: LeadId
    contact_id: ContactId | UnsetType | None = UNSET
    user_id: UserId | UnsetType | None = UNSET
    direction: Direction
    status: MessageStatus | None = None
    local_phone: str | None = None
    remote_phone: str | None = None
    text: str | None = None
    file_ids: tuple[FileId, ...] = ()
    occurred_at: datetime | None = None
    send_to_inbox: bool = True
    sms_id: ActivityId = field(default_factory=lambda: ActivityId(uuid7()))

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the message.

        Raises:
            NoSendingAccount, WrongMessageStatus, NothingSent, ContactNotFound, UserNotFound, InvalidPhone,
            FileNotFound, FileTooLarge, TextTooLong
        """
        problems = Problems()
        status = kept_status(self.status, self.direction, problems)
        remote_phone = kept_number(self.remote_phone, problems, "remote_phone")
        files = attached(self.file_ids, self.sms_id, self.lead_id, at, problems, "file_ids", limit=SMS_FILE_MAX)
        logged = SmsLogged(
            sms_id=self.sms_id,
            contact_id=contact_called(self.contact_id, remote_phone, lead, problems),
            user_id=owner(self.user_id, at, problems, "user_id"),
            direction=self.direction,
            status=status,
            local_phone=kept_number(self.local_phone, problems, "local_phone"),
            remote_phone=remote_phone,
            text=kept_text(self.text, status, bool(self.file_ids), problems),
            files=files,
            occurred_at=self.occurred_at,
        )
        problems.stop_if_any()
        if self.send_to_inbox and logged.status is MessageStatus.INBOX:
            logged = msgspec.structs.replace(logged, arrival=sms_arrival(logged.user_id, lead, at))
        return (logged,)


def kept_text(value: str | None, status: MessageStatus, has_files: bool, problems: Problems) -> str:
    """What was written; nothing at all only in a draft, or beside a file."""
    before = len(problems.refusals)
    text = problems.text(value, "text", limit=SMS_TEXT_MAX)
    if text is None and not has_files and status is not MessageStatus.DRAFT and len(problems.refusals) == before:
        problems.add(NothingSent("text"))
    return text or ""
