"""Housekeeping: what a serving process tidies up now and then."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from app.concurrency import Rounds
from app.files.storage import StorageFault
from app.store.errors import DATABASE_FAULTS
from app.system import System

log = logging.getLogger(__name__)

EVERY_S = 3_600.0  # seconds between two rounds
BATCH = 1_000  # records removed at once, so that nobody waits for them
TEMPORARY = timedelta(days=1)  # what an upload has begun and not ended by then was left by a process that is no more
UNUSED = timedelta(days=7)  # how often it is looked after whether content is used; so long it stays at least


class Housekeeping(Rounds):
    """Forgets idempotency records that are older than the setting says, links of invitations that ran out, uploads that
    nothing used, content that nothing uses any more, and what is left of uploads that were never whole.
    """

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

    async def forget_old_uploads(self) -> int:
        """One round; how many uploads went. What something used of them stays with what used it."""
        gone = 0
        while removed := await self._system.files.uploads.forget_expired(datetime.now(UTC), BATCH):
            gone += removed
        return gone

    async def remove_unused_content(self) -> int:
        """One round; how much content went.

        Raises:
            StorageDown
        """
        before, gone, looked = datetime.now(UTC) - UNUSED, 0, BATCH
        while looked == BATCH:
            looked, removed = await self._system.files.keeping.remove_unused(before, BATCH)
            gone += removed
        return gone

    async def remove_old_temporaries(self) -> int:
        """One round; how many temporary files or objects went.

        Raises:
            StorageDown
        """
        return await self._system.files.storage.remove_old_temporaries(datetime.now(UTC) - TEMPORARY)

    async def _run(self) -> None:
        while True:
            try:
                await self.forget_old_keys()
                await self.forget_old_links()
                await self.forget_old_uploads()
                await self.remove_unused_content()
                await self.remove_old_temporaries()
            except StorageFault as error:
                log.warning("housekeeping waits for the file storage: %s", error)
            except DATABASE_FAULTS as error:
                log.warning("housekeeping waits for the database: %s", error)
            await asyncio.sleep(EVERY_S)
