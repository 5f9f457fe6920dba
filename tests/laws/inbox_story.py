"""What stories tell of inboxes: what comes in, for whom, and what people do about it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import UNSET

from app.desk.handling import MarkDone, MarkNotDone, Snooze, Unsnooze
from app.ids import ItemId, UserId, encode_id, uuid7
from app.lead.calls import LogCall, UpdateCall
from app.lead.drafts import EditDraft
from app.lead.emails import LogEmail
from app.lead.notes import EditNote, WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.opportunity_changes import UpdateOpportunity
from app.lead.sms import LogSms
from app.lead.task_changes import UpdateTask
from app.lead.tasks import AddTask
from app.organization.members import DeactivateUser, ReactivateUser
from app.organization.users import UserAdded
from app.request import Command
from app.vocabulary import CallDisposition, Direction, MessageStatus, Role
from tests.laws.memory import NOON, Story, headers, on, when
from tests.support.acme import thing
from tests.support.custom import Record

BEN, CLEO = UserId(thing(701)), UserId(thing(702))
PEOPLE = (
    UserAdded(user_id=BEN, name="Ben", email="Ben@acme.example", role=Role.MEMBER, time_zone="America/New_York"),
    UserAdded(user_id=CLEO, name="Cleo", email="cleo@acme.example", role=Role.RESTRICTED, time_zone="UTC"),
)
_COPIES = (
    "ada@acme.example",
    "Ada <ADA@acme.example>",
    '"B. en" <ben@ACME.example>',
    "cleo@acme.example",
    "l@x.example",
)
_PHONES = ("+12125550100", *["+493012345678"] * 3, None)
_TOOK = (None, *CallDisposition, *[CallDisposition.ANSWERED] * 3)


def _found_people(_: Story, __: random.Random) -> Command | None:
    return Record(PEOPLE)


def _receive_email(story: Story, chance: random.Random) -> Command | None:
    given = headers(chance, 9, 0.5)
    copies: dict[str, Any] = {name: tuple(chance.sample(_COPIES, chance.randrange(3))) for name in ("to", "cc", "bcc")}
    return on(
        story,
        chance,
        lambda lead_id: LogEmail(
            lead_id=lead_id,
            direction=Direction.INBOUND,
            sender="l@x.example",
            subject=chance.choice(("", "Offer")),
            occurred_at=chance.choice((when(chance), NOON)),
            **copies,
            **given,
        ),
    )


def _await_answer(story: Story, chance: random.Random) -> Command | None:
    own, other = (f"<{chance.randrange(6)}@x.example>" for _ in range(2))
    status = chance.choice((None, None, MessageStatus.DRAFT, MessageStatus.ERROR))
    sender = "ada@acme.example" if status is MessageStatus.ERROR else None
    return on(
        story,
        chance,
        lambda lead_id: LogEmail(
            lead_id=lead_id,
            direction=Direction.OUTBOUND,
            status=status,
            sender=sender,
            user_id=_user(story, chance),
            follow_up_at=chance.choice((None, NOON, NOON + timedelta(days=9_000))),
            message_id=own,
            in_reply_to=chance.choice((None, other)),
            occurred_at=when(chance),
        ),
    )


def _change_draft(story: Story, chance: random.Random) -> Command | None:
    drafts = [one.email_id for one in story.drafts if isinstance(one, LogEmail)]
    if not drafts:
        return None
    changes: dict[str, Any] = {
        "status": MessageStatus.SENT,
        "user_id": _user(story, chance),
        "follow_up_at": chance.choice((None, NOON)),
        "occurred_at": when(chance),
        "in_reply_to": f"<{chance.randrange(6)}@x.example>",
    }
    given = {name: value for name, value in changes.items() if chance.random() < 0.5}
    return EditDraft(activity_id=chance.choice(drafts), **given)


def _ring(story: Story, chance: random.Random) -> Command | None:
    contact_id = chance.choice((None, None, *story.contacts[-1:]))
    return on(
        story,
        chance,
        lambda lead_id: LogCall(
            lead_id=lead_id,
            direction=Direction.INBOUND,
            disposition=chance.choice(_TOOK),
            phone=chance.choice(_PHONES),
            contact_id=contact_id,
            user_id=_user(story, chance),
            occurred_at=when(chance),
        ),
    )


def _text(story: Story, chance: random.Random) -> Command | None:
    return on(
        story,
        chance,
        lambda lead_id: LogSms(
            lead_id=lead_id,
            direction=Direction.INBOUND,
            text="Yes",
            user_id=_user(story, chance),
            occurred_at=when(chance),
        ),
    )


def _correct_call(story: Story, chance: random.Random) -> Command | None:
    if not story.calls:
        return None
    changes: dict[str, Any] = {
        "direction": chance.choice(tuple(Direction)),
        "disposition": chance.choice((None, *CallDisposition)),
        "phone": chance.choice(_PHONES),
        "contact_id": chance.choice((None, *story.contacts[-1:])),
        "user_id": _user(story, chance),
        "occurred_at": when(chance),
    }
    given = {name: value for name, value in changes.items() if chance.random() < 0.4}
    return UpdateCall(call_id=chance.choice(story.calls), **given)


def _mention(story: Story, chance: random.Random) -> Command | None:
    named = chance.sample(story.users, chance.randrange(min(3, len(story.users) + 1))) if story.users else []
    html = "Hello" + "".join(f'<span data-type="mention" data-id="{encode_id("user", one)}">@</span>' for one in named)
    if story.notes and chance.random() < 0.6:
        return EditNote(note_id=chance.choice(story.notes), html=html)
    return on(story, chance, lambda lead_id: WriteNote(lead_id=lead_id, html=html))


def _give_task(story: Story, chance: random.Random) -> Command | None:
    due: dict[str, Any] = chance.choice(({}, {"due_at": NOON}, {"due_date": NOON.date()}))
    if story.tasks and chance.random() < 0.6:
        return UpdateTask(task_id=chance.choice(story.tasks), assigned_to=_user(story, chance), **due)
    return on(
        story, chance, lambda lead_id: AddTask(lead_id=lead_id, text="Call", assigned_to=_user(story, chance), **due)
    )


def _give_opportunity(story: Story, chance: random.Random) -> Command | None:
    changes: dict[str, Any] = {
        "date_won": chance.choice((None, NOON.date(), NOON.date() + timedelta(days=9_000))),
        "user_id": _user(story, chance),
        "status_id": chance.choice(story.stages),
    }
    given = {name: value for name, value in changes.items() if chance.random() < 0.5}
    if story.opportunities and chance.random() < 0.6:
        return UpdateOpportunity(opportunity_id=chance.choice(story.opportunities), **given)
    return on(story, chance, lambda lead_id: AddOpportunity(lead_id=lead_id, **given))


def _handle(story: Story, chance: random.Random) -> Command | None:
    """Own items and others', those that are gone, and one that never was."""
    if not story.items:
        return None
    some = tuple(chance.choice(story.items) for _ in range(chance.randrange(1, 6)))
    item_ids = (*some, ItemId(uuid7())) if chance.random() < 0.1 else some
    seen = chance.choice((None, None, None, chance.randrange(60)))
    until = datetime.now(UTC) + timedelta(days=chance.choice((-1, 1, 1, 1, 9)))
    return chance.choice(
        (
            MarkDone(item_ids=item_ids, seen_position=seen),
            MarkDone(item_ids=item_ids),
            MarkNotDone(item_ids=item_ids),
            Snooze(item_ids=item_ids, until=until),
            Snooze(item_ids=item_ids, until=until),
            Unsnooze(item_ids=item_ids),
        )
    )


def _shut_out(_: Story, chance: random.Random) -> Command | None:
    return chance.choice((DeactivateUser, ReactivateUser, ReactivateUser))(user_id=chance.choice((BEN, CLEO)))


def _user(story: Story, chance: random.Random) -> Any:
    return chance.choice((UNSET, None, *story.users))


INBOX_COMMANDS: dict[str, Callable[[Story, random.Random], Command | None]] = {
    "found people": _found_people,
    "receive e-mail": _receive_email,
    "receive another": _receive_email,
    "await an answer": _await_answer,
    "change draft": _change_draft,
    "ring": _ring,
    "text": _text,
    "correct call": _correct_call,
    "mention": _mention,
    "give task": _give_task,
    "give opportunity": _give_opportunity,
    "handle": _handle,
    "handle more": _handle,
    "handle again": _handle,
    "shut out": _shut_out,
}
