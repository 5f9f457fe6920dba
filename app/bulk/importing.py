"""import: mail, files with a map, or Northwind's customers, employees and orders out of CSV files.

Of Northwind's become leads, users and won opportunities.

Whatever is there already is passed over: users by their address, leads by their external id, opportunities by their
own, which is made of the order's. So an import that was broken off is completed by running it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from app.bulk.csv_file import CsvFile, csv_files, open_csv
from app.bulk.customers import load_customers, load_orders, load_other_orders
from app.bulk.employees import load_employees
from app.bulk.job import Job
from app.bulk.mail.folder import is_csv, is_mail
from app.bulk.mail.importing import import_mail
from app.bulk.mail.report import Entry, MailReport
from app.bulk.mapping.importing import import_mapped
from app.bulk.northwind import CUSTOMERS, EMPLOYEES, ORDERS, Kind, kind_of
from app.bulk.report import Count, ImportReport, Loss, Problem
from app.onboarding import organization_named
from app.operator_error import OperatorError
from app.system import System


async def import_paths(
    system: System,
    *,
    paths: Sequence[Path],
    map_file: Path | None,
    dry_run: bool,
    organization: str | None,
    progress: Callable[[int, int], None],
    mailboxes: Sequence[str] = (),
    tell: Callable[[Entry], None] | None = None,
) -> ImportReport | MailReport:
    """Load files, or every .csv file of folders, or mail, into the organization of a name, or into the only one.

    Args:
        mailboxes: of mail: further addresses of the organization's own.
        tell: of mail: told what became of each message.

    Raises:
        OperatorError: there is nothing to import, nowhere to import it to, or the map is wrong.
    """
    org_id = await organization_named(system, organization)
    if is_of_mail(paths, has_map=map_file is not None):
        return await import_mail(
            system, org_id, paths, mailboxes=mailboxes, dry_run=dry_run, progress=progress, tell=tell or _untold
        )
    if mailboxes:
        raise OperatorError("--mailbox is for mail, and there is none in what is to be imported.")
    if map_file is not None:
        return await import_mapped(system, org_id, paths, map_file, dry_run=dry_run, progress=progress)
    return await import_into(system, org_id, paths, dry_run=dry_run, progress=progress)


async def import_into(
    system: System,
    org_id: UUID,
    paths: Sequence[Path],
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None],
    shift: timedelta = timedelta(0),
) -> ImportReport:
    """Load files.

    Args:
        dry_run: report all the same, and append nothing.
        progress: told how many rows are done, of how many at most.
        shift: is added to the files' dates.

    Raises:
        OperatorError: there is nothing to import.
    """
    report = ImportReport()
    files = [found for path in paths for file in csv_files(path) if (found := _known(file, path, report)) is not None]
    if not files:
        raise OperatorError("\n".join(["None of the files can be imported.", *report.lines()]))
    job = Job(
        system=system,
        organization=await system.states.organization(org_id),
        report=report,
        counts={path: counted for (path, _), counted in report.counts.items()},
        shift=shift,
        is_rehearsal=dry_run,
        on_row=_counter(progress, sum(file.lines() for _, file in files)),
    )
    report.correlation_id = job.correlation_id
    # Orders name employees and customers: they wait until their customer's lead is made.
    for wanted, load in ((EMPLOYEES, load_employees), (ORDERS, load_orders), (CUSTOMERS, load_customers)):
        for kind, file in files:
            if kind is wanted:
                await load(job, file)
    await load_other_orders(job)
    return report


def is_of_mail(paths: Sequence[Path], *, has_map: bool) -> bool:
    """Whether all that is to be imported is mail: messages, or folders of them, one at least.

    Raises:
        OperatorError: some is mail, and the rest CSV files.
    """
    mail = [path for path in paths if is_mail(path)]
    if not mail:
        return False
    other = next((path for path in paths if path not in mail and is_csv(path)), None)
    if has_map or other is not None:
        raise OperatorError(
            f"{mail[0]} is mail, {f'{other} is not' if other else 'which needs no map'}: import it alone."
        )
    return True


def _untold(_: Entry) -> None:
    """Nobody asked."""


def _counter(progress: Callable[[int, int], None], total: int) -> Callable[[], None]:
    rows = count(1)
    return lambda: progress(next(rows), total)


def _known(path: Path, named: Path, report: ImportReport) -> tuple[Kind, CsvFile] | None:
    """The file and its kind, with the columns called as they are there; what is odd about it is reported."""
    file = open_csv(path, report)
    if file is None:
        return None
    kind = kind_of(file.columns)
    if kind is None:
        # What lies in a folder beside the files that are meant is nobody's mistake.
        loss = Loss.FILE if path == named else Loss.NOTHING
        needed = "; ".join(f"{kind.made} need {', '.join(kind.needed)}" for kind in (CUSTOMERS, EMPLOYEES, ORDERS))
        message = f"its columns are not those of customers, employees or orders: {needed}."
        report.add(Problem(file=path, line=1, message=message, loss=loss))
        return None
    names = {column.casefold(): column for column in kind.columns}
    columns = tuple(names.get(column.casefold(), column) for column in file.columns)
    _tell(path, report, "is not used", [column for column in columns if column not in kind.columns])
    _tell(path, report, "is missing; it stays empty", [column for column in kind.known if column not in columns])
    report.counts[path, kind.made] = Count(made=kind.made)
    return kind, CsvFile(path=path, columns=columns)


def _tell(path: Path, report: ImportReport, what: str, columns: Sequence[str]) -> None:
    for column in columns:
        report.add(Problem(file=path, field=column or "(no name)", message=f"this column {what}.", loss=Loss.NOTHING))
