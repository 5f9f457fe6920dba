"""Keeping: the files of a mail go into the storage, and become attachments of the e-mails that are made of it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from app.bulk.mail.bodies import FoundFile
from app.files.storage import StorageFault, StorageFull, Stored
from app.ids import FileId, uuid7
from app.lead.attachments import EMAIL_FILE_MAX, MEBIBYTE, Attachment
from app.operator_error import OperatorError

_REMEMBERED_MAX = 100_000  # contents that are known to be kept; beyond it they are written once more
_PIECE = MEBIBYTE  # bytes that are handed over at once


class Keeper(Protocol):
    """Keeps content, all of it or nothing."""

    async def keep(self, org_id: UUID, chunks: AsyncIterator[bytes], *, limit: int) -> Stored:
        """Keep what comes."""
        ...


@dataclass(slots=True)
class MailFiles:
    """Keeps files of one organization's mail; `keeper` None: in a rehearsal nothing is kept."""

    keeper: Keeper | None
    org_id: UUID
    _kept: set[str] = field(default_factory=set)

    async def keep(self, files: Sequence[FoundFile], notes: list[str]) -> list[Attachment]:
        """Attachments without ids of their own yet; files that are too large are noted and left out.

        Raises:
            OperatorError: the storage is full or does not answer.
        """
        kept = []
        for one in files:
            if len(one.content) > EMAIL_FILE_MAX:
                size, most = len(one.content) / MEBIBYTE, EMAIL_FILE_MAX // MEBIBYTE
                notes.append(f"{one.name} is left out: it has {size:.1f} MiB, and at most {most} are kept")
            else:
                kept.append(await self._attachment(one))
        return kept

    async def _attachment(self, one: FoundFile) -> Attachment:
        sha256 = hashlib.sha256(one.content).hexdigest()
        if self.keeper is not None and sha256 not in self._kept:
            await self._store(self.keeper, one.content)
            if len(self._kept) >= _REMEMBERED_MAX:
                self._kept.clear()
            self._kept.add(sha256)
        return Attachment(
            file_id=FileId(uuid7()),
            name=one.name,
            content_type=one.content_type,
            size_bytes=len(one.content),
            sha256=sha256,
            content_id=one.content_id,
            is_inline=one.is_inline,
        )

    async def _store(self, keeper: Keeper, content: bytes) -> None:
        try:
            await keeper.keep(self.org_id, _pieces(content), limit=EMAIL_FILE_MAX)
        except StorageFull as error:
            raise OperatorError(_broken_off(f"The file storage has no room left ({error}): make some")) from error
        except StorageFault as error:
            raise OperatorError(_broken_off(f"The file storage does not answer ({error}): start it")) from error


def _broken_off(fault: str) -> str:
    return f"{fault}, then run the command again. What is logged stays, and the rest is added."


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(content), _PIECE):
        yield content[begin : begin + _PIECE]
