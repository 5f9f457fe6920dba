"""Law: undoing what was done last leaves everything as it was before, and what a dry run says is what happens."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from app.event import Event, Fact
from app.lead.event import LeadEvent
from app.lead.lead import Lead, replay
from app.lead.refusals import FieldNotFound
from app.organization.refusals import OpportunityStatusNotFound, StatusNotFound
from app.rebuild import rebuild
from app.refusal import Refusal, Refused, refusals_of
from app.system import System
from app.undo.refusals import CannotBeUndone
from app.undo.undoing import Undo
from tests.laws.story import Step, telling
from tests.support.office import Office, found_office

law = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))

TABLES = ("lead_view", "lead_contact", "lead_opportunity", "lead_task", "lead_custom", "lead_search", "activity_feed")
STAMPS = {"version", "updated_at", "from_pos", "place", "pinned_at", "edited_at"}
TOLD_ANEW = {"LEAD_STATUS_CHANGE", "OPPORTUNITY_STATUS_CHANGE", "TASK_COMPLETED"}  # entries that undoing may add
NO_WAY_BACK = (CannotBeUndone, StatusNotFound, OpportunityStatusNotFound, FieldNotFound)
Rows = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """What an organization's leads are, and the log behind them."""

    log: tuple[Fact[Event], ...]
    leads: Mapping[UUID, Lead]
    rows: Rows


# A lead on which there is something of each kind, so that most of what follows finds what it is about.
_BEGINNING = (
    "create, found type, found people, add contact, add contact, add opportunity, add task, add task, write note"
)
_THINGS = f"{_BEGINNING}, write note, log call, log sms, log meeting, record, record, log email, log email".split(", ")
_WORDS = (
    *("update", "change status", "change contact", "change contact", "reorder contacts", "address", "delete lead"),
    *("update opportunity", "update opportunity", "update task", "update task", "complete", "complete", "delete"),
    *("delete", "delete thread", "edit", "edit", "edit again", "edit draft", "edit visit", "pin", "pin any", "handle"),
    *("begin with values", "change values", "log status change", "bring files", "ring", "upsert", "add task"),
)


def tale(seed: int) -> list[Step]:
    """Such a lead, and then 20 commands. Of one number: told by parts, most of it would be what is simplest."""
    chance = random.Random(seed)
    words = (*_THINGS, *chance.choices(_WORDS, k=20))
    return [Step(word, chance.randrange(2**16)) for word in words]


@for_all(steps=st.integers(0, 2**32).map(tale))
@law
async def test_undoing_what_was_done_last_leaves_all_as_it_was(system: System, steps: list[Step]) -> None:
    office = await found_office(system, f"Acme {uuid4()}")
    looks = [look async for look in looks_at(office, [[step] for step in steps])]
    for before, after in reversed(list(pairwise(looks))):
        done = after.log[len(before.log) :]
        if not any(isinstance(fact.event, LeadEvent) for fact in done):
            continue
        if not await is_undone(office, done):
            break  # what was done earlier does not stand alone any more
        now = await look_at(office)
        assert states_of(now) == states_of(before)
        assert rows_of(now, but_for=before) == rows_of(before)
    assert await rebuild(system, projection=None, organization=(await office.organization()).name) == []


async def looks_at(office: Office, rounds: Sequence[Sequence[Step]]) -> AsyncIterator[Look]:
    yield await look_at(office)
    async for _ in telling([office], rounds):
        yield await look_at(office)


async def look_at(office: Office) -> Look:
    log = await office.log()
    streams: dict[UUID, list[Fact[Event]]] = {}
    for fact in log:
        if isinstance(fact.event, LeadEvent):
            streams.setdefault(fact.stream_id, []).append(fact)
    replayed = {stream_id: replay(None, facts) for stream_id, facts in streams.items()}
    leads = {id: lead for id, lead in replayed.items() if lead is not None and not lead.is_deleted}
    rows: Rows = {}
    for table in TABLES:
        sql = f"SELECT lead_id, to_jsonb(t)::text AS row FROM {table} t WHERE org_id = $1"  # noqa: S608 - names of tables
        for row in await office.system.store.fetch(None, sql, office.org_id):
            if row["lead_id"] in leads:
                values = msgspec.json.decode(row["row"])
                rows[_key(table, values)] = values
    return Look(log, leads, rows)


async def is_undone(office: Office, done: Sequence[Fact[Event]]) -> bool:
    """Undo what one command did; False where nothing can."""
    undo, before = Undo(correlation_id=done[0].correlation_id), await office.log()
    try:
        proposal = await office.system.undoing.propose(undo, office.request())
        result = await office.system.undoing.run(undo, office.request())
    except (Refusal, Refused) as error:
        if not all(isinstance(one, NO_WAY_BACK) for one in refusals_of(error)):
            raise
        assert await office.log() == before
        return False
    recorded = (await office.log())[len(before) :]
    assert [_plain(one) for one in proposal.entries] == [_plain(one) for one in recorded]
    assert sorted(result.undone) == sorted(one.event_id for one in done)
    assert {one.causation_id for one in recorded} <= {one.event_id for one in done}
    return True


def states_of(look: Look) -> dict[UUID, Any]:
    """Without what only counts: versions, and places, whose order is what they mean."""
    return {id: _state(lead) for id, lead in look.leads.items()}


def rows_of(look: Look, but_for: Look | None = None) -> Rows:
    """Without stamps, and of completions; `but_for`: without entries that undoing has added since that look."""
    return {
        key: _row(row)
        for key, row in look.rows.items()
        if row.get("kind") != "TASK_COMPLETED"
        and not (but_for and row.get("kind") in TOLD_ANEW and key not in but_for.rows)
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in row.items() if name not in STAMPS}
    if isinstance(row.get("details"), dict):  # threads that were joined stay joined; what is empty is as if absent
        plain["details"] = {name: one for name, one in row["details"].items() if name != "thread_id" and one != {}}
    return {**plain, "is_pinned": row.get("pinned_at") is not None}


def _key(table: str, row: dict[str, Any]) -> str:
    names = ("lead_id", "activity_id", "contact_id", "opportunity_id", "task_id", "owner_id", "field_id")
    if table == "activity_feed":
        return f"activity {row['activity_id']}"
    wanted = {"lead_opportunity": ("opportunity_id",), "lead_task": ("task_id",)}.get(table, names)
    return " ".join([table, *(str(row.get(name)) for name in wanted)])


def _state(lead: Lead) -> Any:
    contacts = [(id, msgspec.structs.replace(one, place=0)) for id, one in lead.contacts.items()]
    plain = msgspec.structs.replace(lead, version=0, status_label="", contacts={}, pins=())
    return plain, contacts, sorted(lead.pins)


def _plain(entry: Any) -> tuple[Any, ...]:
    return entry.stream_id, entry.version, entry.causation_id, entry.event
