"""Rows of mapped files: what goes in, what does not and why, and that it goes in once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from app.bulk.report import ImportReport
from app.event import Event
from app.ids import LeadId
from app.lead.contacts import ContactAdded
from app.lead.deletion import DeleteLead
from app.lead.details import ExternalId, LeadCreated, external_claim
from app.lead.opportunities import OpportunityAdded
from app.operator_error import OperatorError
from app.vocabulary import CustomFieldTarget, CustomFieldType, ValuePeriod
from tests.app.bulk.mapping.conftest import Import
from tests.app.bulk.mapping.fields import make_field
from tests.support.office import Office

E = TypeVar("E", bound=Event)

COMPANIES = 'kind = "company"\nfile = "c*.csv"\nkey = "No"\n'
COMPANY = 'source = "erp"\n' + COMPANIES + "[columns]\n"
PEOPLE = 'kind = "contact"\nfile = "p*.csv"\nkey = "No"\nlead = "Of"\n'
DEALS = 'kind = "opportunity"\nfile = "o*.csv"\nkey = "No"\nlead = "Of"\n'
ALL = (
    f'source = "erp"\n[[map]]\n{COMPANIES}[map.columns]\nname = "Name"\n'
    f'[[map]]\n{DEALS}[map.columns]\nvalue = "Sum"\ncontact = "Who"\n'
    f'[[map]]\n{PEOPLE}[map.columns]\nname = "Name"\nemail = "Mail"\n'
)


async def test_a_person_is_a_lead_that_bears_its_contacts_name(office: Office, imported: Import) -> None:
    map = 'source = "shop"\nkind = "person"\nkey = "Mail"\n[columns]\nname = ["First", "Last"]\ncontact.email = "Mail"'  # noqa: A001
    await imported(map, people="Mail,First,Last\nl@x.example,Lindsay,Bluth\nonly@x.example,,\n")
    assert [lead.name for lead in await _events(office, LeadCreated)] == [None, None]
    contacts = await _events(office, ContactAdded)
    assert [(one.name, one.emails[0].email) for one in contacts] == [
        ("Lindsay Bluth", "l@x.example"),
        (None, "only@x.example"),
    ]


async def test_contacts_and_opportunities_find_their_lead_in_any_order(office: Office, imported: Import) -> None:
    report = await imported(
        ALL,
        opportunities="No,Of,Sum,Who\n1,A,5,P\n2,B,6,\n",
        people="No,Of,Name,Mail\nP,A,Ann,\n",
        companies="No,Name\nA,Acme\nB,Bluth\n",
    )
    assert report.exit_code == 0
    (ann,) = await _events(office, ContactAdded)
    first, second = await _events(office, OpportunityAdded)
    assert (first.contact_id, second.contact_id) == (ann.contact_id, None)


async def test_leads_that_are_there_get_what_is_new(office: Office, imported: Import) -> None:
    await imported(ALL, companies="No,Name\nA,Acme\nB,Bluth\n", people="No,Of,Name,Mail\nP,A,Ann,\n")
    more = {"people": "No,Of,Name,Mail\nP,A,Ann,\nQ,A,Quinn,\n", "opportunities": "No,Of,Sum,Who\n1,A,5,P\n2,B,6,\n"}
    dry = await imported(ALL, True, **more)
    report = await imported(ALL, **more)
    assert dry.lines() == report.lines()
    assert _counts(report) == {"companies": (0, 2), "people": (1, 1), "opportunities": (2, 0)}
    assert _counts(await imported(ALL)) == {"companies": (0, 2), "people": (0, 2), "opportunities": (0, 2)}


async def test_the_lead_may_stand_in_no_file(office: Office, imported: Import, tmp_path: Path) -> None:
    await imported(ALL, companies="No,Name\nA,Acme\n")
    (tmp_path / "companies.csv").unlink()
    report = await imported(ALL, people="No,Of,Name,Mail\nP,A,Ann,\nQ,Z,Zoe,\n")
    assert _told(report) == [
        ("people", 3, "Of", "No lead is called Z by erp, neither in these files nor in the organization.")
    ]
    assert [one.name for one in await _events(office, ContactAdded)] == ["Ann"]


async def test_a_dry_run_says_the_same_and_adds_nothing(office: Office, imported: Import) -> None:
    files = {
        "companies": "No,Name\nA,Acme\nA,Again\n,Nobody\n",
        "people": "No,Of,Name,Mail\nP,A,Ann,no address\nQ,Z,Zoe,\nR,A,,\n",
        "opportunities": "No,Of,Sum,Who\n1,A,five,P\n2,A,-6,\n3,A,7,Nobody\n",
    }
    before = len(await office.log())
    dry = await imported(ALL, True, **files)
    assert len(await office.log()) == before
    wet = await imported(ALL, **files)
    assert dry.lines() == wet.lines()
    assert [(file, line, field) for file, line, field, _ in _told(wet)] == [
        ("companies", 3, "No"),
        ("companies", 4, "No"),
        ("opportunities", 2, "Sum"),
        ("opportunities", 3, "Sum"),
        ("opportunities", 4, "Who"),
        ("people", 2, "Mail"),
        ("people", 3, "Of"),
        ("people", 4, None),
    ]
    assert _counts(wet) == {"companies": (1, 0), "people": (1, 0), "opportunities": (3, 0)}
    assert [one.value for one in await _events(office, OpportunityAdded)] == [None, None, Decimal(7)]


async def test_what_is_refused_of_a_new_lead_is_left_empty_all_at_once(office: Office, imported: Import) -> None:
    await make_field(office, "Branch", CustomFieldType.CHOICES, choices=("Retail", "Toys"), multiple=True)
    await make_field(office, "Lot", CustomFieldType.NUMBER)
    await make_field(office, "Shoe", CustomFieldType.DATE, target=CustomFieldTarget.CONTACT)
    columns = (
        'name = "N"\nstatus = "S"\nurl = "U"\ncreated_at = "C"\n"contact.email" = ["M", "M2"]\n"contact.phone" = "P"\n'
        '"custom.branch" = "B"\n"custom.Lot" = "L"\n"contact.custom.Shoe" = "D"\ncountry = "Land"\n'
        '[read]\nseparator = ";"'
    )
    good = "1,Acme,customer,acme.example,2020-02-29,a@x.example,b@x.example,030 123456,Toys;Retail,1.5,2020-01-01,de\n"
    bad = "2,Bluth,Fresh,no url,2020-02-30,a@x.example,b,12,Toys;Space,1e400,2020-13-01,Oz\n"
    report = await imported(COMPANY + columns, c="No,N,S,U,C,M,M2,P,B,L,D,Land\n" + good + bad)
    assert report.exit_code == 0
    fields = [field for _, line, field, _ in _told(report) if line == 3]
    assert sorted(str(field) for field in fields) == ["B", "C", "D", "L", "Land", "M2", "P", "S", "U"]
    assert "Space is no choice of the custom field Branch." in " ".join(report.lines())
    acme, bluth = await _events(office, LeadCreated)
    assert (acme.status_label, acme.url) == ("Customer", "https://acme.example")
    assert [one.values for one in acme.custom_values] == [("Toys", "Retail"), ("1.5",)]
    assert (bluth.name, bluth.status_label, bluth.url, bluth.custom_values) == ("Bluth", "Potential", None, ())
    first, second = await _events(office, ContactAdded)
    assert [one.phone for one in first.phones] == ["+4930123456"]
    assert ([one.email for one in second.emails], second.phones) == (["a@x.example"], ())


async def test_every_type_of_field_takes_its_cells(office: Office, imported: Import) -> None:
    types = [CustomFieldType.TEXT, CustomFieldType.NUMBER, CustomFieldType.DATE, CustomFieldType.DATETIME]
    types += [CustomFieldType.USER, CustomFieldType.HIDDEN]
    for kind in types:
        await make_field(office, kind, kind)
    read = '\n[read]\ndecimal = ","\ndates = ["%d.%m.%Y", "%d/%m/%y"]\ntimes = "%d.%m.%Y %H:%M"\ndelimiter = "\t"\n'
    read += 'time_zone = "America/New_York"'
    columns = "\n".join(f'"custom.{kind}" = "{kind}"' for kind in types)
    rows = [
        ("1", "a b", "1.000.000.000.000.000,01", "31.12.2026", "31.12.2026 20:30", "ADA@acme.example", '{"a": 1}'),
        ("2", "'", "-0,5", "1/2/26", "1/2/26", "ada", "x"),
    ]
    text = "\n".join("\t".join(cells) for cells in [("No", *types), *rows])
    report = await imported(COMPANY + columns + read, c=text.replace('{"a": 1}', '"{""a"": 1}"'))
    assert report.lines()[1:] == []
    values = [[one.values[0] for one in lead.custom_values] for lead in await _events(office, LeadCreated)]
    ada = str(office.admin_id)
    assert values == [
        ["a b", "1000000000000000.01", "2026-12-31", "2027-01-01T01:30:00.000000Z", ada, '{"a": 1}'],
        ["'", "-0.5", "2026-02-01", "2026-02-01T17:00:00.000000Z", ada, "x"],
    ]


@pytest.mark.parametrize(
    "text", ["1e400", "NaN", "Infinity", "١٢", "1.234.5", "12,", "0x10", "1_000", "€ 5", "1" * 101]
)
async def test_what_is_no_number_is_told(office: Office, imported: Import, text: str) -> None:
    map = ALL.replace("[[map]]", '[read]\ndecimal = ","\n[[map]]', 1)  # noqa: A001
    report = await imported(map, companies="No,Name\nA,Acme\n", opportunities=f'No,Of,Sum,Who\n1,A,"{text}",\n')
    assert [(line, field) for _, line, field, _ in _told(report)] == [(2, "Sum")]
    assert [one.value for one in await _events(office, OpportunityAdded)] == [None]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.000.000.000.000.000,00", "1000000000000000.00"),
        ("999 999 999 999 999,99", "999999999999999.99"),
        ("999'999,9999", "999999.9999"),
        ("0,07", "0.07"),
        ("+5", "5"),
    ],
)
async def test_amounts_are_exact(office: Office, imported: Import, text: str, value: str) -> None:
    map = ALL.replace("[[map]]", '[read]\ndecimal = ","\n[[map]]', 1)  # noqa: A001
    await imported(map, companies="No,Name\nA,Acme\n", opportunities=f'No,Of,Sum,Who\n1,A,"{text}",\n')
    assert [str(one.value) for one in await _events(office, OpportunityAdded)] == [value]


async def test_an_opportunity_has_all_that_its_row_says(office: Office, imported: Import) -> None:
    columns = {
        "value": "V", "value_period": "VP", "pipeline": "Pi", "status": "S", "confidence": "C", "date_won": "D",
        "user": "U", "note": "N",
    }  # fmt: skip
    words = "\n".join(f'{word} = "{column}"' for word, column in columns.items())
    map = ALL.replace('value = "Sum"\ncontact = "Who"', words)  # noqa: A001
    good = "1,A,5,one time,sales,WON,100%,2020-02-01,ada,First\n2,A,6,monthly,,lost,,,,\n"
    bad = "3,A,,weekly,Support,Sold,101,soon,nobody@x.example,\n"
    header = "No,Of,V,VP,Pi,S,C,D,U,N\n"
    report = await imported(map, companies="No,Name\nA,Acme\n", opportunities=header + good + bad)
    assert {field for _, line, field, _ in _told(report) if line == 4} == {"VP", "Pi", "S", "C", "D", "U"}
    first, second, third = await _events(office, OpportunityAdded)
    assert (first.status_label, first.date_won, first.user_id) == ("Won", date(2020, 2, 1), office.admin_id)
    assert (second.value_period, second.status_label, second.user_id) == (ValuePeriod.MONTHLY, "Lost", None)
    assert (third.value, third.status_label, third.confidence) == (None, "Demo Completed", 50)


async def test_a_contact_of_another_lead_is_another_one(office: Office, imported: Import) -> None:
    """Keys are those of a lead's contacts: whoever changed the company is added there, and stays here."""
    await imported(ALL, companies="No,Name\nA,Acme\nB,Bluth\n", people="No,Of,Name,Mail\nP,A,Ann,\n")
    report = await imported(ALL, people="No,Of,Name,Mail\nP,B,Ann,\nP,A,Ann,\n")
    assert _counts(report)["people"] == (1, 1)


