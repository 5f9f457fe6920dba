"""Desks: an organization of people with much in their inboxes, and one of people with little, whose pages are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import asyncpg

from app import onboarding
from app.database import Database
from app.ids import LeadId, OrganizationId, UserId, encode_id, uuid7
from app.lead.calls import LogCall
from app.lead.details import CreateLead
from app.lead.emails import LogEmail
from app.lead.notes import WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.sms import LogSms
from app.lead.tasks import AddTask
from app.organization.users import AddUser
from app.request import Command, Request
from app.situation import Actor
from app.store.migrate import SCHEMA
from app.store.sql_file import load_statements
from app.store.store import Connection
from app.system import System, open_system
from app.vocabulary import CallDisposition, Direction
from benchmarks.bench import Bench, settings
from projections import INLINE

SQL = load_statements(Path(__file__).with_suffix(".sql"))

TIMES = ("UTC", "America/Los_Angeles", "Asia/Kolkata")  # zones of users, in turns
USUAL = ("open",) * 8 + ("snoozed", "later")  # what has become of a lead's items, in turns
DONE = ("done",)
ITEMS = 9  # of a usual lead
ORIGINALS = 20  # leads that are copied
RARELY = 3  # items of a rare kind
LONG = 50  # e-mails of one more lead of the ADMIN
_IDS = frozenset(
    {"activity_id", "thread_id", "latest_id", "task_id", "opportunity_id", "contact_id", "primary_contact_id"}
    | {"item_id", "subject_id", "email_id"}
)
Parts = list[tuple[int, Sequence[str]]]
People = dict[str, Parts]  # by name: items and what has become of them, oldest first
_PHONE, _PAST = "+12025550143", date(2001, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Desks:
    """One organization. Whose inbox is which is told by name; ids are as the API shows them."""

    database: Database
    org_id: OrganizationId
    api_key: str
    users: dict[str, str]
    long_lead: str


def desks(bench: Bench) -> tuple[Desks, Desks]:
    """People with little, and people with much."""
    few, many = bench.sizes.inbox_items
    database = bench.database()
    with bench.opened(open_system(settings(database), database)) as system:
        small = bench.run(_made(system, database, "Few", _little(few)))
        large = bench.run(_made(system, database, "Many", _much(many, bench.sizes.inbox_users)))
    bench.run(bench.vacuumed(database))
    return small, large


def _little(few: int) -> People:
    """So many items for the ADMIN; those who are looked at under a filter have about as many under it."""
    times = {"ADMIN": 1, "frequent": 3, "future": 5, "future frequent": 15}
    people: People = {name: [(few * by, USUAL)] for name, by in times.items()}
    return people | {"done": [(few, DONE)]}


def _much(many: int, users: int) -> People:
    late: Parts = [(many // 10, ("snoozed",)), (many // 10, ("open",))]
    named: People = {"ADMIN": [(many, USUAL)], "done": [(many // 4, DONE)], "late": late}
    return named | {f"user {one}": [(many * (20 + one) // 1_000, USUAL)] for one in range(len(named), users)}


async def _made(system: System, database: Database, name: str, people: People) -> Desks:
    org_id, admin_id = await onboarding.found(
        system, name=name, admin_email=f"ada@{name}.example".lower(), time_zone="UTC", currency="EUR"
    )
    users = {"ADMIN": admin_id}
    for number, one in enumerate(("original", *people)):
        if one not in users:
            adding = AddUser(
                name=one, email=f"{one.replace(' ', '.')}@{name}.example".lower(), time_zone=TIMES[number % len(TIMES)]
            )
            await system.dispatch.run(adding, onboarding.system_request(org_id))
            users[one] = adding.user_id
    usual, rare, long = await _originals(
        system, org_id, users["original"], admin_id, f"original@{name}.example".lower()
    )
    connection = await asyncpg.connect(database.owner_url, server_settings={"search_path": SCHEMA})
    try:
        await connection.execute(SQL["copies"])
        for one, parts in people.items():
            first = 0
            for items, states in parts:
                leads = items // ITEMS + 1
                await connection.execute(SQL["choose"], usual, users[one], leads, first, states)
                await connection.execute(SQL["choose"], rare, users[one], RARELY, first, states)
                first += leads
        await connection.execute(SQL["choose"], long, admin_id, 1, 0, ["open"])
        await _copy(connection, org_id)
        (copied,) = await connection.fetch("SELECT copy_id FROM copies WHERE lead_id = $1", long[0])
    finally:
        await connection.close()
    return Desks(
        database=database,
        org_id=org_id,
        api_key=await onboarding.add_key(system, org_id, admin_id),
        users={name: encode_id("user", id) for name, id in users.items()},
        long_lead=encode_id("lead", copied["copy_id"]),
    )


async def _originals(
    system: System, org_id: OrganizationId, owner_id: UserId, colleague_id: UserId, address: str
) -> tuple[list[LeadId], list[LeadId], list[LeadId]]:
    """Leads with items of every kind, one that has a rare one, and one with many e-mails."""
    usual, rare, long = ([LeadId(uuid7()) for _ in range(count)] for count in (ORIGINALS, 1, 1))
    own, other = (
        Request(org_id=org_id, actor=Actor(user_id=one), source="bench", correlation_id=uuid7())
        for one in (owner_id, colleague_id)
    )
    for number, lead_id in enumerate((*usual, *rare, *long)):
        await system.dispatch.run(CreateLead(lead_id=lead_id, name=f"Original {number}"), own)
    for lead_id in usual:
        for command in _handled(lead_id, address):
            await system.dispatch.run(command, own)
    for number in range(LONG):
        await system.dispatch.run(_mail(long[0], address, number), own)
    mention = (
        f'<p><span data-type="mention" data-id="{encode_id("user", owner_id)}" data-label="me">@me</span> look</p>'
    )
    await system.dispatch.run(WriteNote(lead_id=rare[0], html=mention), other)
    return usual, rare, long


def _handled(lead_id: LeadId, address: str) -> list[Command]:
    """What makes items, ITEMS of them."""
    call = partial(LogCall, lead_id=lead_id, direction=Direction.INBOUND, phone=_PHONE)
    return [
        *(_mail(lead_id, address, number) for number in range(3)),
        call(disposition=CallDisposition.NO_ANSWER),
        call(disposition=CallDisposition.VOICEMAIL_RECEIVED, duration_s=20),
        LogSms(lead_id=lead_id, direction=Direction.INBOUND, remote_phone=_PHONE, text="Call me, please."),
        AddTask(lead_id=lead_id, text="Send the offer", due_date=_PAST),
        AddOpportunity(lead_id=lead_id, date_won=_PAST),
        LogEmail(
            lead_id=lead_id,
            direction=Direction.OUTBOUND,
            to=("lindsay@customer.example",),
            subject="Our offer",
            body_text="Attached.",
            follow_up_at=datetime.now(UTC) + timedelta(days=1),
        ),
    ]


def _mail(lead_id: LeadId, address: str, number: int) -> LogEmail:
    return LogEmail(
        lead_id=lead_id,
        direction=Direction.INBOUND,
        sender="lindsay@customer.example",
        to=(address,),
        subject=f"Question {number}",
        body_text="When does it come?",
    )


async def _copy(connection: Connection, org_id: UUID) -> None:
    for table in (table for projection in INLINE for table in projection.tables):
        if "lead_id" not in table.all_columns:
            continue
        names = table.all_columns
        values = {column: f"one.{column}" for column in names}
        values |= {column: SQL["new_id"].replace("{column}", column) for column in _IDS.intersection(names)}
        values["lead_id"] = "copies.copy_id"
        if table.name.startswith("inbox_") and "owner_id" in names:
            values["owner_id"] = "copies.owner_id"
        if table.name == "inbox_item":
            values |= {"arrived_at": SQL["instant"], "day": SQL["day"]}
            values |= {"snoozed_until": SQL["snoozed"], "done_at": SQL["done"]}
        sql = SQL["copy"].replace("{table}", table.name).replace("{columns}", ", ".join(names))
        await connection.execute(sql.replace("{values}", ", ".join(values[column] for column in names)), org_id)
