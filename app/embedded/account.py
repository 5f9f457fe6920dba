"""Which account of this machine PostgreSQL runs as. It refuses to run as root; everybody else runs it as themselves."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.operator_error import OperatorError

# In this order: one made for us, the one PostgreSQL's own packages make, the one every Unix has.
UNPRIVILEGED_NAMES = ("leadstream", "postgres", "nobody")


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account to run programs as; ``switch`` is false when it is ours already."""

    name: str
    uid: int
    gid: int
    switch: bool

    @property
    def owner(self) -> tuple[int, int]:
        """The (uid, gid) of files made for it."""
        return self.uid, self.gid

    def popen(self, command: Sequence[str | Path], **how: object) -> "subprocess.Popen[bytes]":
        """Start a program as this account, in ``/``, with an environment of its own and no terminal."""
        if self.switch:
            how |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        # The caller's PG* variables and libraries would change what is started; "C" because a
        # multithreaded locale lookup stops the postmaster on macOS.
        environment = {"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
        return subprocess.Popen(command, cwd="/", env=environment, **{"stdin": subprocess.DEVNULL, **how})  # type: ignore[call-overload, no-any-return]

    def run(self, command: Sequence[str | Path], stdin: str = "") -> tuple[int, str]:
        """Run a program to its end: its exit code, and what it wrote on both outputs together.

        Raises:
            OSError: it cannot be executed, for instance because a directory bars this account.
        """
        with self.popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as program:
            output, _ = program.communicate(stdin.encode())
            return program.returncode, output.decode(errors="replace")

    def can_enter(self, directory: Path) -> bool:
        """Whether it may reach what lies in this directory. Tried, because bits do not tell of ACLs."""
        code, _ = self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", directory])
        return code == 0

    def give(self, path: Path) -> None:
        """Make it the owner of a file or directory; permissions stay as they are."""
        if self.switch:
            os.chown(path, *self.owner, follow_symlinks=False)


def account_for(cluster: Path | None) -> Account:
    """The account to run PostgreSQL as: ours, or as root the owner of an existing cluster, or an unprivileged one.

    Raises:
        OperatorError: we are root and this machine has no such account.
    """
    us = os.geteuid()
    if us != 0:
        return _account(pwd.getpwuid(us), switch=False) if _known(us) else _nameless(us)
    # An existing cluster keeps its owner, whatever accounts the machine has got since.
    owner = cluster.stat().st_uid if cluster is not None else 0
    if owner != 0 and _known(owner):
        return _account(pwd.getpwuid(owner), switch=True)
    for name in UNPRIVILEGED_NAMES:
        try:
            return _account(pwd.getpwnam(name), switch=True)
        except KeyError:
            continue
    raise OperatorError(
        "PostgreSQL does not run as root and this machine has no account named "
        f"{', '.join(UNPRIVILEGED_NAMES[:-1])} or {UNPRIVILEGED_NAMES[-1]}: add one (useradd --system leadstream), "
        "run as an ordinary user, or name a server with DATABASE_URL."
    )


def _account(entry: pwd.struct_passwd, *, switch: bool) -> Account:
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, switch=switch)


def _nameless(uid: int) -> Account:
    raise OperatorError(
        f"PostgreSQL's initdb needs a name for user {uid}, and this machine has none in /etc/passwd: "
        "add an entry, run as another user, or name a server with DATABASE_URL."
    )


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
