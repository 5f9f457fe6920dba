"""Done and snoozed: each command does what it can about items of the own inbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from app.desk.desk import Desk
from app.desk.events import Handled, ItemsDone, ItemsMarkedNotDone, ItemsSnoozed, ItemsUnsnoozed
from app.desk.handling import ITEMS_MAX, SNOOZE_MAX_YEARS, MarkDone, MarkNotDone, Snooze, Unsnooze
from app.desk.refusals import SnoozeInThePast, SnoozeTooFar
from app.ids import ItemId
from app.instants import FIRST, LAST
from app.refusal import Refusal, Refused, refusals_of
from app.situation import KnownItem, Situation
from app.text import TooManyEntries
from app.vocabulary import InboxItemKind
from tests.support.acme import ACME_AND_PEOPLE, ADMIN, BY_ADMIN, LEAD, MEMBER, NOW, thing
from tests.support.given import facts_of, organization_of

MINE, ANOTHER, MAIL, TASK, FOREIGN, GONE = (ItemId(thing(number)) for number in range(800, 806))
TOMORROW = NOW + timedelta(days=1)
POSITION = 50  # of the log, when the items were looked up
OPEN = KnownItem(
    item_id=MINE,
    kind=InboxItemKind.MISSED_CALL,
    lead_id=LEAD,
    owner_id=ADMIN,
    snoozed_until=None,
    done_at=None,
    position=POSITION,
)
ITEMS = {
    MINE: OPEN,
    ANOTHER: replace(OPEN, item_id=ANOTHER, kind=InboxItemKind.MENTION),
    MAIL: replace(OPEN, item_id=MAIL, kind=InboxItemKind.INCOMING_EMAIL, first_mail=20),
    TASK: replace(OPEN, item_id=TASK, kind=InboxItemKind.TASK),
    FOREIGN: replace(OPEN, item_id=FOREIGN, owner_id=MEMBER),
}


def decided(command: Any, items: dict[ItemId, KnownItem] = ITEMS) -> Sequence[Any]:
    organization = organization_of(facts_of(ACME_AND_PEOPLE, ()))
    situation = Situation(now=NOW, actor=BY_ADMIN, organization=organization, items=items)
    return tuple(command.decide(Desk(id=ADMIN), situation))


def refused(command: Any) -> list[tuple[type[Refusal], tuple[str, ...]]]:
    with pytest.raises((Refusal, Refused)) as raised:
        decided(command)
    refusal = raised.value
    assert isinstance(refusal, Refusal | Refused)
    return [(type(one), one.path) for one in refusals_of(refusal)]


def handled(*item_ids: ItemId) -> tuple[Handled, ...]:
    return tuple(Handled(item_id=one, kind=ITEMS[one].kind, lead_id=LEAD) for one in item_ids)


def all_are(**values: Any) -> dict[ItemId, KnownItem]:
    return {id: replace(one, **values) for id, one in ITEMS.items()}


# ---------------------------------------------------------------- done


def test_many_items_are_done_in_one_fact() -> None:
    (done,) = decided(MarkDone(item_ids=(MINE, ANOTHER, MAIL)))
    assert done == ItemsDone(items=handled(MINE, ANOTHER, MAIL), seen_position=POSITION, known_position=POSITION)


def test_what_is_somebody_elses_or_gone_is_left_alone() -> None:
    (done,) = decided(MarkDone(item_ids=(FOREIGN, MINE, GONE)))
    assert done.items == handled(MINE)
    assert decided(MarkDone(item_ids=(FOREIGN, GONE))) == ()


def test_an_item_that_is_named_twice_is_done_once() -> None:
    (done,) = decided(MarkDone(item_ids=(MINE, MINE)))
    assert done.items == handled(MINE)


def test_done_twice_changes_nothing() -> None:
    assert decided(MarkDone(item_ids=(MINE, MAIL)), all_are(done_at=NOW)) == ()


@pytest.mark.parametrize("command", [MarkDone, MarkNotDone])
def test_a_task_is_done_by_completing_it_and_not_here(command: Any) -> None:
    assert decided(command(item_ids=(TASK,))) == ()
    assert decided(command(item_ids=(TASK,)), all_are(done_at=NOW)) == ()


def test_mail_is_done_as_far_as_somebody_has_seen() -> None:
    (done,) = decided(MarkDone(item_ids=(MAIL,), seen_position=30))
    assert (done.seen_position, done.known_position) == (30, POSITION)


def test_nobody_has_seen_what_is_not_there_yet() -> None:
    (done,) = decided(MarkDone(item_ids=(MAIL,), seen_position=10**15))
    assert done.seen_position == POSITION


@pytest.mark.parametrize("seen", [19, 0, -1])
def test_mail_that_came_wholly_behind_what_was_seen_is_not_done(seen: int) -> None:
    assert decided(MarkDone(item_ids=(MAIL,), seen_position=seen)) == ()
    (done,) = decided(MarkDone(item_ids=(MAIL, MINE), seen_position=seen))
    assert done.items == handled(MINE)


def test_the_mail_at_the_very_position_was_seen() -> None:
    assert decided(MarkDone(item_ids=(MAIL,), seen_position=20))


# ---------------------------------------------------------------- not done


def test_what_was_done_is_to_be_handled_after_all() -> None:
    (not_done,) = decided(MarkNotDone(item_ids=(MINE, MAIL, FOREIGN, GONE)), all_are(done_at=NOW))
    assert not_done == ItemsMarkedNotDone(items=handled(MINE, MAIL))


def test_what_is_not_done_stays_so() -> None:
    assert decided(MarkNotDone(item_ids=(MINE,))) == ()


# ---------------------------------------------------------------- snoozed


def test_items_are_out_of_sight_until_a_moment() -> None:
    (snoozed,) = decided(Snooze(item_ids=(MINE, TASK, FOREIGN, GONE), until=TOMORROW))
    assert snoozed == ItemsSnoozed(items=handled(MINE, TASK), until=TOMORROW, known_position=POSITION)


def test_the_moment_is_kept_by_utc() -> None:
    (snoozed,) = decided(Snooze(item_ids=(MINE,), until=TOMORROW.astimezone(timezone(timedelta(hours=9)))))
    assert snoozed.until.tzinfo is UTC
    assert snoozed.until == TOMORROW


def test_snoozing_until_the_same_moment_changes_nothing_and_until_another_does() -> None:
    snoozed = all_are(snoozed_until=TOMORROW)
    assert decided(Snooze(item_ids=(MINE,), until=TOMORROW), snoozed) == ()
    assert decided(Snooze(item_ids=(MINE,), until=TOMORROW + timedelta(hours=1)), snoozed)


def test_what_is_done_is_not_snoozed() -> None:
    assert decided(Snooze(item_ids=(MINE,), until=TOMORROW), all_are(done_at=NOW)) == ()


@pytest.mark.parametrize(
    "until",
    [NOW, NOW - timedelta(microseconds=1), FIRST, datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))],
)
def test_a_snooze_is_until_a_moment_to_come(until: datetime) -> None:
    assert refused(Snooze(item_ids=(MINE,), until=until)) == [(SnoozeInThePast, ("until",))]


@pytest.mark.parametrize(
    "until",
    [
        NOW + timedelta(days=366 * SNOOZE_MAX_YEARS, microseconds=1),
        LAST,
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12))),
    ],
)
def test_a_snooze_ends_within_ten_years(until: datetime) -> None:
    assert refused(Snooze(item_ids=(MINE,), until=until)) == [(SnoozeTooFar, ("until",))]
    assert decided(Snooze(item_ids=(MINE,), until=NOW + timedelta(days=366 * SNOOZE_MAX_YEARS)))


def test_what_is_snoozed_comes_back_when_asked() -> None:
    (unsnoozed,) = decided(Unsnooze(item_ids=(MINE, TASK, FOREIGN)), all_are(snoozed_until=TOMORROW))
    assert unsnoozed == ItemsUnsnoozed(items=handled(MINE, TASK))
    assert decided(Unsnooze(item_ids=(MINE,))) == ()
    assert decided(Unsnooze(item_ids=(MINE,)), all_are(snoozed_until=TOMORROW, done_at=NOW)) == ()


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize(
    "make", [MarkDone, MarkNotDone, lambda item_ids: Snooze(item_ids=item_ids, until=NOW), Unsnooze]
)
def test_one_command_is_about_500_items_at_most(make: Any) -> None:
    many = tuple(ItemId(thing(10_000 + number)) for number in range(ITEMS_MAX + 1))
    assert (TooManyEntries, ("item_ids",)) in refused(make(item_ids=many))
    assert ITEMS_MAX == 500


def test_500_items_are_done() -> None:
    many = {ItemId(thing(10_000 + number)): OPEN for number in range(ITEMS_MAX)}
    items = {id: replace(one, item_id=id) for id, one in many.items()}
    (done,) = decided(MarkDone(item_ids=tuple(items)), items)
    assert len(done.items) == 500


def test_all_that_is_wrong_is_said_at_once() -> None:
    many = tuple(ItemId(thing(10_000 + number)) for number in range(ITEMS_MAX + 1))
    assert {kind for kind, _ in refused(Snooze(item_ids=many, until=NOW))} == {TooManyEntries, SnoozeInThePast}
