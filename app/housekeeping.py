"""Housekeeping: what a serving process tidies up now and then."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from app.concurrency import Rounds
from app.store.errors import DATABASE_FAULTS
from app.system import System

log = logging.getLogger(__name__)

EVERY_S = 3_600.0  # seconds between two rounds
BATCH = 1_000  # records removed at once, so that nobody waits for them


class Housekeeping(Rounds):
    """Forgets idempotency records that are older than the setting says, and links of invitations that ran out."""

    def __init__(self, system: System) -> None:
        self._system = system

    async def forget_old_keys(self) -> int:
        """One round; how many records went."""
        before = datetime.now(UTC) - timedelta(days=self._system.settings.idempotency_days)
        gone = 0
        while removed := await self._system.store.forget_idempotency(before, BATCH):
            gone += removed
        return gone

    async def forget_old_links(self) -> int:
        """One round; how many links went."""
        gone = 0
        while removed := await self._system.invitations.forget_expired(datetime.now(UTC), BATCH):
            gone += removed
        return gone

    async def _run(self) -> None:
        while True:
            try:
                await self.forget_old_keys()
                await self.forget_old_links()
            except DATABASE_FAULTS as error:
                log.warning("housekeeping waits for the database: %s", error)
            await asyncio.sleep(EVERY_S)
