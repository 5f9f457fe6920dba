"""Starts the embedded PostgreSQL again when it was killed while ``serve`` goes on, as by a machine out of memory."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.embedded.attachment import Embedded
from app.operator_error import OperatorError

LOOK_EVERY_S = 1.0

log = logging.getLogger(__name__)


@contextmanager
def watched(server: Embedded) -> Iterator[None]:
    """Look after the server once a second while the block runs."""
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(server, over))
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _watch(server: Embedded, over: threading.Event) -> None:
    while not over.wait(LOOK_EVERY_S):
        try:
            if server.resume():
                log.warning("PostgreSQL had stopped by itself, and was started again; nothing committed is lost.")
        except (OperatorError, OSError) as error:
            log.error("PostgreSQL has stopped and cannot be started again: %s", error)
