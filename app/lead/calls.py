"""Calls: telephone conversations, and attempts at them, that took place elsewhere and are logged here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec import UNSET, UnsetType

from app.ids import ActivityId, ContactId, LeadId, UserId, uuid7
from app.lead.contact_points import URL_MAX, e164, kept_url
from app.lead.contacts import known_contact
from app.lead.event import LeadEvent
from app.lead.owners import owner
from app.lead.refusals import InvalidPhone, NotHttps, OutOfRange
from app.situation import Situation
from app.text import Problems
from app.vocabulary import ActivityKind, CallDisposition, Direction

if TYPE_CHECKING:
    from app.lead.lead import Lead

DURATION_MAX_S = 7 * 24 * 3600  # seconds; a week on the telephone is a mistake


class CallLogged(LeadEvent, frozen=True, kw_only=True, tag="lead.call_logged"):
    """`phone` is the customer's number, `local_phone` ours; both E.164. `user_id` None: nobody took it."""

    makes: ClassVar[ActivityKind | None] = ActivityKind.CALL
    entity: ClassVar[str | None] = "call_id"

    call_id: ActivityId
    contact_id: ContactId | None = None
    user_id: UserId | None = None
    direction: Direction
    disposition: CallDisposition | None = None
    duration_s: int = 0
    phone: str | None = None
    local_phone: str | None = None
    note: str | None = None
    recording_url: str | None = None
    voicemail_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class LogCall:
    produces: ClassVar[dict[str, str]] = {"lead": "lead_id", "call": "call_id"}

    lead_id: LeadId
    contact_id: ContactId | None = None
    user_id: UserId | UnsetType | None = UNSET
    direction: Direction
    disposition: CallDisposition | None = None
    duration_s: int = 0
    phone: str | None = None
    local_phone: str | None = None
    note: str | None = None
    recording_url: str | None = None
    voicemail_url: str | None = None
    occurred_at: datetime | None = None
    call_id: ActivityId = field(default_factory=lambda: ActivityId(uuid7()))

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the call.

        Raises:
            ContactNotFound, UserNotFound, InvalidPhone, NotHttps, InvalidUrl, OutOfRange, TextTooLong
        """
        problems = Problems()
        if not 0 <= self.duration_s <= DURATION_MAX_S:
            problems.add(OutOfRange("duration_seconds", value=self.duration_s, least=0, most=DURATION_MAX_S))
        logged = CallLogged(
            call_id=self.call_id,
            contact_id=known_contact(self.contact_id, lead, problems),
            user_id=owner(self.user_id, at, problems, "user_id"),
            direction=self.direction,
            disposition=self.disposition,
            duration_s=self.duration_s,
            phone=_kept_number(self.phone, problems, "phone"),
            local_phone=_kept_number(self.local_phone, problems, "local_phone"),
            note=problems.text(self.note, "note"),
            recording_url=_https(self.recording_url, problems, "recording_url"),
            voicemail_url=_https(self.voicemail_url, problems, "voicemail_url"),
            occurred_at=self.occurred_at,
        )
        problems.stop_if_any()
        return (logged,)


def _kept_number(value: str | None, problems: Problems, field_name: str) -> str | None:
    text = problems.line(value, field_name, limit=100)
    if text is None:
        return None
    number = e164(text)
    if number is None:
        problems.add(InvalidPhone(field_name, value=text))
    return number


def _https(value: str | None, problems: Problems, field_name: str) -> str | None:
    text = problems.line(value, field_name, limit=URL_MAX)
    if text is not None and not text.lower().startswith("https://"):
        problems.add(NotHttps(field_name))
        return None
    return kept_url(text, problems, field_name)
