"""import: which files it takes, and what it says of those that it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bulk.importing import import_paths
from app.bulk.report import ImportReport
from app.ids import uuid7
from app.operator_error import OperatorError
from app.system import System
from tests.support.office import found_office

CUSTOMER = "CustomerID,CompanyName\nA,Bluth Company\n"


@pytest.fixture
async def name(system: System) -> str:
    """The name of an organization of the test's own."""
    unique = f"Office {uuid7()}"
    await found_office(system, unique)
    return unique


async def test_a_folder_is_every_csv_file_in_it(system: System, name: str, tmp_path: Path) -> None:
    """What else lies there is nobody's mistake."""
    (tmp_path / "b.CSV").write_text(CUSTOMER)
    (tmp_path / "a.csv").write_text("Colour,Size\nred,1\n")
    (tmp_path / "read.me").write_text("read me")
    report = await _import(system, name, tmp_path)
    assert report.exit_code == 0
    assert report.lines()[0] == f"{tmp_path / 'b.CSV'}: 1 rows, 1 new leads, 0 there already"
    assert [problem.file.name for problem in report.problems][:1] == ["a.csv"]


async def test_a_file_that_was_named_and_is_not_known_is_a_loss(system: System, name: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Colour,Size\nred,1\n")
    (tmp_path / "b.csv").write_text(CUSTOMER)
    report = await _import(system, name, tmp_path / "a.csv", tmp_path / "b.csv")
    assert report.exit_code == 1


@pytest.mark.parametrize("text", ["", "\n", "Colour,Size\nred,1\n", '"never closed\n'])
async def test_nothing_to_import_is_said(system: System, name: str, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(OperatorError, match=r"None of the files can be imported\.\n.*a\.csv"):
        await _import(system, name, tmp_path / "a.csv")


async def test_paths_that_are_not_there_are_said(system: System, name: str, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"nowhere\.csv does not exist"):
        await _import(system, name, tmp_path / "nowhere.csv")
    with pytest.raises(OperatorError, match=r"has 0 \.csv files"):
        await _import(system, name, tmp_path)


async def test_a_map_says_what_files_are(system: System, name: str, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('kind = "person"\nkey = "N"\nsource = "s"\n[columns]\nname = "N"')
    (tmp_path / "a.csv").write_text("N\nAnn\n")
    report = await import_paths(
        system,
        paths=[tmp_path],
        map_file=tmp_path / "map.toml",
        dry_run=False,
        organization=name,
        progress=_silently,
    )
    assert report.lines() == [f"{tmp_path / 'a.csv'}: 1 rows, 1 new leads, 0 there already"]


async def _import(system: System, name: str, *paths: Path) -> ImportReport:
    report = await import_paths(
        system, paths=paths, map_file=None, dry_run=False, organization=name, progress=_silently
    )
    assert isinstance(report, ImportReport)
    return report


def _silently(done: int, total: int) -> None:
    pass
