"""Letters: messages read from their files, oldest first, as few at a time as fit into some memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from stat import S_ISREG

from app.bulk.mail.envelope import Envelope, envelope_of
from app.bulk.mail.faults import NoMessage
from app.bulk.mail.folder import MESSAGE_MAX, head
from app.bulk.mail.parts import Part, parsed

LETTERS_MAX = 100  # at once
LETTERS_BYTES = 8 * 1024 * 1024  # at once, where no single one is larger


class TooLarge(NoMessage):
    """A message is larger than what is held in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message; `part` is the whole of it."""

    file: Path
    envelope: Envelope
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file that is no message, and why."""

    file: Path
    why: NoMessage


def in_order(files: Iterable[Path]) -> list[Path]:
    """Messages by date, so that answers come behind what they answer; those without one last."""
    dated = [(_date_of(file), index, file) for index, file in enumerate(files)]
    dated.sort(key=lambda one: (one[0] is None, one[0].timestamp() if one[0] else 0.0, one[1]))
    return [file for _, _, file in dated]


def in_lots(files: Sequence[Path]) -> Iterator[list[Letter | Unreadable]]:
    """Messages in lots that are bounded by number and bytes."""
    lot: list[Letter | Unreadable] = []
    room = LETTERS_BYTES
    for file in files:
        room -= _size_of(file)
        if lot and room < 0:
            yield lot
            lot, room = [], LETTERS_BYTES - _size_of(file)
        lot.append(_read(file))
        if len(lot) == LETTERS_MAX:
            yield lot
            lot, room = [], LETTERS_BYTES
    if lot:
        yield lot


def _date_of(file: Path) -> datetime | None:
    """What is wrong with the file is told when it is read."""
    try:
        return envelope_of(parsed(head(file)), b"").at if file.is_file() else None
    except (NoMessage, OSError):
        return None


def _size_of(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _read(file: Path) -> Letter | Unreadable:
    try:
        if file.is_dir():
            raise NoMessage("It is a folder that cannot be read.")
        about = file.stat()
        if not S_ISREG(about.st_mode):
            raise NoMessage("It is no file.")
        if about.st_size > MESSAGE_MAX:
            raise TooLarge(f"It has {about.st_size:,} bytes; at most {MESSAGE_MAX:,} are read.")
        raw = file.read_bytes()
        if not raw.strip():
            raise NoMessage("It is empty.")
        part = parsed(raw)
        return Letter(file=file, envelope=envelope_of(part, raw), part=part)
    except NoMessage as why:
        return Unreadable(file=file, why=why)
    except OSError as error:
        return Unreadable(file=file, why=NoMessage(f"It cannot be read: {error.strerror}."))