async def test_a_lead_that_was_deleted_is_made_anew_with_all_that_is_its(office: Office, imported: Import) -> None:
    files = {"companies": "No,Name\nA,Acme\n", "people": "No,Of,Name,Mail\nP,A,Ann,\n"}
    await imported(ALL, **files, opportunities="No,Of,Sum,Who\n1,A,5,P\n")
    claim = external_claim(ExternalId("erp", "A"))
    held = await office.system.store.select_claims(office.org_id, [claim])
    await office.run(DeleteLead(lead_id=LeadId(held[claim])))
    assert set(_counts(await imported(ALL)).values()) == {(1, 0)}
    assert set(_counts(await imported(ALL)).values()) == {(0, 1)}


async def test_one_file_may_be_two_things_and_repeat_itself(office: Office, imported: Import) -> None:
    """Each row is a person, and names the company again."""
    map = (  # noqa: A001
        'source = "list"\n[[map]]\nkind = "company"\nkey = "Firm"\nrepeats = true\n[map.columns]\nname = "Firm"\n'
        '[[map]]\nkind = "contact"\nkey = "Mail"\nlead = "Firm"\n[map.columns]\nname = "Name"\nemail = "Mail"'
    )
    report = await imported(map, people="Firm,Name,Mail\nAcme,Ann,a@x.example\nAcme,Bob,b@x.example\n")
    assert [line.partition(": ")[2] for line in report.lines()] == [
        "2 rows, 1 new leads, 1 there already",
        "2 rows, 2 new contacts, 0 there already",
    ]
    assert [(one.name, one.place) for one in await _events(office, ContactAdded)] == [("Ann", 0), ("Bob", 1)]


