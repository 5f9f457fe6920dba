"""What the embedded PostgreSQL is told: its sockets, memory by the machine, checkpoints. Written anew at each start."""

import os
from pathlib import Path

from app.embedded.postmaster import PORT

FILE = "leadstream.conf"

MIB = 1024 * 1024

# Nobody comes in over TCP, and over the socket only with a password: other programs of this user are other programs.
HBA = "# Written by Leadstream.\nlocal all all scram-sha-256\n"


def configuration(socket_dir: Path, *, durable: bool, memory_bytes: int) -> str:
    """The text of leadstream.conf. Without ``durable`` a crash may lose the cluster: for tests alone."""
    part = memory_bytes // MIB
    lines = {
        "listen_addresses": "''",
        "port": str(PORT),
        "unix_socket_directories": f"'{socket_dir}'",
        "unix_socket_permissions": "0700",
        "max_connections": "200",  # ten workers of settings' pools
        # A desktop shares its memory with a browser: an eighth, and no more than the hot part of a large log.
        "shared_buffers": f"{_clamp(part // 8, 64, 2048)}MB",
        "effective_cache_size": f"{max(part // 2, 256)}MB",
        "work_mem": f"{_clamp(part // 512, 4, 32)}MB",
        "maintenance_work_mem": f"{_clamp(part // 32, 64, 512)}MB",
        "random_page_cost": "1.1",  # solid state disks
        # Few checkpoints keep bulk loads fast; recovery after a kill reads at most this much.
        "checkpoint_timeout": "15min",
        "max_wal_size": "2GB",
        "fsync": _switch(durable),
        "synchronous_commit": _switch(durable),
        "full_page_writes": _switch(durable),
        # One file a weekday, overwritten after a week: the log's size is bounded.
        "logging_collector": _switch(durable),
        "log_filename": "'postgresql-%u.log'",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_checkpoints": "off",
        "log_timezone": "'UTC'",
        "timezone": "'UTC'",
    }
    return "# Written by Leadstream at each start.\n" + "".join(f"{name} = {value}\n" for name, value in lines.items())


def memory_of_machine() -> int:
    """Bytes of memory this machine, or the container around us, has."""
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text())
    except (OSError, ValueError):
        return physical
    return min(physical, limit)


def _clamp(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def _switch(on: bool) -> str:
    return "on" if on else "off"
