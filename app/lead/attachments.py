"""Attachments: files that a note, a message or a custom activity brings with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID, uuid5

import msgspec
from msgspec import UNSET, UnsetType

from app.event import Event
from app.ids import ActivityId, FileId, LeadId
from app.lead.refusals import FileNotFound, FileTooLarge
from app.situation import Claim, KnownFile, Situation
from app.text import Problems

FILE = "file"  # kind of claim: an upload that was used, held by the lead that has it
MEBIBYTE = 1024 * 1024  # bytes
EMAIL_FILE_MAX = 25 * MEBIBYTE  # bytes; source: Close help centre, "Leads", on files
SMS_FILE_MAX = 5 * MEBIBYTE  # bytes; the same source


class Attachment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file of one activity.

    Attributes:
        file_id: of this use of the file alone: used once more, its bytes get another id.
        content_type: as whoever sent it claims.
        sha256: of its bytes, 64 hexadecimal digits; by it they are found.
        content_id: by which the HTML of an e-mail shows it.
        is_inline: it belongs to the text of a message, such as the picture of a signature.
        repeats: the file of the same lead that it is another use of.
    """

    file_id: FileId
    name: str
    content_type: str
    size_bytes: int
    sha256: str
    content_id: str | None = None
    is_inline: bool = False
    repeats: FileId | None = None


def file_claims(files: Iterable[Attachment], stream_id: UUID) -> tuple[tuple[Claim, UUID], ...]:
    """What a fact takes that brings these files: each upload is used on one lead, once."""
    return tuple((Claim(FILE, str(one.file_id)), stream_id) for one in files if one.repeats is None)


def files_after(event: Event) -> tuple[Attachment, ...] | None:
    """The files of an activity behind a fact about it; None: the fact does not say, so they are what they were."""
    files = getattr(getattr(event, "after", event), "files", UNSET)
    return None if files is UNSET else files


def files_before(event: Event) -> tuple[Attachment, ...]:
    """The files that an activity had before a fact that changed them."""
    files = getattr(getattr(event, "before", None), "files", UNSET)
    return () if files is UNSET else files


def attached(
    file_ids: Sequence[FileId],
    activity_id: ActivityId,
    lead_id: LeadId,
    at: Situation,
    problems: Problems,
    *path: str,
    limit: int | None = None,
    kept: Mapping[FileId, Attachment] = MappingProxyType({}),
) -> tuple[Attachment, ...]:
    """The files of an activity, in the order of the input, each once; what is wrong is noted under `path`, index.

    Args:
        limit: bytes of one file; None: what an upload may have.
        kept: files that the activity has already; they stay what they are.
    """
    files: list[Attachment] = []
    for index, file_id in enumerate(problems.bounded(tuple(dict.fromkeys(file_ids)), *path)):
        known = at.files.get(file_id)
        if file_id in kept:
            files.append(kept[file_id])
        elif known is None or not _usable(known, lead_id, at):
            problems.add(FileNotFound(*path, str(index)))
        elif limit is not None and known.size_bytes > limit:
            problems.add(FileTooLarge(*path, str(index), name=known.name, size=known.size_bytes, limit=limit))
        else:
            files.append(_attachment(known, activity_id))
    # A file and its use in this very activity are one.
    return tuple({one.file_id: one for one in files}.values())


def files_left(
    file_ids: Sequence[FileId] | UnsetType | None,
    had: tuple[Attachment, ...] | UnsetType,
    activity_id: ActivityId,
    lead_id: LeadId,
    at: Situation,
    problems: Problems,
    *path: str,
    limit: int | None = None,
) -> tuple[Attachment, ...]:
    """The files that an activity has after an edit: those given, of which it may have some; not given: those it had."""
    files = had or ()
    if isinstance(file_ids, UnsetType):
        return files
    kept = {one.file_id: one for one in files}
    return attached(file_ids or (), activity_id, lead_id, at, problems, *path, limit=limit, kept=kept)


def _usable(known: KnownFile, lead_id: LeadId, at: Situation) -> bool:
    """Whether a file may be used here: it is on this lead, or who acts uploaded it lately."""
    if known.lead_id is not None:
        return known.lead_id == lead_id
    is_own = known.uploaded_by is not None and known.uploaded_by == at.actor.user_id
    return is_own and known.expires_at is not None and at.now < known.expires_at


def _attachment(known: KnownFile, activity_id: ActivityId) -> Attachment:
    is_upload = known.lead_id is None
    return Attachment(
        file_id=known.file_id if is_upload else FileId(uuid5(activity_id, known.file_id.hex)),
        name=known.name,
        content_type=known.content_type,
        size_bytes=known.size_bytes,
        sha256=known.sha256,
        repeats=None if is_upload else known.file_id,
    )
