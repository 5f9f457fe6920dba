"""Meetings: in the history, logging and editing them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import strawberry

from app.lead.attendees import Attendee as KnownAttendee
from app.lead.attendees import NewAttendee
from app.lead.meetings import LogMeeting, UpdateMeeting, status_at
from projections.activity_feed.details import MeetingDetails
from projections.activity_feed.read import ActivityRow
from schema.activities import Activity, activity_of, shared
from schema.belonging import TheContact
from schema.commands import CommandInput, Inputs, Payload, answer, change, change_of, given
from schema.context import Info
from schema.enums import AttendeeResponse, MeetingStatus
from schema.fields import plain, resolved
from schema.organization import User, user_with

STATUS = "CANCELED; COMPLETED, where it ended before its time. Otherwise the clock tells, and null, UPCOMING and "


@strawberry.type(description="Somebody who is to be at a meeting, as found by address when it was recorded.")
class Attendee:
    email: str = plain("The address.")
    name: str | None = plain("As the calendar has it.")
    response: AttendeeResponse = plain("What they answered to the invitation.")
    is_organizer: bool = plain("Whether they invited the others.")
    known: strawberry.Private[KnownAttendee]

    @resolved
    async def contact(self, info: Info) -> TheContact | None:
        """The contact of the lead that had this address; null: none, or not any more."""
        from schema.contacts import contact_of

        contact_id = self.known.contact_id
        row = await info.context.contact_row(contact_id) if contact_id else None
        return contact_of(row) if row else None

    @resolved
    async def user(self, info: Info) -> User | None:
        """The user who had this address; null: none."""
        return await user_with(info.context, self.known.user_id)


@strawberry.type(description="A meeting, to come or past. It stands in the history where it starts.")
class Meeting(Activity):
    title: str | None = plain("Null: it has none.")
    starts_at: datetime = plain("The same as occurredAt.")
    ends_at: datetime = plain("Never before startsAt.")
    location: str | None = plain("A place, or an address to meet at.")
    note: str | None = plain("What it is about; plain text.")
    attendees: list[Attendee] = plain("Each address once.")

    @resolved
    def meeting_status(self) -> MeetingStatus:
        """By the clock when it is read, unless it was cancelled; no feed tells that a meeting begins or ends."""
        kept = cast(MeetingDetails, self.row.details).status
        return status_at(datetime.now(UTC), self.starts_at, self.ends_at, kept)


def meeting_of(row: ActivityRow) -> Meeting:
    """A meeting, from its row."""
    meeting = cast(MeetingDetails, row.details)
    return Meeting(
        **shared(row),
        title=meeting.title,
        starts_at=row.occurred_at,
        ends_at=meeting.ends_at,
        location=meeting.location,
        note=meeting.note,
        attendees=[_attendee(one) for one in meeting.attendees],
    )


def _attendee(known: KnownAttendee) -> Attendee:
    return Attendee(
        email=known.email,
        name=known.name,
        response=known.response,
        is_organizer=known.is_organizer,
        known=known,
    )


@strawberry.input(description="Somebody who is to be there; found by address among the lead's contacts and the users.")
class AttendeeInput:
    email: str = plain("The address.")
    name: str | None = plain("As the calendar has it.", default=strawberry.UNSET)
    response: AttendeeResponse | None = plain("What they answered.", default=AttendeeResponse.NO_REPLY)
    is_organizer: bool | None = plain("Whether they invited the others.", default=False)


@strawberry.input(description="A meeting, to come or past.")
class LogMeetingInput(CommandInput):
    lead_id: strawberry.ID = plain("The lead.")
    contact_id: strawberry.ID | None = plain(
        "A contact of the same lead; absent: the first among the attendees; null: none.", default=strawberry.UNSET
    )
    user_id: strawberry.ID | None = plain("Whose it is; absent: the viewer; null: nobody.", default=strawberry.UNSET)
    title: str | None = plain("At most 500 characters.", default=strawberry.UNSET)
    meeting_status: MeetingStatus | None = plain(f"{STATUS}IN_PROGRESS say no more.", default=strawberry.UNSET)
    starts_at: datetime = plain("Its place in the history.")
    ends_at: datetime = plain("Not before startsAt, and at most 31 days after it.")
    location: str | None = plain("At most 500 characters.", default=strawberry.UNSET)
    note: str | None = plain("What it is about; plain text.", default=strawberry.UNSET)
    attendees: list[AttendeeInput] | None = plain(
        "At most 100; of those with one address the first counts.", default=strawberry.UNSET
    )


@strawberry.type(description="What logMeeting did.")
class LogMeetingPayload(Payload):
    @resolved
    async def meeting(self, info: Info) -> Meeting | None:
        """The new meeting; null where nothing was done."""
        return await _meeting(self, info)


@strawberry.input(description="Changes of a meeting. What is absent stays; null clears.")
class UpdateMeetingInput(CommandInput):
    meeting_id: strawberry.ID = plain("The meeting.")
    contact_id: strawberry.ID | None = plain("A contact of the same lead.", default=strawberry.UNSET)
    user_id: strawberry.ID | None = plain("Whose it is; null: nobody's.", default=strawberry.UNSET)
    title: str | None = plain("At most 500 characters.", default=strawberry.UNSET)
    meeting_status: MeetingStatus | None = plain(
        f"{STATUS}IN_PROGRESS take a cancellation back.", default=strawberry.UNSET
    )
    starts_at: datetime | None = plain("Its place in the history; never null.", default=strawberry.UNSET)
    ends_at: datetime | None = plain("Not before startsAt; never null.", default=strawberry.UNSET)
    location: str | None = plain("At most 500 characters.", default=strawberry.UNSET)
    note: str | None = plain("What it is about; plain text.", default=strawberry.UNSET)
    attendees: list[AttendeeInput] | None = plain(
        "All of them: they are looked for anew. At most 100.", default=strawberry.UNSET
    )
    expected_version: int | None = plain(
        "The lead's version that you saw; refused if something that you write was changed since.",
        default=strawberry.UNSET,
    )


@strawberry.type(description="What updateMeeting did.")
class UpdateMeetingPayload(Payload):
    @resolved
    async def meeting(self, info: Info) -> Meeting | None:
        """The meeting as it is now; null where nothing was done."""
        return await _meeting(self, info)


async def _meeting(payload: Payload, info: Info) -> Meeting | None:
    row = await info.context.activity_row(payload.done.ids["meeting"]) if payload.done else None
    return cast(Meeting, activity_of(row)) if row else None


def _new(attendees: list[AttendeeInput]) -> tuple[NewAttendee, ...]:
    return tuple(
        NewAttendee(
            email=one.email,
            name=given(one.name),
            response=given(one.response, AttendeeResponse.NO_REPLY),
            is_organizer=given(one.is_organizer, False),
        )
        for one in attendees
    )


async def log_meeting(info: Info, input: LogMeetingInput) -> LogMeetingPayload | None:
    """Log a meeting into a lead's history, where it starts: one to come stands above what happened."""

    def build(ids: Inputs) -> LogMeeting:
        return LogMeeting(
            lead_id=ids.id("lead", input.lead_id, "lead_id"),
            contact_id=ids.change("contact", input.contact_id, "contact_id"),
            user_id=ids.owner(input.user_id, "user_id"),
            title=given(input.title),
            status=given(input.meeting_status),
            starts_at=input.starts_at,
            ends_at=input.ends_at,
            location=given(input.location),
            note=given(input.note),
            attendees=_new(given(input.attendees, [])),
        )

    return await answer(info, LogMeetingPayload, input, build)


async def update_meeting(info: Info, input: UpdateMeetingInput) -> UpdateMeetingPayload | None:
    """Change some of a meeting, or put it off. Nothing but what differs is recorded."""

    def build(ids: Inputs) -> UpdateMeeting:
        return UpdateMeeting(
            meeting_id=ids.id("activity", input.meeting_id, "meeting_id"),
            contact_id=ids.change("contact", input.contact_id, "contact_id"),
            user_id=ids.change("user", input.user_id, "user_id"),
            title=change(input.title),
            status=change(input.meeting_status),
            starts_at=change(input.starts_at),
            ends_at=change(input.ends_at),
            location=change(input.location),
            note=change(input.note),
            attendees=change_of(input.attendees, _new),
            expected_version=given(input.expected_version),
        )

    return await answer(info, UpdateMeetingPayload, input, build)
