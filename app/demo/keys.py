"""The demonstration's API keys: one for each employee, in a private file, the ADMIN's first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from app.onboarding import add_key
from app.operator_error import OperatorError
from app.organization.users import User
from app.private_file import read_private, write_private
from app.system import System

FILE = "demo-keys"


async def keep_keys(system: System, org_id: UUID, users: Sequence[User], data_dir: Path) -> None:
    """Write the file, unless it is there and its keys are those of these users.

    Raises:
        OperatorError: the file cannot be read or written.
    """
    path = data_dir / FILE
    try:
        if await _are_kept(system, org_id, users, read_private(path)):
            return
        lines = [f"{user.email} {await add_key(system, org_id, user.id)}\n" for user in users]
        _write(path, "".join(lines))
    except OSError as error:
        raise OperatorError(
            f"{path}, which keeps the demonstration's keys, cannot be used ({error.strerror}): "
            "make it a file of yours, or name another directory with LEADSTREAM_DATA_DIR."
        ) from None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, text)


async def _are_kept(system: System, org_id: UUID, users: Sequence[User], text: str | None) -> bool:
    kept = dict(line.split(" ", 1) for line in (text or "").splitlines() if " " in line)
    if list(kept) != [user.email for user in users]:
        return False
    for user in users:
        principal = await system.keys.authenticate(kept[user.email])
        if principal is None or principal.org_id != org_id or principal.user_id != user.id:
            return False
    return True
