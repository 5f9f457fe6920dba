"""Storages to try: a local disk, and an S3-compatible store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.files.storage import Storage
from app.settings import Settings
from tests.support.object_stores import ObjectStore, object_store


@pytest.fixture(scope="session")
def s3() -> Iterator[ObjectStore]:
    with object_store() as served:
        yield served


@pytest.fixture
def local_settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def local(local_settings: Settings) -> Storage:
    return Storage(local_settings)


@pytest.fixture(params=["local", "s3"])
def storage(request: pytest.FixtureRequest, local_settings: Settings) -> Storage:
    """Each kind in turn."""
    if request.param == "local":
        return Storage(local_settings)
    s3: ObjectStore = request.getfixturevalue("s3")
    return Storage(replace(Settings.load(s3.settings(s3.bucket())), data_dir=local_settings.data_dir))
