"""Calls and text messages, and what is deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from app.lead.activities import ActivityDeleted
from app.lead.calls import CallEdited, CallLogged
from app.lead.edits import changes_in
from app.lead.sms import SmsLogged
from app.vocabulary import CallDisposition, Direction, InboxItemKind
from tests.projections.inbox.model.items import Inboxes, Kind, tell

_MISSED = (CallDisposition.NO_ANSWER, CallDisposition.BUSY, CallDisposition.ABANDONED)


@tell.register
def _(event: CallLogged, known: Inboxes) -> None:
    known.calls[event.call_id] = {**msgspec.structs.asdict(event), "occurred_at": known.fact.occurred_at}
    ring(known, event.call_id)


@tell.register
def _(event: CallEdited, known: Inboxes) -> None:
    before = known.calls[event.call_id]
    after = known.calls[event.call_id] = {**before, **changes_in(event.after)}
    had, kind = known.of(event.call_id), kind_of(known, after)
    if all(before[name] == after[name] for name in ("direction", "disposition", "phone", "contact_id", "user_id")):
        kind = had[0].kind if had else None  # who has the number by now does not matter
    elif had and kind and before["user_id"] != after["user_id"]:
        wanted = known.handlers(after["user_id"])
        known.drop(one for one in had if one.owner_id not in wanted)
        for user_id in wanted:
            if user_id not in [one.owner_id for one in had]:
                known.come("activity", kind, user_id, event.call_id, at=after["occurred_at"])
    elif not had and kind and not kind_of(known, before):
        ring(known, event.call_id)
    if not kind:
        known.drop(known.of(event.call_id))
    for one in known.of(event.call_id):
        one.kind, one.at = kind or one.kind, after["occurred_at"]


def ring(known: Inboxes, call_id: UUID) -> None:
    call = known.calls[call_id]
    kind = kind_of(known, call)
    for user_id in known.handlers(call["user_id"]) if kind else ():
        assert kind is not None
        known.come("activity", kind, user_id, call_id, at=call["occurred_at"])


def kind_of(known: Inboxes, call: dict[str, Any]) -> InboxItemKind | None:
    if call["direction"] is Direction.OUTBOUND:
        return None
    if call["disposition"] in _MISSED:
        return Kind.MISSED_CALL
    if call["disposition"] is CallDisposition.VOICEMAIL_RECEIVED:
        return Kind.VOICEMAIL
    is_detached = call["disposition"] is CallDisposition.ANSWERED and call["phone"] and not call["contact_id"]
    return Kind.DETACHED_CALL if is_detached and not known.is_known(call["phone"]) else None


@tell.register
def _(event: SmsLogged, known: Inboxes) -> None:
    if event.direction is Direction.INBOUND:
        for user_id in known.handlers(event.user_id):
            known.come("activity", Kind.INCOMING_SMS, user_id, event.sms_id, at=known.fact.occurred_at)


@tell.register
def _(event: ActivityDeleted, known: Inboxes) -> None:
    gone = event.activity_id
    for one in [one for one in known.items.values() if gone in one.mails]:
        del one.mails[gone]
        known.drop([] if one.mails else [one])
    known.drop(one for one in known.of(gone) if one.kind is not Kind.INCOMING_EMAIL)
