"""Follow-ups: of a mail that waits for an answer, until there is one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.ids import LeadId
from app.lead.activities import DeleteActivity
from app.lead.drafts import EditDraft
from app.vocabulary import MessageStatus
from tests.projections.inbox.people import Person, mail, ours

DAY = datetime(2026, 3, 30, 9, tzinfo=UTC)
DUE = DAY + timedelta(days=3)
WAITING: dict[str, Any] = {"follow_up_at": DUE, "occurred_at": DAY}
LATER: dict[str, Any] = {"occurred_at": DAY + timedelta(days=1)}
TO_NOBODY: dict[str, Any] = {"to": ()}


async def follow_ups(person: Person) -> list[Any]:
    return [one for one in await person.items() if one.kind == "EMAIL_FOLLOWUP"]


async def test_it_is_its_users_at_its_time(ada: Person, ben: Person, lead_id: LeadId) -> None:
    await ada.run(one := ours(lead_id, 1, **WAITING, user_id=ben.id))
    assert await ada.items() == []
    item = await ben.only()
    assert (item.kind, item.activity_id, item.at) == ("EMAIL_FOLLOWUP", one.email_id, DUE)


async def test_nobodys_mail_waits_for_nobody(ada: Person, lead_id: LeadId) -> None:
    await ada.run(ours(lead_id, 1, **WAITING, user_id=None))
    assert await ada.items() == []


async def test_mail_that_expects_no_answer_waits_for_none(ada: Person, lead_id: LeadId) -> None:
    await ada.run(ours(lead_id, 1))
    await ada.run(mail(lead_id, 2, follow_up_at=DUE, **TO_NOBODY))
    assert await ada.items() == []


async def test_what_waits_is_waited_for_in_history_too(ada: Person, lead_id: LeadId) -> None:
    await ada.run(ours(lead_id, 1, **WAITING, send_to_inbox=False))
    assert (await ada.only()).kind == "EMAIL_FOLLOWUP"
    await ada.run(mail(lead_id, 2, 1, send_to_inbox=False, **LATER))
    assert await ada.items() == []


@pytest.mark.parametrize("to", [(), ("ada@acme.example",), ("sales@x.example",)])
async def test_an_answer_takes_it_away_whoever_gets_it(ada: Person, lead_id: LeadId, to: tuple[str, ...]) -> None:
    await ada.run(ours(lead_id, 1, **WAITING))
    await ada.run(mail(lead_id, 2, 1, to=to, **LATER))
    assert await follow_ups(ada) == []


async def test_an_answer_at_the_very_moment_is_one_and_an_older_mail_is_none(ada: Person, lead_id: LeadId) -> None:
    await ada.run(ours(lead_id, 1, **WAITING))
    await ada.run(mail(lead_id, 2, 1, occurred_at=DAY - timedelta(microseconds=1), **TO_NOBODY))
    assert len(await ada.items()) == 1
    await ada.run(mail(lead_id, 3, 1, occurred_at=DAY, **TO_NOBODY))
    assert await ada.items() == []


async def test_ones_own_mail_is_no_answer_nor_is_one_elsewhere(ada: Person, lead_id: LeadId) -> None:
    await ada.run(ours(lead_id, 1, **WAITING))
    await ada.run(ours(lead_id, 2, 1, **LATER))
    await ada.run(mail(lead_id, 3, **LATER, **TO_NOBODY))
    assert len(await ada.items()) == 1


async def test_an_answer_that_was_logged_before_counts(ada: Person, lead_id: LeadId) -> None:
    await ada.run(mail(lead_id, 2, 1, **LATER, **TO_NOBODY))
    await ada.run(ours(lead_id, 1, **WAITING))
    assert await ada.items() == []


async def test_an_older_mail_that_is_logged_later_hides_no_answer(ada: Person, lead_id: LeadId) -> None:
    await ada.run(mail(lead_id, 2, 1, **LATER, **TO_NOBODY))
    await ada.run(mail(lead_id, 3, 1, occurred_at=DAY - timedelta(days=9), **TO_NOBODY))
    await ada.run(ours(lead_id, 1, **WAITING))
    assert await ada.items() == []


async def test_an_answer_closes_all_that_wait_in_its_thread(ada: Person, ben: Person, lead_id: LeadId) -> None:
    await ada.run(ours(lead_id, 1, **WAITING))
    await ada.run(ours(lead_id, 2, 1, **WAITING, user_id=ben.id))
    await ada.run(ours(lead_id, 3, 1, follow_up_at=DUE, occurred_at=DAY + timedelta(days=2)))
    await ada.run(mail(lead_id, 4, 2, **LATER, **TO_NOBODY))
    assert await ben.items() == []
    assert len(await ada.items()) == 1


async def test_threads_that_are_joined_answer_each_other(ada: Person, lead_id: LeadId) -> None:
    for first, second in ((1, 2), (12, 11)):
        await ada.run(ours(lead_id, first, **WAITING))
        await ada.run(mail(lead_id, second, **LATER, **TO_NOBODY))
        assert len(await ada.items()) == 1
        await ada.run(ours(lead_id, first + 50, first, references=(f"<{second}@{lead_id}>",)))
        assert await ada.items() == []


async def test_once_joined_an_answer_in_either_thread_is_one(ada: Person, lead_id: LeadId) -> None:
    await ada.run(ours(lead_id, 1, **WAITING))
    await ada.run(ours(lead_id, 2))
    await ada.run(ours(lead_id, 3, 1, references=(f"<2@{lead_id}>",)))
    await ada.run(mail(lead_id, 4, 2, **LATER, **TO_NOBODY))
    assert await ada.items() == []


async def test_what_was_done_stays_done_when_an_answer_comes(ada: Person, lead_id: LeadId) -> None:
    await ada.run(ours(lead_id, 1, **WAITING))
    await ada.done(await ada.only())
    await ada.run(mail(lead_id, 2, 1, **LATER, **TO_NOBODY))
    assert (await ada.only()).is_done


async def test_a_snoozed_one_is_answered_too(ada: Person, lead_id: LeadId) -> None:
    await ada.run(ours(lead_id, 1, **WAITING))
    await ada.snooze(await ada.only(), until=datetime.now(UTC) + timedelta(days=1))
    await ada.run(mail(lead_id, 2, 1, **LATER, **TO_NOBODY))
    assert await ada.items() == []


async def test_it_goes_with_its_mail_and_not_with_the_answer(ada: Person, lead_id: LeadId) -> None:
    await ada.run(one := ours(lead_id, 1, **WAITING))
    await ada.run(DeleteActivity(activity_id=one.email_id))
    assert await ada.items() == []
    await ada.run(ours(lead_id, 2, **WAITING))
    await ada.run(answer := mail(lead_id, 3, 2, **LATER, **TO_NOBODY))
    await ada.run(DeleteActivity(activity_id=answer.email_id))
    assert await ada.items() == []


# ---------------------------------------------------------------- drafts


async def test_a_draft_waits_for_nothing_until_it_is_sent(ada: Person, lead_id: LeadId) -> None:
    await ada.run(draft := ours(lead_id, 1, status=MessageStatus.DRAFT, follow_up_at=DUE))
    assert await ada.items() == []
    await ada.run(EditDraft(activity_id=draft.email_id, subject="Offer"))
    assert await ada.items() == []
    await ada.run(EditDraft(activity_id=draft.email_id, status=MessageStatus.SENT))
    assert (await ada.only()).at == DUE


async def test_of_a_draft_all_can_be_said_when_it_is_sent(ada: Person, ben: Person, lead_id: LeadId) -> None:
    await ada.run(draft := ours(lead_id, 1, status=MessageStatus.DRAFT))
    await ada.run(EditDraft(activity_id=draft.email_id, follow_up_at=DUE, user_id=ben.id))
    await ada.run(EditDraft(activity_id=draft.email_id, status=MessageStatus.SENT, occurred_at=DAY))
    assert await ada.items() == []
    assert (await ben.only()).at == DUE
    await ada.run(mail(lead_id, 2, 1, occurred_at=DAY, **TO_NOBODY))
    assert await ben.items() == []


async def test_a_draft_without_a_moment_waits_for_none(ada: Person, lead_id: LeadId) -> None:
    await ada.run(draft := ours(lead_id, 1, status=MessageStatus.DRAFT, follow_up_at=DUE))
    await ada.run(EditDraft(activity_id=draft.email_id, status=MessageStatus.SENT, follow_up_at=None))
    assert await ada.items() == []


async def test_a_draft_that_turns_out_to_be_sent_before_an_answer_is_answered(ada: Person, lead_id: LeadId) -> None:
    await ada.run(draft := ours(lead_id, 1, status=MessageStatus.DRAFT, follow_up_at=DUE))
    await ada.run(mail(lead_id, 2, 1, **LATER, **TO_NOBODY))
    await ada.run(EditDraft(activity_id=draft.email_id, status=MessageStatus.SENT, occurred_at=DAY))
    assert await ada.items() == []


@pytest.mark.parametrize("is_draft_first", [True, False])
async def test_what_could_not_be_sent_waits_for_nothing(ada: Person, lead_id: LeadId, is_draft_first: bool) -> None:
    if is_draft_first:
        await ada.run(draft := ours(lead_id, 1, status=MessageStatus.DRAFT, follow_up_at=DUE))
        failed = EditDraft(activity_id=draft.email_id, status=MessageStatus.ERROR, sender="ada@acme.example")
        await ada.run(failed)
    else:
        await ada.run(ours(lead_id, 1, status=MessageStatus.ERROR, sender="ada@acme.example", **WAITING))
    assert await ada.items() == []
    await ada.run(mail(lead_id, 2, 1, **TO_NOBODY))
    await ada.require_rebuilt()
