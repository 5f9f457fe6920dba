"""past_pages: the whole lead page as of the middle of a long life, beside that of a short one, and beside today."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from app import onboarding
from app.database import Database
from app.ids import LeadId, OrganizationId, encode_id
from app.lead.calls import LogCall
from app.lead.contact_changes import UpdateContact
from app.lead.contacts import NewContact
from app.lead.details import CreateLead, UpdateLead
from app.lead.emails import LogEmail
from app.lead.notes import EditNote, WriteNote
from app.lead.tasks import AddTask, CompleteTask
from app.request import Command
from app.system import System, open_system
from app.vocabulary import Direction
from benchmarks.bench import Bench, settings
from benchmarks.documents import known
from benchmarks.load import Target, shoot
from benchmarks.office import serving
from benchmarks.table import Row, Side, compared, in_turns

AT_ONCE = 20  # turns of a life that are written at the same time


@dataclass(frozen=True, kw_only=True)
class Lives:
    """Leads by how many events they have."""

    database: Database
    org_id: OrganizationId
    api_key: str
    leads: dict[int, str] = field(default_factory=dict)


def rows(bench: Bench) -> Iterator[Row]:
    """Milliseconds that a page takes, one at a time: of the long life at most five times that of the short one."""
    lives = bench.once(_lived)
    short, long = sorted(lives.leads)
    with serving(bench, lives.database) as url:
        middle = _page(bench, url, lives, long, {"version": long // 2})
        for peer, words in (
            (_page(bench, url, lives, short, {"version": short // 2}), f"the middle of {short:,} events"),
            (_page(bench, url, lives, long, None), "today's"),
        ):
            ours, others = in_turns(bench.sizes.rounds, _taking(bench, middle), _taking(bench, peer))
            work = f"lead page as of the middle of {long:,} events beside {words}, 1 connection"
            yield compared(work, _side(ours), _side(others))


def _page(bench: Bench, url: str, lives: Lives, length: int, as_of: dict[str, int] | None) -> Target:
    document, _ = known("past_page")
    return Target.of(
        bench.scratch,
        url=url,
        document=document,
        variables={"id": "__ID__", "asOf": as_of},
        ids=[lives.leads[length]],
        authorization=f"Bearer {lives.api_key}",
    )


def _taking(bench: Bench, target: Target) -> Callable[[], float]:
    return lambda: shoot(target, connections=1, seconds=bench.sizes.round_s / 2)["p50_ms"]


def _side(numbers: Sequence[float]) -> Side:
    return Side(numbers=numbers, unit="ms")


# ---------------------------------------------------------------- lives


def _lived(bench: Bench) -> Lives:
    database = bench.database()
    with bench.opened(open_system(settings(database), database)) as system:
        lives = bench.run(_founded(system, database))
        for length in bench.sizes.life_events:
            lives.leads[length] = bench.run(_live(system, lives.org_id, length))
    bench.run(bench.vacuumed(database))
    return lives


async def _founded(system: System, database: Database) -> Lives:
    org_id, admin_id = await onboarding.found(
        system, name="Lives", admin_email="ada@lives.example", time_zone="UTC", currency="EUR"
    )
    return Lives(database=database, org_id=org_id, api_key=await onboarding.add_key(system, org_id, admin_id))


async def _live(system: System, org_id: OrganizationId, events: int) -> str:
    """A lead to which so many events happen, half of them edits."""
    person = NewContact(name="Lindsay")
    born = CreateLead(name="Bluth", contacts=(person,))
    await system.dispatch.run(born, onboarding.system_request(org_id))
    turns = [_turn(born.lead_id, person, number) for number in range(events // len(_turn(born.lead_id, person, 0)))]
    for begin in range(0, len(turns), AT_ONCE):
        await asyncio.gather(*(_take(system, org_id, turn) for turn in turns[begin : begin + AT_ONCE]))
    return encode_id("lead", born.lead_id)


async def _take(system: System, org_id: OrganizationId, turn: Sequence[Command]) -> None:
    for command in turn:
        await system.dispatch.run(command, onboarding.system_request(org_id))


def _turn(lead_id: LeadId, person: NewContact, number: int) -> Sequence[Command]:
    """Ten commands of one event each; tasks are done in the end, so that the page stays as large as pages are."""
    note, task = WriteNote(lead_id=lead_id, text=f"Note {number}"), AddTask(lead_id=lead_id, text=f"Task {number}")
    return (
        note,
        task,
        UpdateLead(lead_id=lead_id, description=f"As of {number}"),
        LogCall(lead_id=lead_id, direction=Direction.OUTBOUND, note=f"Call {number}"),
        UpdateContact(contact_id=person.contact_id, title=f"Title {number}"),
        LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND, subject=f"E-mail {number}"),
        EditNote(note_id=note.note_id, text=f"Note {number}, otherwise"),
        CompleteTask(task_id=task.task_id),
        UpdateLead(lead_id=lead_id, name=f"Bluth {number}"),
        EditNote(note_id=note.note_id, text=f"Note {number}, at last"),
    )
