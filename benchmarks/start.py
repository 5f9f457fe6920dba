"""start: seconds from `make run` to "serving on", from a bare clone and with everything there already."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import ROOT, Bench
from benchmarks.office import SERVING
from benchmarks.programs import environment, free_port
from benchmarks.table import Row, Side, alone

COLD_ROUNDS_MAX = 3  # each installs everything from the package index
PATIENCE_S = 600.0
STOP_PATIENCE_S = 60.0


def rows(bench: Bench) -> Iterator[Row]:
    """Under two minutes is the aim for the first start, five seconds for the next ones."""
    cold: list[float] = []
    for _ in range(min(bench.sizes.rounds, COLD_ROUNDS_MAX) if bench.sizes.installs else 1):
        clone, home = _clone(bench)
        if not bench.sizes.installs:
            (clone / ".venv").symlink_to(ROOT / ".venv")
        cold.append(_start_s(clone, home))
    warm = [_start_s(clone, home) for _ in range(bench.sizes.rounds)]
    what = "bare clone, empty HOME" if bench.sizes.installs else "new database, nothing to install"
    yield alone(f"make run, cold: {what}", Side(numbers=cold, unit="s"))
    yield alone("make run, warm", Side(numbers=warm, unit="s"))


def _clone(bench: Bench) -> tuple[Path, Path]:
    """What a clone of this working tree would be, in a path with spaces; and an empty home."""
    parent = bench.directory()
    parent.chmod(0o755)  # so that as root, too, the database lies in the clone, and goes with it
    clone, home = parent / "a bare clone", parent / "home"
    home.mkdir()
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clone / name)
    return clone, home


def _start_s(clone: Path, home: Path) -> float:
    """Start it, stop it as Control-C does, and the seconds in between until it served."""
    log = clone.parent / "run.log"
    env = environment(HOME=str(home), LEADSTREAM_PORT=str(free_port()))
    for name in ("XDG_CACHE_HOME", "PIP_CACHE_DIR", "VIRTUAL_ENV"):
        env.pop(name, None)
    with log.open("w") as output:
        began = time.monotonic()
        program = subprocess.Popen(
            ["make", "run"],
            cwd=clone,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # its processes are a group of their own, which Control-C is sent to
        )
    try:
        while SERVING.search(log.read_text()) is None:
            if program.poll() is not None or time.monotonic() > began + PATIENCE_S:
                raise RuntimeError(f"make run does not serve: {log.read_text()[-2_000:]}")
            time.sleep(0.01)
        return time.monotonic() - began
    finally:
        if program.poll() is None:
            os.killpg(program.pid, signal.SIGINT)
        program.wait(STOP_PATIENCE_S)
