"""past_pages: the whole lead page as of the middle of a long life, beside that of a short one, and beside today."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from app import onboarding
from app.database import Database
from app.event import Event
from app.ids import ActivityId, ContactId, LeadId, OrganizationId, TaskId, ThreadId, encode_id, uuid7
from app.lead.calls import CallLogged
from app.lead.contact_changes import ContactTitleChanged
from app.lead.contacts import NewContact
from app.lead.details import CreateLead, LeadDescriptionChanged, LeadRenamed
from app.lead.emails import EmailLogged
from app.lead.notes import NoteContent, NoteEdited, NoteWritten
from app.lead.tasks import TaskAdded, TaskCompleted
from app.request import Command
from app.situation import Situation
from app.system import System, open_system
from app.vocabulary import Direction, MessageStatus
from benchmarks.bench import Bench, settings
from benchmarks.documents import known
from benchmarks.load import Target, shoot
from benchmarks.office import serving
from benchmarks.table import Row, Side, compared, in_turns

AT_ONCE = 100  # events of a life that are written together


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


@dataclass(frozen=True, kw_only=True)
class _LiveOn:
    """Many facts at once, of which nobody asks whether they may be."""

    produces: ClassVar[dict[str, str]] = {"lead": "lead_id"}

    lead_id: LeadId
    events: Sequence[Event]

    def decide(self, lead: object, at: Situation) -> Sequence[Event]:
        """They are."""
        del lead, at
        return self.events


async def _live(system: System, org_id: OrganizationId, events: int) -> str:
    """A lead to which so many events happen, half of them edits."""
    person = NewContact(name="Lindsay")
    born = CreateLead(name="Bluth", contacts=(person,))
    commands: list[Command] = [born, *_life(born.lead_id, person.contact_id, events)]
    for command in commands:
        await system.dispatch.run(command, onboarding.system_request(org_id))
    return encode_id("lead", born.lead_id)


def _life(lead_id: LeadId, contact_id: ContactId, events: int) -> Iterator[_LiveOn]:
    lived = [event for number in range(events // 10) for event in _turn(contact_id, number)]
    for begin in range(0, len(lived), AT_ONCE):
        yield _LiveOn(lead_id=lead_id, events=lived[begin : begin + AT_ONCE])


def _turn(contact_id: ContactId, number: int) -> Sequence[Event]:
    """Ten events; tasks are done in the end, so that the page stays as large as pages are."""
    note_id, task_id, email_id = ActivityId(uuid7()), TaskId(uuid7()), ActivityId(uuid7())
    first, second, third = (f"Note {number}{words}" for words in ("", ", otherwise", ", at last"))
    return (
        NoteWritten(note_id=note_id, text=first, html=first),
        TaskAdded(task_id=task_id, text=f"Task {number}"),
        LeadDescriptionChanged(before=None, after=f"As of {number}"),
        CallLogged(call_id=ActivityId(uuid7()), direction=Direction.OUTBOUND, note=f"Call {number}"),
        ContactTitleChanged(contact_id=contact_id, before=None, after=f"Title {number}"),
        _email(email_id, f"E-mail {number}"),
        NoteEdited(note_id=note_id, before=NoteContent(text=first), after=NoteContent(text=second)),
        TaskCompleted(task_id=task_id, text=f"Task {number}"),
        LeadRenamed(before=None, after=f"Bluth {number}"),
        NoteEdited(note_id=note_id, before=NoteContent(text=second), after=NoteContent(text=third)),
    )


def _email(email_id: ActivityId, subject: str) -> EmailLogged:
    return EmailLogged(
        email_id=email_id,
        thread_id=ThreadId(email_id),
        direction=Direction.OUTBOUND,
        status=MessageStatus.SENT,
        to=("lindsay@bluth.example",),
        subject=subject,
    )
