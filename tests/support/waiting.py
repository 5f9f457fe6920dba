"""Waiting for something to become true elsewhere, in another thread or process."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.support.serving import TIMEOUT_S


def until(condition: Callable[[], bool], what: str, timeout_s: float = TIMEOUT_S) -> None:
    """Look until it is so."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.01)