async def test_names_are_kept_as_they_are_written(office: Office, imported: Import) -> None:
    names = [
        "شركة النور",
        "👩‍👩‍👧 & Söhne",
        "e\u0301",
        "zero\u200bwidth",
        "𠮷野家",
        'Quo"te, Ltd',
        "two\nlines",
        "=1+1",
    ]
    rows = "".join(f'{number},"{name.replace(chr(34), chr(34) * 2)}"\n' for number, name in enumerate(names))
    report = await imported(COMPANY + 'name = "Name"', c="\ufeffno,NAME\n" + rows)
    assert report.exit_code == 0
    assert [lead.name for lead in await _events(office, LeadCreated)] == names


async def test_nul_and_too_much_are_refused_by_name(office: Office, imported: Import) -> None:
    report = await imported(COMPANY + 'name = "Name"', c=f"No,Name\n1,a\0b\n2,{'x' * 501}\n{'y' * 301},Long\n")
    assert [(line, field) for _, line, field, _ in _told(report)] == [(2, "Name"), (3, "Name"), (4, "No")]
    assert "NUL character" in report.lines()[1]
    assert len(await _events(office, LeadCreated)) == 2


async def test_files_in_other_encodings_are_told(imported: Import, tmp_path: Path) -> None:
    (tmp_path / "c1.csv").write_bytes("No,Name\n1,Jürgen\n2,Cash\n".encode("latin-1"))
    (tmp_path / "c2.csv").write_bytes("No,Name\n1,Jürgen\n".encode("utf-16"))
    report = await imported(COMPANY + 'name = "Name"')
    assert [(file, line, field) for file, line, field, _ in _told(report)] == [("c1", 2, "Name"), ("c2", 1, None)]
    assert _counts(report)["c1"] == (1, 0)
    assert report.exit_code == 1


