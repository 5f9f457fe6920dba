"""Threads as a reader finds them: their order, their people, and where a message is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.ids import LeadId
from app.lead.activities import DeleteActivity
from app.lead.contacts import AddContact, NewContact
from app.lead.deletion import DeleteLead
from app.lead.details import CreateLead
from app.lead.drafts import EditDraft
from app.lead.emails import LogEmail
from app.lead.thread_deletion import DeleteEmailThread
from app.vocabulary import Direction, MessageStatus
from projections.email_threads import read
from projections.email_threads.people import ThreadPeople
from projections.email_threads.read import ThreadRow, email_counts, places_of_messages, thread_page, thread_people
from tests.projections.screens import LONG_AGO
from tests.support.office import Office


def mail(lead_id: LeadId, number: int, answers: int | None = None, **words: Any) -> LogEmail:
    """The n-th message, a day behind the one before."""
    return LogEmail(
        lead_id=lead_id,
        direction=Direction.INBOUND,
        sender=words.pop("sender", "Lindsay <l@bluth.example>"),
        message_id=f"<{number}@x.example>",
        in_reply_to=None if answers is None else f"<{answers}@x.example>",
        occurred_at=LONG_AGO + timedelta(days=number),
        subject=words.pop("subject", f"Re: {number}"),
        **words,
    )


async def run(office: Office, *commands: Any) -> None:
    for command in commands:
        await office.run(command)


async def page(office: Office, lead_id: LeadId, **words: Any) -> list[ThreadRow]:
    async with office.reader() as reader:
        return (await thread_page(reader, [lead_id], **{"limit": 100, **words})).get(lead_id, [])


async def subjects(office: Office, lead_id: LeadId, **words: Any) -> list[str]:
    return [one.subject for one in await page(office, lead_id, **words)]


async def test_the_thread_with_the_newest_message_comes_first(office: Office, lead_id: LeadId) -> None:
    await run(office, mail(lead_id, 1), mail(lead_id, 5), mail(lead_id, 3), mail(lead_id, 7, answers=1))
    assert await subjects(office, lead_id) == ["7", "5", "3"]


async def test_pages_go_on_where_they_ended(office: Office, lead_id: LeadId) -> None:
    await run(office, *(mail(lead_id, number) for number in range(5)))
    first = await page(office, lead_id, limit=2)
    place = first[-1].latest_at, first[-1].latest_position
    assert await subjects(office, lead_id, limit=2, older_than=place) == ["2", "1"]
    assert await subjects(office, lead_id, newer_than=place, from_oldest=True) == ["4"]


async def test_a_joined_thread_is_gone_and_its_messages_are_in_the_other(office: Office, lead_id: LeadId) -> None:
    one, two = mail(lead_id, 1), mail(lead_id, 2)
    link = mail(lead_id, 3, references=("<1@x.example>", "<2@x.example>"))
    await run(office, one, two, link)
    (thread,) = await page(office, lead_id)
    async with office.reader() as reader:
        assert await email_counts(reader, [thread.thread_id]) == {thread.thread_id: 3}
        emails = (await read.email_page(reader, [thread.thread_id], limit=9))[thread.thread_id]
    assert [email.activity_id for email in emails] == [link.email_id, two.email_id, one.email_id]


async def test_a_thread_follows_its_messages_out(office: Office, lead_id: LeadId) -> None:
    first, last = mail(lead_id, 1), mail(lead_id, 2, answers=1)
    await run(office, first, last, DeleteActivity(activity_id=last.email_id))
    assert await subjects(office, lead_id) == ["1"]
    await run(office, DeleteActivity(activity_id=first.email_id))
    assert await page(office, lead_id) == []
    await run(office, first_again := mail(lead_id, 1))
    assert [one.latest_id for one in await page(office, lead_id)] == [first_again.email_id]


async def test_a_whole_thread_is_deleted(office: Office, lead_id: LeadId) -> None:
    await run(office, mail(lead_id, 1), mail(lead_id, 2, answers=1), mail(lead_id, 9))
    thread = (await page(office, lead_id))[1]
    await run(office, DeleteEmailThread(thread_id=thread.thread_id))
    assert await subjects(office, lead_id) == ["9"]


async def test_a_draft_that_moves_takes_its_place_along(office: Office, lead_id: LeadId) -> None:
    draft = LogEmail(
        lead_id=lead_id,
        direction=Direction.OUTBOUND,
        status=MessageStatus.DRAFT,
        in_reply_to="<1@x.example>",
        subject="Draft",
    )
    await run(office, mail(lead_id, 1), mail(lead_id, 2), draft)
    assert await subjects(office, lead_id) == ["Draft", "2"]
    await run(office, EditDraft(activity_id=draft.email_id, in_reply_to="<2@x.example>", subject="AW: moved"))
    assert await subjects(office, lead_id) == ["moved", "1"]


async def test_people_are_those_of_its_messages_each_once(office: Office, lead_id: LeadId) -> None:
    contact = NewContact(name="Lindsay")
    await run(
        office,
        AddContact(lead_id=lead_id, contact=contact),
        mail(lead_id, 1, sender="L@bluth.example", to=("ada@acme.example",), contact_id=contact.contact_id),
        mail(lead_id, 2, answers=1, cc=("Gob <gob@bluth.example>", "nobody"), user_id=None, contact_id=None),
    )
    (thread,) = await page(office, lead_id)
    async with office.reader() as reader:
        people: ThreadPeople = (await thread_people(reader, [thread.thread_id]))[thread.thread_id]
    assert people.participants == (
        ("l@bluth.example", "Lindsay"),
        ("gob@bluth.example", "Gob"),
        ("ada@acme.example", None),
    )
    assert (people.user_ids, people.contact_id) == ((office.admin_id,), contact.contact_id)


async def test_a_message_is_found_on_every_lead_that_there_is(office: Office, lead_id: LeadId) -> None:
    other, gone = CreateLead(), CreateLead()
    await run(office, other, gone, *(mail(one, 1) for one in (lead_id, other.lead_id, gone.lead_id)))
    await run(office, DeleteLead(lead_id=gone.lead_id))
    async with office.reader() as reader:
        found = await places_of_messages(reader, ["1@x.example", "2@x.example"])
    assert {one.lead_id for one in found["1@x.example"]} == {lead_id, other.lead_id}
    assert list(found) == ["1@x.example"]
