"""When tasks are due, for somebody: days begin where that person is, whatever clocks do there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from app.ids import uuid7
from projections.lead_view.due import DuePlace, order
from projections.machinery.days import day_start, last_day_begun, local_day

BERLIN, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
# Clocks went back over midnight in St John's, midnight was left out in São Paulo, and a whole day in Apia.
ZONES = [ZoneInfo(name) for name in ("UTC", "America/St_Johns", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu")]


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 3, 30), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("America/New_York", date(2026, 4, 1), datetime(2026, 4, 1, 4, tzinfo=UTC)),
        ("America/Sao_Paulo", date(2018, 11, 4), datetime(2018, 11, 4, 3, tzinfo=UTC)),
        ("America/St_Johns", date(2010, 11, 7), datetime(2010, 11, 7, 2, 30, tzinfo=UTC)),
        ("Asia/Kathmandu", date(1, 1, 1), datetime.min.replace(tzinfo=UTC)),
    ],
)
def test_a_day_begins_with_its_first_instant_there(zone: str, day: date, start: datetime) -> None:
    assert day_start(day, ZoneInfo(zone)) == start


def test_a_day_has_begun_though_clocks_went_back_over_midnight() -> None:
    zone = ZoneInfo("America/St_Johns")
    again = datetime(2010, 11, 7, 2, 45, tzinfo=UTC)  # a quarter past eleven for the second time
    assert (local_day(again, zone), last_day_begun(again, zone)) == (date(2010, 11, 6), date(2010, 11, 7))


DAYS = st.dates(date(2009, 1, 1), date(2030, 1, 1))
INSTANTS = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@for_all(DAYS, INSTANTS, st.sampled_from(ZONES))
def test_a_day_stands_behind_an_instant_exactly_where_it_has_not_begun_by_then(
    day: date, instant: datetime, zone: ZoneInfo
) -> None:
    task = uuid7()
    is_behind = order(DuePlace(day, None, task), zone) > order(DuePlace(None, instant, task), zone)
    assert is_behind == (day > last_day_begun(instant, zone))


@for_all(DAYS, INSTANTS, st.sampled_from(ZONES))
def test_an_instant_stands_behind_a_day_from_its_beginning_on(day: date, instant: datetime, zone: ZoneInfo) -> None:
    task = uuid7()
    is_behind = order(DuePlace(None, instant, task), zone) > order(DuePlace(day, None, task), zone)
    assert is_behind == (instant >= day_start(day, zone))


@for_all(st.dates(), st.sampled_from(ZONES))
def test_days_stand_in_their_order(day: date, zone: ZoneInfo) -> None:
    if day < date.max:
        task = uuid7()
        following = DuePlace(day + timedelta(days=1), None, task)
        assert order(DuePlace(day, None, task), zone) < order(following, zone)
