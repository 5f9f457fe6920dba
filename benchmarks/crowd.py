"""Crowds: organizations of few and of many leads, in which every filter of the benchmark finds equally many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import asyncpg

from app import onboarding
from app.bulk import phrases
from app.bulk.history import History, Step
from app.bulk.road import Road
from app.database import Database
from app.entries import append_command, entries_of
from app.ids import CustomFieldId, LeadId, OrganizationId, StatusId, uuid7
from app.lead.contact_points import EmailAddress, PhoneNumber
from app.lead.contacts import NewContact
from app.lead.custom_values import ValueChange
from app.lead.details import CreateLead
from app.organization.custom_fields import CustomFieldCreated
from app.request import Request
from app.situation import Actor
from app.store.migrate import SCHEMA
from app.store.records import Appended
from app.store.sql_file import load_statements
from app.system import System, open_system, project
from app.vocabulary import CustomFieldTarget, CustomFieldType
from benchmarks.bench import Bench, settings
from projections import INLINE
from projections.lead_view.tables import CUSTOM

SQL = load_statements(Path(__file__).with_suffix(".sql"))

STATUS = "Customer"  # of the leads that the filter by status finds
WORD = "Zephyr"  # in the names of those that the search finds
CHOICE, CHOICES = "Gold", ("Silver", "Bronze", "Tin", "Gold")
SEATS = 1_000_000  # the value of the field of numbers that the filter by it finds
FREQUENT = "Quorum", "Qualified", "Silver"  # word, status and choice that a fifth of all leads have, each another one
FILTERS = 5  # leads of each step that some filter finds
VALUES = 10  # fields for the values of a lead that is created with many


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """An organization full of leads, and what filters name."""

    database: Database
    org_id: OrganizationId
    api_key: str
    statuses: dict[str, StatusId]
    tier: CustomFieldId
    seats: CustomFieldId
    texts: Sequence[CustomFieldId]


def crowds(bench: Bench, few: int, many: int) -> tuple[Crowd, Crowd]:
    """Few leads through the bulk road, and many: the same ones, and copies of those that no filter finds."""
    database = bench.database()
    with bench.opened(open_system(settings(database), database)) as system:
        small, plain = bench.run(_filled(system, database, few, bench.sizes.matches))
    large = replace(small, database=bench.copy_of(database))
    bench.run(_multiplied(large, plain, many - few))
    for one in (small, large):
        bench.run(bench.vacuumed(one.database))
    return small, large


async def _filled(system: System, database: Database, leads: int, matches: int) -> tuple[Crowd, list[LeadId]]:
    """The organization, and those of its leads that no filter finds."""
    org_id, admin_id = await onboarding.found(
        system, name="Crowd", admin_email="ada@crowd.example", time_zone="UTC", currency="EUR"
    )
    actor = Actor(user_id=admin_id)
    tier, seats, *texts = await _fields(system, Request(org_id=org_id, actor=actor, correlation_id=uuid7()))
    organization = await system.states.organization(org_id)
    made = Crowd(
        database=database,
        org_id=org_id,
        api_key=await onboarding.add_key(system, org_id, admin_id),
        statuses={status.label: status.id for status in organization.usable_lead_statuses},
        tier=tier,
        seats=seats,
        texts=texts,
    )
    step = leads // matches
    ids = [LeadId(uuid7()) for _ in range(leads)]
    histories = (_history(made, actor, lead_id, number, step) for number, lead_id in enumerate(ids))
    async for outcome in Road(system, org_id, source="bench").run(histories):
        assert not outcome.refused, outcome.refused[0]
    return made, [lead_id for number, lead_id in enumerate(ids) if number % step >= FILTERS]


async def _multiplied(crowd: Crowd, lead_ids: Sequence[LeadId], copies: int) -> None:
    connection = await asyncpg.connect(crowd.database.owner_url, server_settings={"search_path": SCHEMA})
    try:
        await connection.execute(SQL["pairs"])
        await connection.execute(SQL["pair"], list(lead_ids), copies)
        for table in (table for projection in INLINE for table in projection.tables):
            fresh = dict.fromkeys(table.key, "gen_random_uuid()")
            if table is CUSTOM:
                fresh = {"owner_id": "pairs.copy_id"}  # fields of leads alone have values here
            values = {column: f"one.{column}" for column in table.all_columns} | fresh | {"lead_id": "pairs.copy_id"}
            sql = SQL["copy"].replace("{table}", table.name)
            sql = sql.replace("{columns}", ", ".join(table.all_columns))
            sql = sql.replace("{values}", ", ".join(values[column] for column in table.all_columns))
            await connection.execute(sql, crowd.org_id)
    finally:
        await connection.close()


async def _fields(system: System, request: Request) -> list[CustomFieldId]:
    events = [
        CustomFieldCreated(field_id=_new(), target=CustomFieldTarget.LEAD, name=name, type=kind, choices=choices)
        for name, kind, choices in (
            ("Tier", CustomFieldType.CHOICES, CHOICES),
            ("Seats", CustomFieldType.NUMBER, ()),
            *((f"Text {number}", CustomFieldType.TEXT, ()) for number in range(VALUES)),
        )
    ]
    organization = await system.states.organization(request.org_id)
    entries = entries_of(events, request, request.org_id, organization.version)
    (answer,) = await system.store.append(request.org_id, [append_command(entries, project, organization)])
    assert isinstance(answer, Appended), answer
    return [event.field_id for event in events]


def _new() -> CustomFieldId:
    return CustomFieldId(uuid7())


def _history(crowd: Crowd, actor: Actor, lead_id: LeadId, number: int, step: int) -> History:
    """One lead of each `step` is found by the word, another by the status, the choice, the number, and all together."""
    random, place = Random(number), number % step  # the same each time
    word, status, choice = FREQUENT
    is_frequent = [number % 5 == share or place == 4 for share in range(3)]
    name = phrases.company(random)
    name += f" {WORD}" if place == 0 else f" {word}" if is_frequent[0] else ""
    labels = STATUS if place == 1 else status if is_frequent[1] else "Potential"
    tier = CHOICE if place == 2 else choice if is_frequent[2] else CHOICES[1 + number % 2]
    domain = f"{name.split()[0].lower()}{number}.example"
    created = CreateLead(
        lead_id=lead_id,
        name=name,
        url=f"https://www.{domain}",
        status_id=crowd.statuses[labels],
        contacts=(_contact(random, domain, number),),
        custom_fields=(
            ValueChange(field_id=crowd.tier, set=tier),
            ValueChange(field_id=crowd.seats, set=SEATS if place == 3 else number % 1_000),
        ),
    )
    return History(lead_id=lead_id, steps=[Step(actor, created)])


def _contact(random: Random, domain: str, number: int) -> NewContact:
    first, last = random.choice(phrases.FIRST_NAMES), random.choice(phrases.LAST_NAMES)
    return NewContact(
        name=f"{first} {last}",
        title=random.choice(phrases.TITLES),
        emails=(EmailAddress(email=f"{first}.{last}@{domain}".lower()),),
        phones=(PhoneNumber(phone=f"+1202{number % 9_000_000 + 1_000_000}"),),
    )
