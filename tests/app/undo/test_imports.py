"""undo-import: what an import made goes, what it changed is as it was, and what people worked on since stays."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from app.bulk.history import History, Step
from app.bulk.road import Road
from app.ids import LeadId, encode_id, uuid7
from app.lead.calls import LogCall
from app.lead.contacts import NewContact
from app.lead.details import CreateLead, ExternalId, UpdateLead
from app.lead.emails import LogEmail
from app.lead.lead import Lead
from app.lead.notes import WriteNote
from app.operator_error import OperatorError
from app.rebuild import rebuild
from app.request import Command
from app.situation import Actor
from app.system import System
from app.undo import imports
from app.undo.imports import UndoReport, undo_import
from app.verify import verify
from app.vocabulary import Direction
from tests.support.office import Office, found_office

SYSTEM = Actor()


async def imported(office: Office, histories: Sequence[History]) -> UUID:
    """The request that an import was."""
    request = uuid7()
    road = Road(office.system, office.org_id, source="import", correlation_id=request)
    assert [one for outcome in [out async for out in road.run(histories)] for one in outcome.refused] == []
    return request


def new_lead(external_id: str) -> History:
    lead_id = LeadId(uuid7())
    made = CreateLead(
        lead_id=lead_id, name="Bluth", contacts=(NewContact(name="Gob"),), external_id=ExternalId("erp", external_id)
    )
    call = LogCall(lead_id=lead_id, direction=Direction.INBOUND, send_to_inbox=False)
    return History(lead_id=lead_id, steps=[Step(SYSTEM, made), Step(SYSTEM, call)])


def on_lead(lead_id: LeadId) -> History:
    mails = [
        LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND, sender="a@b.example", message_id=f"<{one}@x>")
        for one in "12"
    ]
    both = LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND, sender="a@b.example", references=("<1@x>", "<2@x>"))
    steps: list[Command] = [UpdateLead(lead_id=lead_id, description="Imported"), *mails, both]
    return History(lead_id=lead_id, steps=[Step(SYSTEM, one) for one in steps])


async def taken_back(office: Office, request: UUID, *, dry_run: bool = False) -> UndoReport:
    system = office.system
    return await undo_import(
        system.store, system.undoing, office.org_id, request, dry_run=dry_run, progress=lambda *_: None
    )


async def lead_of(office: Office, lead_id: UUID) -> Lead:
    lead = await office.system.states.lead(office.org_id, lead_id)
    assert lead is not None
    return lead


async def test_new_leads_go_and_others_are_as_they_were(system: System) -> None:
    office = await found_office(system, f"Acme {uuid4()}")
    known = LeadId((await office.run(CreateLead(name="Sitwell"))).stream_id)
    news = [new_lead(str(number)) for number in range(3)]
    request = await imported(office, [*news, on_lead(known)])
    report = await taken_back(office, request)
    assert report.lines() == ["4 leads undone with 7 events, 0 with nothing left to undo, 0 left as they are"]
    assert [(await lead_of(office, one.lead_id)).is_deleted for one in news] == [True] * 3
    assert (await lead_of(office, known)).description is None
    shown = await office.system.store.fetch(
        None, "SELECT kind FROM activity_feed WHERE org_id = $1 AND lead_id = $2", office.org_id, known
    )
    assert [row["kind"] for row in shown] == ["CREATED"]
    name = (await office.organization()).name
    assert await rebuild(office.system, projection=None, organization=name) == []
    assert await verify(office.system, organization=name) == []


async def test_the_ids_of_another_system_are_free_again(office: Office) -> None:
    request = await imported(office, [new_lead("1")])
    await taken_back(office, request)
    await imported(office, [new_lead("1")])


async def test_what_somebody_worked_on_is_left_and_named(office: Office) -> None:
    first, second = new_lead("1"), new_lead("2")
    request = await imported(office, [first, second])
    await office.run(WriteNote(lead_id=second.lead_id, text="Called"))
    report = await taken_back(office, request)
    assert (report.undone, report.exit_code) == (1, 1)
    assert report.left == [
        f"{encode_id('lead', second.lead_id)}: Later changes stand on this, 1 of them. Undo these first."
    ]
    assert not (await lead_of(office, second.lead_id)).is_deleted


async def test_a_second_time_there_is_nothing_left(office: Office) -> None:
    request = await imported(office, [new_lead("1"), on_lead(LeadId((await office.run(CreateLead())).stream_id))])
    await taken_back(office, request)
    length = len(await office.log())
    report = await taken_back(office, request)
    assert (report.undone, report.there, report.left_count) == (0, 2, 0)
    assert len(await office.log()) == length


async def test_taking_it_back_can_be_taken_back(office: Office) -> None:
    history = new_lead("1")
    report = await taken_back(office, await imported(office, [history]))
    before = await lead_of(office, history.lead_id)
    assert (await taken_back(office, report.correlation_id)).undone == 1
    after = await lead_of(office, history.lead_id)
    assert (before.is_deleted, after.is_deleted) == (True, False)


async def test_a_rehearsal_tells_the_same_and_does_nothing(office: Office) -> None:
    first, second = new_lead("1"), new_lead("2")
    request = await imported(office, [first, second])
    await office.run(WriteNote(lead_id=second.lead_id, text="Called"))
    length = len(await office.log())
    rehearsed = await taken_back(office, request, dry_run=True)
    assert len(await office.log()) == length
    assert (await taken_back(office, request)).lines() == rehearsed.lines()


async def test_batches_are_transactions_of_their_own(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH_LEADS", 2)
    request = await imported(office, [new_lead(str(number)) for number in range(5)])
    told: list[tuple[int, int]] = []
    system = office.system
    await undo_import(
        system.store, system.undoing, office.org_id, request, progress=lambda done, of: told.append((done, of))
    )
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert {row["n"] for row in await _deletions(office)} == {2, 1}


async def _deletions(office: Office) -> list[dict[str, int]]:
    sql = "SELECT count(*) AS n FROM events WHERE org_id = $1 AND name = 'lead.deleted' GROUP BY xmin::text"
    return [dict(row) for row in await office.system.store.fetch(None, sql, office.org_id)]


async def test_an_unknown_import_is_refused(office: Office) -> None:
    with pytest.raises(OperatorError, match="Nothing was recorded"):
        await taken_back(office, uuid7())
