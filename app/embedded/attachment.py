"""Who uses the embedded PostgreSQL: the first starts it, the last one out stops it, whichever commands they are.

Everybody holds ``postgresql.lock`` shared while they use the server, and ``postgresql-start.lock`` alone while they
start or stop it. Both belong to the kernel: whoever dies, however, has let go. So a server left running by a killed
``serve`` is taken over by the next command, and nobody stops it under another's feet.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.embedded import binaries, locks, postmaster
from app.embedded.cluster import Cluster
from app.embedded.creation import create, passwords_of
from app.embedded.passwords import APP, OWNER, SUPERUSER, Passwords
from app.embedded.place import Place, made_data_dir, place_for, unwritable
from app.operator_error import OperatorError

START_STOP_PATIENCE_S = 120.0
RETURN_PATIENCE_S = 10.0  # for a server that others use and that is being started again


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """A running server: where its socket is, and its roles' passwords. Both stay the same over a restart."""

    socket_dir: Path
    passwords: Passwords
    cluster: Cluster
    data_dir: Path
    app_role: str = APP

    @property
    def app_url(self) -> str:
        """The address of the role that serves."""
        return self.passwords.url(APP, self.socket_dir)

    @property
    def owner_url(self) -> str:
        """The address of the role that owns the tables."""
        return self.passwords.url(OWNER, self.socket_dir)

    def superuser_url(self, database: str = "postgres") -> str:
        """The address of the role that may do everything; for tests that make databases."""
        return self.passwords.url(SUPERUSER, self.socket_dir, database)

    def resume(self) -> bool:
        """Start the server again if it has stopped by itself, or by a kill; false if it runs."""
        if postmaster.answers(self.cluster.directory):
            return False
        with _starting(self.data_dir):
            if self.cluster.running() is not None:
                return False
            self.cluster.start()
            return True

    def halt(self) -> None:
        """Stop the server under everybody's feet; for tests of what happens then."""
        with _starting(self.data_dir):
            self.cluster.stop()


@contextmanager
def hold_serving(data_dir: Path, address: str) -> Iterator[None]:
    """Be the only ``serve`` on this data directory.

    Raises:
        OperatorError: another is; it is named.
    """
    whole = made_data_dir(data_dir)
    lock = _lock(whole, "serve.lock")
    try:
        if not lock.try_exclusive(f"{_us()} ({address})"):
            raise OperatorError(
                f"Leadstream is already served from {whole} by {lock.line()}: "
                "stop that one first, or name another directory with LEADSTREAM_DATA_DIR."
            )
        yield
    finally:
        lock.close()


@contextmanager
def embedded_postgresql(data_dir: Path, *, major: int = binaries.MAJOR, durable: bool = True) -> Iterator[Embedded]:
    """The embedded server of a data directory: attached to if it runs, otherwise made and started.

    Raises:
        OperatorError: it cannot be; the sentence says what to do.
    """
    whole = made_data_dir(data_dir)
    usage = _lock(whole, "postgresql.lock")
    try:
        embedded = _attached(whole, usage, major=major, durable=durable)
        try:
            yield embedded
        finally:
            with _unhurried(), _starting(whole):
                if usage.try_exclusive(_us()):
                    embedded.cluster.stop()
                else:
                    embedded.cluster.leave()
    finally:
        usage.close()


def _attached(data_dir: Path, usage: locks.Lock, *, major: int, durable: bool) -> Embedded:
    """Find the server running or start it, and hold the usage lock shared."""
    deadline = time.monotonic() + RETURN_PATIENCE_S
    while True:
        with _told(data_dir), _starting(data_dir):
            place = place_for(data_dir)
            cluster = Cluster(
                directory=place.cluster,
                programs=binaries.programs(place.account, major),
                account=place.account,
                major=major,
                durable=durable,
            )
            # Where others use a server that we do not see, it was killed and is being started again, or it runs where
            # we cannot see it, as in another container: a second one on the same files would destroy them.
            if usage.try_exclusive(_us()) or cluster.running() is not None:
                embedded = _started(cluster, place)
                usage.try_shared()  # never refused: who wants it alone waits for the lock we are under
                return embedded
        if time.monotonic() > deadline:
            raise OperatorError(
                f"The database in {place.cluster} is in use by a command whose PostgreSQL cannot be reached from here, "
                "perhaps in another container: run this command there, or stop that one first."
            )
        time.sleep(0.1)


def _started(cluster: Cluster, place: Place) -> Embedded:
    try:
        create(cluster)
        passwords = passwords_of(cluster)
        server = cluster.start()
    except BaseException:
        # Control-C while it starts: what was started is stopped.
        with _unhurried():
            cluster.stop()
        raise
    if place.note is not None:
        sys.stderr.write(place.note + "\n")
    return Embedded(socket_dir=server.socket_dir, passwords=passwords, cluster=cluster, data_dir=place.data_dir)


def _lock(data_dir: Path, name: str) -> locks.Lock:
    try:
        return locks.Lock(data_dir / name)
    except OSError as error:
        raise unwritable(data_dir, error) from None


@contextmanager
def _starting(data_dir: Path) -> Iterator[None]:
    with locks.alone(data_dir / "postgresql-start.lock", line=_us(), patience_s=START_STOP_PATIENCE_S):
        yield


@contextmanager
def _told(data_dir: Path) -> Iterator[None]:
    """Say what the system refuses, such as a full disk, as a sentence about the data directory."""
    try:
        yield
    except OSError as error:
        raise unwritable(data_dir, error) from error


def _us() -> str:
    return f"process {os.getpid()}"


@contextmanager
def _unhurried() -> Iterator[None]:
    """Hold signals back while the server is stopped: a second Control-C would leave it running."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
