"""The running server of a cluster, as its lock file ``postmaster.pid`` tells it, and whether to believe that file."""

import os
import signal
import socket
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PORT = 5432  # names the socket's file; nothing listens on TCP
LISTEN_PATIENCE_S = 2.0  # between writing its lock file and listening, a postmaster takes milliseconds
STOP_PATIENCE_S = 60.0  # a last checkpoint on a slow disk; then it is stopped at once and recovers at the next start

# No process has this number (Linux ends at 4,194,304, macOS at 99,999).
NO_PID = 999_999_999


@dataclass(frozen=True, kw_only=True)
class Postmaster:
    """A server that runs: its process and the directory of its socket. ``status``: starting, ready, stopping."""

    pid: int
    socket_dir: Path
    status: str


def running(cluster: Path) -> Postmaster | None:
    """The server of this cluster, or None. A lock file left by a kill is told from a living server's.

    Call it under the lock that guards starting and stopping.
    """
    found = read(cluster)
    deadline = time.monotonic() + LISTEN_PATIENCE_S
    while found is not None and _alive(found.pid):
        if _listener(found.socket_dir) == found.pid:
            return found
        if time.monotonic() > deadline:
            # The number belongs to another process by now, as happens when a container starts again.
            _disown(cluster)
            return None
        time.sleep(0.02)
        found = read(cluster)
    return None


def answers(cluster: Path) -> bool:
    """Whether its server takes connections at this moment; needs no lock and changes nothing."""
    found = read(cluster)
    return found is not None and _listener(found.socket_dir) == found.pid


def read(cluster: Path) -> Postmaster | None:
    """What the lock file says, or None if there is none, or it is half written."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        # Lines: process, data directory, start, port, socket directory, address, shared memory, status.
        return Postmaster(pid=int(lines[0]), socket_dir=Path(lines[4]), status=lines[7].strip())
    except (FileNotFoundError, IndexError, ValueError):
        return None


def stop(cluster: Path, found: Postmaster) -> None:
    """Stop the server: sessions are ended, everything is written. Returns when it is gone."""
    for how, patience_s in ((signal.SIGINT, STOP_PATIENCE_S), (signal.SIGQUIT, STOP_PATIENCE_S)):
        try:
            os.kill(found.pid, how)
        except ProcessLookupError:
            return
        if _gone(cluster, found, patience_s):
            return
    raise TimeoutError(f"PostgreSQL (process {found.pid}) does not stop")


def _gone(cluster: Path, found: Postmaster, patience_s: float) -> bool:
    """Wait for the lock file to go, which is a server's last act.

    The process itself may stay listed for ever where nobody collects orphans, as in a container without an init.
    """
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        now = read(cluster)
        if (now is None and not (cluster / "postmaster.pid").exists()) or not _alive(found.pid):
            return True
        time.sleep(0.01)
    return False


def _alive(pid: int) -> bool:
    """Whether such a process runs and is ours to signal; another user's is no server of this cluster."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _listener(socket_dir: Path) -> int | None:
    """The process that listens at the socket, as the kernel tells it: signals are sent to no other."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(socket_dir / f".s.PGSQL.{PORT}"))
            if sys.platform == "darwin":
                return int(probe.getsockopt(0, 2))  # SOL_LOCAL, LOCAL_PEERPID
            return int(struct.unpack("3i", probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])
        except OSError:
            return None


def _disown(cluster: Path) -> None:
    """Give a stale lock file the number of no process, so that PostgreSQL may start.

    Deleting it would also take the line by which PostgreSQL finds out whether processes of a killed server still write
    to this cluster.
    """
    path = cluster / "postmaster.pid"
    lines = path.read_text().splitlines(keepends=True)
    lines[0] = f"{NO_PID}\n"
    path.write_text("".join(lines))