async def test_files_that_no_map_is_for_are_told(imported: Import) -> None:
    report = await imported(COMPANY + 'name = "Name"', c="No,Name,Colour\n1,A,red\n", other="Size\n1\n")
    assert [problem.message for problem in report.problems] == [
        "no map is for a file of this name.",
        "this column is not used.",
    ]
    assert report.exit_code == 0
    with pytest.raises(OperatorError, match="None of the files can be imported"):
        await imported(COMPANY.replace("c*.csv", "nothing.csv") + 'name = "Name"')


async def test_an_import_is_one_request_and_says_when(office: Office, imported: Import) -> None:
    founded = len(await office.log())
    await imported(
        COMPANY + 'name = "Name"\ncreated_at = "Since"', c="No,Name,Since\n1,A,2020-05-17T08:30:00+02:00\n2,B,\n"
    )
    facts = (await office.log())[founded:]
    assert len({fact.correlation_id for fact in facts}) == 1
    assert {fact.source for fact in facts} == {"import"}
    assert facts[0].occurred_at == datetime(2020, 5, 17, 6, 30, tzinfo=UTC)


async def _events(office: Office, kind: type[E]) -> list[E]:
    return [event for event in await office.events(kind) if isinstance(event, kind)]


def _counts(report: ImportReport) -> dict[str, tuple[int, int]]:
    """New and there already, by file."""
    return {file.stem: (count.new, count.there) for (file, _), count in report.counts.items()}


def _told(report: ImportReport) -> list[tuple[str, int | None, str | None, str]]:
    """File, line, field and message of what was lost."""
    told = [(one.file.stem, one.line, one.field, one.message) for one in report.problems if one.line is not None]
    return sorted(told, key=lambda one: (one[0], one[1] or 0, one[2] or ""))
