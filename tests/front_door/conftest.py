"""A data directory that PostgreSQL's account can reach even as root, which pytest's own temporary ones are not."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import memory


@pytest.fixture
def data_dir() -> Iterator[Path]:
    top = Path(tempfile.mkdtemp(prefix="leadstream-data-", dir=memory()))
    top.chmod(0o711)
    made = top / "data"
    made.mkdir(mode=0o700)
    yield made
    shutil.rmtree(top)
