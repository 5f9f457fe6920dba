"""E-mails: in the history, and logging them."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import strawberry

from app.lead.emails import LogEmail
from projections.activity_feed.details import EmailDetails
from projections.activity_feed.read import ActivityRow
from schema.activities import Activity, activity_of, shared
from schema.commands import CommandInput, Inputs, Payload, answer, given
from schema.context import Info
from schema.enums import Direction, MessageStatus
from schema.fields import plain, resolved
from schema.files import File, its_files
from schema.ids import thread_public_id


@strawberry.type(description="One message of an e-mail thread.")
class Email(Activity):
    direction: Direction = plain("Who wrote to whom.")
    status: MessageStatus = plain("Where it stands.")
    thread_id: strawberry.ID = plain("The same for all messages of a conversation on this lead.")
    sender: str | None = plain("As the message had it: name@domain, or Name <name@domain>.")
    to: list[str] = plain("As the message had it.")
    cc: list[str] = plain("As the message had it.")
    bcc: list[str] = plain("As the message had it.")
    subject: str = plain("May be empty.")
    body_text: str = plain("Plain text.")
    body_html: str | None = plain("Sanitised; null: it had none.")
    body_preview: str = plain("The first 200 characters in one line.")
    message_id: str | None = plain("Message-ID, as the message had it.")
    follow_up_at: datetime | None = plain("When its user is to ask again, if nobody answers; null: never.")

    files: list[File] = resolved(its_files)


def email_of(row: ActivityRow) -> Email:
    """An e-mail, from its row."""
    email = cast(EmailDetails, row.details)
    return Email(
        **shared(row),
        direction=email.direction,
        status=email.status,
        thread_id=thread_public_id(email.thread_id),
        sender=email.sender,
        to=list(email.to),
        cc=list(email.cc),
        bcc=list(email.bcc),
        subject=email.subject,
        body_text=email.body_text,
        body_html=email.body_html,
        body_preview=email.body_preview,
        message_id=email.message_id,
        follow_up_at=email.follow_up_at,
    )


@strawberry.input(description="A message that was sent or received elsewhere.")
class LogEmailInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead.")
    contact_id: strawberry.ID | None = plain(
        "A contact of the same lead; absent: the one who has the sender's or a recipient's address; null: none.",
        default=strawberry.UNSET,
    )
    user_id: strawberry.ID | None = plain("Whose it is; absent: the viewer; null: nobody.", default=strawberry.UNSET)
    direction: Direction = plain("Who wrote to whom.")
    status: MessageStatus | None = plain("Absent: INBOX if inbound, else SENT.", default=strawberry.UNSET)
    follow_up_at: datetime | None = plain(
        "When somebody should ask again, if nobody answers.", default=strawberry.UNSET
    )
    sender: str | None = plain("Required if inbound; a sent one's is the user's address.", default=strawberry.UNSET)
    to: list[str] | None = plain("As the message has it.", default=strawberry.UNSET)
    cc: list[str] | None = plain("As the message has it.", default=strawberry.UNSET)
    bcc: list[str] | None = plain("As the message has it.", default=strawberry.UNSET)
    subject: str | None = plain("At most 998 characters.", default="")
    body_text: str | None = plain("Absent: taken from bodyHtml.", default=strawberry.UNSET)
    body_html: str | None = plain("Sanitised before it is kept.", default=strawberry.UNSET)
    message_id: str | None = plain("Message-ID; one message of an id on each lead.", default=strawberry.UNSET)
    in_reply_to: str | None = plain("Message-ID that it answers: puts it into that thread.", default=strawberry.UNSET)
    references: list[str] | None = plain("Message-IDs of the thread, oldest first.", default=strawberry.UNSET)
    file_ids: list[strawberry.ID] | None = plain(
        "Uploads by POST /files, or files already on this lead; at most 25 MiB each.", default=strawberry.UNSET
    )
    occurred_at: datetime | None = plain("When it was sent; absent: now.", default=strawberry.UNSET)
    send_to_inbox: bool | None = plain(
        "False: it is history, and comes into nobody's inbox. A followUpAt counts all the same.", default=True
    )


@strawberry.type(description="What logEmail did.")
class LogEmailPayload(Payload):
    @resolved
    async def email(self, info: Info) -> Email | None:
        """The new message; null where nothing was done."""
        row = await info.context.activity_row(self.done.ids["email"]) if self.done else None
        return cast(Email, activity_of(row)) if row else None


async def log_email(info: Info, input: LogEmailInput) -> LogEmailPayload | None:
    """Log an e-mail into a lead's history, in the thread that it answers."""

    def build(ids: Inputs) -> LogEmail:
        return LogEmail(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            contact_id=ids.change("contact", input.contact_id, "contact_id"),
            user_id=ids.owner(input.user_id, "user_id"),
            direction=input.direction,
            status=given(input.status),
            follow_up_at=given(input.follow_up_at),
            sender=given(input.sender),
            to=tuple(given(input.to, ())),
            cc=tuple(given(input.cc, ())),
            bcc=tuple(given(input.bcc, ())),
            subject=given(input.subject, ""),
            body_text=given(input.body_text),
            body_html=given(input.body_html),
            message_id=given(input.message_id),
            in_reply_to=given(input.in_reply_to),
            references=tuple(given(input.references, ())),
            file_ids=ids.ids("file", given(input.file_ids, ()), "file_ids"),
            occurred_at=given(input.occurred_at),
            send_to_inbox=given(input.send_to_inbox, True),
        )

    return await answer(info, LogEmailPayload, input, build)
