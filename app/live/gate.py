"""Gate: shows out whoever may not be here any more, within a second, whichever process it was decided in.

Websockets stay open for days. Requests over HTTP need no gate: each of them is let in, or not, by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine
from typing import Any
from uuid import UUID

from app.access.keys import Principal
from app.concurrency import Background, Rounds
from app.organization.organization import Organization
from app.states import States
from app.store.errors import DATABASE_FAULTS, PersistenceError

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5  # seconds; one statement each time, and none while nobody is here
RETRY_S = 1.0  # seconds until the database is tried again

Forbid = Callable[[Callable[[Principal], bool]], Coroutine[Any, Any, None]]


class Gate(Rounds):
    """Compares who is here with their organizations as the log has them.

    Args:
        present: the principals of the websockets that are open in this process.
        forbid: closes those of the principals that are out.
    """

    def __init__(
        self,
        states: States,
        background: Background,
        *,
        present: Callable[[], Collection[Principal]],
        forbid: Forbid,
    ) -> None:
        self._states = states
        self._background = background
        self._present = present
        self._forbid = forbid

    async def look(self) -> None:
        """Read the organizations of those who are here, and show out who is out."""
        here = {principal.org_id for principal in self._present()}
        if not here:
            return
        newest = await self._states.organizations(here)
        # Everybody is looked at each time: who was let in on an older state while this one was read is found too.
        if any(_is_out(principal, newest) for principal in self._present()):
            # Not waited for: a client that does not take its leave would keep all others in.
            self._background.start(self._forbid(lambda principal: _is_out(principal, newest)))

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except (*DATABASE_FAULTS, PersistenceError) as error:
                log.warning("who may be here cannot be read now: %s", error)
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(LOOK_EVERY_S)


def _is_out(principal: Principal, newest: dict[UUID, Organization]) -> bool:
    organization = newest.get(principal.org_id)
    return organization is not None and not principal.within(organization).is_admitted
