"""What only one may hold in an organization, taken by several at once."""

from app.lead.details import CreateLead, ExternalId, LeadCreated
from app.lead.emails import EmailLogged, LogEmail
from app.system import System
from app.vocabulary import Direction
from projections.email_threads.read import email_counts, thread_page
from tests.support.office import Office
from tests.support.outcomes import reasons

ROUNDS = 20  # of each race: it is lost in some of them only


async def test_one_message_is_logged_once(office: Office, other_system: System) -> None:
    places = [office, office.at(other_system)]
    lead = CreateLead()
    await office.run(lead)
    for number in range(ROUNDS):
        message_id = f"<{number}@x.example>"
        runs = [
            place.run(LogEmail(lead_id=lead.lead_id, direction=Direction.OUTBOUND, message_id=message_id))
            for place in places * 2
        ]
        assert await reasons(*runs) == ["done", *["message_logged"] * 3]
    assert len(await office.events(EmailLogged)) == ROUNDS


async def test_messages_that_race_those_they_answer_are_one_thread(office: Office, other_system: System) -> None:
    """Whichever comes first: each answers the one before it, and the first one the last."""
    places = [office, office.at(other_system)] * 3
    for _ in range(ROUNDS // 4):
        lead = CreateLead()
        await office.run(lead)
        mails = [
            LogEmail(
                lead_id=lead.lead_id,
                direction=Direction.OUTBOUND,
                message_id=f"<{number}@x.example>",
                in_reply_to=f"<{(number - 1) % len(places)}@x.example>",
            )
            for number in range(len(places))
        ]
        assert await reasons(*(place.run(one) for place, one in zip(places, mails, strict=True))) == ["done"] * 6
        async with office.reader() as reader:
            threads = (await thread_page(reader, [lead.lead_id], limit=9))[lead.lead_id]
            assert await email_counts(reader, [one.thread_id for one in threads]) == {threads[0].thread_id: 6}


async def test_one_lead_for_each_id_of_another_system(office: Office, other_system: System) -> None:
    for number in range(ROUNDS):
        make = [CreateLead(external_id=ExternalId("erp", str(number))) for _ in range(4)]
        places = [office, office.at(other_system)] * 2
        outcomes = await reasons(*(place.run(one) for place, one in zip(places, make, strict=True)))
        assert outcomes == [*["claim_taken"] * 3, "done"]
    assert len(await office.events(LeadCreated)) == ROUNDS


async def test_one_lead_is_created_once(office: Office, other_system: System) -> None:
    places = [office, office.at(other_system)] * 2
    for _ in range(ROUNDS):
        lead = CreateLead()
        assert await reasons(*(place.run(lead) for place in places)) == ["done", *["lead_exists"] * 3]
    assert len(await office.events(LeadCreated)) == ROUNDS


async def test_a_lead_that_exists_is_not_created_again(office: Office) -> None:
    lead = CreateLead()
    await office.run(lead)
    assert await reasons(office.run(lead)) == ["lead_exists"]
