"""Law: a list of an inbox is what a look at every single item gives, in pages of any size, forwards and backwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from app.ids import uuid7
from app.system import System
from app.vocabulary import InboxItemKind, InboxView
from projections.inbox.criteria import InboxCriteria, place_of
from projections.inbox.lists import count_by_kind, count_items, inbox_page
from projections.inbox.read import items
from projections.inbox.rows import ItemRow, view_of
from projections.machinery.reader import Reader
from tests.projections.inbox.items import item, put_items, put_lead
from tests.support.logs import connected

# Where clocks jump: an hour, half an hour, over midnight, back over midnight, a day left out, a day had twice.
TURNS = {
    "Europe/Berlin": datetime(2026, 3, 29, 1, tzinfo=UTC),
    "America/New_York": datetime(2026, 11, 1, 6, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2026, 4, 4, 15, tzinfo=UTC),
    "America/Sao_Paulo": datetime(2018, 11, 4, 3, tzinfo=UTC),
    "America/St_Johns": datetime(2006, 10, 29, 2, 31, tzinfo=UTC),
    "Pacific/Apia": datetime(2011, 12, 30, 10, tzinfo=UTC),
    "America/Juneau": datetime(1867, 10, 19, 0, 31, 13, tzinfo=UTC),
    "Asia/Kathmandu": datetime(1985, 12, 31, 18, 30, tzinfo=UTC),
    "Etc/GMT+12": datetime(1, 1, 2, tzinfo=UTC),
    "Pacific/Kiritimati": datetime(9999, 12, 30, tzinfo=UTC),
}
EDGES = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
PEOPLE = [uuid7() for _ in range(4)]  # of whom nobody knows where the last one is
HERE, GONE = uuid7(), uuid7()  # leads
KINDS = list(InboxItemKind)
MOST = 25  # items

_zones = st.sampled_from([ZoneInfo(name) for name in TURNS])
_steps = st.one_of(
    st.integers(-50, 50).map(lambda hours: timedelta(hours=hours)),
    st.integers(-3, 3).map(lambda days: timedelta(days=days)),
    st.sampled_from([timedelta(microseconds=-1), timedelta(), timedelta(microseconds=1), timedelta(minutes=30)]),
)


@dataclass(frozen=True)
class Inboxes:
    """Some people's, at a moment. Plain, so that a failure is read more easily."""

    now: datetime
    zones: dict[UUID, ZoneInfo]
    rows: list[dict[str, Any]]


@st.composite
def inboxes(draw: st.DrawFn) -> Inboxes:
    """Items around a moment at which clocks jump somewhere."""
    turn = draw(st.sampled_from(list(TURNS.values())))
    now = max(_moved(turn, draw(_steps)), EDGES[0] + timedelta(hours=1))  # where no clock ever stood
    moments = st.one_of(_steps.map(lambda step: _moved(turn, step)), _steps.map(lambda step: _moved(now, step)))
    often = st.sampled_from([None, None, None, True])
    rows = []
    for _ in range(draw(st.integers(0, MOST))):
        kind = draw(st.sampled_from(KINDS))
        values: dict[str, Any] = {}
        when = draw(st.one_of(moments, st.sampled_from(EDGES)))
        is_day = kind is InboxItemKind.OPPORTUNITY_DUE or (kind is InboxItemKind.TASK and draw(st.booleans()))
        if is_day:
            values["day"] = when.date()
        elif kind is not InboxItemKind.TASK or draw(st.integers(0, 9)):
            values["arrived_at"] = when
        values["snoozed_until"] = draw(moments) if draw(often) else None
        values["done_at"] = draw(moments) if draw(often) else None
        values["is_live"] = bool(draw(st.integers(0, 9)))
        values["is_dormant"] = not draw(st.integers(0, 9))
        owner_id = draw(st.sampled_from([*PEOPLE, *PEOPLE, None]))
        rows.append(item(draw(st.sampled_from([HERE] * 6 + [GONE])), kind, owner_id, **values))
    return Inboxes(now, {person: draw(_zones) for person in PEOPLE[:3]}, rows)


def _moved(instant: datetime, step: timedelta) -> datetime:
    try:
        return instant + step
    except OverflowError:
        return EDGES[0] if step < timedelta() else EDGES[1]


