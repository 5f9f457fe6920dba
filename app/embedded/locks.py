"""Locks between commands on one data directory. The kernel drops them when their holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.operator_error import OperatorError


class Lock:
    """One open lock file. Exclusive or shared, and the holder's line of text for who finds it taken."""

    def __init__(self, path: Path) -> None:
        """Open the file, made if need be with mode 0600.

        Raises:
            OSError: it is a symbolic link, or not ours to write.
        """
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        if os.geteuid() == 0:
            # An ordinary user's data directory stays usable by them after root has looked in.
            directory = path.parent.stat()
            os.fchown(self._descriptor, directory.st_uid, directory.st_gid)

    def close(self) -> None:
        """Let go and close."""
        os.close(self._descriptor)

    def try_exclusive(self, line: str) -> bool:
        """Take it alone and write who has it; false if anybody else has it, alone or shared.

        A shared lock held before is given up for it, and lost if the answer is false.
        """
        if not self._try(fcntl.LOCK_EX):
            return False
        os.truncate(self._descriptor, 0)
        os.pwrite(self._descriptor, line.encode(), 0)
        return True

    def try_shared(self) -> bool:
        """Take it together with others; false if somebody has it alone."""
        return self._try(fcntl.LOCK_SH)

    def line(self) -> str:
        """What the last exclusive holder wrote."""
        return os.pread(self._descriptor, 1000, 0).decode(errors="replace").strip()

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def alone(path: Path, *, line: str, patience_s: float) -> Iterator[None]:
    """Hold the lock alone, waiting up to ``patience_s`` seconds for it.

    Raises:
        OperatorError: somebody had it all that time.
    """
    deadline = time.monotonic() + patience_s
    with closing(Lock(path)) as lock:
        while not lock.try_exclusive(line):
            if time.monotonic() > deadline:
                raise OperatorError(
                    f"{lock.line() or 'Another command'} has been starting or stopping the embedded PostgreSQL for "
                    f"{patience_s:.0f} seconds: wait for it or stop it, then try again."
                )
            time.sleep(0.02)
        yield
