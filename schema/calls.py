"""Calls: in the history, logging and editing them."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import strawberry

from app.lead.calls import LogCall, UpdateCall
from projections.activity_feed.details import CallDetails
from projections.activity_feed.read import ActivityRow
from schema.activities import Activity, activity_of, shared
from schema.commands import CommandInput, Inputs, Payload, answer, change, given
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
class LogCallInput(CommandInput):
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
    send_to_inbox: bool | None = plain("False: it is history, and comes into nobody's inbox.", default=True)


@strawberry.type(description="What logCall did.")
class LogCallPayload(Payload):
    @resolved
    async def call(self, info: Info) -> Call | None:
        """The new call; null where nothing was done."""
        return await call_in(self, info)


async def call_in(payload: Payload, info: Info) -> Call | None:
    """The call that a command was about."""
    row = await info.context.activity_row(payload.done.ids["call"]) if payload.done else None
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
            send_to_inbox=given(input.send_to_inbox, True),
        )

    return await answer(info, LogCallPayload, input, build)


@strawberry.input(description="Changes of a call. What is absent stays; null clears.")
class UpdateCallInput(CommandInput):
    call_id: strawberry.ID = plain("The call.")
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    user_id: strawberry.ID | None = plain("Whose it is; null: nobody's.", default=strawberry.UNSET)
    direction: Direction | None = plain("Who called whom; never null.", default=strawberry.UNSET)
    disposition: CallDisposition | None = plain("How it ended.", default=strawberry.UNSET)
    duration_seconds: int | None = plain("Seconds of talk; at most a week; null: 0.", default=strawberry.UNSET)
    phone: str | None = plain("The customer's number with its country code.", default=strawberry.UNSET)
    local_phone: str | None = plain("Our number with its country code.", default=strawberry.UNSET)
    note: str | None = plain("What was said; plain text.", default=strawberry.UNSET)
    recording_url: str | None = plain("https only.", default=strawberry.UNSET)
    voicemail_url: str | None = plain("https only.", default=strawberry.UNSET)
    occurred_at: datetime | None = plain("When it began; null: when it was recorded.", default=strawberry.UNSET)
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if something that you write was changed since.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What updateCall did.")
class UpdateCallPayload(Payload):
    @resolved
    async def call(self, info: Info) -> Call | None:
        """The call as it is now; null where nothing was done."""
        return await call_in(self, info)


async def update_call(info: Info, input: UpdateCallInput) -> UpdateCallPayload | None:
    """Change some of a call. Nothing but what differs is recorded."""

    def build(ids: Inputs) -> UpdateCall:
        return UpdateCall(
            call_id=ids.id("activity", input.call_id, "call_id"),
            contact_id=ids.change("contact", input.contact_id, "contact_id"),
            user_id=ids.change("user", input.user_id, "user_id"),
            direction=change(input.direction),
            disposition=change(input.disposition),
            duration_s=change(input.duration_seconds),
            phone=change(input.phone),
            local_phone=change(input.local_phone),
            note=change(input.note),
            recording_url=change(input.recording_url),
            voicemail_url=change(input.voicemail_url),
            occurred_at=change(input.occurred_at),
            expected_version=given(input.expected_version),
        )

    return await answer(info, UpdateCallPayload, input, build)
