"""Titles of inbox items: one line that says what is to be handled, for people."""

from __future__ import annotations

from typing import Any, assert_never, cast

from app.ids import ContactId, UserId
from app.vocabulary import InboxItemKind, ValuePeriod
from projections.activity_feed.read import ActivityRow
from projections.inbox.assigners import assigners
from projections.inbox.rows import ItemRow
from schema.activities import cut, words_of_note
from schema.context import Context
from schema.organization import user_with

_PERIODS = {ValuePeriod.ONE_TIME: "", ValuePeriod.MONTHLY: " a month", ValuePeriod.ANNUAL: " a year"}


async def title(context: Context, item: ItemRow) -> str:
    """What an item is, as the viewer says it; of what is gone by now, only its kind."""
    return cut(await _line(context, item))


async def _line(context: Context, item: ItemRow) -> str:
    if item.task_id is not None:
        return await _of_task(context, item)
    if item.opportunity_id is not None:
        return await _of_opportunity(context, item)
    activity = await context.activity_row(item.activity_id) if item.activity_id else None
    return await _of_activity(context, item, activity) if activity else _GONE[item.kind]


_GONE = {
    InboxItemKind.TASK: "Task",
    InboxItemKind.INCOMING_EMAIL: "E-mail",
    InboxItemKind.EMAIL_FOLLOWUP: "No reply yet",
    InboxItemKind.MISSED_CALL: "Missed call",
    InboxItemKind.VOICEMAIL: "Voicemail",
    InboxItemKind.DETACHED_CALL: "Call from an unknown number",
    InboxItemKind.OPPORTUNITY_DUE: "Opportunity due",
    InboxItemKind.INCOMING_SMS: "SMS",
    InboxItemKind.MENTION: "Mention",
}


async def _of_task(context: Context, item: ItemRow) -> str:
    assert item.task_id is not None
    task = await context.task_row(item.task_id)
    text = task.text if task else "a task"
    if item.kind is InboxItemKind.TASK:
        return text
    assigner = await context.batch("assigner", assigners).load(item.task_id)
    return f"{await _name(context, assigner)} assigned {await _owner(context, item)}: {text}"


async def _of_opportunity(context: Context, item: ItemRow) -> str:
    """Its value, as far as anybody knows it, and its stage."""
    row = await context.opportunity_row(item.opportunity_id) if item.opportunity_id else None
    if row is None:
        return _GONE[item.kind]
    organization = await context.organization_with(lambda one: one.opportunity_status(row.status_id) is not None)
    stage = organization.opportunity_status(row.status_id)
    label = stage.label if stage else None
    value = None if row.value is None else f"{row.value:f} {organization.currency}{_PERIODS[row.value_period]}"
    return f"Opportunity due: {', '.join(filter(None, (value, label)))}"


async def _of_activity(context: Context, item: ItemRow, activity: ActivityRow) -> str:
    details = cast(Any, activity.details)
    match item.kind:
        case InboxItemKind.INCOMING_EMAIL:
            return details.subject or details.body_preview or "(no subject)"
        case InboxItemKind.EMAIL_FOLLOWUP:
            return f"No reply yet: {details.subject or details.body_preview or '(no subject)'}"
        case InboxItemKind.MISSED_CALL:
            return f"Missed call from {await _who(context, activity.contact_id, details.phone)}"
        case InboxItemKind.VOICEMAIL:
            return f"Voicemail from {await _who(context, activity.contact_id, details.phone)}"
        case InboxItemKind.DETACHED_CALL:
            return f"Call from an unknown number {details.phone or ''}"
        case InboxItemKind.INCOMING_SMS:
            words = details.text[:1_000] or "(file)"
            return f"SMS from {await _who(context, activity.contact_id, details.remote_phone)}: {words}"
        case InboxItemKind.MENTION:
            return await _of_mention(context, item, activity)
        case InboxItemKind.TASK | InboxItemKind.OPPORTUNITY_DUE:
            return _GONE[item.kind]
        case _:
            assert_never(item.kind)


async def _of_mention(context: Context, item: ItemRow, note: ActivityRow) -> str:
    """Whoever's note it is, unless it is the owner's own, into which somebody else wrote the name."""
    author = await _name(context, None if note.user_id == item.owner_id else note.user_id)
    return f"{author} mentioned {await _owner(context, item)}: {words_of_note(cast(Any, note.details))}"


async def _owner(context: Context, item: ItemRow) -> str:
    """Whom it concerns, as the viewer says it."""
    return "you" if item.owner_id == context.principal.user_id else await _name(context, item.owner_id)


async def _name(context: Context, user_id: UserId | None) -> str:
    user = await user_with(context, user_id)
    return user.name if user else "Somebody"


async def _who(context: Context, contact_id: ContactId | None, phone: str | None) -> str:
    """The contact, if it has a name; else the number, else the contact's address."""
    contact = await context.contact_row(contact_id) if contact_id else None
    email = contact.emails[0].email if contact and contact.emails else None
    return (contact.name if contact else None) or phone or email or "an unknown number"
