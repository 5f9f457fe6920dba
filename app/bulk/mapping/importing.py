"""import --map: reading the map, checking it against files and organization, and then importing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import UUID

from app.bulk.job import OPERATOR
from app.bulk.mapping.checks import check_words, mapped_files
from app.bulk.mapping.file_map import Faults
from app.bulk.mapping.job import MappedImport
from app.bulk.mapping.reading import read_maps
from app.bulk.report import ImportReport
from app.operator_error import OperatorError
from app.situation import Situation
from app.system import System


async def import_mapped(
    system: System,
    org_id: UUID,
    paths: Sequence[Path],
    map_file: Path,
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None],
) -> ImportReport:
    """Load files as a map says.

    Raises:
        OperatorError: the map is wrong, or there is nothing to import.
    """
    organization = await system.states.organization(org_id)
    report, faults = ImportReport(), Faults(map_file)
    maps = read_maps(map_file, organization, faults)
    faults.stop_if_any()
    files = mapped_files(paths, maps, report, faults)
    situation = Situation(now=datetime.now(UTC), actor=OPERATOR, organization=organization)
    for plan in maps:
        check_words(plan, situation, faults)
    faults.stop_if_any()
    if not files:
        raise OperatorError("\n".join(["None of the files can be imported.", *report.lines()]))
    rows = count(1)
    total = sum(file.lines() for _, file in files)
    mapped = MappedImport(
        system=system,
        organization=organization,
        report=report,
        files=files,
        is_rehearsal=dry_run,
        on_row=lambda: progress(next(rows), total),
    )
    report.correlation_id = mapped.correlation_id
    await mapped.run()
    return report
