"""Text messages: in the history, and logging them."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import strawberry

from app.lead.sms import LogSms
from projections.activity_feed.details import SmsDetails
from projections.activity_feed.read import ActivityRow
from schema.activities import Activity, activity_of, shared
from schema.commands import CommandInput, Inputs, Payload, answer, given
from schema.context import Info
from schema.enums import Direction, MessageStatus
from schema.fields import plain, resolved
from schema.files import File, its_files


@strawberry.type(description="A text message, perhaps with files.")
class Sms(Activity):
    direction: Direction = plain("Who wrote to whom.")
    status: MessageStatus = plain("Where it stands.")
    local_phone: str | None = plain("Our number, E.164.")
    remote_phone: str | None = plain("The customer's number, E.164.")
    text: str = plain("Plain text; may be empty where there are files.")
    files: list[File] = resolved(its_files)


def sms_of(row: ActivityRow) -> Sms:
    """A text message, from its row."""
    sms = cast(SmsDetails, row.details)
    return Sms(
        **shared(row),
        direction=sms.direction,
        status=sms.status,
        local_phone=sms.local_phone,
        remote_phone=sms.remote_phone,
        text=sms.text,
    )


@strawberry.input(description="A text message that was sent or received elsewhere, or is being written.")
class LogSmsInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead.")
    contact_id: strawberry.ID | None = plain(
        "A contact of the same lead; absent: the one who has remotePhone; null: none.", default=strawberry.UNSET
    )
    user_id: strawberry.ID | None = plain("Whose it is; absent: the viewer; null: nobody.", default=strawberry.UNSET)
    direction: Direction = plain("Who wrote to whom.")
    status: MessageStatus | None = plain("Absent: INBOX if inbound, else SENT.", default=strawberry.UNSET)
    local_phone: str | None = plain("Our number with its country code.", default=strawberry.UNSET)
    remote_phone: str | None = plain("The customer's number with its country code.", default=strawberry.UNSET)
    text: str | None = plain(
        "Plain text, at most 10,000 characters; needed where there is no file.", default=strawberry.UNSET
    )
    file_ids: list[strawberry.ID] | None = plain(
        "Uploads by POST /files, or files already on this lead; at most 5 MiB each.", default=strawberry.UNSET
    )
    occurred_at: datetime | None = plain("When it was sent; absent: now.", default=strawberry.UNSET)
    send_to_inbox: bool | None = plain("False: it is history, and comes into nobody's inbox.", default=True)


@strawberry.type(description="What logSms did.")
class LogSmsPayload(Payload):
    @resolved
    async def sms(self, info: Info) -> Sms | None:
        """The new message; null where nothing was done."""
        row = await info.context.activity_row(self.done.ids["sms"]) if self.done else None
        return cast(Sms, activity_of(row)) if row else None


async def log_sms(info: Info, input: LogSmsInput) -> LogSmsPayload | None:
    """Log a text message into a lead's history."""

    def build(ids: Inputs) -> LogSms:
        return LogSms(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            contact_id=ids.change("contact", input.contact_id, "contact_id"),
            user_id=ids.owner(input.user_id, "user_id"),
            direction=input.direction,
            status=given(input.status),
            local_phone=given(input.local_phone),
            remote_phone=given(input.remote_phone),
            text=given(input.text),
            file_ids=ids.ids("file", given(input.file_ids, ()), "file_ids"),
            occurred_at=given(input.occurred_at),
            send_to_inbox=given(input.send_to_inbox, True),
        )

    return await answer(info, LogSmsPayload, input, build)
