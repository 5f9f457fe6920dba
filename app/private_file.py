"""Files that hold secrets: made mode 0600, whole or not at all, and never through somebody's symbolic link."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_private(path: Path, text: str, *, owner: tuple[int, int] | None = None) -> None:
    """Replace ``path`` by a file of mode 0600 with this text (UTF-8); ``owner`` is (uid, gid), default: ours.

    Raises:
        OSError: the directory is missing, full or not ours to write.
    """
    # A rename replaces a symbolic link instead of following it, and a reader never sees half a file.
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            if owner is not None:
                os.fchown(file.fileno(), *owner)
        Path(draft).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise


def make_private(path: Path, text: str) -> str:
    """Make ``path`` a file of mode 0600 with this text, unless there is one; the text that is in it then.

    However many do it at once, all get the same.

    Raises:
        OSError: the directory is missing, full or not ours to write.
    """
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # A second name for the draft, whole from the beginning, and refused where the name is taken.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        Path(draft).unlink()
    made = read_private(path)
    assert made is not None
    return made


def read_private(path: Path) -> str | None:
    """The text of a private file, or None if there is none.

    Raises:
        OSError: it is a symbolic link, or not ours to read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, encoding="utf-8") as file:
        return file.read()
