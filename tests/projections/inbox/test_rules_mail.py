"""E-mails: folded by thread, handled by each person as far as seen, and back when there is more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.desk.events import Handled, ItemsDone, ItemsSnoozed
from app.ids import LeadId, ThreadId
from app.instants import FIRST, LAST
from app.lead.activities import DeleteActivity
from app.lead.emails import LogEmail
from app.lead.thread_deletion import DeleteEmailThread
from app.vocabulary import InboxItemKind
from tests.projections.inbox.people import Item, Person, mail, ours
from tests.support.histories import append
from tests.support.office import Office

DAY = datetime(2026, 3, 30, 9, tzinfo=UTC)
TOMORROW = datetime.now(UTC) + timedelta(days=1)
BOTH: dict[str, Any] = {"to": ("ada@acme.example", "Ben <BEN@acme.example>")}


async def thread(ada: Person, lead_id: LeadId, count: int = 3) -> list[LogEmail]:
    """Mails of one thread, a day after each other."""
    mails = [mail(lead_id, n, 0 if n else None, occurred_at=DAY + timedelta(days=n)) for n in range(count)]
    for one in mails:
        await ada.run(one)
    return mails


async def test_a_mail_is_an_item_since_it_happened(ada: Person, lead_id: LeadId) -> None:
    (one,) = await thread(ada, lead_id, 1)
    item = await ada.only()
    assert (item.kind, item.activity_id, item.at, item.count) == ("INCOMING_EMAIL", one.email_id, DAY, 1)


async def test_several_of_a_thread_are_one_item_with_the_oldest_time_and_the_newest_mail(
    ada: Person, lead_id: LeadId
) -> None:
    mails = await thread(ada, lead_id)
    item = await ada.only()
    assert (item.count, item.at, item.activity_id) == (3, DAY, mails[2].email_id)
    await ada.run(older := mail(lead_id, 9, 0, occurred_at=DAY - timedelta(days=9)))
    item = await ada.only()
    assert (item.count, item.at, item.activity_id) == (4, older.occurred_at, mails[2].email_id)


async def test_of_two_at_the_same_moment_the_one_logged_later_is_the_newest(ada: Person, lead_id: LeadId) -> None:
    for number in range(2):
        await ada.run(last := mail(lead_id, number, 9, occurred_at=DAY))
    assert (await ada.only()).activity_id == last.email_id
    await ada.run(DeleteActivity(activity_id=last.email_id))
    assert (await ada.only()).activity_id != last.email_id


async def test_threads_apart_are_items_apart(ada: Person, lead_id: LeadId) -> None:
    await ada.run(mail(lead_id, 1))
    await ada.run(mail(lead_id, 2))
    assert await ada.kinds() == ["INCOMING_EMAIL"] * 2


@pytest.mark.parametrize("at", [FIRST, LAST])
async def test_mail_comes_from_either_end_of_the_calendar(ada: Person, lead_id: LeadId, at: datetime) -> None:
    await ada.run(mail(lead_id, 1, occurred_at=at))
    await ada.run(mail(lead_id, 2, 1, occurred_at=DAY))
    assert (await ada.only()).at == min(at, DAY)


# ---------------------------------------------------------------- done


async def test_a_new_mail_brings_a_done_thread_back_with_only_itself(ada: Person, lead_id: LeadId) -> None:
    await thread(ada, lead_id)
    await ada.done(before := await ada.only())
    assert (await ada.only()).is_done
    await ada.run(new := mail(lead_id, 7, 0))
    item = await ada.only()
    assert (item.id, item.is_done, item.count, item.activity_id) == (before.id, False, 1, new.email_id)
    assert item.opened > before.opened
    assert await ada.unread(item) == [new.email_id]


async def test_done_is_for_oneself_alone(ada: Person, ben: Person, lead_id: LeadId) -> None:
    await ada.run(mail(lead_id, 1, **BOTH))
    await ada.done(await ada.only())
    assert (await ada.only()).is_done
    assert not (await ben.only()).is_done
    await ben.done(await ada.only())
    await ben.not_done(await ada.only())
    assert (await ada.only()).is_done
    await ada.run(mail(lead_id, 2, 1))
    assert ((await ada.only()).count, (await ben.only()).count) == (1, 1)
    assert not (await ada.only()).is_done


async def test_mail_behind_what_was_seen_stays_unread(ada: Person, lead_id: LeadId) -> None:
    mails = await thread(ada, lead_id)
    item = await ada.only()
    await ada.done(item, seen=item.position - 1)
    left = await ada.only()
    assert (left.is_done, left.count, left.at) == (False, 1, mails[2].occurred_at)
    assert await ada.unread(left) == [mails[2].email_id]
    await ada.done(left, seen=item.position - 1)
    assert await ada.only() == left
    await ada.done(left, seen=item.position)
    assert (await ada.only()).is_done


async def test_what_was_done_comes_back_as_it_was(ada: Person, lead_id: LeadId) -> None:
    await thread(ada, lead_id)
    before = await ada.only()
    await ada.done(before)
    await ada.not_done(before)
    after = await ada.only()
    assert (after.is_done, after.count, after.at, after.activity_id) == (
        False,
        3,
        before.at,
        before.activity_id,
    )


# ---------------------------------------------------------------- snoozed


async def test_a_snoozed_thread_keeps_its_time_and_a_new_mail_wakes_it(ada: Person, lead_id: LeadId) -> None:
    await thread(ada, lead_id, 2)
    await ada.snooze(await ada.only(), until=TOMORROW)
    item = await ada.only()
    assert (item.at, item.snoozed_until) == (DAY, TOMORROW)
    await ada.run(mail(lead_id, 7, 0))
    item = await ada.only()
    assert (item.count, item.snoozed_until, item.at) == (3, None, DAY)


async def test_our_own_mail_wakes_nothing(ada: Person, lead_id: LeadId) -> None:
    await thread(ada, lead_id, 1)
    await ada.snooze(await ada.only(), until=TOMORROW)
    before = await ada.only()
    await ada.run(ours(lead_id, 7, 0))
    assert await ada.only() == before


async def test_done_ends_a_snooze(ada: Person, lead_id: LeadId) -> None:
    await thread(ada, lead_id, 1)
    await ada.snooze(await ada.only(), until=TOMORROW)
    await ada.done(await ada.only())
    await ada.not_done(await ada.only())
    assert (await ada.only()).snoozed_until is None


# ---------------------------------------------------------------- what came in between


async def known_before(office: Office, item: Item, position: int, **snooze: Any) -> None:
    """What was decided when the log went no further than this is recorded only now."""
    one = (Handled(item_id=item.id, kind=InboxItemKind(item.kind), lead_id=LeadId(item.subject_id)),)
    done = ItemsDone(items=one, seen_position=position, known_position=position)
    snoozed = ItemsSnoozed(items=one, known_position=position, **snooze) if snooze else None
    await append(office.system, office.request(), office.admin_id, [snoozed or done])


async def test_a_mail_that_came_while_done_was_on_its_way_stays(ada: Person, lead_id: LeadId) -> None:
    mails = await thread(ada, lead_id)
    item = await ada.only()
    await known_before(ada.office, item, item.position - 1)
    assert await ada.unread(left := await ada.only()) == [mails[2].email_id]
    assert not left.is_done


async def test_a_mail_that_came_while_it_was_snoozed_is_not_hidden(ada: Person, lead_id: LeadId) -> None:
    await thread(ada, lead_id)
    item = await ada.only()
    await known_before(ada.office, item, item.position - 1, until=TOMORROW)
    assert (await ada.only()).snoozed_until is None
    await known_before(ada.office, item, item.position, until=TOMORROW)
    assert (await ada.only()).snoozed_until == TOMORROW


# ---------------------------------------------------------------- deleted


async def test_a_deleted_mail_counts_no_more(ada: Person, lead_id: LeadId) -> None:
    mails = await thread(ada, lead_id)
    expected = [(2, DAY + timedelta(days=1), mails[2].email_id), (1, DAY + timedelta(days=1), mails[1].email_id)]
    for gone, (count, at, newest) in zip((mails[0], mails[2]), expected, strict=True):
        await ada.run(DeleteActivity(activity_id=gone.email_id))
        item = await ada.only()
        assert (item.count, item.at, item.activity_id) == (count, at, newest)
    await ada.run(DeleteActivity(activity_id=mails[1].email_id))
    assert await ada.items() == []


async def test_without_any_mail_it_is_gone_until_there_is_one(ada: Person, lead_id: LeadId) -> None:
    mails = await thread(ada, lead_id)
    await ada.run(DeleteEmailThread(thread_id=ThreadId(mails[0].email_id)))
    assert await ada.items() == []
    await ada.run(new := mail(lead_id, 7, 0))
    assert await ada.unread(await ada.only()) == [new.email_id]


async def test_a_mail_that_was_read_before_takes_nothing_with_it(ada: Person, lead_id: LeadId) -> None:
    (first,) = await thread(ada, lead_id, 1)
    await ada.done(await ada.only())
    await ada.run(mail(lead_id, 7, 0))
    before = await ada.only()
    await ada.run(DeleteActivity(activity_id=first.email_id))
    assert await ada.only() == before


async def test_a_done_thread_goes_with_its_mail(ada: Person, lead_id: LeadId) -> None:
    mails = await thread(ada, lead_id, 2)
    await ada.done(await ada.only())
    await ada.run(DeleteActivity(activity_id=mails[0].email_id))
    assert ((await ada.only()).count, (await ada.only()).is_done) == (1, True)
    await ada.run(DeleteActivity(activity_id=mails[1].email_id))
    assert await ada.items() == []
