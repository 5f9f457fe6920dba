"""Files in a folder of the test's own, and importing them by a map."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import pytest

from app.bulk.mapping.importing import import_mapped
from app.bulk.report import ImportReport
from tests.support.office import Office


class Import(Protocol):
    """Writes a map and files by their names, and imports them; without files, those of before."""

    def __call__(self, toml: str, dry_run: bool = ..., /, **files: str) -> Awaitable[ImportReport]: ...


@pytest.fixture
def imported(office: Office, tmp_path: Path) -> Import:
    async def import_files(toml: str, dry_run: bool = False, /, **files: str) -> ImportReport:
        (tmp_path / "map.toml").write_text(toml, encoding="utf-8")
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_bytes(text.encode())
        return await import_mapped(
            office.system, office.org_id, [tmp_path], tmp_path / "map.toml", dry_run=dry_run, progress=_checked()
        )

    return import_files


def _checked() -> Callable[[int, int], None]:
    before = 0

    def progress(done: int, total: int) -> None:
        nonlocal before
        assert before < done <= total
        before = done

    return progress
