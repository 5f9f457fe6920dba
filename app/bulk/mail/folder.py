"""Folders of mail: which files are messages, in an order that is always the same."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.bulk.mail.parts import head_of
from app.operator_error import OperatorError

MESSAGE_MAX = 50 * 1024 * 1024  # bytes of one message; it is held in memory, and its files once more
HEAD_MAX = 1024 * 1024  # bytes of the headers of one message
_MAILDIRS = ("cur", "new")  # in which messages have no ending
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:>?From [^\r\n]*\r?\n)?[!-9;-~]+[ \t]*:")


def is_mail(path: Path) -> bool:
    """Whether a path that was named is one message, or a folder with some: what is neither may be CSV files.

    Raises:
        OperatorError: it cannot be read.
    """
    try:
        if path.is_dir():
            return not is_csv(path) and any(map(_is_message, _walked(path)))
        return path.is_file() and not is_csv(path) and (_is_message(path) or _begins_with_header(path))
    except OSError as error:
        raise OperatorError(f"{path} cannot be read: {error.strerror}.") from None


def is_csv(path: Path) -> bool:
    """Whether it is called a CSV file, or is a folder that has one."""
    return (
        any(one.suffix.lower() == ".csv" for one in path.iterdir()) if path.is_dir() else path.suffix.lower() == ".csv"
    )


def files_of(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Every file that was named or lies in the folders, each once, and whether it is to be read as a message.

    What was named is; in a folder what is called .eml, and what lies in the folders cur and new of a maildir.
    """
    seen: set[str] = set()
    for path in paths:
        for file in _walked(path) if path.is_dir() else (path,):
            where = str(file.resolve()) if len(paths) > 1 else ""
            if where not in seen or not where:
                seen.add(where)
                yield file, file == path or _is_message(file)


def head(path: Path) -> bytes:
    """The headers of a message, without the rest.

    Raises:
        OSError
    """
    with path.open("rb") as file:
        read = b""
        while len(read) < HEAD_MAX and (piece := file.read(65_536)):
            read += piece
            if len(found := head_of(read.lstrip(b"\r\n"))) < len(read.lstrip(b"\r\n")):
                return found
    return read


def _walked(folder: Path) -> Iterator[Path]:
    """Its files; of folders in it those alone that cannot be read."""
    closed: list[Path] = []
    for where, folders, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        folders.sort()
        yield from (Path(where, name) for name in sorted(names))
    yield from closed


def _is_message(path: Path) -> bool:
    """Whether it is to be read as one; of a folder that cannot be read the report tells so."""
    return path.suffix.lower() == ".eml" or path.parent.name in _MAILDIRS or path.is_dir()


def _begins_with_header(path: Path) -> bool:
    with path.open("rb") as file:
        return _HEADER.match(file.read(8_192)) is not None
