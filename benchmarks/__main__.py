"""Measures everything, or the works that are named, and prints one table, row by row as they are done."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from app.cli.running import orderly
from app.embedded.binaries import MAJOR
from benchmarks.bench import Bench
from benchmarks.sizes import SMALL, Sizes
from benchmarks.table import HEADER

# Each is a module of this package with a function `rows`. Those that change what others read come later.
WORKS = (
    "append",
    "inbound",
    "lead_page",
    "long_lead",
    "past_pages",
    "feed",
    "inbox",
    "history",
    "finding",
    "log_call",
    "fanout",
    "seed",
    "importing",
    "mail",
    "files",
    "proof",
    "past",
    "merging",
    "start",
)


def main() -> int:
    """Exit code 0, however fast it was; a fault ends the run."""
    arguments = _arguments()
    sizes = SMALL if arguments.small else Sizes()
    if arguments.repeat:
        sizes = replace(sizes, rounds=arguments.repeat)
    with orderly(), Bench(sizes, parent=arguments.directory, peers=arguments.peers) as bench:
        print(f"{_machine(bench.scratch)}\n\n{HEADER}", flush=True)
        for name in WORKS:
            if name in (arguments.works or WORKS):
                for row in import_module(f"benchmarks.{name}").rows(bench):
                    print(row.markdown(), flush=True)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("works", nargs="*", metavar="WORK", help=f"{', '.join(WORKS)}; default all")
    parser.add_argument("--repeat", type=int, metavar="N", help="rounds of each row")
    parser.add_argument("--small", action="store_true", help="tiny sizes: see that it works, not how fast")
    parser.add_argument("--directory", type=Path, help="where data is put and removed again; must be on a disk")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--peers", type=Path, default=cache / "leadstream-benchmark-peers", help="where peers are kept")
    arguments = parser.parse_args()
    for name in arguments.works:
        if name not in WORKS:
            parser.error(f"{name} is none of {', '.join(WORKS)}")
    return arguments


def _machine(directory: Path) -> str:
    """What the figures depend on."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}, PostgreSQL {MAJOR}; "
        f"a synced write takes {_synced_write_ms(directory):.2f} ms; load before: {load}. "
        "Medians of rounds in turns; ratio: ours ÷ peer."
    )


def _synced_write_ms(directory: Path) -> float:
    """Near nothing means a file system in memory, where durable appends cannot be measured."""
    taken = []
    with tempfile.TemporaryFile(dir=directory, buffering=0) as file:
        for _ in range(50):
            file.write(bytes(8192))
            began = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
