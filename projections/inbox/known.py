"""Items as decisions know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from app.ids import ItemId, LeadId, UserId
from app.situation import KnownItem
from app.store.store import Connection, EventStore
from app.vocabulary import InboxItemKind
from projections.inbox.rows import item_statements

SQL = item_statements(Path(__file__).with_suffix(".sql"))


async def known_items(
    store: EventStore, connection: Connection | None, org_id: UUID, item_ids: Sequence[ItemId]
) -> Mapping[ItemId, KnownItem]:
    """Those of some items that are there, whoever's they are, by id."""
    rows = await store.fetch(connection, SQL["known_items"], org_id, list(item_ids))
    return {
        row["item_id"]: KnownItem(
            item_id=ItemId(row["item_id"]),
            kind=InboxItemKind(row["kind"]),
            lead_id=LeadId(row["lead_id"]),
            owner_id=UserId(row["owner_id"]),
            snoozed_until=row["snoozed_until"],
            done_at=row["done_at"],
            position=row["log_position"],
            first_mail=row["first_mail"],
        )
        for row in rows
    }
