"""Hints: telling every hub that an organization's log has grown, after the commit and at most a few at a time."""

from __future__ import annotations

from uuid import UUID

from app.concurrency import Background
from app.store.store import EventStore


class Hints:
    """Sends one hint an organization for however many commits came meanwhile."""

    def __init__(self, store: EventStore, background: Background) -> None:
        self._store = store
        self._background = background
        self._waiting: set[UUID] = set()
        self._is_sending = False

    def send(self, org_id: UUID) -> None:
        """Ask for a hint; returns at once. One that gets lost is made good by the hubs' polling."""
        self._waiting.add(org_id)
        if not self._is_sending:
            self._is_sending = True
            self._background.start(self._send_waiting())

    async def _send_waiting(self) -> None:
        try:
            while self._waiting:
                await self._store.hint(self._waiting.pop())
        finally:
            self._is_sending = False
