"""In whose inboxes something comes: decided once, with what is known then, and kept in the fact that tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import msgspec
from msgspec import UnsetType

from app.event import Event, Fact
from app.ids import ContactId, UserId
from app.lead.contact_points import e164
from app.lead.email_addressing import mailbox
from app.situation import Situation
from app.vocabulary import CallDisposition, CustomFieldTarget, CustomFieldType, Direction, InboxItemKind, Role

if TYPE_CHECKING:
    from app.lead.lead import Lead

# What of a call says in whose inboxes it comes.
ARRIVING = ("direction", "disposition", "phone", "contact_id", "user_id")
_MISSED = frozenset({CallDisposition.NO_ANSWER, CallDisposition.BUSY, CallDisposition.ABANDONED})


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """In whose inboxes something came, and as what."""

    kind: InboxItemKind
    user_ids: tuple[UserId, ...]


class ArrivalChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where something came before it was edited, and where it stands since. None: nowhere. `at`: when it happened."""

    before: Arrival | None = None
    after: Arrival | None = None
    at: datetime


class SomeCall(Protocol):
    """A call, as it was logged or is by now."""

    @property
    def direction(self) -> Direction | UnsetType: ...
    @property
    def disposition(self) -> CallDisposition | UnsetType | None: ...
    @property
    def phone(self) -> str | UnsetType | None: ...
    @property
    def contact_id(self) -> ContactId | UnsetType | None: ...
    @property
    def user_id(self) -> UserId | UnsetType | None: ...
    @property
    def occurred_at(self) -> datetime | UnsetType | None: ...


def email_arrival(recipients: Iterable[str], at: Situation) -> Arrival | None:
    """With every active user who received a copy."""
    users = {user.email.casefold(): user.id for user in at.organization.users.values() if user.is_active}
    found = (users.get(box.email.casefold()) for text in recipients if (box := mailbox(text)))
    return _arrival(InboxItemKind.INCOMING_EMAIL, (one for one in found if one))


def sms_arrival(user_id: UserId | None, lead: Lead, at: Situation) -> Arrival | None:
    """With whoever is to handle it."""
    return _arrival(InboxItemKind.INCOMING_SMS, handlers(user_id, lead, at))


def call_arrival(call: SomeCall, lead: Lead, at: Situation) -> Arrival | None:
    """With whoever is to handle a call that nobody took, a voicemail, or a call from a number that nobody has."""
    kind = _kind_of_call(call, lead, at)
    return _arrival(kind, _of_call(call, lead, at)) if kind else None


def phones_asked(*calls: SomeCall) -> tuple[str | None, ...]:
    """Numbers of calls, in E.164, of which it matters whether some contact has them."""
    return tuple(dict.fromkeys(e164(str(one.phone)) for one in calls if _may_be_detached(one)))


def arrival_change(before: SomeCall, after: SomeCall, lead: Lead, at: Situation) -> ArrivalChange | None:
    """In whose inboxes a call that is edited is to be, where that is another thing than before."""
    if all(getattr(before, name) == getattr(after, name) for name in ARRIVING):
        return None
    known = _arrival_known(at.subject)
    wanted = _edited_arrival(known, before, after, lead, at)
    assert isinstance(after.occurred_at, datetime)
    return ArrivalChange(before=known, after=wanted, at=after.occurred_at) if known != wanted else None


def handlers(user_id: UserId | None, lead: Lead, at: Situation) -> tuple[UserId, ...]:
    """Whose it is; else the users named in the lead's fields for users; else every ADMIN. Active ones only."""
    organization = at.organization
    active = {user.id: user for user in organization.users.values() if user.is_active}
    if user_id in active:
        return (user_id,)
    fields = (
        one.id
        for one in organization.custom_fields.values()
        if one.target is CustomFieldTarget.LEAD and one.type is CustomFieldType.USER
    )
    text_ids = {str(id): id for id in active}
    named = (text_ids.get(str(value)) for field_id in fields for value in lead.custom.get(field_id, ()))
    found = tuple(dict.fromkeys(one for one in named if one))
    return found or tuple(user.id for user in active.values() if user.role is Role.ADMIN)


def _arrival_known(facts: Sequence[Fact[Event]]) -> Arrival | None:
    """Where something came, by its own facts."""
    known: Arrival | None = None
    for fact in facts:
        arrival = getattr(fact.event, "arrival", None)
        if isinstance(arrival, Arrival):
            known = arrival
        elif isinstance(arrival, ArrivalChange):
            known = arrival.after
    return known


def _edited_arrival(
    known: Arrival | None, before: SomeCall, after: SomeCall, lead: Lead, at: Situation
) -> Arrival | None:
    """In whose inboxes a call is to be once it is edited, and as what.

    Those who have it keep it, unless it becomes another user's. It comes newly where it is something to handle only
    now; history that never came stays away.
    """
    kind = _kind_of_call(after, lead, at)
    if kind is None:
        return None
    if known is None:
        return None if _kind_of_call(before, lead, at) else _arrival(kind, _of_call(after, lead, at))
    is_same_user = before.user_id == after.user_id
    return _arrival(kind, known.user_ids if is_same_user else _of_call(after, lead, at))


def _kind_of_call(call: SomeCall, lead: Lead, at: Situation) -> InboxItemKind | None:
    if call.direction is not Direction.INBOUND:
        return None
    if call.disposition is CallDisposition.VOICEMAIL_RECEIVED:
        return InboxItemKind.VOICEMAIL
    if call.disposition in _MISSED:
        return InboxItemKind.MISSED_CALL
    if _may_be_detached(call) and not _is_known(str(call.phone), lead, at):
        return InboxItemKind.DETACHED_CALL
    return None


def _of_call(call: SomeCall, lead: Lead, at: Situation) -> tuple[UserId, ...]:
    return handlers(None if isinstance(call.user_id, UnsetType) else call.user_id, lead, at)


def _may_be_detached(call: SomeCall) -> bool:
    """Whether a call may turn out to be from a number that nobody has."""
    is_answered = call.direction is Direction.INBOUND and call.disposition is CallDisposition.ANSWERED
    return is_answered and call.contact_id is None and bool(call.phone)


def _is_known(phone: str, lead: Lead, at: Situation) -> bool:
    """Whether some contact has a number."""
    if any(one.phone == phone for contact in lead.contacts.values() for one in contact.phones):
        return True
    return phone in at.known_phones


def _arrival(kind: InboxItemKind, users: Iterable[UserId]) -> Arrival | None:
    user_ids = tuple(dict.fromkeys(users))
    return Arrival(kind=kind, user_ids=user_ids) if user_ids else None
