"""Fixtures of tests of proofs: a system whose data directory is the test's own, for the key lies there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.database import Database
from app.settings import Settings
from app.system import System, open_system


@pytest.fixture
async def system(common_database: Database, tmp_path: Path) -> AsyncIterator[System]:
    """One process's way to the database that tests share."""
    async with open_system(Settings(data_dir=tmp_path / "data"), common_database) as opened:
        yield opened
