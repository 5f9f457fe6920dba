"""Meetings: who is to be there, how long they may last, where they stand, and what an edit changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import UNSET

from app.email_address import InvalidEmail
from app.ids import ContactId
from app.lead.attendees import Attendee, NewAttendee
from app.lead.contact_points import EmailAddress
from app.lead.contacts import ContactAdded
from app.lead.meetings import (
    LogMeeting,
    MeetingContent,
    MeetingEdited,
    MeetingLogged,
    UpdateMeeting,
    status_at,
)
from app.lead.refusals import ContactNotFound, EndsBeforeStart, MeetingNotFound, MeetingTooLong, NotOfThisKind
from app.refusal import Refusal
from app.text import Required, TextTooLong, TooManyEntries
from app.vocabulary import AttendeeResponse, MeetingStatus
from tests.support.acme import (
    ADMIN,
    CALL,
    CALL_LOGGED,
    CONTACT,
    CONTACT_ADDED,
    LEAD,
    LEAD_CREATED,
    MEETING,
    MEETING_LOGGED,
    MEMBER,
    NOW,
    UNKNOWN,
    YESTERDAY,
    thing,
)
from tests.support.given import given

HOUR = timedelta(hours=1)
ENDS = YESTERDAY + HOUR
LOG = LogMeeting(lead_id=LEAD, meeting_id=MEETING, title="Demo", starts_at=YESTERDAY, ends_at=ENDS)
TOBIAS = ContactId(thing(60))
TOBIAS_ADDED = ContactAdded(
    contact_id=TOBIAS, place=1, name="Tobias", emails=(EmailAddress(email="Tobias@bluth.example"),)
)


def log(**changes: Any) -> LogMeeting:
    given_so_far = {name: getattr(LOG, name) for name in ("lead_id", "meeting_id", "title", "starts_at", "ends_at")}
    return LogMeeting(**{**given_so_far, **changes})


def test_a_meeting_stands_where_it_starts() -> None:
    given(LEAD_CREATED).when(LOG).then(MEETING_LOGGED)


def test_a_meeting_is_logged_with_all_its_details() -> None:
    meeting = log(
        user_id=MEMBER,
        contact_id=CONTACT,
        title=" Demo ",
        status=MeetingStatus.COMPLETED,
        location=" Balboa ",
        note="Stairs",
        attendees=(
            NewAttendee(
                email="Lindsay@BLUTH.example", name=" Lindsay ", response=AttendeeResponse.YES, is_organizer=True
            ),
        ),
    )
    attendee = Attendee(
        email="Lindsay@bluth.example",
        name="Lindsay",
        response=AttendeeResponse.YES,
        is_organizer=True,
        contact_id=CONTACT,
    )
    given(LEAD_CREATED, CONTACT_ADDED).when(meeting).then(
        MeetingLogged(
            meeting_id=MEETING,
            user_id=MEMBER,
            contact_id=CONTACT,
            title="Demo",
            status=MeetingStatus.COMPLETED,
            ends_at=ENDS,
            location="Balboa",
            note="Stairs",
            attendees=(attendee,),
            occurred_at=YESTERDAY,
        )
    )


def test_attendees_are_found_by_address_and_strangers_stay_strangers() -> None:
    emails = ("nobody@x.example", "ADA@acme.example", "tobias@bluth.example", "lindsay@bluth.example")
    meeting = log(attendees=tuple(NewAttendee(email=one) for one in emails))
    logged = given(LEAD_CREATED, CONTACT_ADDED, TOBIAS_ADDED).when(meeting).only
    assert [(one.contact_id, one.user_id) for one in logged.attendees] == [
        (None, None),
        (None, ADMIN),
        (TOBIAS, None),
        (CONTACT, None),
    ]
    assert logged.contact_id == TOBIAS


def test_an_address_counts_once() -> None:
    twice = (NewAttendee(email="a@x.example", name="A"), NewAttendee(email="A@X.example", name="B"))
    (attendee,) = given(LEAD_CREATED).when(log(attendees=twice)).only.attendees
    assert attendee.name == "A"


@pytest.mark.parametrize("status", [None, MeetingStatus.UPCOMING, MeetingStatus.IN_PROGRESS])
def test_what_the_clock_says_is_not_kept(status: MeetingStatus | None) -> None:
    assert given(LEAD_CREATED).when(log(status=status)).only.status is None


@pytest.mark.parametrize(
    ("change", "refusal", "path"),
    [
        ({"ends_at": YESTERDAY - timedelta(microseconds=1)}, EndsBeforeStart, "ends_at"),
        ({"ends_at": YESTERDAY + timedelta(days=31, microseconds=1)}, MeetingTooLong, "ends_at"),
        ({"contact_id": ContactId(UNKNOWN)}, ContactNotFound, "contact_id"),
        ({"title": "t" * 501}, TextTooLong, "title"),
        ({"attendees": (NewAttendee(email="nobody"),)}, InvalidEmail, "attendees.0.email"),
        ({"attendees": (NewAttendee(email=" "),)}, Required, "attendees.0.email"),
        ({"attendees": (NewAttendee(email="a@x.example"),) * 101}, TooManyEntries, "attendees"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], refusal: type[Refusal], path: str) -> None:
    given(LEAD_CREATED).when(log(**change)).then_refused(refusal, path)


@pytest.mark.parametrize("length", [timedelta(0), timedelta(days=31)])
def test_a_meeting_may_be_a_moment_or_a_month(length: timedelta) -> None:
    assert given(LEAD_CREATED).when(log(ends_at=YESTERDAY + length)).only.ends_at == YESTERDAY + length


@pytest.mark.parametrize(
    ("kept", "minutes", "status"),
    [
        (None, -1, MeetingStatus.UPCOMING),
        (None, 0, MeetingStatus.IN_PROGRESS),
        (None, 59, MeetingStatus.IN_PROGRESS),
        (None, 60, MeetingStatus.COMPLETED),
        (MeetingStatus.COMPLETED, -1, MeetingStatus.UPCOMING),
        (MeetingStatus.COMPLETED, 0, MeetingStatus.COMPLETED),
        (MeetingStatus.CANCELED, -1, MeetingStatus.CANCELED),
        (MeetingStatus.CANCELED, 90, MeetingStatus.CANCELED),
    ],
)
def test_the_clock_says_where_a_meeting_stands(kept: MeetingStatus | None, minutes: int, status: MeetingStatus) -> None:
    assert status_at(YESTERDAY + timedelta(minutes=minutes), YESTERDAY, ENDS, kept) is status


def edited(before: MeetingContent, after: MeetingContent) -> MeetingEdited:
    return MeetingEdited(meeting_id=MEETING, before=before, after=after)


def test_only_what_differs_is_recorded() -> None:
    edit = UpdateMeeting(meeting_id=MEETING, title="Demo", location="Balboa", starts_at=YESTERDAY, user_id=None)
    given(LEAD_CREATED, MEETING_LOGGED).when(edit).then(
        edited(MeetingContent(location=None, user_id=ADMIN), MeetingContent(location="Balboa", user_id=None))
    )
    given(LEAD_CREATED, MEETING_LOGGED).when(UpdateMeeting(meeting_id=MEETING, status=None, attendees=())).then()


def test_a_meeting_is_put_off() -> None:
    edit = UpdateMeeting(meeting_id=MEETING, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    given(LEAD_CREATED, MEETING_LOGGED).when(edit).then(
        edited(
            MeetingContent(occurred_at=YESTERDAY, ends_at=ENDS),
            MeetingContent(occurred_at=NOW + HOUR, ends_at=NOW + 2 * HOUR),
        )
    )


def test_a_meeting_put_off_to_the_future_is_not_completed_any_more() -> None:
    done = edited(MeetingContent(status=None), MeetingContent(status=MeetingStatus.COMPLETED))
    edit = UpdateMeeting(meeting_id=MEETING, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    assert given(LEAD_CREATED, MEETING_LOGGED, done).when(edit).only.after.status is None
    earlier = UpdateMeeting(meeting_id=MEETING, starts_at=YESTERDAY - HOUR)
    after = given(LEAD_CREATED, MEETING_LOGGED, done).when(earlier).only.after
    assert after == MeetingContent(occurred_at=YESTERDAY - HOUR)


def test_a_meeting_is_cancelled_and_takes_place_after_all() -> None:
    cancel = UpdateMeeting(meeting_id=MEETING, status=MeetingStatus.CANCELED)
    cancelled = given(LEAD_CREATED, MEETING_LOGGED).when(cancel).only
    assert cancelled.after == MeetingContent(status=MeetingStatus.CANCELED)
    back = UpdateMeeting(meeting_id=MEETING, status=MeetingStatus.UPCOMING)
    assert given(LEAD_CREATED, MEETING_LOGGED, cancelled).when(back).only.after == MeetingContent(status=None)


@pytest.mark.parametrize(
    ("change", "refusal", "path"),
    [
        ({"starts_at": None}, Required, "starts_at"),
        ({"ends_at": None}, Required, "ends_at"),
        ({"starts_at": ENDS + HOUR}, EndsBeforeStart, "ends_at"),
        ({"ends_at": YESTERDAY - HOUR}, EndsBeforeStart, "ends_at"),
        ({"attendees": (NewAttendee(email="nobody"),)}, InvalidEmail, "attendees.0.email"),
    ],
)
def test_the_checks_of_logging_hold(change: dict[str, Any], refusal: type[Refusal], path: str) -> None:
    given(LEAD_CREATED, MEETING_LOGGED).when(UpdateMeeting(meeting_id=MEETING, **change)).then_refused(refusal, path)


LINDSAY = (NewAttendee(email="lindsay@bluth.example"),)


def test_the_first_contact_among_new_attendees_is_whom_it_is_with() -> None:
    edit = UpdateMeeting(meeting_id=MEETING, attendees=LINDSAY)
    assert given(LEAD_CREATED, CONTACT_ADDED, MEETING_LOGGED).when(edit).only.after.contact_id == CONTACT


def test_nobody_is_put_where_somebody_is_or_where_nobody_is_asked_for() -> None:
    facts = (LEAD_CREATED, CONTACT_ADDED, TOBIAS_ADDED, MEETING_LOGGED)
    with_tobias = UpdateMeeting(meeting_id=MEETING, attendees=LINDSAY, contact_id=TOBIAS)
    assert given(*facts).when(with_tobias).only.after.contact_id == TOBIAS
    with_nobody = UpdateMeeting(meeting_id=MEETING, attendees=LINDSAY, contact_id=None)
    assert given(*facts).when(with_nobody).only.after.contact_id is UNSET


def test_a_contact_who_was_removed_is_nobody_to_be_with() -> None:
    logged = MeetingLogged(meeting_id=MEETING, contact_id=TOBIAS, ends_at=ENDS)
    edit = UpdateMeeting(meeting_id=MEETING, attendees=LINDSAY)
    assert given(LEAD_CREATED, CONTACT_ADDED, logged).when(edit).only.after.contact_id == CONTACT


def test_a_meeting_that_is_said_to_be_with_nobody_is_with_nobody() -> None:
    assert given(LEAD_CREATED, CONTACT_ADDED).when(log(attendees=LINDSAY)).only.contact_id == CONTACT
    assert given(LEAD_CREATED, CONTACT_ADDED).when(log(attendees=LINDSAY, contact_id=None)).only.contact_id is None


def test_attendees_are_looked_for_anew() -> None:
    logged = MeetingLogged(meeting_id=MEETING, ends_at=ENDS, attendees=(Attendee(email="lindsay@bluth.example"),))
    edit = UpdateMeeting(meeting_id=MEETING, attendees=LINDSAY)
    (attendee,) = given(LEAD_CREATED, CONTACT_ADDED, logged).when(edit).only.after.attendees
    assert attendee.contact_id == CONTACT


def test_what_is_no_meeting_is_refused() -> None:
    given(LEAD_CREATED).when(UpdateMeeting(meeting_id=MEETING)).then_refused(MeetingNotFound, "meeting_id")
    given(LEAD_CREATED, CALL_LOGGED).when(UpdateMeeting(meeting_id=CALL)).then_refused(NotOfThisKind, "meeting_id")


def test_meetings_at_both_ends_of_time() -> None:
    for starts_at in (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)):
        assert (
            given(LEAD_CREATED).when(log(starts_at=starts_at, ends_at=starts_at + HOUR)).only.occurred_at == starts_at
        )


def test_an_input_writes_the_parts_that_it_gives() -> None:
    edit = UpdateMeeting(meeting_id=MEETING, starts_at=NOW, attendees=None, status=None)
    assert edit.writes == {f"{MEETING}.occurred_at", f"{MEETING}.attendees", f"{MEETING}.status"}