def days_around(zone: str) -> Inboxes:
    """Two items on each day around that on which a zone's clocks jump, read there."""
    turn = TURNS[zone]
    days = [(turn + timedelta(days=step)).date() for step in range(-2, 3) for _ in range(2)]
    timed = [item(HERE, InboxItemKind.TASK, PEOPLE[0], arrived_at=turn + timedelta(hours=step)) for step in (-1, 0, 1)]
    rows = [item(HERE, InboxItemKind.TASK, PEOPLE[0], day=day) for day in days]
    # Ids of the timed ones come first, their places last.
    return Inboxes(turn + timedelta(days=9), {PEOPLE[0]: ZoneInfo(zone)}, [*rows[::-1], *timed])


@for_all(
    inboxes=inboxes(),
    owner_id=st.sampled_from([*PEOPLE, None, None, None]),
    zone=_zones,
    kinds=st.one_of(st.none(), st.lists(st.sampled_from(KINDS), max_size=4)),
    size=st.sampled_from([1, 2, 3, 100]),
)
@example(inboxes=days_around("Pacific/Apia"), owner_id=PEOPLE[0], zone=ZoneInfo("UTC"), kinds=None, size=1)
@example(inboxes=days_around("America/Juneau"), owner_id=PEOPLE[0], zone=ZoneInfo("UTC"), kinds=None, size=1)
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
async def test_a_list_is_what_a_look_at_every_item_gives(
    system: System,
    inboxes: Inboxes,
    owner_id: UUID | None,
    zone: ZoneInfo,
    kinds: list[InboxItemKind] | None,
    size: int,
) -> None:
    org_id = uuid7()
    async with connected(system.database.owner_url) as connection:
        await put_lead(connection, org_id, HERE)
        await put_lead(connection, org_id, GONE, is_deleted=True)
        await put_items(connection, org_id, inboxes.rows)
    reader = Reader(system.store.readers, org_id)
    try:
        known = await items(reader, [row["item_id"] for row in inboxes.rows])
        for view in InboxView:
            criteria = InboxCriteria(
                owner_id=owner_id,
                view=view,
                zone=inboxes.zones.get(owner_id, zone) if owner_id else zone,
                zones=inboxes.zones,
                now=inboxes.now,
                kinds=kinds,
            )
            expected = sorted(
                (row for row in known.values() if _is_meant(row, criteria)), key=lambda row: place_of(row, criteria)
            )
            assert await walked(reader, criteria, size) == expected
            assert await walked_back(reader, criteria, size) == expected
            assert await count_items(reader, criteria) == len(expected)
            assert await count_by_kind(reader, criteria) == {
                kind: sum(row.kind is kind for row in expected) for kind in KINDS if kinds is None or kind in kinds
            }
            if len(expected) > 2:
                between = place_of(expected[0], criteria), place_of(expected[-1], criteria)
                for from_end in (False, True):
                    page = await inbox_page(
                        reader, criteria, after=between[0], before=between[1], from_end=from_end, limit=100
                    )
                    assert page == expected[1:-1]
    finally:
        await reader.renew()


def _is_meant(row: ItemRow, criteria: InboxCriteria) -> bool:
    zone = criteria.zones.get(row.owner_id, ZoneInfo("UTC"))
    return (
        criteria.owner_id in (None, row.owner_id)
        and (criteria.kinds is None or row.kind in criteria.kinds)
        and view_of(row, zone, criteria.now) is criteria.view
    )


async def walked(reader: Reader, criteria: InboxCriteria, size: int) -> list[ItemRow]:
    """Page after page."""
    found: list[ItemRow] = []
    while True:
        after = place_of(found[-1], criteria) if found else None
        page = await inbox_page(reader, criteria, after=after, before=None, from_end=False, limit=size)
        found += page
        assert len(found) <= MOST
        if len(page) < size:
            return found


async def walked_back(reader: Reader, criteria: InboxCriteria, size: int) -> list[ItemRow]:
    """The same from the end."""
    found: list[ItemRow] = []
    while True:
        before = place_of(found[0], criteria) if found else None
        page = await inbox_page(reader, criteria, after=None, before=before, from_end=True, limit=size)
        found = [*page, *found]
        assert len(found) <= MOST
        if len(page) < size:
            return found
