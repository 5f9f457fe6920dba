"""States in memory: loaded through snapshots, moved forward by newer events, and never trusted to refuse."""

import asyncio

import pytest

from app import states
from app.database import Database
from app.desk.events import ItemsDone
from app.desk.handling import MarkDone
from app.ids import ActivityId, ItemId, LeadId, UserId, uuid7
from app.lead.calls import LogCall
from app.lead.details import CreateLead, UpdateLead
from app.lead.lead import Lead, replay
from app.lead.notes import WriteNote
from app.lead.pins import PINS_MAX, PinNote, UnpinNote
from app.lead.refusals import LeadNotFound, TooManyPins
from app.lead.sms import LogSms
from app.lead.statuses import ChangeLeadStatus
from app.organization.refusals import StatusLabelNotFound
from app.organization.statuses import CreateLeadStatus
from app.organization.users import AddUser
from app.refusal import Refused
from app.settings import Settings
from app.states import SNAPSHOT_EVERY, Recent, States
from app.system import System, open_system
from app.vocabulary import Direction
from projections.inbox.project import item_id
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions
from tests.support.rich import rich_lead


async def folded(office: Office, lead_id: object) -> Lead | None:
    """The lead out of every one of its facts."""
    return replay(None, [fact for fact in await office.log() if fact.stream_id == lead_id])


async def snapshot_of(office: Office, lead: CreateLead) -> int | None:
    rows = await office.system.store.fetch(
        None, "SELECT stream_version FROM snapshots WHERE org_id = $1 AND stream_id = $2", office.org_id, lead.lead_id
    )
    return rows[0]["stream_version"] if rows else None


async def long_lead(office: Office, length: int) -> CreateLead:
    """A lead with something of everything that a state holds, at a version of at least `length`."""
    lead = await rich_lead(office)
    while (await office.run(LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND))).version < length:
        pass
    await office.system.background.close()
    return lead


@both_versions
async def test_a_cold_load_through_a_snapshot_is_the_replay_of_all(office: Office) -> None:
    lead = await long_lead(office, SNAPSHOT_EVERY + 20)
    assert (await snapshot_of(office, lead) or 0) >= SNAPSHOT_EVERY
    cold = await States(office.system.store).lead(office.org_id, lead.lead_id)
    assert cold is not None
    assert cold == await folded(office, lead.lead_id) == office.system.states.kept_lead(office.org_id, lead.lead_id)


async def test_a_short_stream_has_no_snapshot(office: Office) -> None:
    lead = await long_lead(office, SNAPSHOT_EVERY - 20)
    assert await snapshot_of(office, lead) is None


async def test_a_snapshot_is_followed_by_another_one_in_due_course(office: Office) -> None:
    lead = await long_lead(office, SNAPSHOT_EVERY + 5)
    first = await snapshot_of(office, lead)
    assert first is not None
    for _ in range(SNAPSHOT_EVERY - 10):
        await office.run(LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND))
    await office.system.background.close()
    assert await snapshot_of(office, lead) == first
    for _ in range(10):
        await office.run(LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND))
    await office.system.background.close()
    assert await snapshot_of(office, lead) == first + SNAPSHOT_EVERY


async def test_a_cold_load_reads_no_more_than_its_snapshot_and_what_came_after(office: Office) -> None:
    lead = await long_lead(office, SNAPSHOT_EVERY + 20)
    told = "UPDATE snapshots SET state = convert_to(replace(convert_from(state, 'UTF8'), 'Bluth', 'Truth'), 'UTF8')"
    await office.system.store.fetch(None, told + " WHERE org_id = $1", office.org_id)
    cold = await States(office.system.store).lead(office.org_id, lead.lead_id)
    warm = await folded(office, lead.lead_id)
    assert cold is not None
    assert warm is not None
    assert (cold.name, cold.version) == ("Truth & Co", warm.version)


async def test_a_snapshot_of_another_shape_is_folded_anew(office: Office) -> None:
    lead = await rich_lead(office)
    await office.system.store.keep_snapshot(office.org_id, lead.lead_id, 10, "lead", states._SHAPE ^ 1, b"not JSON")
    assert await States(office.system.store).lead(office.org_id, lead.lead_id) == await folded(office, lead.lead_id)


async def test_a_load_under_the_lock_needs_no_other_connection(common_database: Database) -> None:
    async with open_system(Settings(read_pool_size=1), common_database) as system:
        office = await found_office(system)
        lead = CreateLead()
        await office.run(lead)
        async with system.store.readers.acquire(), system.store.writers.acquire() as held, asyncio.timeout(5):
            found = await States(system.store).lead(office.org_id, lead.lead_id, held)
    assert found is not None


