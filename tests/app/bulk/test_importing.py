"""import: what goes in, what does not and why, and that it goes in once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.bulk.importing import import_into
from app.bulk.northwind import SOURCE, opportunity_id
from app.bulk.report import ImportReport
from app.demo.customers import NORTHWIND
from app.ids import LeadId
from app.lead.addresses import Address
from app.lead.contact_points import EmailAddress, PhoneNumber
from app.lead.contacts import ContactAdded
from app.lead.deletion import DeleteLead
from app.lead.details import ExternalId, LeadCreated, external_claim
from app.lead.opportunities import AddOpportunity, OpportunityAdded
from app.organization.users import UserAdded
from app.vocabulary import ContactPointType
from tests.support.office import Office

Write = Callable[..., Path]

CUSTOMERS = "CustomerID,CompanyName,ContactName,ContactTitle,Country,Phone,Fax,Email,Since\n"
EMPLOYEES = "EmployeeID,FirstName,LastName,Email,TimeZone\n"
ORDERS = "OrderID,CustomerID,EmployeeID,OrderDate,Total\n"
BLUTH = "BLUTH,Bluth Company,Lindsay Bluth,Owner,Germany,030 123456,,lindsay@bluth.example,2020-01-31\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write_file


async def test_northwind_goes_in_whole(office: Office) -> None:
    report = await _import(office, NORTHWIND)
    assert report.exit_code == 0
    assert [(count.rows, count.new, count.there) for count in report.counts.values()] == [
        (93, 93, 0),
        (9, 9, 0),
        (830, 830, 0),
    ]
    organization = await office.organization()
    andrew = organization.user_with_email("andrew.fuller@northwind.example")
    opportunities = await office.events(OpportunityAdded)
    (first,) = [one for one in opportunities if getattr(one, "note", None) == "Order 10265"]
    assert isinstance(first, OpportunityAdded)
    assert andrew is not None
    assert first.user_id == andrew.id
    assert (first.status_label, first.value, first.date_won) == ("Won", Decimal("1176.00"), date(1996, 7, 25))
    alfreds = [one for one in await office.events(LeadCreated) if getattr(one, "name", None) == "Alfreds Futterkiste"]
    (created,) = alfreds
    assert isinstance(created, LeadCreated)
    assert created.addresses == (Address(address1="Obere Str. 57", city="Berlin", postal_code="12209", country="DE"),)
    assert sum(one.value or 0 for one in opportunities if isinstance(one, OpportunityAdded)) == Decimal("1265793.22")


async def test_an_import_is_one_request(office: Office) -> None:
    founded = len(await office.log())
    await _import(office, NORTHWIND)
    imported = (await office.log())[founded:]
    assert len({fact.correlation_id for fact in imported}) == 1
    assert {fact.source for fact in imported} == {"import"}


async def test_twice_adds_nothing(office: Office) -> None:
    await _import(office, NORTHWIND)
    before = len(await office.log())
    again = await _import(office, NORTHWIND)
    assert len(await office.log()) == before
    assert [(count.rows, count.new, count.there) for count in again.counts.values()] == [
        (93, 0, 93),
        (9, 0, 9),
        (830, 0, 830),
    ]


async def test_a_dry_run_reports_the_same_and_adds_nothing(office: Office, write: Write) -> None:
    write("customers.csv", CUSTOMERS + BLUTH + "X,X,,,,12,,no address,\n")
    write("employees.csv", EMPLOYEES + "1,Ann,Veal,ann@acme.example,Europe/Bern\n")
    orders = write("orders.csv", ORDERS + "1,BLUTH,1,2020-02-30,5\n2,BLUTH,1,2020-02-29,5\n3,BLUTH,2,2020-02-29,5\n")
    before = len(await office.log())
    dry = await _import(office, orders.parent, dry_run=True)
    assert len(await office.log()) == before
    wet = await _import(office, orders.parent)
    assert dry.lines() == wet.lines()
    assert len(dry.problems) == 5


async def test_what_was_broken_off_is_completed(office: Office, write: Write) -> None:
    customers = write("customers.csv", CUSTOMERS + BLUTH)
    employees = write("employees.csv", EMPLOYEES + "1,Ann,Veal,ann@acme.example,\n")
    orders = write("orders.csv", ORDERS + "1,BLUTH,1,2020-02-01,5\n")
    await _import(office, customers)
    await _import(office, employees, orders)
    more = write("orders.csv", ORDERS + "1,BLUTH,1,2020-02-01,5\n2,BLUTH,1,2020-02-02,7\n")
    report = await _import(office, customers, employees, more)
    assert [(count.new, count.there) for count in report.counts.values()] == [(0, 1), (0, 1), (1, 1)]
    values = [getattr(event, "value", None) for event in await office.events(OpportunityAdded)]
    assert values == [Decimal(5), Decimal(7)]


async def test_a_customer_whose_lead_was_deleted_is_made_anew(office: Office, write: Write) -> None:
    write("customers.csv", CUSTOMERS + BLUTH)
    orders = write("orders.csv", ORDERS + "1,BLUTH,,2020-02-01,5\n")
    await _import(office, orders.parent)
    claim = external_claim(ExternalId(SOURCE, "BLUTH"))
    held = await office.system.store.select_claims(office.org_id, [claim])
    await office.run(DeleteLead(lead_id=LeadId(held[claim])))
    for counts in ([(1, 0), (1, 0)], [(0, 1), (0, 1)]):
        report = await _import(office, orders.parent)
        assert [(count.new, count.there) for count in report.counts.values()] == counts


async def test_orders_are_known_by_the_ids_of_before_too(office: Office, write: Write) -> None:
    await _import(office, write("customers.csv", CUSTOMERS + BLUTH))
    claim = external_claim(ExternalId(SOURCE, "BLUTH"))
    lead_id = LeadId((await office.system.store.select_claims(office.org_id, [claim]))[claim])
    old = opportunity_id(office.org_id, "BLUTH", "1")
    await office.run(AddOpportunity(lead_id=lead_id, opportunity_id=old))
    report = await _import(office, write("orders.csv", ORDERS + "1,BLUTH,,2020-02-01,5\n2,BLUTH,,2020-02-01,5\n"))
    assert [(count.new, count.there) for count in report.counts.values()] == [(1, 1)]


async def test_a_bad_number_and_a_bad_address_are_left_empty(office: Office, write: Write) -> None:
    """They are told by line and field, behind a cell that goes over several lines; the rest goes in."""
    file = write(
        "customers.csv",
        CUSTOMERS
        + 'A,"Sitwell\r\nEnterprises",,,,,,,\r\n'
        + "B,Gothic Castle,Lucille Austero,,USA,(415) 555-0123,12,not an address,soon\r\n",
    )
    report = await _import(office, file)
    assert report.exit_code == 0
    assert _told(report) == [(4, "Since"), (4, "Email"), (4, "Fax")]
    assert "soon is no date" in report.lines()[1]
    (contact,) = await office.events(ContactAdded)
    assert isinstance(contact, ContactAdded)
    assert contact.name == "Lucille Austero"
    assert contact.phones == (PhoneNumber(phone="+14155550123", type=ContactPointType.OFFICE, country="US"),)
    assert contact.emails == ()
    assert await _names(office) == ["Sitwell\nEnterprises", "Gothic Castle"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
async def test_utf_8_with_and_without_a_mark(office: Office, write: Write, encoding: str, ending: str) -> None:
    text = "CUSTOMERID,companyname,Email\nA,Café Ärger & Söhne,  s@x.example \n\n".replace("\n", ending)
    report = await _import(office, write("customers.csv", text, encoding))
    assert report.counts.popitem()[1].new == 1
    assert await _names(office) == ["Café Ärger & Söhne"]
    (contact,) = await office.events(ContactAdded)
    assert isinstance(contact, ContactAdded)
    assert contact.emails == (EmailAddress(email="s@x.example"),)


async def test_another_encoding_is_told_by_line_and_field(office: Office, write: Write) -> None:
    file = write("customers.csv", "CustomerID,CompanyName\nA,Ascii\nB,Jürgen\nC,Cash\n", "latin-1")
    report = await _import(office, file)
    assert _told(report)[-1:] == [(3, "CompanyName")]
    assert report.exit_code == 1
    assert await _names(office) == ["Ascii", "Cash"]


async def test_a_file_in_utf_16_is_left_out(office: Office, write: Write) -> None:
    good = write("good.csv", CUSTOMERS + BLUTH)
    report = await _import(office, good, write("bad.csv", CUSTOMERS + BLUTH, "utf-16"))
    assert report.exit_code == 1
    assert [(problem.file.name, problem.line) for problem in report.problems] == [("bad.csv", 1)]
    assert await _names(office) == ["Bluth Company"]


async def test_columns_that_are_missing_or_unknown_are_told(office: Office, write: Write) -> None:
    report = await _import(office, write("customers.csv", "CompanyName,Zodiac,CustomerID\nBluth,Leo,1\n"))
    assert report.exit_code == 0
    unused, *missing = [problem.field for problem in report.problems]
    assert unused == "Zodiac"
    assert missing == ["ContactName", "ContactTitle", "Email", "Phone", "Fax", "Country", "Since"]
    assert await _names(office) == ["Bluth"]


async def test_rows_that_cannot_go_in_are_told_and_the_others_go_in(office: Office, write: Write) -> None:
    customers = write(
        "customers.csv", CUSTOMERS + BLUTH + "BLUTH,Again,,,,,,,\n,Nobody,,,,,,,\nC,Cash,,,,,,,,too many\n"
    )
    employees = write("employees.csv", EMPLOYEES + "1,Ann,Veal,ann at acme,\n2,Ann,Veal,ann@acme.example,\n")
    orders = write(
        "orders.csv",
        ORDERS
        + "1,BLUTH,1,2020-02-01,5\n"  # an employee who is no user
        + "2,BLUTH,2,yesterday,5\n"
        + "3,NONE,2,2020-02-01,5\n"
        + "4,BLUTH,2,2020-02-01,minus five\n"
        + "5,BLUTH,2,2020-02-01,-5\n"
        + '6,BLUTH,2,2020-02-01,"5\n',
    )
    report = await _import(office, customers, employees, orders)
    assert report.exit_code == 1
    assert sorted((problem.file.stem, problem.line or 0, problem.field) for problem in report.problems) == [
        ("customers", 3, "CustomerID"),
        ("customers", 4, "CustomerID"),
        ("customers", 5, None),
        ("employees", 2, "Email"),
        ("orders", 2, "EmployeeID"),
        ("orders", 3, "OrderDate"),
        ("orders", 4, "CustomerID"),
        ("orders", 5, "Total"),
        ("orders", 6, "Total"),
        ("orders", 7, None),
    ]
    assert await _names(office) == ["Bluth Company"]
    assert len(await office.events(UserAdded)) == 2
    assert [getattr(one, "value", 0) for one in await office.events(OpportunityAdded)] == [Decimal(5), None, None]


async def test_what_only_the_lead_can_refuse_is_told_too(office: Office, write: Write) -> None:
    """A lead holds a thousand opportunities."""
    orders = "".join(f"{number},BLUTH,,2020-02-01,5\n" for number in range(1_002))
    write("customers.csv", CUSTOMERS + BLUTH)
    file = write("orders.csv", ORDERS + orders)
    report = await _import(office, file.parent)
    assert _told(report) == [(1_002, None), (1_003, None)]
    assert report.counts[file, "opportunities"].new == 1_000


async def _import(office: Office, *paths: Path, dry_run: bool = False) -> ImportReport:
    steps: list[tuple[int, int]] = []
    report = await import_into(
        office.system, office.org_id, paths, dry_run=dry_run, progress=lambda done, total: steps.append((done, total))
    )
    assert all(done <= total for done, total in steps)
    assert len(steps) == sum(count.rows for count in report.counts.values())
    return report


async def _names(office: Office) -> list[Any]:
    return [getattr(event, "name", None) for event in await office.events(LeadCreated)]


def _told(report: ImportReport) -> list[tuple[int | None, str | None]]:
    """Lines and fields of what was lost."""
    return [(problem.line, problem.field) for problem in report.problems if problem.line is not None]
