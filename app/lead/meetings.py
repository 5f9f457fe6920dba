"""Meetings: with whom, when and where; those to come too, as calendars know them before they take place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import UNSET, UnsetType

from app.event import Event
from app.ids import ActivityId, ContactId, LeadId, UserId, uuid7
from app.lead.attendees import Attendee, NewAttendee, first_contact, found_attendees
from app.lead.contacts import known_contact
from app.lead.edits import (
    ActivityEdited,
    Content,
    changed,
    content_of,
    difference,
    require_editable,
    touched_part,
    with_changes,
)
from app.lead.event import LeadEvent
from app.lead.owners import owner
from app.lead.refusals import EndsBeforeStart, MeetingNotFound, MeetingTooLong
from app.situation import Situation
from app.text import NAME_MAX, Problems, Required
from app.vocabulary import ActivityKind, MeetingStatus

if TYPE_CHECKING:
    from app.lead.lead import Lead

MEETING_MAX_DAYS = 31  # days; longer is a mistake


class MeetingLogged(LeadEvent, frozen=True, kw_only=True, tag="lead.meeting_logged"):
    """It begins when it occurs. `status` is what nobody but people can tell: CANCELED, or COMPLETED before its end."""

    makes: ClassVar[ActivityKind | None] = ActivityKind.MEETING
    entity: ClassVar[str | None] = "meeting_id"

    meeting_id: ActivityId
    contact_id: ContactId | None = None
    user_id: UserId | None = None
    title: str | None = None
    status: MeetingStatus | None = None
    ends_at: datetime
    location: str | None = None
    note: str | None = None
    attendees: tuple[Attendee, ...] = ()


class MeetingContent(Content, frozen=True, kw_only=True):
    user_id: UserId | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    status: MeetingStatus | UnsetType | None = UNSET
    ends_at: datetime | UnsetType = UNSET
    location: str | UnsetType | None = UNSET
    note: str | UnsetType | None = UNSET
    attendees: tuple[Attendee, ...] | UnsetType = UNSET


class MeetingEdited(ActivityEdited, frozen=True, kw_only=True, tag="lead.meeting_edited"):
    """`attendees` are all of them, before and after."""

    entity: ClassVar[str | None] = "meeting_id"

    meeting_id: ActivityId
    before: MeetingContent
    after: MeetingContent


@dataclass(frozen=True, kw_only=True)
class LogMeeting:
    """Attendees are found among the lead's contacts and the users by their addresses; others stay what they are.

    Absent a contact it is with the first contact among them, with None nobody. UPCOMING and IN_PROGRESS are what the
    clock says, so that giving them says no more than that it is not cancelled.
    """

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "meeting": "meeting_id"}

    lead_id: LeadId
    contact_id: ContactId | UnsetType | None = UNSET
    user_id: UserId | UnsetType | None = UNSET
    title: str | None = None
    status: MeetingStatus | None = None
    starts_at: datetime
    ends_at: datetime
    location: str | None = None
    note: str | None = None
    attendees: tuple[NewAttendee, ...] = ()
    meeting_id: ActivityId = field(default_factory=lambda: ActivityId(uuid7()))

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the meeting.

        Raises:
            EndsBeforeStart, MeetingTooLong, ContactNotFound, UserNotFound, InvalidEmail, TextTooLong, TooManyEntries
        """
        problems = Problems()
        attendees = found_attendees(self.attendees, lead, at, problems)
        _check_length(self.starts_at, self.ends_at, problems)
        logged = MeetingLogged(
            meeting_id=self.meeting_id,
            contact_id=self._contact(attendees, lead, problems),
            user_id=owner(self.user_id, at, problems, "user_id"),
            title=problems.line(self.title, "title", limit=NAME_MAX),
            status=_kept_status(self.status),
            ends_at=self.ends_at,
            location=problems.line(self.location, "location", limit=NAME_MAX),
            note=problems.text(self.note, "note"),
            attendees=attendees,
            occurred_at=self.starts_at,
        )
        problems.stop_if_any()
        return (logged,)

    def _contact(self, attendees: Sequence[Attendee], lead: Lead, problems: Problems) -> ContactId | None:
        if isinstance(self.contact_id, UnsetType):
            return first_contact(attendees)
        return known_contact(self.contact_id, lead, problems)