async def test_a_lead_that_is_not_there_is_none(office: Office) -> None:
    assert await office.system.states.lead(office.org_id, uuid7()) is None


async def test_somebody_s_desk_is_no_lead(office: Office, other_system: System) -> None:
    known = await office.at(other_system).organization()
    user, lead = AddUser(name="Ben", email="ben@acme.example"), CreateLead()
    ben = office.by(user.user_id)
    await office.run(user)
    await office.run(lead)
    sms = LogSms(lead_id=lead.lead_id, direction=Direction.INBOUND, text="Yes")
    await ben.run(sms)
    await ben.run(MarkDone(item_ids=(ItemId(item_id("activity", sms.sms_id, user.user_id)),)))
    assert await office.events(ItemsDone)
    # Not even where nobody has heard of the user.
    assert user.user_id not in known.users
    with pytest.raises(LeadNotFound):
        await office.at(other_system).run(UpdateLead(lead_id=LeadId(user.user_id), name="Bluth"))


async def test_an_organization_that_is_not_there_is_at_version_0(office: Office) -> None:
    organization = await office.system.states.organization(uuid7())
    assert (organization.version, organization.users) == (0, {})


async def test_what_is_kept_is_used_where_it_is_new_enough(office: Office, other_system: System) -> None:
    kept = await office.organization()
    await office.at(other_system).run(CreateLeadStatus(label="New"))
    assert await office.system.states.organization(office.org_id, at_least=kept.version) is kept
    newer = await office.system.states.organization(office.org_id, at_least=kept.version + 1)
    assert newer.version == kept.version + 1


async def test_an_older_state_does_not_replace_a_newer_one(office: Office) -> None:
    lead = CreateLead(name="Bluth")
    await office.run(lead)
    kept = office.system.states
    old = kept.kept_lead(office.org_id, lead.lead_id)
    await office.run(UpdateLead(lead_id=lead.lead_id, name="Sitwell"))
    kept.advance_lead(office.org_id, old, ())
    now = kept.kept_lead(office.org_id, lead.lead_id)
    assert now is not None
    assert now.name == "Sitwell"


async def notes_of(office: Office, lead: CreateLead, pins: int, others: int) -> list[ActivityId]:
    written = [WriteNote(lead_id=lead.lead_id, text="Note", pinned=n < pins) for n in range(pins + others)]
    for note in written:
        await office.run(note)
    return [note.note_id for note in written]


async def test_a_limit_is_not_enforced_on_what_was_true_a_moment_ago(office: Office, other_system: System) -> None:
    lead = CreateLead()
    await office.run(lead)
    notes = await notes_of(office, lead, PINS_MAX, 1)
    await office.at(other_system).run(UnpinNote(note_id=notes[0]))
    await office.run(PinNote(note_id=notes[PINS_MAX]))


async def test_a_limit_reached_elsewhere_holds_here(office: Office, other_system: System) -> None:
    lead = CreateLead()
    await office.run(lead)
    notes = await notes_of(office, lead, PINS_MAX - 1, 2)
    await office.at(other_system).run(PinNote(note_id=notes[-1]))
    with pytest.raises(TooManyPins):
        await office.run(PinNote(note_id=notes[-2]))


async def test_a_label_made_elsewhere_is_known_here(office: Office, other_system: System) -> None:
    lead = CreateLead()
    await office.run(lead)
    with pytest.raises(Refused, match=StatusLabelNotFound.reason):
        await office.run(ChangeLeadStatus(lead_id=lead.lead_id, status="New"))
    await office.at(other_system).run(CreateLeadStatus(label="New"))
    await office.run(ChangeLeadStatus(lead_id=lead.lead_id, status="New"))


async def test_nothing_to_do_is_not_said_on_what_was_true_a_moment_ago(office: Office, other_system: System) -> None:
    lead = CreateLead(name="Bluth")
    await office.run(lead)
    await office.at(other_system).run(UpdateLead(lead_id=lead.lead_id, name="Sitwell"))
    done = await office.run(UpdateLead(lead_id=lead.lead_id, name="Bluth"))
    assert done.version == 3


def test_what_was_not_used_for_longest_goes() -> None:
    recent: Recent[str, UserId] = Recent(2)
    one, two, three = (UserId(uuid7()) for _ in range(3))
    recent.put("one", one)
    recent.put("two", two)
    assert recent.get("one") == one
    recent.put("three", three)
    assert (recent.get("one"), recent.get("two"), recent.get("three")) == (one, None, three)
