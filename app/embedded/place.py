"""Where the cluster lies: in the data directory, or beside it where PostgreSQL's account can reach it."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from app.embedded.account import Account, account_for
from app.embedded.binaries import SHARED, shared_directory
from app.operator_error import OperatorError

CLUSTER = "postgresql"

# All that Leadstream itself puts into a data directory. One that holds anything else is somebody else's too.
OURS = {CLUSTER, "serve.lock", "postgresql.lock", "postgresql-start.lock", "demo-keys", "files", "proof-key"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """The data directory named, the cluster's directory (it may not exist yet), and who runs it.

    ``note`` is what the operator must be told, if anything.
    """

    data_dir: Path
    cluster: Path
    account: Account
    note: str | None = None


def made_data_dir(data_dir: Path) -> Path:
    """The data directory, absolute and without symbolic links, made if need be.

    Raises:
        OperatorError: it cannot be made or written.
    """
    try:
        whole = data_dir.expanduser().resolve()
        whole.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError) as error:
        raise unwritable(data_dir, error) from None
    if not os.access(whole, os.W_OK | os.X_OK):
        raise unwritable(whole, PermissionError(13, "Permission denied"))
    return whole


def unwritable(path: Path, error: Exception) -> OperatorError:
    """The sentence for a data directory that cannot be used."""
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return OperatorError(
        f"The data directory {path} cannot be written ({reason}): "
        f"give it to the user you run as, or name another with LEADSTREAM_DATA_DIR."
    )


def place_for(data_dir: Path) -> Place:
    """Decide where the cluster of this existing data directory lies, and give it to its account. Same answer each time.

    Raises:
        OperatorError: somebody else's cluster, or no account to run it.
    """
    inside = data_dir / CLUSTER
    if os.geteuid() != 0:
        account = account_for(None)
        if inside.exists() and inside.stat().st_uid != account.uid:
            raise OperatorError(
                f"The database in {inside} belongs to another user: "
                "run as that user, or name another directory with LEADSTREAM_DATA_DIR."
            )
        return Place(data_dir=data_dir, cluster=inside, account=account)
    if inside.exists():
        return Place(data_dir=data_dir, cluster=inside, account=account_for(inside))
    beside = SHARED / hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    account = account_for(beside if beside.exists() else None)
    if not beside.exists() and _reachable(data_dir, account):
        return Place(data_dir=data_dir, cluster=inside, account=account)
    shared_directory()
    return Place(data_dir=data_dir, cluster=beside, account=account, note=_note(data_dir, beside, account))


def _reachable(data_dir: Path, account: Account) -> bool:
    """Whether the account reaches what lies in the data directory, after giving it one that is ours alone.

    No permission is changed: what bars the account above the data directory keeps barring it.
    """
    if not account.can_enter(data_dir.parent):
        return False
    if not account.can_enter(data_dir) and all(_is_ours(each.name) for each in data_dir.iterdir()):
        account.give(data_dir)
    return account.can_enter(data_dir)


def _is_ours(name: str) -> bool:
    return name in OURS or name.startswith(f"{CLUSTER}.")


def _note(data_dir: Path, cluster: Path, account: Account) -> str:
    return (
        f"The database lies in {cluster}, because PostgreSQL runs as {account.name}, which may not enter {data_dir}. "
        f"To start afresh, remove both."
    )
