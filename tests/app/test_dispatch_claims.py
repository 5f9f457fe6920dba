"""What only one may hold in an organization, taken by several at once."""

import asyncio

from app.lead.details import CreateLead, ExternalId, LeadCreated
from app.lead.emails import EmailLogged, LogEmail
from app.system import System
from app.vocabulary import Direction
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


async def test_a_reply_that_races_the_message_it_answers_joins_its_thread_or_opens_one(
    office: Office, other_system: System
) -> None:
    lead = CreateLead()
    await office.run(lead)
    first = LogEmail(lead_id=lead.lead_id, direction=Direction.OUTBOUND, message_id="<1@x.example>")
    reply = LogEmail(
        lead_id=lead.lead_id,
        direction=Direction.INBOUND,
        sender="bob@x.example",
        message_id="<2@x.example>",
        in_reply_to="<1@x.example>",
    )
    await asyncio.gather(office.run(first), office.at(other_system).run(reply))
    emails = [one for one in await office.events(EmailLogged) if isinstance(one, EmailLogged)]
    together = len({email.thread_id for email in emails}) == 1
    assert together == (emails[0].email_id == first.email_id)


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
