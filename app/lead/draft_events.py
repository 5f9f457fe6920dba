"""What happens to drafts of messages, and what a message says by its own facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from app.event import Event, Fact
from app.ids import ActivityId, LeadId, ThreadId, UserId
from app.lead.activities import ActivityDeleted
from app.lead.attachments import Attachment
from app.lead.edits import ActivityEdited, C, Content, changes_in, with_changes
from app.lead.email_addressing import message_key
from app.lead.email_threads import message_claims, place_claims
from app.lead.emails import EmailLogged
from app.lead.sms import SmsLogged
from app.situation import Claim
from app.vocabulary import MessageStatus


class EmailContent(Content, frozen=True, kw_only=True):
    status: MessageStatus | UnsetType = UNSET
    user_id: UserId | UnsetType | None = UNSET
    sender: str | UnsetType | None = UNSET
    to: tuple[str, ...] | UnsetType = UNSET
    cc: tuple[str, ...] | UnsetType = UNSET
    bcc: tuple[str, ...] | UnsetType = UNSET
    subject: str | UnsetType = UNSET
    body_text: str | UnsetType = UNSET
    body_html: str | UnsetType | None = UNSET
    message_id: str | UnsetType | None = UNSET
    in_reply_to: str | UnsetType | None = UNSET
    references: tuple[str, ...] | UnsetType = UNSET
    files: tuple[Attachment, ...] | UnsetType = UNSET
    follow_up_at: datetime | UnsetType | None = UNSET


class SmsContent(Content, frozen=True, kw_only=True):
    status: MessageStatus | UnsetType = UNSET
    user_id: UserId | UnsetType | None = UNSET
    local_phone: str | UnsetType | None = UNSET
    remote_phone: str | UnsetType | None = UNSET
    text: str | UnsetType = UNSET
    files: tuple[Attachment, ...] | UnsetType = UNSET


class EmailDraftEdited(ActivityEdited, frozen=True, kw_only=True, tag="lead.email_draft_edited"):
    """`thread_id` is where it belongs now, `left_thread_id` where it was, if that was elsewhere.

    `links` and `subject_key` are as those of EmailLogged: a draft that was sent has them. So is `thread_lead_id`.
    """

    entity: ClassVar[str | None] = "email_id"

    email_id: ActivityId
    before: EmailContent
    after: EmailContent
    thread_id: ThreadId
    left_thread_id: ThreadId | None = None
    links: tuple[str, ...] = ()
    subject_key: str | None = None
    thread_lead_id: LeadId | None = None

    def takes(self, stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
        own = message_claims(stream_id, self.after.message_id)[:1] if self._is_another and self.after.message_id else ()
        place = place_claims(stream_id, self.thread_id, self.links, self.subject_key)
        return (*((one, self.thread_id) for one in own), *place, *super().takes(stream_id))

    def releases(self, stream_id: UUID) -> tuple[Claim, ...]:
        return message_claims(stream_id, self.before.message_id) if self._is_another and self.before.message_id else ()

    @property
    def _is_another(self) -> bool:
        """Whether its Message-ID is another one, and not only written in another way."""
        return message_key(self.before.message_id or None) != message_key(self.after.message_id or None)


class SmsDraftEdited(ActivityEdited, frozen=True, kw_only=True, tag="lead.sms_draft_edited"):
    entity: ClassVar[str | None] = "sms_id"

    sms_id: ActivityId
    before: SmsContent
    after: SmsContent


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says; every member of `content` is set. `thread_id`: where its own facts have it; of e-mails."""

    content: EmailContent | SmsContent
    thread_id: ThreadId | None = None
    is_deleted: bool = False


def message_of(facts: Sequence[Fact[Event]]) -> Message | None:
    """The message that its own facts make; None where none of them made one."""
    message: Message | None = None
    for fact in facts:
        event = fact.event
        if isinstance(event, EmailLogged):
            message = Message(content=_content(EmailContent, fact), thread_id=event.thread_id)
        elif isinstance(event, SmsLogged):
            message = Message(content=_content(SmsContent, fact))
        elif message is not None and isinstance(event, EmailDraftEdited | SmsDraftEdited):
            content = with_changes(message.content, **changes_in(event.after))
            thread_id = event.thread_id if isinstance(event, EmailDraftEdited) else None
            message = Message(content=content, thread_id=thread_id)
        elif message is not None and isinstance(event, ActivityDeleted):
            message = msgspec.structs.replace(message, is_deleted=True)
    return message


def _content(kind: type[C], fact: Fact[Any]) -> C:
    names = set(kind.__struct_fields__) - {"occurred_at"}
    return kind(**{name: getattr(fact.event, name) for name in names}, occurred_at=fact.occurred_at)
