"""Where the storage puts its objects: a directory on a disk, or a bucket of an S3-compatible store."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from obstore.store import LocalStore, S3Store

from app.settings import Settings

CONNECT_PATIENCE = timedelta(seconds=5)
REQUEST_PATIENCE = timedelta(seconds=30)
RETRY_PATIENCE = timedelta(seconds=10)


def local_store(root: Path) -> LocalStore:
    """In a directory, which is made where there is none."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(root)


def s3_store(settings: Settings) -> S3Store:
    """In the bucket that LEADSTREAM_FILE_STORE names."""
    address = urlsplit(settings.file_store or "")
    options = dict(parse_qsl(address.query))
    endpoint = options.get("endpoint")
    given: dict[str, Any] = {
        "access_key_id": settings.file_store_key_id,
        "secret_access_key": settings.file_store_secret,
        "endpoint": endpoint,
        "region": options.get("region"),
    }
    return S3Store(
        address.netloc,
        prefix=address.path.strip("/") or None,
        virtual_hosted_style_request=False if endpoint else None,
        client_options={
            "allow_http": bool(endpoint and endpoint.startswith("http://")),
            "connect_timeout": CONNECT_PATIENCE,
            "timeout": REQUEST_PATIENCE,
        },
        retry_config={"max_retries": 2, "retry_timeout": RETRY_PATIENCE},
        **{name: value for name, value in given.items() if value is not None},
    )
