"""Writes schema/schema.graphql, the contract that front ends build on; `--check` tells whether it is up to date."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from schema.root import make_schema

FILE = Path(__file__).with_name("schema.graphql")


def main() -> int:
    """Exit code: 1 if the check finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file differs")
    printed = make_schema().as_str().rstrip() + "\n"
    if not parser.parse_args().check:
        FILE.write_text(printed, encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == printed:
        return 0
    sys.stderr.write(f"{FILE} is not what the code says: run `python -m schema.export` and look at the difference.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
