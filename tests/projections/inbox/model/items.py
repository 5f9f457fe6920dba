"""Items as they are told of, and what is known of those for whom they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import singledispatch
from typing import Any
from uuid import UUID

from app.event import Event, Fact
from app.ids import UserId
from app.lead.event import LeadEvent
from app.lead.lead import Lead, replay
from app.organization.event import OrganizationEvent
from app.organization.organization import Organization, evolve
from app.vocabulary import CustomFieldTarget, CustomFieldType, InboxItemKind, Role
from projections.inbox.project import item_id

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
        return [one for one in self.items.values() if one.is_there and not self.home(one.lead_id).is_deleted]

    def home(self, lead_id: UUID) -> Lead:
        """The lead, or the one that it was merged into."""
        lead = self.leads[lead_id]
        return self.home(lead.merged_into) if lead.merged_into else lead

    def follow(self, fact: Fact[Any]) -> None:
        """One more fact."""
        self.fact = fact
        if isinstance(fact.event, OrganizationEvent):
            self.organization = evolve(self.organization, fact.event)  # type: ignore[arg-type]
        tell(fact.event, self)
        if isinstance(fact.event, LeadEvent):
            lead = replay(self.leads.get(fact.stream_id), [fact])
            assert lead is not None
            self.leads[fact.stream_id] = lead

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
            if lead.merged_into is None and (not lead.is_deleted or lead.id == self.fact.stream_id)
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


@singledispatch
def tell(event: Event, known: Inboxes) -> None:
    """What an event means for inboxes; most mean nothing."""
