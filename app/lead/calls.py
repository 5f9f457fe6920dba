"""Calls: telephone conversations, and attempts at them, that took place elsewhere and are logged here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from app.event import Event
from app.ids import ActivityId, ContactId, LeadId, UserId, uuid7
from app.lead.contact_points import URL_MAX, kept_url
from app.lead.contacts import known_contact
from app.lead.edits import (
    ActivityEdited,
    Content,
    KnownContent,
    changed,
    content_of,
    difference,
    require_editable,
    touched_part,
    with_changes,
)
from app.lead.event import LeadEvent
from app.lead.inbox import ARRIVING, Arrival, ArrivalChange, arrival_change, call_arrival, phones_asked
from app.lead.messages import kept_number
from app.lead.owners import owner
from app.lead.refusals import CallNotFound, NotHttps, OutOfRange
from app.situation import Situation
from app.text import Problems, Required
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
    arrival: Arrival | None = None


class CallContent(Content, frozen=True, kw_only=True):
    user_id: UserId | UnsetType | None = UNSET
    direction: Direction | UnsetType = UNSET
    disposition: CallDisposition | UnsetType | None = UNSET
    duration_s: int | UnsetType = UNSET
    phone: str | UnsetType | None = UNSET
    local_phone: str | UnsetType | None = UNSET
    note: str | UnsetType | None = UNSET
    recording_url: str | UnsetType | None = UNSET
    voicemail_url: str | UnsetType | None = UNSET


class CallEdited(ActivityEdited, frozen=True, kw_only=True, tag="lead.call_edited"):
    entity: ClassVar[str | None] = "call_id"

    call_id: ActivityId
    before: CallContent
    after: CallContent
    arrival: ArrivalChange | None = None


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
    send_to_inbox: bool = True
    call_id: ActivityId = field(default_factory=lambda: ActivityId(uuid7()))

    def asks_phones(self, at: Situation) -> tuple[str | None, ...]:
        """Whether some contact has its number."""
        del at
        return phones_asked(self) if self.send_to_inbox else ()

    def decide(self, lead: Lead, at: Situation) -> Sequence[LeadEvent]:
        """Decide the call.

        Raises:
            ContactNotFound, UserNotFound, InvalidPhone, NotHttps, InvalidUrl, OutOfRange, TextTooLong
        """
        problems = Problems()
        logged = CallLogged(
            call_id=self.call_id,
            contact_id=known_contact(self.contact_id, lead, problems),
            user_id=owner(self.user_id, at, problems, "user_id"),
            direction=self.direction,
            disposition=self.disposition,
            duration_s=_kept_duration(self.duration_s, problems),
            phone=kept_number(self.phone, problems, "phone"),
            local_phone=kept_number(self.local_phone, problems, "local_phone"),
            note=problems.text(self.note, "note"),
            recording_url=_https(self.recording_url, problems, "recording_url"),
            voicemail_url=_https(self.voicemail_url, problems, "voicemail_url"),
            occurred_at=self.occurred_at,
        )
        problems.stop_if_any()
        if self.send_to_inbox:
            logged = msgspec.structs.replace(logged, arrival=call_arrival(logged, lead, at))
        return (logged,)


@dataclass(frozen=True, kw_only=True)
class UpdateCall:
    """Change some of a call. What is not given stays; None clears what can be empty.

    Every call here took place elsewhere, so that all of it can be edited.
    """

    produces: ClassVar[dict[str, str]] = {"call": "call_id"}

    call_id: ActivityId
    contact_id: ContactId | UnsetType | None = UNSET
    user_id: UserId | UnsetType | None = UNSET
    direction: Direction | UnsetType | None = UNSET
    disposition: CallDisposition | UnsetType | None = UNSET
    duration_s: int | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    local_phone: str | UnsetType | None = UNSET
    note: str | UnsetType | None = UNSET
    recording_url: str | UnsetType | None = UNSET
    voicemail_url: str | UnsetType | None = UNSET
    occurred_at: datetime | UnsetType | None = UNSET
    expected_version: int | None = None

    @property
    def about(self) -> ActivityId:
        """The call, by whose own facts its lead is found."""
        return self.call_id

    @property
    def writes(self) -> frozenset[str]:
        """The parts of this call that are given."""
        given = (name for name in CallContent.__struct_fields__ if getattr(self, name) is not UNSET)
        return frozenset(touched_part(self.call_id, name) for name in given)

    def asks_phones(self, at: Situation) -> tuple[str | None, ...]:
        """Whether some contact has its number, as it is now or is to be, where that makes a difference."""
        given = {name: getattr(self, name) for name in ARRIVING if getattr(self, name) is not UNSET}
        # What it names may be something else: a fact, say, that bears this id. That is refused by the decision.
        is_there = any(isinstance(fact.event, CallLogged) and fact.event.call_id == self.call_id for fact in at.subject)
        if not given or not is_there:
            return ()
        before = content_of(self.call_id, at.subject, _logged).content
        return phones_asked(before, with_changes(before, **given))

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide one fact with all that differs; where nothing does, none.

        Raises:
            CallNotFound, NotOfThisKind, NotEditable, Required, and what LogCall refuses
        """
        lead = require_editable(self.call_id, ActivityKind.CALL, lead, at, CallNotFound("call_id"))
        known = content_of(self.call_id, at.subject, _logged)
        problems = Problems()
        after = self._wanted(known, lead, at, problems)
        problems.stop_if_any()
        found = difference(known.content, after)
        if not found:
            return ()
        arrival = arrival_change(known.content, after, lead, at)
        return (CallEdited(call_id=self.call_id, before=found[0], after=found[1], arrival=arrival),)

    def _wanted(self, known: KnownContent[CallContent], lead: Lead, at: Situation, problems: Problems) -> CallContent:
        """The call as it is to be; what is wrong with it is noted."""
        before = known.content
        if self.direction is None:
            problems.add(Required("direction"))
        return with_changes(
            before,
            contact_id=changed(self.contact_id, before.contact_id, lambda one: known_contact(one, lead, problems)),
            user_id=changed(self.user_id, before.user_id, lambda one: owner(one, at, problems, "user_id")),
            direction=self.direction or UNSET,
            disposition=self.disposition,
            duration_s=changed(self.duration_s, before.duration_s, lambda one: _kept_duration(one or 0, problems)),
            phone=changed(self.phone, before.phone, lambda one: kept_number(one, problems, "phone")),
            local_phone=changed(
                self.local_phone, before.local_phone, lambda one: kept_number(one, problems, "local_phone")
            ),
            note=changed(self.note, before.note, lambda one: problems.text(one, "note")),
            recording_url=changed(
                self.recording_url, before.recording_url, lambda one: _https(one, problems, "recording_url")
            ),
            voicemail_url=changed(
                self.voicemail_url, before.voicemail_url, lambda one: _https(one, problems, "voicemail_url")
            ),
            occurred_at=known.recorded_at if self.occurred_at is None else self.occurred_at,
        )


def _logged(event: Event) -> CallContent | None:
    if not isinstance(event, CallLogged):
        return None
    names = set(CallContent.__struct_fields__) - {"occurred_at"}
    return CallContent(**{name: getattr(event, name) for name in names})


def _kept_duration(seconds: int, problems: Problems) -> int:
    if not 0 <= seconds <= DURATION_MAX_S:
        problems.add(OutOfRange("duration_seconds", value=seconds, least=0, most=DURATION_MAX_S))
    return seconds


def _https(value: str | None, problems: Problems, field_name: str) -> str | None:
    text = problems.line(value, field_name, limit=URL_MAX)
    if text is not None and not text.lower().startswith("https://"):
        problems.add(NotHttps(field_name))
        return None
    return kept_url(text, problems, field_name)
