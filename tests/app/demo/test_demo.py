"""The demonstration: loaded once, whole, with keys that stay."""

from __future__ import annotations

import asyncio
import stat
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.database import Database
from app.demo import load
from app.demo.customers import customers, shift
from app.demo.loading import NAME
from app.onboarding import found, organization_named
from app.operator_error import OperatorError
from app.rebuild import rebuild
from app.settings import Settings
from app.system import System, open_system
from app.verify import verify
from app.vocabulary import CustomFieldTarget, Role
from tests.support.tables import assert_whole


@pytest.fixture
async def system(database: Database) -> AsyncIterator[System]:
    """On a database of the test's own: the demonstration's name is always the same."""
    async with open_system(Settings(), database) as opened:
        yield opened


async def test_the_demonstration_is_a_year_with_northwind(system: System, tmp_path: Path) -> None:
    await load(system, tmp_path)
    org_id = await organization_named(system, NAME)
    organization = await system.states.organization(org_id)
    users = list(organization.users.values())
    assert [users[0].name, users[0].role] == ["Andrew Fuller", Role.ADMIN]
    assert len(users) == 9
    counts = {"lead_view": 93, "lead_contact": 93, "lead_opportunity": 832}
    for table, expected in counts.items():
        assert len(await _rows(system, f"SELECT 1 FROM {table}")) == expected  # noqa: S608  # of the test
    labels = {status.id: status.label for status in organization.lead_statuses.values()}
    statuses = Counter(labels[row["status_id"]] for row in await _rows(system, "SELECT status_id FROM lead_view"))
    assert statuses["Customer"] > 60
    assert all(2 <= statuses[label] <= 15 for label in ("Potential", "Qualified", "Bad Fit"))
    kinds = Counter(row["kind"] for row in await _rows(system, "SELECT kind FROM activity_feed"))
    assert all(kinds[kind] > 100 for kind in ("CALL", "EMAIL", "NOTE", "LEAD_STATUS_CHANGE", "TASK_COMPLETED"))
    newest = (await _rows(system, "SELECT max(occurred_at) AS at FROM activity_feed"))[0]["at"]
    assert datetime.now(UTC) - timedelta(days=7) < newest < datetime.now(UTC)
    assert await _rows(system, "SELECT 1 FROM activity_feed WHERE pinned_at IS NOT NULL")
    today = datetime.now(UTC).date()
    dues = [row["due_date"] for row in await _rows(system, "SELECT due_date FROM lead_task WHERE completed_at IS NULL")]
    assert len(dues) > 20
    assert all(abs((due - today).days) < 14 for due in dues)


async def test_leads_of_the_demonstration_have_custom_fields(system: System, tmp_path: Path) -> None:
    await load(system, tmp_path)
    organization = await system.states.organization(await organization_named(system, NAME))
    names = {field.id: field.name for field in organization.fields_of(CustomFieldTarget.LEAD)}
    assert list(names.values()) == ["Industry", "Account manager", "Annual volume", "Contract until"]
    rows = await _rows(system, "SELECT field_id, value ->> 0 AS value FROM lead_custom")
    counts = Counter(names[row["field_id"]] for row in rows)
    assert (counts["Account manager"], counts["Industry"]) == (93, 91)
    assert counts["Annual volume"] == counts["Contract until"] > 80
    industries = Counter(row["value"] for row in rows if names[row["field_id"]] == "Industry")
    assert len(industries) == 6
    assert all(number > 3 for number in industries.values())


async def test_the_demonstration_has_a_type_of_activities_of_its_own(system: System, tmp_path: Path) -> None:
    await load(system, tmp_path)
    organization = await system.states.organization(await organization_named(system, NAME))
    (kind,) = organization.custom_activity_types.values()
    fields = organization.fields_of(CustomFieldTarget.ACTIVITY, kind.id)
    assert (kind.name, [field.name for field in fields]) == ("Discovery call", ["Outcome", "Next step"])
    pins = [
        row["pinned_at"] for row in await _rows(system, "SELECT pinned_at FROM activity_feed WHERE kind = 'CUSTOM'")
    ]
    assert len(pins) > 3
    assert any(pins)


async def test_the_demonstration_is_what_its_log_says(system: System, tmp_path: Path) -> None:
    await load(system, tmp_path)
    assert await rebuild(system, projection=None, organization=NAME) == []
    assert await verify(system, organization=NAME) == []


async def test_a_second_start_changes_nothing(system: System, tmp_path: Path) -> None:
    await load(system, tmp_path)
    keys = (tmp_path / "demo-keys").read_text()
    org_id = await organization_named(system, NAME)
    before = await assert_whole(system.store, org_id)
    await load(system, tmp_path)
    assert await assert_whole(system.store, org_id) == before
    assert (tmp_path / "demo-keys").read_text() == keys


async def test_keys_are_private_and_open_the_door(system: System, tmp_path: Path) -> None:
    directory = tmp_path / "data"
    await load(system, directory)
    path = directory / "demo-keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = [line.split(" ") for line in path.read_text().splitlines()]
    assert lines[0][0] == "andrew.fuller@northwind.example"
    for email, key in lines:
        principal = await system.keys.authenticate(key)
        assert principal is not None
        assert principal.user.email == email


@pytest.mark.parametrize("text", [None, "", "andrew.fuller@northwind.example api_1.2\n"])
async def test_keys_that_are_lost_are_made_anew(system: System, tmp_path: Path, text: str | None) -> None:
    await load(system, tmp_path)
    path = tmp_path / "demo-keys"
    path.unlink() if text is None else path.write_text(text)
    await load(system, tmp_path)
    assert len(path.read_text().splitlines()) == 9
    assert await system.keys.authenticate(path.read_text().split()[1])


async def test_a_load_that_was_broken_off_is_completed(system: System, tmp_path: Path) -> None:
    """Whenever that was: somebody loses patience, again and again, each time a little later."""
    for patience_s in (0.05, 0.1, 0.2, 0.3, 0.5):
        with suppress(TimeoutError):
            await asyncio.wait_for(load(system, tmp_path), patience_s)
    await load(system, tmp_path)
    await assert_whole(system.store, await organization_named(system, NAME))
    assert len(await _rows(system, "SELECT 1 FROM lead_view")) == 93
    assert len(await _rows(system, "SELECT 1 FROM lead_opportunity")) == 832
    assert len(await _rows(system, "SELECT 1 FROM activity_feed")) > 1_000
    assert len((tmp_path / "demo-keys").read_text().splitlines()) == 9


async def test_an_organization_that_only_has_the_name_is_left_alone(system: System, tmp_path: Path) -> None:
    org_id, _ = await found(system, name=NAME, admin_email="me@x.example", time_zone="UTC", currency="EUR")
    before = await assert_whole(system.store, org_id)
    await load(system, tmp_path)
    assert await assert_whole(system.store, org_id) == before
    assert not (tmp_path / "demo-keys").exists()


async def test_a_file_for_keys_that_cannot_be_used_is_said(system: System, tmp_path: Path) -> None:
    (tmp_path / "demo-keys").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OperatorError, match="demo-keys"):
        await load(system, tmp_path)


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2027, 1, 1), date(2028, 2, 29)])
def test_the_last_order_was_last_week(today: date) -> None:
    moved = customers(shift(today))
    last = max(order.day for customer in moved for order in customer.orders)
    assert today.isocalendar().week - last.isocalendar().week in (1, -51, -52)
    assert last.weekday() == 2


async def _rows(system: System, sql: str) -> list[Any]:
    return await system.store.fetch(None, sql)
