"""Answers that are no file: what stood against it, as JSON, in the words that the API has for it."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import orjson
from starlette.responses import Response

from app.files.storage import ContentLost, StorageFault, StorageFull
from app.refusal import Code

log = logging.getLogger(__name__)

PRIVATE = {"cache-control": "private, no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}


class Answer(Exception):
    """The request is answered, and goes no further."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        body = orjson.dumps({"errors": [{"code": code, "message": message}]})
        self.response = Response(body, status, {**PRIVATE, **(headers or {})}, "application/json")

    @classmethod
    def of_storage(cls, fault: StorageFault) -> Answer:
        """What the client gets to know; the log gets to know the rest."""
        log.error("the file storage: %s: %s", type(fault).__name__, fault)
        if isinstance(fault, StorageFull):
            return cls(507, Code.UNAVAILABLE, "There is no room left for files. Nothing was kept: tell your operator.")
        if isinstance(fault, ContentLost):
            return cls(410, Code.NOT_FOUND, "The content of this file is lost. Tell your operator.")
        return cls(503, Code.UNAVAILABLE, "The file storage does not answer. Try again later.")

    @classmethod
    def of_database(cls, fault: Exception) -> Answer:
        """It is away; nothing of what it said is for clients."""
        log.warning("a request for files waits for the database: %s", fault)
        return cls(503, Code.UNAVAILABLE, "The database does not answer. Try again later.")
