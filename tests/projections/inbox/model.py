"""What lies in whose inbox, by a plain reading of the log: slow, from the rules alone, to be compared with the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import singledispatchmethod
from typing import Any
from uuid import UUID

import msgspec

from app.desk.events import ItemsDone, ItemsMarkedNotDone, ItemsSnoozed, ItemsUnsnoozed
from app.event import Event, Fact
from app.ids import OrganizationId, UserId
from app.lead.activities import ActivityDeleted
from app.lead.calls import CallEdited, CallLogged
from app.lead.draft_events import EmailDraftEdited
from app.lead.edits import changes_in
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged
from app.lead.event import LeadEvent
from app.lead.lead import Lead, replay
from app.lead.notes import NoteEdited, NoteWritten
from app.lead.opportunities import OpportunityAdded
from app.lead.opportunity_events import (
    OpportunityCloseDateChanged,
    OpportunityOwnerChanged,
    OpportunityRemoved,
    OpportunityStatusChanged,
)
from app.lead.sms import SmsLogged
from app.lead.task_events import TaskAssigned, TaskDueChanged, TaskReopened
from app.lead.tasks import TaskAdded, TaskCompleted, TaskRemoved
from app.organization.event import OrganizationEvent
from app.organization.organization import Organization, evolve
from app.vocabulary import (
    CallDisposition,
    CustomFieldTarget,
    CustomFieldType,
    Direction,
    InboxItemKind,
    MessageStatus,
    OpportunityStatusType,
    Role,
)
from projections.inbox.project import item_id

_MISSED = (CallDisposition.NO_ANSWER, CallDisposition.BUSY, CallDisposition.ABANDONED)
Kind = InboxItemKind


@dataclass
class Item:
    """One thing that somebody has to handle. `mails`: its unread e-mails, or those with which it was done."""

    id: UUID
    kind: InboxItemKind
    lead_id: UUID
    owner_id: UserId | None
    subject_id: UUID
    at: datetime | date | None = None
    done_at: datetime | None = None
    snoozed_until: datetime | None = None
    mails: dict[UUID, tuple[datetime, int]] = field(default_factory=dict)
    thread_id: UUID | None = None
    written_at: datetime | None = None
    is_sent: bool = True
    is_active: bool = True

    @property
    def is_there(self) -> bool:
        """Whether there is something for somebody at some time."""
        return self.is_sent and self.is_active and self.owner_id is not None and self.at is not None

    @property
    def seen(self) -> tuple[Any, ...]:
        """All that its owner can tell."""
        newest = max(self.mails, key=self.mails.__getitem__) if self.mails else None
        oldest = min(one for one, _ in self.mails.values()) if self.mails else self.at
        return self.id, self.kind, self.owner_id, oldest, self.done_at, self.snoozed_until, newest, len(self.mails)


@dataclass
class Inboxes:
    """Everybody's, after some facts."""

    organization: Organization
    leads: dict[UUID, Lead] = field(default_factory=dict)
    items: dict[UUID, Item] = field(default_factory=dict)
    calls: dict[UUID, dict[str, Any]] = field(default_factory=dict)  # what each says by now
    received: dict[UUID, datetime] = field(default_factory=dict)  # by thread: when its newest e-mail to us happened
    mail_ids: dict[tuple[UserId, UUID], UUID] = field(default_factory=dict)  # the item that a thread has with somebody
    tasks_done: set[UUID] = field(default_factory=set)
    fact: Fact[Any] = field(init=False)

    @property
    def there(self) -> list[Item]:
        """Those that there are for somebody."""
        return [one for one in self.items.values() if one.is_there and not self.leads[one.lead_id].is_deleted]

    def follow(self, fact: Fact[Any]) -> None:
        """One more fact."""
        self.fact = fact
        if isinstance(fact.event, OrganizationEvent):
            self.organization = evolve(self.organization, fact.event)  # type: ignore[arg-type]
        self.tell(fact.event)
        if isinstance(fact.event, LeadEvent):
            lead = replay(self.leads.get(fact.stream_id), [fact])
            assert lead is not None
            self.leads[fact.stream_id] = lead

    @singledispatchmethod
    def tell(self, event: Event) -> None:
        """What it means for inboxes; most mean nothing."""

    # ------------------------------------------------------------------ who

    @property
    def active(self) -> list[UserId]:
        return [one.id for one in self.organization.users.values() if one.is_active]

    def handlers(self, user_id: UserId | None) -> list[UserId]:
        """Its user; else those whom the lead names; else every admin."""
        if user_id in self.active:
            return [user_id]
        fields = self.organization.custom_fields.values()
        naming = [one.id for one in fields if (one.target, one.type) == (CustomFieldTarget.LEAD, CustomFieldType.USER)]
        values = {str(value) for id in naming for value in self.leads[self.fact.stream_id].custom.get(id, ())}
        named = [one for one in self.active if str(one) in values]
        return named or [one for one in self.active if self.organization.users[one].role is Role.ADMIN]

    def is_known(self, phone: str) -> bool:
        """Whether a contact of a lead that is there has the number."""
        return any(
            one.phone == phone
            for lead in self.leads.values()
            for contact in lead.contacts.values()
            for one in contact.phones
            if not lead.is_deleted or lead.id == self.fact.stream_id
        )

    # ------------------------------------------------------------------ items

    def come(self, word: str, kind: InboxItemKind, owner_id: UserId | None, subject: UUID, **values: Any) -> Item:
        item = Item(item_id(word, subject, owner_id), kind, self.fact.stream_id, owner_id, subject, **values)
        self.items[item.id] = item
        return item

    def of(self, subject_id: UUID, *kinds: InboxItemKind) -> list[Item]:
        return [one for one in self.items.values() if one.subject_id == subject_id and (not kinds or one.kind in kinds)]

    def drop(self, items: Iterable[Item]) -> None:
        for one in list(items):
            del self.items[one.id]

    # ------------------------------------------------------------------ calls and texts

    @tell.register
    def _(self, event: CallLogged) -> None:
        self.calls[event.call_id] = {**msgspec.structs.asdict(event), "occurred_at": self.fact.occurred_at}
        self.ring(event.call_id)

    @tell.register
    def _(self, event: CallEdited) -> None:
        before = self.calls[event.call_id]
        after = self.calls[event.call_id] = {**before, **changes_in(event.after)}
        had, kind = self.of(event.call_id), self.kind_of(after)
        if all(before[name] == after[name] for name in ("direction", "disposition", "phone", "contact_id", "user_id")):
            kind = had[0].kind if had else None  # who has the number by now does not matter
        elif had and kind and before["user_id"] != after["user_id"]:
            wanted = self.handlers(after["user_id"])
            self.drop(one for one in had if one.owner_id not in wanted)
            for user_id in wanted:
                if user_id not in [one.owner_id for one in had]:
                    self.come("activity", kind, user_id, event.call_id, at=after["occurred_at"])
        elif not had and kind and not self.kind_of(before):
            self.ring(event.call_id)
        if not kind:
            self.drop(self.of(event.call_id))
        for one in self.of(event.call_id):
            one.kind, one.at = kind or one.kind, after["occurred_at"]

    def ring(self, call_id: UUID) -> None:
        call = self.calls[call_id]
        kind = self.kind_of(call)
        for user_id in self.handlers(call["user_id"]) if kind else ():
            assert kind is not None
            self.come("activity", kind, user_id, call_id, at=call["occurred_at"])

    def kind_of(self, call: dict[str, Any]) -> InboxItemKind | None:
        if call["direction"] is Direction.OUTBOUND:
            return None
        if call["disposition"] in _MISSED:
            return Kind.MISSED_CALL
        if call["disposition"] is CallDisposition.VOICEMAIL_RECEIVED:
            return Kind.VOICEMAIL
        is_detached = call["disposition"] is CallDisposition.ANSWERED and call["phone"] and not call["contact_id"]
        return Kind.DETACHED_CALL if is_detached and not self.is_known(call["phone"]) else None

    @tell.register
    def _(self, event: SmsLogged) -> None:
        if event.direction is Direction.INBOUND:
            for user_id in self.handlers(event.user_id):
                self.come("activity", Kind.INCOMING_SMS, user_id, event.sms_id, at=self.fact.occurred_at)

    @tell.register
    def _(self, event: ActivityDeleted) -> None:
        gone = event.activity_id
        for one in [one for one in self.items.values() if gone in one.mails]:
            del one.mails[gone]
            self.drop([] if one.mails else [one])
        self.drop(one for one in self.of(gone) if one.kind is not Kind.INCOMING_EMAIL)

    # ------------------------------------------------------------------ e-mails

    @tell.register
    def _(self, event: EmailLogged) -> None:
        moment = self.fact.occurred_at
        if event.direction is Direction.INBOUND:
            addresses = [one.lower() for one in (*event.to, *event.cc, *event.bcc)]
            for user_id in self.active:
                email = self.organization.users[user_id].email.lower()
                if any(one == email or one.endswith(f"<{email}>") for one in addresses):
                    self.receive(user_id, event.thread_id, event.email_id, moment)
            self.received[event.thread_id] = max(moment, self.received.get(event.thread_id, moment))
        else:
            values: dict[str, Any] = {"at": event.follow_up_at, "thread_id": event.thread_id, "written_at": moment}
            is_sent = event.status is MessageStatus.SENT
            self.come("follow-up", Kind.EMAIL_FOLLOWUP, event.user_id, event.email_id, is_sent=is_sent, **values)
        self.close_answered()

    def receive(self, user_id: UserId, thread_id: UUID, email_id: UUID, moment: datetime) -> None:
        item = self.items.get(self.mail_ids.get((user_id, thread_id), UUID(int=0)))
        if item is None:
            item = self.come("mail", Kind.INCOMING_EMAIL, user_id, thread_id, at=moment)
            kept = self.mail_ids.setdefault((user_id, thread_id), item.id)
            del self.items[item.id]
            item.id = kept
            self.items[kept] = item
        item.mails = {} if item.done_at else item.mails
        item.mails[email_id] = moment, self.fact.position
        item.done_at = item.snoozed_until = None

    @tell.register
    def _(self, event: EmailDraftEdited) -> None:
        changes = changes_in(event.after)
        for one in self.of(event.email_id, Kind.EMAIL_FOLLOWUP):
            one.thread_id = event.thread_id
            one.at = changes.get("follow_up_at", one.at)
            one.written_at = changes.get("occurred_at", one.written_at)
            one.is_sent = changes.get("status") is MessageStatus.SENT
            if "user_id" in changes:
                del self.items[one.id]
                one.owner_id, one.id = changes["user_id"], item_id("follow-up", one.subject_id, changes["user_id"])
                self.items[one.id] = one
        if "status" in changes:
            self.close_answered()

    @tell.register
    def _(self, event: EmailThreadsJoined) -> None:
        into = event.into_id
        for one in self.of(event.thread_id, Kind.INCOMING_EMAIL):
            assert one.owner_id is not None
            other = self.items.get(self.mail_ids.get((one.owner_id, into), UUID(int=0)))
            if other is None:
                self.mail_ids[one.owner_id, into] = one.id
                one.subject_id = into
                continue
            self.drop([one])
            if one.done_at:
                continue
            is_new = other.done_at is not None
            other.mails = one.mails if is_new else {**one.mails, **other.mails}
            other.snoozed_until = one.snoozed_until if is_new else None
            other.done_at = None
        for one in self.items.values():
            one.thread_id = into if one.thread_id == event.thread_id else one.thread_id
        if event.thread_id in self.received:
            moment = self.received[event.thread_id]
            self.received[into] = max(moment, self.received.get(into, moment))
        self.close_answered()

    def close_answered(self) -> None:
        """Whoever waits for an answer to something has got it when one came that is not older."""
        self.drop(one for one in self.items.values() if one.is_sent and not one.done_at and self.is_answered(one))

    def is_answered(self, one: Item) -> bool:
        answered_at = self.received.get(one.thread_id) if one.thread_id else None
        return bool(answered_at and one.written_at and one.written_at <= answered_at)

    # ------------------------------------------------------------------ mentions and tasks

    def mention(self, user_id: UserId | None, subject_id: UUID) -> None:
        if self.fact.actor.user_id is not None and user_id not in (None, self.fact.actor.user_id):
            self.come("mention", Kind.MENTION, user_id, subject_id, at=self.fact.recorded_at)

    @tell.register
    def _(self, event: NoteWritten) -> None:
        for user_id in event.mentions:
            self.mention(user_id if user_id in self.active else None, event.note_id)

    @tell.register
    def _(self, event: NoteEdited) -> None:
        if "mentions" not in changes_in(event.after):
            return
        now, before = changes_in(event.after)["mentions"], changes_in(event.before)["mentions"]
        self.drop(one for one in self.of(event.note_id) if one.owner_id not in now)
        for user_id in now:
            if user_id not in before and user_id in self.active:
                self.mention(user_id, event.note_id)

    @tell.register
    def _(self, event: TaskAdded) -> None:
        self.come("task", Kind.TASK, event.assigned_to, event.task_id, at=event.due_at or event.due_date)
        self.mention(event.assigned_to, event.task_id)

    @tell.register
    def _(self, event: TaskAssigned) -> None:
        (task,) = self.of(event.task_id, Kind.TASK)
        self.drop([task, *self.of(event.task_id, Kind.MENTION)])
        self.come("task", Kind.TASK, event.after, event.task_id, at=task.at, done_at=task.done_at)
        if task.done_at is None:
            self.mention(event.after, event.task_id)

    @tell.register
    def _(self, event: TaskDueChanged) -> None:
        for one in self.of(event.task_id, Kind.TASK):
            one.at, one.snoozed_until = event.after.instant or event.after.day, None

    @tell.register
    def _(self, event: TaskCompleted) -> None:
        for one in self.of(event.task_id):
            if one.done_at is None:
                one.done_at, one.snoozed_until = self.fact.occurred_at, None

    @tell.register
    def _(self, event: TaskReopened) -> None:
        for one in self.of(event.task_id, Kind.TASK):
            one.done_at = None

    @tell.register
    def _(self, event: TaskRemoved) -> None:
        self.drop(self.of(event.task_id))

    # ------------------------------------------------------------------ opportunities

    @tell.register
    def _(self, event: OpportunityAdded) -> None:
        is_active = event.status_type is OpportunityStatusType.ACTIVE
        subject, values = event.opportunity_id, {"at": event.date_won, "is_active": is_active}
        self.come("opportunity", Kind.OPPORTUNITY_DUE, event.user_id, subject, **values)

    @tell.register
    def _(self, event: OpportunityStatusChanged) -> None:
        for one in self.of(event.opportunity_id):
            one.is_active = event.after_type is OpportunityStatusType.ACTIVE

    @tell.register
    def _(self, event: OpportunityOwnerChanged) -> None:
        for one in self.of(event.opportunity_id):
            self.drop([one])
            subject, values = one.subject_id, {"at": one.at, "is_active": one.is_active}
            self.come("opportunity", Kind.OPPORTUNITY_DUE, event.after, subject, **values)

    @tell.register
    def _(self, event: OpportunityCloseDateChanged) -> None:
        for one in self.of(event.opportunity_id):
            one.at, one.done_at, one.snoozed_until = event.after, None, None

    @tell.register
    def _(self, event: OpportunityRemoved) -> None:
        self.drop(self.of(event.opportunity_id))

    # ------------------------------------------------------------------ desks

    @tell.register
    def _(self, event: ItemsDone) -> None:
        for one in self.handled(event):
            unseen = {id: when for id, when in one.mails.items() if when[1] > event.seen_position}
            if unseen:
                one.mails, one.snoozed_until = unseen, None if len(unseen) < len(one.mails) else one.snoozed_until
            else:
                one.done_at, one.snoozed_until = self.fact.recorded_at, None

    @tell.register
    def _(self, event: ItemsMarkedNotDone) -> None:
        for one in self.handled(event):
            one.done_at = None

    @tell.register
    def _(self, event: ItemsSnoozed) -> None:
        for one in self.handled(event):
            one.snoozed_until = event.until

    @tell.register
    def _(self, event: ItemsUnsnoozed) -> None:
        for one in self.handled(event):
            one.snoozed_until = None

    def handled(self, event: ItemsDone | ItemsMarkedNotDone | ItemsSnoozed | ItemsUnsnoozed) -> list[Item]:
        items = [self.items[one.item_id] for one in event.items]
        assert all(one.owner_id == self.fact.stream_id for one in items)
        return items


def inboxes_at(first: Fact[Any]) -> Inboxes:
    """Nobody's yet; the first fact of a log is to follow."""
    return Inboxes(Organization(id=OrganizationId(first.stream_id)))


def inboxes(log: Sequence[Fact[Any]]) -> list[Item]:
    """What lies in everybody's inbox after the log."""
    known = inboxes_at(log[0])
    for fact in log:
        known.follow(fact)
    return known.there
