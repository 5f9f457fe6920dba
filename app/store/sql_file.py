"""Named statements in .sql files: `-- name: pinned`, comment lines, then the statement up to the next name."""

import re
from pathlib import Path

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


def load_statements(path: Path) -> dict[str, str]:
    """Statements by name, comments included, so that they show in the database's logs.

    Raises:
        ValueError: the file has none, or two of one name.
    """
    pieces = _NAME.split(path.read_text(encoding="utf-8"))[1:]
    statements: dict[str, str] = {}
    for name, text in zip(pieces[::2], pieces[1::2], strict=True):
        if name in statements:
            raise ValueError(f"{path}: two statements are named {name}")
        statements[name] = text.strip().rstrip(";")
    if not statements:
        raise ValueError(f"{path}: no statement has a name")
    return statements


def bare(statement: str) -> str:
    """Without its comment lines: for parts, of which a statement may have many."""
    return "\n".join(line for line in statement.splitlines() if not line.lstrip().startswith("--"))
