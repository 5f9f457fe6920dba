"""Calls: in the history, and logging them."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import strawberry

from app.lead.calls import LogCall
from projections.activity_feed.details import CallDetails
from projections.activity_feed.read import ActivityRow
from schema.activities import Activity, activity_of, shared
from schema.commands import Inputs, Payload, answer, given
from schema.context import Info
from schema.enums import CallDisposition, Direction
from schema.fields import plain, resolved


@strawberry.type(description="A telephone call, or an attempt at one.")
class Call(Activity):
    direction: Direction = plain("Who called whom.")
    disposition: CallDisposition | None = plain("How it ended; null: nobody said.")
    duration_seconds: int = plain("Seconds of talk.")
    phone: str | None = plain("The customer's number, E.164.")
    local_phone: str | None = plain("Our number, E.164.")
    note: str | None = plain("What was said; plain text.")
    recording_url: str | None = plain("https address of the recording.")
    voicemail_url: str | None = plain("https address of the message that was left.")


def call_of(row: ActivityRow) -> Call:
    """A call, from its row."""
    call = cast(CallDetails, row.details)
    return Call(
        **shared(row),
        direction=call.direction,
        disposition=call.disposition,
        duration_seconds=call.duration_s,
        phone=call.phone,
        local_phone=call.local_phone,
        note=call.note,
        recording_url=call.recording_url,
        voicemail_url=call.voicemail_url,
    )


@strawberry.input(description="A call that took place elsewhere.")
class LogCallInput:
    lead_id: strawberry.ID = plain("The lead.")
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    user_id: strawberry.ID | None = plain(
        "Whose it is; absent: the viewer; null: nobody, such as an unanswered call.", default=strawberry.UNSET
    )
    direction: Direction = plain("Who called whom.")
    disposition: CallDisposition | None = plain("How it ended.", default=strawberry.UNSET)
    duration_seconds: int | None = plain("Seconds of talk; at most a week.", default=0)
    phone: str | None = plain("The customer's number with its country code.", default=strawberry.UNSET)
    local_phone: str | None = plain("Our number with its country code.", default=strawberry.UNSET)
    note: str | None = plain("What was said; plain text.", default=strawberry.UNSET)
    recording_url: str | None = plain("https only.", default=strawberry.UNSET)
    voicemail_url: str | None = plain("https only.", default=strawberry.UNSET)
    occurred_at: datetime | None = plain("When it began; absent: now.", default=strawberry.UNSET)
    idempotency_key: str | None = plain(
        "The same key with the same input answers the first result again.", default=strawberry.UNSET
    )


@strawberry.type(description="What logCall did.")
class LogCallPayload(Payload):
    @resolved
    async def call(self, info: Info) -> Call | None:
        """The new call; null where nothing was done."""
        row = await info.context.activity_row(self.done.ids["call"]) if self.done else None
        return cast(Call, activity_of(row)) if row else None


async def log_call(info: Info, input: LogCallInput) -> LogCallPayload | None:
    """Log a call into a lead's history."""

    def build(ids: Inputs) -> LogCall:
        return LogCall(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            contact_id=ids.id_or_none("contact", input.contact_id, "contact_id"),
            user_id=ids.owner(input.user_id, "user_id"),
            direction=input.direction,
            disposition=given(input.disposition),
            duration_s=given(input.duration_seconds, 0),
            phone=given(input.phone),
            local_phone=given(input.local_phone),
            note=given(input.note),
            recording_url=given(input.recording_url),
            voicemail_url=given(input.voicemail_url),
            occurred_at=given(input.occurred_at),
        )

    return await answer(info, LogCallPayload, input, build)
