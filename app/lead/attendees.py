"""Attendees of meetings, found among the lead's contacts and the organization's users by their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from app.email_address import normalised_email
from app.ids import ContactId, UserId
from app.lead.contacts import contacts_by_email
from app.situation import Situation
from app.text import NAME_MAX, Problems
from app.vocabulary import AttendeeResponse

if TYPE_CHECKING:
    from app.lead.lead import Lead

ATTENDEES_MAX = 100  # of one meeting


class Attendee(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who is to be there, as found by address when it was recorded: a contact, a user, both or neither."""

    email: str
    name: str | None = None
    response: AttendeeResponse = AttendeeResponse.NO_REPLY
    is_organizer: bool = False
    contact_id: ContactId | None = None
    user_id: UserId | None = None


@dataclass(frozen=True, kw_only=True)
class NewAttendee:
    """Somebody as an input describes them."""

    email: str
    name: str | None = None
    response: AttendeeResponse = AttendeeResponse.NO_REPLY
    is_organizer: bool = False


def found_attendees(
    attendees: Sequence[NewAttendee], lead: Lead, at: Situation, problems: Problems
) -> tuple[Attendee, ...]:
    """Attendees with the contacts and users of their addresses; of those with one address the first."""
    contacts = contacts_by_email(lead)
    users = {user.email.casefold(): user.id for user in at.organization.users.values()}
    found: dict[str, Attendee] = {}
    for index, one in enumerate(problems.bounded(attendees, "attendees", limit=ATTENDEES_MAX)):
        email = normalised_email(one.email, problems, "attendees", str(index), "email")
        name = problems.line(one.name, "attendees", str(index), "name", limit=NAME_MAX)
        if email is not None:
            key = email.casefold()
            attendee = Attendee(
                email=email,
                name=name,
                response=one.response,
                is_organizer=one.is_organizer,
                contact_id=contacts.get(key),
                user_id=users.get(key),
            )
            found.setdefault(key, attendee)
    return tuple(found.values())


def first_contact(attendees: Sequence[Attendee]) -> ContactId | None:
    """Whom it is with, where nobody says so."""
    return next((one.contact_id for one in attendees if one.contact_id), None)
