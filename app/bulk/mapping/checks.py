"""Checking maps before anything is imported: their columns against the files, their own words against the domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from app.bulk.csv_file import CsvFile, Row, csv_files, open_csv
from app.bulk.mapping.drafts import draft
from app.bulk.mapping.file_map import Bound, Faults, FileMap
from app.bulk.mapping.readers import Readers
from app.bulk.mapping.rows import MappedRow, Unread
from app.bulk.report import Count, ImportReport, Loss, Problem
from app.ids import LeadId, StatusId, uuid7
from app.lead.details import EXTERNAL_MAX
from app.lead.lead import Lead
from app.lead.refusals import ContactNotFound
from app.organization.organization import Organization
from app.refusal import Refusal, Refused, refusals_of
from app.situation import Situation
from app.text import Problems


def mapped_files(
    paths: Iterable[Path], maps: Sequence[FileMap], report: ImportReport, faults: Faults
) -> list[tuple[FileMap, CsvFile]]:
    """Every file with each map that is for it; a file that no map is for is reported."""
    found: list[tuple[FileMap, CsvFile]] = []
    for named in paths:
        for path in csv_files(named):
            fitting = [plan for plan in maps if plan.is_for(path)]
            if not fitting:
                # What lies in a folder beside the files that are meant is nobody's mistake.
                loss = Loss.FILE if path == named else Loss.NOTHING
                report.add(Problem(file=path, message="no map is for a file of this name.", loss=loss))
            found += [(plan, file) for plan in fitting if (file := _opened(path, plan, report, faults)) is not None]
    _tell_unused(found, report)
    return found


def _opened(path: Path, plan: FileMap, report: ImportReport, faults: Faults) -> CsvFile | None:
    """The file with the columns called as the map calls them."""
    file = open_csv(path, report, plan.writing.delimiter)
    if file is None:
        return None
    names = {column.casefold(): column for column in plan.columns}
    exact = set(file.columns)
    columns = tuple(
        column
        if column in plan.columns or names.get(column.casefold()) in exact
        else names.get(column.casefold(), column)
        for column in file.columns
    )
    for column, place in plan.columns.items():
        if columns.count(column) != 1:
            what = "two columns" if column in columns else "no column"
            there = ", ".join(name for name in file.columns if name)
            faults.add(plan.place + place, f"{path} has {what} {column}. It has {there}.")
    report.counts[path, plan.kind.made] = Count(made=plan.kind.made)
    return CsvFile(path=path, columns=columns, delimiter=file.delimiter)


def _tell_unused(files: Sequence[tuple[FileMap, CsvFile]], report: ImportReport) -> None:
    used: dict[Path, set[str]] = {}
    for plan, file in files:
        used.setdefault(file.path, set()).update(plan.columns)
    for path, columns in {file.path: file.columns for _, file in files}.items():
        for column in columns:
            if column not in used[path]:
                message = "this column is not used."
                report.add(Problem(file=path, field=column or "(no name)", message=message, loss=Loss.NOTHING))


def check_words(plan: FileMap, at: Situation, faults: Faults) -> None:
    """Decide a row of defaults alone, and one for each word of ours: what is refused of those is the map's fault."""
    readers = Readers(at.organization, LeadId(uuid7()), plan.source, plan.writing)
    for bound, refusal in _refused({}, plan, readers, at):
        faults.add(f"{plan.place}defaults.{_name(bound, plan)}", refusal.message)
    for name, tried in plan.bound.items():
        for theirs in tried.translations if tried.columns else ():
            for bound, refusal in _refused({tried.columns[0]: theirs}, plan, readers, at):
                if bound is tried:
                    faults.add(f'{plan.place}values.{name}."{theirs}"', refusal.message)
    if plan.kind.makes_lead:
        problems = Problems()
        problems.required(plan.source, "source", limit=EXTERNAL_MAX)
        for refusal in problems.refusals:
            faults.add(f"{plan.place}source", refusal.message)


def _refused(
    values: Mapping[str, str], plan: FileMap, readers: Readers, at: Situation
) -> Iterator[tuple[Bound, Refusal]]:
    """What is refused of a row with these values, with the words that it is said of."""
    row = MappedRow(plan, Row(file=Path(), line=0, values=dict(values)))
    lead = (
        None if plan.kind.makes_lead else Lead(id=readers.lead_id, version=1, status_id=_some_status(at.organization))
    )
    try:
        draft(row, readers).decide(lead, at)
    except Unread as unread:
        yield unread.bound, unread.refusal
    except (Refusal, Refused) as error:
        for refusal in refusals_of(error):
            origin = row.origin(refusal.path)
            # Which contacts there are on a lead, nobody knows yet.
            if origin is not None and not isinstance(refusal, ContactNotFound):
                yield origin.bound, refusal


def _some_status(organization: Organization) -> StatusId:
    return organization.usable_lead_statuses[0].id


def _name(bound: Bound, plan: FileMap) -> str:
    return next(name for name, one in plan.bound.items() if one is bound)
