"""A second operating-system process that runs commands: `python -m tests.support.rival`, driven over its pipes.

Each line it reads names notes to pin; it answers with one line: for each of them `done`, or the reason of the refusal.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from app.database import Database
from app.ids import ActivityId, OrganizationId, UserId
from app.lead.pins import PinNote
from app.refusal import Refusal
from app.settings import Settings
from app.system import open_system
from tests.support.office import Office

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Rival:
    """The process, seen from the test."""

    process: asyncio.subprocess.Process

    async def pin(self, note_ids: Sequence[UUID]) -> list[str]:
        """Let it pin notes one after the other; what became of each."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(" ".join(map(str, note_ids)).encode() + b"\n")
        async with asyncio.timeout(PATIENCE_S):
            return (await self.process.stdout.readline()).decode().split()


@asynccontextmanager
async def rival_of(office: Office) -> AsyncIterator[Rival]:
    """A process that works in the same organization."""
    environment = {
        **os.environ,
        "RIVAL_DATABASE": office.system.database.app_url,
        "RIVAL_OFFICE": f"{office.org_id} {office.admin_id}",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment
    )
    try:
        rival = Rival(process)
        assert await rival.pin([]) == []  # it is up
        yield rival
    finally:
        assert process.stdin is not None
        process.stdin.close()
        assert await process.wait() == 0


async def main() -> None:
    """Pin what comes in until nothing more comes."""
    url = os.environ["RIVAL_DATABASE"]
    org_id, admin_id = map(UUID, os.environ["RIVAL_OFFICE"].split())
    async with open_system(Settings(), Database(app_url=url, owner_url=url, app_role="leadstream_app")) as system:
        office = Office(system=system, org_id=OrganizationId(org_id), admin_id=UserId(admin_id))
        while line := await asyncio.to_thread(sys.stdin.readline):
            outcomes = await outcomes_of(office, [UUID(note_id) for note_id in line.split()])
            sys.stdout.write(" ".join(outcomes) + "\n")
            sys.stdout.flush()


async def outcomes_of(office: Office, note_ids: Sequence[UUID]) -> list[str]:
    """Pin notes one after the other; what became of each."""
    return [await _outcome(office, note_id) for note_id in note_ids]


async def _outcome(office: Office, note_id: UUID) -> str:
    """Pin one note; `done`, or the reason why not."""
    try:
        await office.run(PinNote(note_id=ActivityId(note_id)))
    except Refusal as refusal:
        return refusal.reason
    return "done"


if __name__ == "__main__":
    asyncio.run(main())
