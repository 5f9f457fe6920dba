"""The bulk road: the same rules, events and rows as one command at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.bulk.generated import Setting, history
from app.bulk.history import History, Step, batches
from app.bulk.road import Outcome, Road
from app.ids import LeadId, OrganizationId, UserId, uuid7
from app.lead.calls import LogCall
from app.lead.details import CreateLead
from app.lead.refusals import LeadExists, LeadNotFound
from app.organization.organization import CreateOrganization
from app.organization.refusals import UserNotFound
from app.organization.users import AddUser
from app.refusal import Refusal, Refused, refusals_of
from app.request import Request
from app.situation import Actor
from app.store.errors import IntegrityError, OutdatedWriter
from app.store.store import EventStore
from app.system import System
from app.vocabulary import Direction
from tests.app.bulk.stories import LONG_AGO, eventful, stranger
from tests.support.acme import VISIT_TYPE
from tests.support.custom import FIELDS, VISIT_FIELDS, Record
from tests.support.postgres import both_versions
from tests.support.tables import assert_whole, told


@both_versions
@pytest.mark.parametrize("limit", [7, 10_000])
async def test_both_roads_tell_the_same(system: System, limit: int) -> None:
    """The same commands, one by one and in bulk, histories cut or not, in two organizations with the same ids."""
    since = datetime.now(UTC)
    one_by_one, in_bulk = await _twins(system)
    setting = Setting.of(await system.states.organization(one_by_one), now=LONG_AGO)
    generated = [history(setting, 3, number, activities=30) for number in range(4)]
    histories = [eventful(setting.actors[0]), *map(_kept, generated)]
    request = Request(org_id=one_by_one, actor=Actor(), source="test", correlation_id=uuid7())
    refused = [refusal for one in histories for refusal in await _dispatched(system, one, request)]
    road = Road(system, in_bulk, source="test", correlation_id=request.correlation_id)
    outcomes = [outcome async for outcome in road.run(histories, limit)]
    assert _refusals(outcomes) == refused
    assert len(refused) == 4
    expected, found = await told(system.store, one_by_one, since), await told(system.store, in_bulk, since)
    for name, rows in expected.items():
        assert found[name] == rows, name
    await assert_whole(system.store, in_bulk)


async def test_a_long_history_is_continued_in_the_next_batch() -> None:
    steps = [Step(Actor(), CreateLead()) for _ in range(10)]
    long, short = (History(lead_id=LeadId(uuid7()), steps=steps[:count]) for count in (10, 2))
    cut = [
        [(len(part.steps), part.is_last) for part in batch] async for batch in batches([short, long, short, short], 5)
    ]
    assert cut == [[(2, True), (5, False)], [(5, False)], [(0, True), (2, True), (2, True)]]


async def test_a_lead_of_another_system_is_made_once(system: System, acme: UUID) -> None:
    first, again, other = (stranger(Actor(), external_id) for external_id in "ABA")
    await _run(system, acme, [first])
    road = Road(system, acme, source="test")
    outcomes = [outcome async for outcome in road.run([stranger(Actor(), "A"), again, other], limit=1)]
    there = {lead_id: owner for outcome in outcomes for lead_id, owner in outcome.there.items()}
    assert list(there.values()) == [first.lead_id, first.lead_id]
    leads = await system.store.fetch(None, "SELECT lead_id FROM lead_view WHERE org_id = $1 ORDER BY 1", acme)
    assert [row["lead_id"] for row in leads] == [first.lead_id, again.lead_id]
    assert await system.store.fetchval(None, "SELECT count(*) FROM activity_feed WHERE org_id = $1", acme) == 4


async def test_two_of_one_batch_that_claim_the_same_are_one(system: System, acme: UUID) -> None:
    twins = [stranger(Actor(), "A"), stranger(Actor(), "A")]
    (outcome,) = await _run(system, acme, twins)
    assert outcome.there == {twins[1].lead_id: twins[0].lead_id}


async def test_two_batches_that_claim_the_same_are_one(system: System, acme: UUID) -> None:
    """The second is decided before the first is there, and anew when it is."""
    first, other, again, last = (stranger(Actor(), external_id) for external_id in "ABAC")
    road = Road(system, acme, source="test")
    outcomes = [outcome async for outcome in road.run([first, other, again, last], limit=3)]
    assert [outcome.there for outcome in outcomes] == [{}, {again.lead_id: first.lead_id}]
    await assert_whole(system.store, acme)


async def test_the_next_batch_is_made_ready_while_one_is_written(system: System, acme: UUID) -> None:
    asked: list[str] = []

    def histories() -> Iterator[History]:
        for external_id in "ABCDEF":
            asked.append(external_id)
            yield stranger(Actor(), external_id)

    seen = ["".join(asked) async for _ in Road(system, acme, source="test").run(histories(), limit=3)]
    assert seen == ["ABCD", "ABCDEF", "ABCDEF"]


async def test_what_comes_behind_a_batch_that_fails_is_not_written(system: System, acme: UUID) -> None:
    *first, story, other, one, more = (stranger(Actor(), external_id) for external_id in "ABCDEF")
    twice = History(lead_id=story.lead_id, steps=[*story.steps, list(story.steps)[-1]])
    with pytest.raises(IntegrityError):
        async for _ in Road(system, acme, source="test").run([*first, twice, other, one, more], limit=4):
            pass
    leads = await system.store.fetch(None, "SELECT lead_id FROM lead_view WHERE org_id = $1 ORDER BY 1", acme)
    assert [row["lead_id"] for row in leads] == [one.lead_id for one in first]
    await assert_whole(system.store, acme)


async def test_a_rehearsal_decides_and_leaves_nothing(system: System, acme: UUID) -> None:
    before = await system.store.max_notification_id(acme)
    road = Road(system, acme, source="test", rehearsal=await system.states.organization(acme))
    outcomes = [outcome async for outcome in road.run([eventful(Actor())], limit=5)]
    assert len(_refusals(outcomes)) == 4
    assert sum(outcome.events for outcome in outcomes) > 20
    assert await system.store.max_notification_id(acme) == before


async def test_nobody_but_users_acts(system: System, acme: UUID) -> None:
    lead_id = LeadId(uuid7())
    nobody = Actor(user_id=UserId(uuid7()))
    (outcome,) = await _run(system, acme, [_one(lead_id, CreateLead(lead_id=lead_id), nobody)])
    assert _refusals([outcome]) == [str(UserNotFound())]


async def test_a_lead_that_is_not_there_is_refused(system: System, acme: UUID) -> None:
    lead_id = LeadId(uuid7())
    call = LogCall(lead_id=lead_id, direction=Direction.INBOUND)
    (outcome,) = await _run(system, acme, [_one(lead_id, call)])
    assert _refusals([outcome]) == [str(LeadNotFound("lead_id"))]


async def test_a_lead_that_is_there_is_not_made_again(system: System, acme: UUID) -> None:
    lead_id = LeadId(uuid7())
    await _run(system, acme, [_one(lead_id, CreateLead(lead_id=lead_id))])
    (outcome,) = await _run(system, acme, [_one(lead_id, CreateLead(lead_id=lead_id))])
    assert _refusals([outcome]) == [str(LeadExists())]


async def test_a_batch_goes_in_as_a_whole_or_not_at_all(system: System, acme: UUID) -> None:
    before = await system.store.max_notification_id(acme)
    story = stranger(Actor(), "A")
    twice = History(lead_id=story.lead_id, steps=[*story.steps, list(story.steps)[-1]])
    with pytest.raises(IntegrityError):
        await _run(system, acme, [stranger(Actor(), "B"), twice])
    assert await system.store.max_notification_id(acme) == before
    assert not await system.store.fetch(None, "SELECT 1 FROM lead_view WHERE org_id = $1", acme)


async def test_a_writer_older_than_the_database_is_refused(system: System, acme: UUID) -> None:
    store = EventStore(system.store.writers, system.store.readers, projection_set=0)
    old = replace(system, store=store)
    with pytest.raises(OutdatedWriter):
        await _run(old, acme, [stranger(Actor(), "A")])


async def _twins(system: System) -> tuple[UUID, UUID]:
    founding = CreateOrganization(
        name="Twin", admin_id=UserId(uuid7()), admin_name="Ada Admin", admin_email="ada@twin.example"
    )
    member = AddUser(name="Mem Ber", email="mem@twin.example")
    org_ids = OrganizationId(uuid7()), OrganizationId(uuid7())
    for org_id in org_ids:
        for command in (founding, member, Record((*FIELDS, VISIT_TYPE[0], *VISIT_FIELDS))):
            await system.dispatch.run(command, Request(org_id=org_id, actor=Actor(), correlation_id=_FOUNDING))
    return org_ids


_FOUNDING = uuid7()


def _kept(story: History) -> History:
    """One whose steps can be asked for twice."""
    return History(lead_id=story.lead_id, steps=list(story.steps))


def _one(lead_id: LeadId, command: CreateLead | LogCall, actor: Actor | None = None) -> History:
    return History(lead_id=lead_id, steps=[Step(actor or Actor(), command)])


async def _dispatched(system: System, story: History, request: Request) -> list[str]:
    refused: list[str] = []
    for step in story.steps:
        own = Request(
            org_id=request.org_id, actor=step.actor, source=request.source, correlation_id=request.correlation_id
        )
        try:
            await system.dispatch.run(step.command, own)
        except (Refusal, Refused) as refusal:
            refused += map(str, refusals_of(refusal))
    return refused


async def _run(system: System, org_id: UUID, histories: Iterable[History]) -> list[Outcome]:
    return [outcome async for outcome in Road(system, org_id, source="test").run(histories)]


def _refusals(outcomes: Sequence[Outcome]) -> list[str]:
    return [str(refusal) for outcome in outcomes for one in outcome.refused for refusal in one.refusals]
