"""People with inboxes: what lies in whose, and what they do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.desk.handling import MarkDone, MarkNotDone, Snooze, Unsnooze
from app.ids import ItemId, LeadId, UserId
from app.lead.emails import LogEmail
from app.organization.users import AddUser
from app.rebuild import rebuild
from app.request import Command
from app.vocabulary import Direction, Role
from tests.support.office import Office

ITEMS = """
SELECT * FROM inbox_item i WHERE org_id = $1 AND owner_id = $2 AND is_live AND NOT is_dormant
AND num_nonnulls(arrived_at, day) = 1
AND EXISTS (SELECT 1 FROM lead_view l WHERE l.org_id = i.org_id AND l.lead_id = i.lead_id AND l.deleted_at IS NULL)
ORDER BY opened, item_id
"""
UNREAD = """
SELECT m.email_id FROM inbox_item i JOIN inbox_mail m USING (org_id, item_id, episode)
WHERE i.org_id = $1 AND i.item_id = $2 ORDER BY m.occurred_at, m.position
"""


@dataclass(frozen=True)
class Item:
    """One that there is, as its owner can tell."""

    id: ItemId
    kind: str
    subject_id: UUID
    activity_id: UUID | None
    at: datetime | date
    count: int
    done_at: datetime | None
    snoozed_until: datetime | None
    opened: int
    position: int

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


@dataclass(frozen=True)
class Person:
    """Somebody in an organization."""

    office: Office

    @property
    def id(self) -> UserId:
        return self.office.admin_id

    async def run(self, command: Command) -> Any:
        return await self.office.run(command)

    async def items(self) -> list[Item]:
        """What there is, in the order in which it came."""
        rows = await self.office.system.store.fetch(None, ITEMS, self.office.org_id, self.id)
        return [
            Item(
                row["item_id"],
                row["kind"],
                row["subject_id"],
                row["activity_id"],
                row["arrived_at"] or row["day"],
                *(row[name] for name in ("activity_count", "done_at", "snoozed_until", "opened", "position")),
            )
            for row in rows
        ]

    async def kinds(self) -> list[str]:
        return [one.kind for one in await self.items()]

    async def require_rebuilt(self) -> None:
        """The log alone says the same."""
        name = (await self.office.organization()).name
        assert await rebuild(self.office.system, projection="inbox", organization=name) == []

    async def only(self) -> Item:
        (item,) = await self.items()
        return item

    async def unread(self, item: Item) -> list[UUID]:
        rows = await self.office.system.store.fetch(None, UNREAD, self.office.org_id, item.id)
        return [row["email_id"] for row in rows]

    async def done(self, *items: Item, seen: int | None = None) -> None:
        await self.run(MarkDone(item_ids=tuple(one.id for one in items), seen_position=seen))

    async def not_done(self, *items: Item) -> None:
        await self.run(MarkNotDone(item_ids=tuple(one.id for one in items)))

    async def snooze(self, *items: Item, until: datetime) -> None:
        await self.run(Snooze(item_ids=tuple(one.id for one in items), until=until))

    async def unsnooze(self, *items: Item) -> None:
        await self.run(Unsnooze(item_ids=tuple(one.id for one in items)))


async def colleague(office: Office, name: str, role: Role = Role.MEMBER) -> Person:
    """Somebody new, with an address of the own name."""
    user = AddUser(name=name, email=f"{name.lower()}@acme.example", role=role)
    await office.run(user)
    return Person(office.by(user.user_id))


def mail(lead_id: LeadId, number: int, answers: int | None = None, **others: Any) -> LogEmail:
    """One to Ada that has a number; it may answer others."""
    given: dict[str, Any] = {"sender": "l@bluth.example", "to": ("ada@acme.example",), "direction": Direction.INBOUND}
    return LogEmail(
        lead_id=lead_id,
        message_id=f"<{number}@{lead_id}>",
        in_reply_to=f"<{answers}@{lead_id}>" if answers is not None else None,
        **{**given, **others},
    )


def ours(lead_id: LeadId, number: int, answers: int | None = None, **others: Any) -> LogEmail:
    """One of Ada's."""
    given: dict[str, Any] = {"sender": None, "to": ("l@bluth.example",), "direction": Direction.OUTBOUND}
    return mail(lead_id, number, answers, **{**given, **others})
