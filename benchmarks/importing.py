"""importing: events a second of CSV files becoming leads, beside COPY of the same rows into bare tables."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from app.bulk.importing import import_into
from app.bulk.mapping.importing import import_mapped
from app.bulk.report import ImportReport
from app.cli.running import rare_collections
from app.onboarding import found, system_request
from app.organization.field_edits import CreateCustomField
from app.system import System, open_system
from app.vocabulary import CustomFieldTarget, CustomFieldType
from benchmarks.bench import Bench, settings
from benchmarks.seed import copied
from benchmarks.table import Row, Side, compared, in_turns

ORDERS = 8  # of each of Northwind's customers
BRANCHES, REGIONS = ("Food", "Retail", "Toys"), ("North", "South")
FIELDS = {
    "Branch": (CustomFieldType.CHOICES, BRANCHES),
    "Volume": (CustomFieldType.NUMBER, ()),
    "Until": (CustomFieldType.DATE, ()),
    "Remark": (CustomFieldType.TEXT, ()),
    "Region": (CustomFieldType.CHOICES, REGIONS),
}
MAP = """
kind = "company"
key = "No"
source = "erp"
[columns]
name = "Company"
url = "Web"
"contact.name" = ["First", "Last"]
"contact.email" = "Mail"
"contact.phone" = "Phone"
"""

Import = Callable[[System, UUID], Awaitable[ImportReport]]


def rows(bench: Bench) -> Iterator[Row]:
    """A mapped file, whose rows have custom fields, and Northwind's files, whose orders are small."""
    count = bench.sizes.import_rows
    mapped, northwind = (
        partial(_mapped, _mapped_files(bench, count)),
        partial(_northwind, _northwind_files(bench, count)),
    )
    yield _speed(bench, f"import --map, {count:,} leads of a contact and {len(FIELDS)} custom values", mapped)
    yield _speed(bench, f"import, {count:,} customers of {ORDERS} orders", northwind)


def _speed(bench: Bench, work: str, load: Import) -> Row:
    database = bench.database()
    rounds = iter(range(bench.sizes.rounds))
    with bench.opened(open_system(settings(database), database)) as system, rare_collections():
        ours, peer = in_turns(
            bench.sizes.rounds,
            lambda: bench.run(_loaded(system, load, next(rounds))),
            lambda: bench.run(copied(bench, database)),
        )
    return compared(
        f"{work}, all projections; peer: COPY of the same rows into tables without keys and indexes",
        Side(numbers=ours, unit="events/s"),
        Side(numbers=peer, unit="events/s"),
    )


async def _loaded(system: System, load: Import, number: int) -> float:
    """Events a second of importing into an organization of its own."""
    org_id, _ = await found(
        system, name=f"Round {number}", admin_email="ada@bench.example", time_zone="UTC", currency="EUR"
    )
    for name, (kind, choices) in FIELDS.items():
        field = CreateCustomField(target=CustomFieldTarget.LEAD, name=name, type=kind, choices=choices)
        await system.dispatch.run(field, system_request(org_id))
    before = await system.store.max_notification_id(org_id) or 0
    began = time.perf_counter()
    report = await load(system, org_id)
    elapsed = time.perf_counter() - began
    assert not report.has_losses, report.lines()
    return float(((await system.store.max_notification_id(org_id) or 0) - before) / elapsed)


async def _mapped(files: Sequence[Path], system: System, org_id: UUID) -> ImportReport:
    return await import_mapped(system, org_id, files[1:], files[0], progress=_silent)


async def _northwind(files: Sequence[Path], system: System, org_id: UUID) -> ImportReport:
    return await import_into(system, org_id, files, progress=_silent)


def _silent(_done: int, _total: int) -> None:
    pass


def _mapped_files(bench: Bench, count: int) -> list[Path]:
    """A map and the file that it is of."""
    chance = random.Random(1)
    header = ("No", "Company", "Web", "First", "Last", "Mail", "Phone", *FIELDS)
    map_file = bench.scratch / "map.toml"
    map_file.write_text(MAP + "".join(f'"custom.{name}" = "{name}"\n' for name in FIELDS))
    records = (_record(chance, number) for number in range(count))
    return [map_file, _written(bench.scratch / "erp.csv", header, records)]


def _record(chance: random.Random, number: int) -> tuple[object, ...]:
    site = f"{chance.choice(('alpha', 'gamma', 'omega'))}{chance.randrange(10_000)}"
    return (
        number,
        f"{site.title()} Trading {number}",
        f"https://{site}.example",
        f"Ann{chance.randrange(500)}",
        f"Berg{chance.randrange(5_000)}",
        f"ann{number}@{site}.example",
        f"+1202555{chance.randrange(100, 200):04}",
        chance.choice(BRANCHES),
        chance.randrange(10**7) / 100,
        f"20{chance.randrange(20, 30)}-0{chance.randrange(1, 10)}-11",
        f"likes {chance.choice(('blue', 'green', 'red'))}",
        chance.choice(REGIONS),
    )


def _northwind_files(bench: Bench, count: int) -> list[Path]:
    customers = ((f"C{one}", f"Company {one}", f"Ann Berg{one}") for one in range(count))
    orders = ((one + 1, f"C{one % count}", f"2021-05-0{one % 9 + 1}", one / 100) for one in range(count * ORDERS))
    return [
        _written(bench.scratch / "customers.csv", ("CustomerID", "CompanyName", "ContactName"), customers),
        _written(bench.scratch / "orders.csv", ("OrderID", "CustomerID", "OrderDate", "Total"), orders),
    ]


def _written(path: Path, header: Sequence[str], records: Iterable[Sequence[object]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *records])
    return path
