"""Maps that are wrong are refused at once, by key, and nothing is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bulk.mapping.importing import import_mapped
from app.operator_error import OperatorError
from app.vocabulary import CustomFieldTarget, CustomFieldType
from tests.app.bulk.mapping.conftest import Import
from tests.app.bulk.mapping.fields import make_field
from tests.support.office import Office

HEAD = 'kind = "company"\nkey = "No"\nsource = "erp"\n'
FILE = "No,Company,Mail,State\n1,Bluth Company,l@bluth.example,New\n"
COLUMNS = '[columns]\nname = "Company"\n'


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("kind = \n", "is no TOML: Invalid value (at line 1, column 8)"),
        ("map = []", "it has no [[map]]"),
        (COLUMNS, "kind: say what a row is: company, person, contact, opportunity."),
        (HEAD.replace("company", "firm") + COLUMNS, "kind: say what a row is"),
        (HEAD + 'colour = "red"\n' + COLUMNS, "colour: there is no such key. There are kind, "),
        (HEAD.replace("key", "keys") + COLUMNS, "key: is missing. Name the column that says what a row is called"),
        (HEAD.replace('source = "erp"', "source = 7") + COLUMNS, "source: write a text in quotation marks."),
        (HEAD.replace('"erp"', '"' + "x" * 301 + '"') + COLUMNS, "source: This text has 301 characters"),
        (HEAD.replace('"No"', '"Number"') + COLUMNS, "key: {} has no column Number. It has No, Company, Mail, State."),
        (HEAD, "columns: is missing: say which column means what."),
        (HEAD + 'columns = "name"', "columns: write it as a table, [columns]."),
        (HEAD + '[columns]\nnames = "Company"', "columns.names: a company has no such word. There are name, url,"),
        (HEAD + '[columns]\nname = "Firm"', "columns.name: {} has no column Firm."),
        (HEAD + '[columns]\nname = ["Company", 7]', "columns.name: write a text in quotation marks."),
        (HEAD + "[columns]\nname = []", "columns.name: name at least one column."),
        (HEAD + '[columns]\nstatus = ["State", "Mail"]', "columns.status: this takes one column."),
        (
            HEAD + '[columns]\ncontact.email.work = "Mail"',
            "columns.contact.email.work: work is no type. There are office,",
        ),
        (HEAD + '[columns]\n"custom.Size" = "State"', "columns.custom.Size: there is no such custom field. "),
        (
            HEAD + '[columns]\n"custom.Size" = "State"',
            "of each lead: Branch, Lot. Make what is missing with createCustomField",
        ),
        (HEAD + '[columns]\n"custom.Shoe" = "State"', "columns.custom.Shoe: there is no such custom field."),
        (
            HEAD + COLUMNS + '[defaults]\nstatus = "Fresh"',
            "defaults.status: There is no lead status with the label Fresh.",
        ),
        (HEAD + COLUMNS + '[defaults]\n"custom.Branch" = "Space"', "defaults.custom.Branch: Space is no choice of"),
        (
            HEAD + COLUMNS + '[defaults]\n"custom.Lot" = "1,5"',
            "defaults.custom.Lot: 1,5 is no number. Numbers are written as",
        ),
        (HEAD + COLUMNS + '[defaults]\ncreated_at = "today"', "defaults.created_at: today is no time."),
        (HEAD + COLUMNS + '[values.status]\n"New" = "Fresh"', "values.status: no column means this"),
        (
            HEAD + COLUMNS + 'status = "State"\n[values.status]\n"Old" = "Customer"\n"New" = "Fresh"',
            'values.status."New": There is no lead status with the label Fresh.',
        ),
        (HEAD + COLUMNS + "[values]\nname = 7", "values.name: write a table of their words and ours"),
        (HEAD + COLUMNS + '[read]\ncolour = "red"', "read.colour: there is no such key. There are dates, times,"),
        (HEAD + COLUMNS + '[read]\ndates = "%d.%m."', "read.dates: %d.%m. does not say a whole day."),
        (HEAD + COLUMNS + '[read]\ntimes = ["%Y-%m-%d"]', "read.times: %Y-%m-%d does not say a whole time."),
        (HEAD + COLUMNS + '[read]\ntime_zone = "Mars"', "read.time_zone: Mars is no time zone"),
        (HEAD + COLUMNS + "[read]\ntime_zone = [1]", "read.time_zone: "),
        (HEAD + COLUMNS + '[read]\ndecimal = "٫"', 'read.decimal: write "." or ",".'),
        (HEAD + COLUMNS + '[read]\nseparator = "; "', 'read.separator: write one character, such as ";".'),
        (
            'kind = "contact"\nkey = "No"\nsource = "erp"\n' + COLUMNS,
            "lead: is missing. Name the column that says what the",
        ),
        (HEAD + 'lead = "No"\n' + COLUMNS, "lead: a company is a lead itself."),
        (
            f"colour = 1\n[[map]]\n{HEAD}[map.columns]\nname = 'Company'",
            "colour: beside [[map]] only source and [read]",
        ),
        (f"[[map]]\n{HEAD}[map.columns]\nname = 'Firm'", "map 1, columns.name: {} has no column Firm."),
    ],
)
async def test_a_wrong_map_is_refused_by_key(
    office: Office, imported: Import, tmp_path: Path, toml: str, told: str
) -> None:
    await make_field(office, "Branch", CustomFieldType.CHOICES, choices=("Retail",))
    await make_field(office, "Lot", CustomFieldType.NUMBER)
    await make_field(office, "Shoe", target=CustomFieldTarget.CONTACT)
    before = len(await office.log())
    with pytest.raises(OperatorError) as error:
        await imported(toml, customers=FILE)
    assert str(tmp_path / "map.toml") in str(error.value)
    assert told.replace("{}", str(tmp_path / "customers.csv")) in str(error.value)
    assert len(await office.log()) == before


async def test_everything_that_is_wrong_is_told_at_once(imported: Import) -> None:
    with pytest.raises(OperatorError) as error:
        await imported(HEAD + 'size = 1\n[columns]\nnme = "X"\n[read]\ndecimal = 1', customers=FILE)
    assert len(str(error.value).splitlines()) == 4


async def test_a_contact_field_is_for_opportunities_only(office: Office, imported: Import) -> None:
    await make_field(office, "Referred by", CustomFieldType.CONTACT)
    with pytest.raises(OperatorError, match="values of Referred by are contacts, which can be imported for"):
        await imported(HEAD + '[columns]\n"custom.Referred by" = "Mail"', customers=FILE)


async def test_a_column_that_stands_twice_cannot_be_mapped(imported: Import) -> None:
    with pytest.raises(OperatorError, match="has two columns Company"):
        await imported(HEAD + COLUMNS, customers="No,Company,Company\n1,A,B\n")


@pytest.mark.parametrize("content", [b"\xff\xfek\0", "é = 1".encode("latin-1"), b"#" * 1_000_001])
async def test_what_is_no_text_is_no_map(office: Office, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "map.toml").write_bytes(content)
    with pytest.raises(OperatorError, match=r"map\.toml (is not UTF-8|has more than)"):
        await _import(office, tmp_path, "map.toml")


async def test_a_map_that_is_not_there_is_said(office: Office, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"nowhere\.toml cannot be read: No such file"):
        await _import(office, tmp_path, "nowhere.toml")


async def _import(office: Office, folder: Path, name: str) -> None:
    await import_mapped(office.system, office.org_id, [folder], folder / name, progress=lambda _done, _total: None)
