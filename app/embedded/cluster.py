"""A cluster on disk: started, stopped.

``postgres`` is started directly rather than through ``pg_ctl``: that one builds a shell command out of paths, and
looks only ten times a second whether the server is ready.
"""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded import configuration, postmaster
from app.embedded.account import Account
from app.embedded.postmaster import Postmaster
from app.operator_error import OperatorError
from app.private_file import read_private, write_private

START_PATIENCE_S = 600.0  # recovery after a kill replays up to max_wal_size; it is waited for, and said
SILENCE_S = 5.0  # after which a start says what takes so long
ORPHANS_PATIENCE_S = 15.0  # processes of a killed server notice within seconds
SOCKET_PARENT = "/tmp"  # noqa: S108  # a socket's path has 107 bytes; the directory in it is new and private
SOCKET_FILE = "leadstream-socket-directory"


@dataclass(kw_only=True)
class Cluster:
    """A cluster in ``directory``, run with ``programs`` (a directory) as ``account``. Faults are OperatorError.

    Call its methods under the lock that guards starting and stopping. Without ``durable`` a crash loses it: for tests.
    """

    directory: Path
    programs: Path
    account: Account
    major: int
    durable: bool = True
    _started: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def start(self) -> Postmaster:
        """Start the server, unless it runs, and wait until it answers. Recovery after a kill happens here."""
        if self.running() is None:
            text = configuration.configuration(
                self._socket_dir(), durable=self.durable, memory_bytes=configuration.memory_of_machine()
            )
            write_private(self.directory / configuration.FILE, text, owner=self.account.owner)
            self._launch()
        return self._ready()

    def stop(self) -> None:
        """Stop the server if it runs."""
        found = postmaster.running(self.directory)
        if found is not None:
            postmaster.stop(self.directory, found)
            shutil.rmtree(found.socket_dir, ignore_errors=True)
        if self._started is not None:
            # It may not have come as far as its lock file: Control-C in the middle of a start.
            self._started.send_signal(signal.SIGINT)
            self._started.wait()
            self._started = None

    def running(self) -> Postmaster | None:
        """The server, if it runs and will go on; one that was just being stopped is waited for."""
        if self._started is not None:
            self._started.poll()  # collects a killed one, which would count as alive until then
        found = postmaster.running(self.directory)
        if found is not None and found.status == "stopping":
            postmaster.stop(self.directory, found)
            return None
        return found

    def leave(self) -> None:
        """Let the server run on: others use it, and the last of them stops it."""
        if self._started is not None:
            self._started.returncode = 0  # it is nobody's child to wait for any more, and Python need not warn
            self._started = None

    def _launch(self) -> None:
        deadline = time.monotonic() + ORPHANS_PATIENCE_S
        while not self._launched():
            output = (self.directory / "startup.log").read_text(errors="replace")
            orphans = "pre-existing shared memory block" in output
            if not orphans or time.monotonic() > deadline:
                raise OperatorError(f"PostgreSQL does not start in {self.directory}: {last_fault(output)}")
            time.sleep(0.2)

    def _launched(self) -> bool:
        """Start it once; false if it ended before it held its lock file."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        log = os.open(self.directory / "startup.log", flags, 0o600)
        try:
            os.fchown(log, *self.account.owner)
            # A session of its own: Control-C in our terminal is for us, and we stop it in order.
            self._started = self.account.popen(
                [self.programs / "postgres", "-D", self.directory], stdout=log, stderr=log, start_new_session=True
            )
        finally:
            os.close(log)
        while self._started.poll() is None:
            found = postmaster.read(self.directory)
            if found is not None and found.pid == self._started.pid:
                return True
            time.sleep(0.005)
        self._started = None
        return False

    def _ready(self) -> Postmaster:
        began, told = time.monotonic(), False
        while time.monotonic() < began + START_PATIENCE_S:
            found = postmaster.read(self.directory)
            if found is not None and found.status == "ready":
                return found
            if self._started is not None and self._started.poll() is not None:
                break
            if not told and time.monotonic() > began + SILENCE_S:
                sys.stderr.write("PostgreSQL is recovering what was being written when it was last stopped …\n")
                told = True
            time.sleep(0.005)
        raise OperatorError(f"PostgreSQL did not get ready: startup.log and log/ in {self.directory} say why.")

    def _socket_dir(self) -> Path:
        """A directory of our account's own, mode 0700, with a short path; the same at each start.

        So whoever lost its connections finds the server again. A name that somebody else took is left to them.
        """
        before = read_private(self.directory / SOCKET_FILE)
        if before is None or not self._takes(Path(before)):
            before = self._new_socket_dir()
            write_private(self.directory / SOCKET_FILE, before, owner=self.account.owner)
        self.account.give(Path(before))
        return Path(before)

    def _new_socket_dir(self) -> str:
        try:
            return tempfile.mkdtemp(prefix="leadstream-", dir=SOCKET_PARENT)
        except OSError as error:
            raise OperatorError(
                f"PostgreSQL's socket has no place, for {SOCKET_PARENT} cannot be written ({error.strerror}): "
                f"make it writable, or name a server with DATABASE_URL."
            ) from None

    def _takes(self, directory: Path) -> bool:
        """Whether the directory of an earlier start is new again, or still ours."""
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            found = directory.lstat()
            return (
                stat.S_ISDIR(found.st_mode)
                and stat.S_IMODE(found.st_mode) == 0o700
                and found.st_uid == self.account.uid
            )
        except FileNotFoundError:
            return False
        return True


def last_fault(output: str) -> str:
    """The line of a PostgreSQL program's output that says what is wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    faults = [line for line in lines if any(word in line for word in ("FATAL:", "PANIC:", "ERROR:", "error:"))]
    return (faults or lines or ["it said nothing"])[-1]
