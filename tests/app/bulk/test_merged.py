"""Imports onto leads that were merged: what was theirs before counts as the one lead's."""

from __future__ import annotations

from uuid import uuid4

from app.bulk.history import History, Step
from app.bulk.road import Road
from app.ids import LeadId
from app.lead.details import CreateLead
from app.lead.emails import EmailLogged, LogEmail
from app.lead.merge import MergeLeads
from app.lead.refusals import LeadNotFound, MessageLogged
from app.situation import Actor
from app.system import System
from app.vocabulary import Direction
from tests.app.rebuild.rows import rebuilt
from tests.support.office import Office, found_office


async def merged(office: Office) -> tuple[LeadId, LeadId]:
    """A lead with a message, which was merged into another one."""
    source, root = CreateLead(), CreateLead()
    for command in (source, root):
        await office.run(command)
    await office.run(LogEmail(lead_id=source.lead_id, direction=Direction.OUTBOUND, message_id="<1@x>"))
    await office.run(MergeLeads(lead_id=root.lead_id, other_lead_id=source.lead_id))
    return source.lead_id, root.lead_id


async def imported(office: Office, lead_id: LeadId, command: LogEmail) -> list[str]:
    road = Road(office.system, office.org_id, source="test")
    history = History(lead_id=lead_id, steps=[Step(Actor(), command)])
    outcomes = [outcome async for outcome in road.run([history])]
    refused = [one for outcome in outcomes for step in outcome.refused for one in step.refusals]
    return [type(one).__name__ for one in refused]


async def test_an_imported_answer_finds_the_thread_of_what_was_merged(system: System) -> None:
    office = await found_office(system, f"Acme {uuid4()}")
    source, root = await merged(office)
    mail = LogEmail(lead_id=root, direction=Direction.INBOUND, sender="a@b.example", in_reply_to="<1@x>")
    assert await imported(office, root, mail) == []
    first, answer = await office.events(EmailLogged)
    assert isinstance(first, EmailLogged)
    assert isinstance(answer, EmailLogged)
    assert (answer.thread_id, answer.thread_lead_id) == (first.thread_id, source)
    assert await rebuilt(office) == []


async def test_what_was_logged_before_the_merge_is_not_imported_again(office: Office) -> None:
    _, root = await merged(office)
    again = LogEmail(lead_id=root, direction=Direction.OUTBOUND, message_id="<1@x>")
    assert await imported(office, root, again) == [MessageLogged.__name__]


async def test_on_a_lead_that_was_merged_away_nothing_is_imported(office: Office) -> None:
    source, _ = await merged(office)
    mail = LogEmail(lead_id=source, direction=Direction.OUTBOUND, message_id="<2@x>")
    assert await imported(office, source, mail) == [LeadNotFound.__name__]
