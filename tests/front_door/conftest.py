"""A data directory that PostgreSQL's account can reach even as root, which pytest's own temporary ones are not."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def data_dir() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="leadstream-data-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)
    made.with_name(f"{made.name}.log").unlink(missing_ok=True)
