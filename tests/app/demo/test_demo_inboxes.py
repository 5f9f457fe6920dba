"""The demonstration's inboxes: something of every kind at first sight, and no history among it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.database import Database
from app.demo import load
from app.demo.loading import NAME
from app.desk.handling import MarkNotDone, Unsnooze
from app.ids import ItemId
from app.onboarding import organization_named
from app.organization.users import User
from app.request import Request
from app.settings import Settings
from app.situation import Actor
from app.system import System, open_system
from app.vocabulary import InboxItemKind, InboxView
from projections.inbox.rows import ItemRow, item_row, view_of


@pytest.fixture
async def system(database: Database, tmp_path: Path) -> AsyncIterator[System]:
    """With the demonstration."""
    async with open_system(Settings(), database) as opened:
        await load(opened, tmp_path)
        yield opened


async def test_the_admin_has_something_of_every_kind(system: System) -> None:
    admin, _ = await _users(system)
    items = await _items(system, admin)
    kinds = Counter(item.kind for item in _in(items, admin, InboxView.INBOX))
    assert set(kinds) == set(InboxItemKind)
    assert kinds[InboxItemKind.TASK] >= 2
    assert any(item.activity_count == 2 for item in items)
    assert sorted(one.kind for one in _done(items)) == ["INCOMING_SMS", "VOICEMAIL"]
    assert [item.kind for item in _in(items, admin, InboxView.FUTURE) if item.snoozed_until] == ["INCOMING_EMAIL"]


async def test_a_colleague_has_some_too(system: System) -> None:
    _, colleague = await _users(system)
    kinds = {item.kind for item in _in(await _items(system, colleague), colleague, InboxView.INBOX)}
    assert kinds >= {"INCOMING_EMAIL", "MISSED_CALL", "INCOMING_SMS", "MENTION", "OPPORTUNITY_DUE"}


async def test_history_is_in_no_inbox(system: System) -> None:
    """What came, came within days; the rest are tasks and opportunities that are due."""
    rows = await system.store.fetch(
        None, "SELECT * FROM inbox_item WHERE is_live AND NOT is_dormant AND done_at IS NULL"
    )
    came = [row["arrived_at"] for row in rows if row["kind"] not in ("TASK", "OPPORTUNITY_DUE")]
    assert 10 < len(came) < 30
    assert all(timedelta() < datetime.now(UTC) - one < timedelta(days=4) for one in came)
    assert sum(row["kind"] == "OPPORTUNITY_DUE" for row in rows) == 2


async def test_every_item_is_about_another_lead(system: System) -> None:
    admin, _ = await _users(system)
    items = [one for one in await _items(system, admin) if one.kind is not InboxItemKind.TASK]
    assert len({item.lead_id for item in items}) == len(items)


async def test_a_second_start_leaves_alone_what_was_handled_since(system: System, tmp_path: Path) -> None:
    admin, _ = await _users(system)
    items = await _items(system, admin)
    org_id = await organization_named(system, NAME)
    request = Request(org_id=org_id, actor=Actor(user_id=admin.id), correlation_id=UUID(int=1))
    done = tuple(ItemId(one.item_id) for one in _done(items))
    later = tuple(ItemId(one.item_id) for one in _in(items, admin, InboxView.FUTURE) if one.snoozed_until)
    await system.dispatch.run(MarkNotDone(item_ids=done), request)
    await system.dispatch.run(Unsnooze(item_ids=later), request)
    await load(system, tmp_path)
    items = await _items(system, admin)
    assert not _done(items)
    assert not [one for one in items if one.snoozed_until]


async def _users(system: System) -> tuple[User, User]:
    organization = await system.states.organization(await organization_named(system, NAME))
    admin, colleague, *_ = organization.users.values()
    return admin, colleague


async def _items(system: System, user: User) -> list[ItemRow]:
    rows = await system.store.fetch(
        None,
        "SELECT * FROM inbox_item"
        " WHERE owner_id = $1 AND is_live AND NOT is_dormant AND num_nonnulls(arrived_at, day) = 1",
        user.id,
    )
    return [item_row(row) for row in rows]


def _in(items: list[ItemRow], user: User, view: InboxView) -> list[ItemRow]:
    return [one for one in items if view_of(one, ZoneInfo(user.time_zone), datetime.now(UTC)) is view]


def _done(items: list[ItemRow]) -> list[ItemRow]:
    """Without tasks, which are done wherever they were completed."""
    return [one for one in items if one.done_at and one.kind is not InboxItemKind.TASK]
