"""Inboxes in full tables: one person has much, one has much that is snoozed, and fifty share as much between them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.ids import uuid7
from app.vocabulary import InboxItemKind, InboxView
from tests.projections.crowd import crowd_of_leads
from tests.projections.inbox.items import crowd_of_inbox
from tests.support.acme import thing
from tests.support.logs import connected

LEADS, LOTS = 2_000, 20_000  # items in each view of one person, and of all others together
FEW, LOT, ASLEEP = [thing(8_000 + number) for number in range(50)], thing(8_100), thing(8_101)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "Pacific/Kiritimati", "Pacific/Honolulu")]

_KINDS = list(InboxItemKind)
_MAILS = """INSERT INTO inbox_mail (org_id, email_id, owner_id, lead_id, item_id, episode, occurred_at, position)
SELECT org_id, subject_id, owner_id, lead_id, item_id, episode, arrived_at, position FROM inbox_item
WHERE kind = 'INCOMING_EMAIL'"""


async def fill(url: str, org_id: UUID) -> list[UUID]:
    """An organization beside another one that is as large."""
    lead_ids: list[UUID] = []
    for each in (uuid7(), org_id):
        lead_ids = await crowd_of_leads(url, each, LEADS, different=LEADS, status_ids=[uuid7()])
        async with connected(url) as owner:
            for view in InboxView:
                for people in (FEW, [LOT]):
                    await crowd_of_inbox(owner, each, lead_ids, people, LOTS, now=NOW, view=view, kinds=_KINDS)
    async with connected(url) as owner:
        for view, count in ((InboxView.FUTURE, LOTS), (InboxView.INBOX, 10)):
            await crowd_of_inbox(owner, org_id, lead_ids, [ASLEEP], count, now=NOW, view=view, kinds=["MENTION"])
        await owner.execute(_MAILS)
    return lead_ids
