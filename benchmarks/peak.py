"""Runs `python -m app …` in this process, and prints as its last line how much memory it took at most, in MiB.

Asked of the process itself: what the system tells a parent counts the parent's own memory too.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from app.__main__ import main

KIB_IN_MIB = 1024


def peak_mib() -> float:
    """Of this process since it was started."""
    status = Path("/proc/self/status")
    if status.exists():
        found = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(found.split()[1]) / KIB_IN_MIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB**2


if __name__ == "__main__":
    code = main()  # type: ignore[no-untyped-call]  # an old Python must be able to read it
    print(peak_mib())
    sys.exit(code)
