"""Threads that turn out to be one: what each person has not read of either is one item."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.ids import LeadId
from app.lead.activities import DeleteActivity
from app.lead.emails import LogEmail
from tests.projections.inbox.people import Person, mail, ours

DAY = datetime(2026, 3, 30, 9, tzinfo=UTC)
TOMORROW, LATER = (datetime.now(UTC) + timedelta(days=days) for days in (1, 2))


async def thread(ada: Person, lead_id: LeadId, first: int, state: str) -> list[LogEmail]:
    """A thread as Ada left it: absent, gone, open, snoozed, done or open again, with the second of two mails."""
    to = () if state == "absent" else ("ada@acme.example",)
    mails = [
        mail(lead_id, first, to=to, occurred_at=DAY + timedelta(hours=first)),
        mail(lead_id, first + 1, first, to=to, occurred_at=DAY + timedelta(hours=first + 1)),
    ]
    await ada.run(mails[0])
    if state == "again":
        await ada.done(await newest(ada))
    await ada.run(mails[1])
    if state == "done":
        await ada.done(await newest(ada))
    if state == "snoozed":
        await ada.snooze(await newest(ada), until=TOMORROW)
    if state == "gone":
        for number in (2, 3, 4):  # so that the other thread is joined into it, which is smaller
            await ada.run(ours(lead_id, first + number, first))
        for one in mails:
            await ada.run(DeleteActivity(activity_id=one.email_id))
    return mails


async def newest(ada: Person) -> Any:
    return (await ada.items())[-1]


def unread(state: str, mails: list[LogEmail]) -> list[LogEmail]:
    return {"open": mails, "snoozed": mails, "again": mails[1:]}.get(state, [])


STATES = ("absent", "gone", "open", "again", "snoozed", "done")


@pytest.mark.parametrize("one", STATES)
@pytest.mark.parametrize("other", STATES)
async def test_joined_threads_are_one_item_with_what_is_unread_of_both(
    ada: Person, lead_id: LeadId, one: str, other: str
) -> None:
    first, second = await thread(ada, lead_id, 10, one), await thread(ada, lead_id, 20, other)
    await ada.run(ours(lead_id, 30, 10, references=(f"<20@{lead_id}>",)))
    await ada.require_rebuilt()
    expected = unread(one, first) + unread(other, second)
    items = await ada.items()
    if not expected:
        assert [item.is_done for item in items] == [True] * ("done" in (one, other))
        return
    (item,) = items
    assert await ada.unread(item) == [mail.email_id for mail in expected]
    assert (item.count, item.at, item.activity_id) == (len(expected), expected[0].occurred_at, expected[-1].email_id)
    assert not item.is_done
    is_alone = not (unread(one, first) and unread(other, second))
    assert item.snoozed_until == (TOMORROW if is_alone and "snoozed" in (one, other) else None)


@pytest.mark.parametrize("one", STATES)
@pytest.mark.parametrize("other", STATES)
async def test_a_mail_that_joins_threads_is_unread_with_what_was(
    ada: Person, lead_id: LeadId, one: str, other: str
) -> None:
    first, second = await thread(ada, lead_id, 10, one), await thread(ada, lead_id, 20, other)
    await ada.run(
        joining := mail(lead_id, 30, 10, references=(f"<20@{lead_id}>",), occurred_at=DAY + timedelta(days=9))
    )
    await ada.require_rebuilt()
    expected = [*unread(one, first), *unread(other, second), joining]
    item = await ada.only()
    assert await ada.unread(item) == [mail.email_id for mail in expected]
    assert (item.count, item.snoozed_until, item.is_done) == (len(expected), None, False)
    await ada.done(item)
    assert (await ada.only()).is_done


async def test_after_they_were_joined_mail_of_either_folds_into_the_one(ada: Person, lead_id: LeadId) -> None:
    await thread(ada, lead_id, 10, "gone")
    await thread(ada, lead_id, 20, "open")
    await ada.run(ours(lead_id, 30, 10, references=(f"<20@{lead_id}>",)))
    for number, answers in ((40, 12), (41, 20), (42, 30)):
        await ada.run(mail(lead_id, number, answers))
    assert (await ada.only()).count == 5
    await ada.require_rebuilt()


async def test_each_person_keeps_what_they_have_not_read(ada: Person, ben: Person, lead_id: LeadId) -> None:
    both: dict[str, Any] = {"to": ("ada@acme.example", "ben@acme.example")}
    for number in (1, 2):
        await ada.run(mail(lead_id, number, **both))
    await ada.done(*await ada.items())
    await ben.done((await ben.items())[0])
    await ada.run(ours(lead_id, 3, 1, references=(f"<2@{lead_id}>",)))
    assert (await ada.only()).is_done
    left = await ben.only()
    assert (left.count, left.is_done) == (1, False)
