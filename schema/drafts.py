"""Editing drafts of e-mails and text messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import strawberry

from app.lead.drafts import EditDraft
from schema.activities import Activity, activity_of
from schema.commands import CommandInput, Inputs, Payload, answer, change, change_of, given
from schema.context import Info
from schema.emails import Email
from schema.enums import MessageStatus
from schema.fields import plain, resolved
from schema.sms import Sms


@strawberry.input(
    description="Changes of a draft. What is absent stays; null clears. Of the fields below an e-mail has all but "
    "localPhone, remotePhone and text; a text message has these, and contactId, userId, status, fileIds and occurredAt."
)
class EditDraftInput(CommandInput):
    activity_id: strawberry.ID = plain("The draft of an e-mail or text message.")
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    user_id: strawberry.ID | None = plain("Whose it is; null: nobody.", default=strawberry.UNSET)
    status: MessageStatus | None = plain(
        "SENT or ERROR: it left, or failed to leave, elsewhere, and cannot be edited any more.",
        default=strawberry.UNSET,
    )
    follow_up_at: datetime | None = plain(
        "When somebody should ask again, if nobody answers.", default=strawberry.UNSET
    )
    sender: str | None = plain("Required with ERROR; with SENT, else the user's address.", default=strawberry.UNSET)
    to: list[str] | None = plain("As the message has it.", default=strawberry.UNSET)
    cc: list[str] | None = plain("As the message has it.", default=strawberry.UNSET)
    bcc: list[str] | None = plain("As the message has it.", default=strawberry.UNSET)
    subject: str | None = plain("At most 998 characters.", default=strawberry.UNSET)
    body_text: str | None = plain("Absent beside bodyHtml: taken from that.", default=strawberry.UNSET)
    body_html: str | None = plain("Sanitised before it is kept.", default=strawberry.UNSET)
    message_id: str | None = plain("Message-ID; one message of an id on each lead.", default=strawberry.UNSET)
    in_reply_to: str | None = plain("Message-ID that it answers: puts it into that thread.", default=strawberry.UNSET)
    references: list[str] | None = plain("Message-IDs of the thread, oldest first.", default=strawberry.UNSET)
    local_phone: str | None = plain("Our number with its country code.", default=strawberry.UNSET)
    remote_phone: str | None = plain("The customer's number with its country code.", default=strawberry.UNSET)
    text: str | None = plain("Plain text, at most 10,000 characters.", default=strawberry.UNSET)
    file_ids: list[strawberry.ID] | None = plain(
        "All files that it is to have: those it has, uploads by POST /files, and files already on this lead.",
        default=strawberry.UNSET,
    )
    occurred_at: datetime | None = plain(
        "When it was sent; absent beside status, or null: now.", default=strawberry.UNSET
    )
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if something that you write was changed since.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What editDraft did.")
class EditDraftPayload(Payload):
    @resolved
    async def activity(self, info: Info) -> Activity | None:
        """The message as it is now; null where nothing was done."""
        return await self._message(info)

    @resolved
    async def email(self, info: Info) -> Email | None:
        """The same, if it is an e-mail."""
        message = await self._message(info)
        return message if isinstance(message, Email) else None

    @resolved
    async def sms(self, info: Info) -> Sms | None:
        """The same, if it is a text message."""
        message = await self._message(info)
        return message if isinstance(message, Sms) else None

    async def _message(self, info: Info) -> Activity | None:
        row = await info.context.activity_row(self.done.ids["activity"]) if self.done else None
        return activity_of(row) if row else None


async def edit_draft(info: Info, input: EditDraftInput) -> EditDraftPayload | None:
    """Change some of a draft of an e-mail or text message, or say that it was sent."""

    def build(ids: Inputs) -> EditDraft:
        return EditDraft(
            activity_id=ids.id("activity", input.activity_id, "activity_id"),
            contact_id=ids.change("contact", input.contact_id, "contact_id"),
            user_id=ids.change("user", input.user_id, "user_id"),
            status=change(input.status),
            follow_up_at=change(input.follow_up_at),
            sender=change(input.sender),
            to=_lines(input.to),
            cc=_lines(input.cc),
            bcc=_lines(input.bcc),
            subject=change(input.subject),
            body_text=change(input.body_text),
            body_html=change(input.body_html),
            message_id=change(input.message_id),
            in_reply_to=change(input.in_reply_to),
            references=_lines(input.references),
            local_phone=change(input.local_phone),
            remote_phone=change(input.remote_phone),
            text=change(input.text),
            file_ids=change_of(input.file_ids, lambda given: ids.ids("file", given, "file_ids")),
            occurred_at=change(input.occurred_at),
            expected_version=given(input.expected_version),
        )

    return await answer(info, EditDraftPayload, input, build)


def _lines(value: Any) -> Any:
    return change_of(value, lambda given: tuple(cast(list[str], given)))