@dataclass(frozen=True, kw_only=True)
class UpdateMeeting:
    """Change some of a meeting. What is not given stays; None clears what can be empty.

    `attendees` are all that it is to have; they are looked for anew, and the first contact among them is whom it is
    with, where it is with nobody yet. A meeting that is put off to the future is not completed any more.
    """

    produces: ClassVar[dict[str, str]] = {"meeting": "meeting_id"}

    meeting_id: ActivityId
    contact_id: ContactId | UnsetType | None = UNSET
    user_id: UserId | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    status: MeetingStatus | UnsetType | None = UNSET
    starts_at: datetime | UnsetType | None = UNSET
    ends_at: datetime | UnsetType | None = UNSET
    location: str | UnsetType | None = UNSET
    note: str | UnsetType | None = UNSET
    attendees: tuple[NewAttendee, ...] | UnsetType | None = UNSET
    expected_version: int | None = None

    @property
    def about(self) -> ActivityId:
        """The meeting, by whose own facts its lead is found."""
        return self.meeting_id

    @property
    def writes(self) -> frozenset[str]:
        """The parts of this meeting that are given."""
        given = (member for name, member in _MEMBERS.items() if getattr(self, name) is not UNSET)
        return frozenset(touched_part(self.meeting_id, member) for member in given)

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide one fact with all that differs; where nothing does, none.

        Raises:
            MeetingNotFound, NotOfThisKind, NotEditable, Required, and what LogMeeting refuses
        """
        lead = require_editable(self.meeting_id, ActivityKind.MEETING, lead, at, MeetingNotFound("meeting_id"))
        before = content_of(self.meeting_id, at.subject, _logged).content
        problems = Problems()
        after = self._wanted(before, lead, at, problems)
        problems.stop_if_any()
        found = difference(before, after)
        return (MeetingEdited(meeting_id=self.meeting_id, before=found[0], after=found[1]),) if found else ()

    def _wanted(self, before: MeetingContent, lead: Lead, at: Situation, problems: Problems) -> MeetingContent:
        """The meeting as it is to be; what is wrong with it is noted."""
        after = with_changes(
            before,
            contact_id=changed(self.contact_id, before.contact_id, lambda one: known_contact(one, lead, problems)),
            user_id=changed(self.user_id, before.user_id, lambda one: owner(one, at, problems, "user_id")),
            title=changed(self.title, before.title, lambda one: problems.line(one, "title", limit=NAME_MAX)),
            location=changed(
                self.location, before.location, lambda one: problems.line(one, "location", limit=NAME_MAX)
            ),
            note=changed(self.note, before.note, lambda one: problems.text(one, "note")),
            **self._times(before, at, problems),
        )
        if self.attendees is UNSET:
            return after
        attendees = found_attendees(self.attendees or (), lead, at, problems)
        contact_id = UNSET if after.contact_id in lead.contacts or self.contact_id is None else first_contact(attendees)
        return with_changes(after, attendees=attendees, contact_id=contact_id)

    def _times(self, before: MeetingContent, at: Situation, problems: Problems) -> dict[str, Any]:
        """When it is, and where it stands."""
        for name in ("starts_at", "ends_at"):
            if getattr(self, name) is None:
                problems.add(Required(name))
        starts_at, ends_at = self.starts_at or before.occurred_at, self.ends_at or before.ends_at
        assert isinstance(starts_at, datetime)
        assert isinstance(ends_at, datetime)
        if (starts_at, ends_at) != (before.occurred_at, before.ends_at):
            _check_length(starts_at, ends_at, problems)
        status = before.status if self.status is UNSET else _kept_status(self.status)
        is_put_off = starts_at != before.occurred_at and starts_at > at.now and self.status is UNSET
        if is_put_off and status is MeetingStatus.COMPLETED:
            status = None
        return {"occurred_at": starts_at, "ends_at": ends_at, "status": status}


# What an input writes by each of its fields, by member of the content.
_MEMBERS = {
    "contact_id": "contact_id",
    "user_id": "user_id",
    "title": "title",
    "status": "status",
    "starts_at": "occurred_at",
    "ends_at": "ends_at",
    "location": "location",
    "note": "note",
    "attendees": "attendees",
}


def status_at(now: datetime, starts_at: datetime, ends_at: datetime, kept: MeetingStatus | None) -> MeetingStatus:
    """Where a meeting stands at a moment, given what was kept of its status."""
    if kept is MeetingStatus.CANCELED:
        return kept
    if now < starts_at:
        return MeetingStatus.UPCOMING
    return MeetingStatus.COMPLETED if kept or now >= ends_at else MeetingStatus.IN_PROGRESS


def _logged(event: Event) -> MeetingContent | None:
    if not isinstance(event, MeetingLogged):
        return None
    names = set(MeetingContent.__struct_fields__) - {"occurred_at"}
    return MeetingContent(**{name: getattr(event, name) for name in names})


def _kept_status(status: MeetingStatus | UnsetType | None) -> MeetingStatus | None:
    """What the clock does not say by itself."""
    return status if status in (MeetingStatus.CANCELED, MeetingStatus.COMPLETED) else None


def _check_length(starts_at: datetime, ends_at: datetime, problems: Problems) -> None:
    if ends_at < starts_at:
        problems.add(EndsBeforeStart("ends_at"))
    elif ends_at - starts_at > timedelta(days=MEETING_MAX_DAYS):
        problems.add(MeetingTooLong("ends_at", days=MEETING_MAX_DAYS))
