"""Files: everything of a process that has to do with them, put together."""

from __future__ import annotations

from dataclasses import dataclass

from app.files.addresses import Addresses
from app.files.keeping import Keeping
from app.files.storage import Storage
from app.files.uploads import Uploads
from app.settings import Settings
from app.store.store import EventStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where content lies, who keeps it, what was sent, and how it is handed out."""

    storage: Storage
    keeping: Keeping
    uploads: Uploads
    addresses: Addresses


def open_files(settings: Settings, store: EventStore) -> Files:
    """Those of a process. Nothing is opened before it is needed."""
    storage = Storage(settings)
    keeping = Keeping(store, storage)
    uploads = Uploads(store, keeping, settings.file_limit_bytes)
    return Files(storage=storage, keeping=keeping, uploads=uploads, addresses=Addresses(store))
