"""``python -m app``: refuse an old Python in words it can read, then run the command.

This file alone must parse on every Python 3; everything newer is imported after the check.
"""

import sys

OLDEST_PYTHON = (3, 11)


def main():  # type: ignore[no-untyped-def]  # annotations are kept out: see the first lines
    """Run one operator's command and return its exit code: 0, 1 for a fault, 2 for a wrong command line."""
    if sys.version_info < OLDEST_PYTHON:
        sys.stderr.write(
            "Leadstream needs Python %d.%d or newer and this is %d.%d: install one and run `make run` again.\n"
            % (OLDEST_PYTHON + tuple(sys.version_info[:2]))
        )
        return 1
    from app.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())  # type: ignore[no-untyped-call]
