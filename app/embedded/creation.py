"""A new cluster: initdb, its roles, its database. Under a draft's name until it is whole."""

import shutil
import sys
import tempfile
from pathlib import Path

from app.embedded import configuration
from app.embedded.cluster import Cluster, last_fault
from app.embedded.passwords import SUPERUSER, Passwords, creation, passwords_set
from app.operator_error import OperatorError
from app.private_file import read_private, write_private

MAKING = ".making-"


def create(cluster: Cluster) -> None:
    """Make the cluster, its roles and its database, unless it exists. A kill in between leaves a draft, no cluster.

    Raises:
        OperatorError: it is of another major version, or PostgreSQL's programs failed.
    """
    if cluster.directory.exists():
        _check_version(cluster)
        return
    drafts = cluster.directory.name + MAKING
    for left in cluster.directory.parent.glob(f"{drafts}*"):
        # The initdb of a killed command may still be writing there for a moment: what stays goes the next time.
        shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=drafts, dir=cluster.directory.parent))
    cluster.account.give(draft)
    _initdb(cluster, draft)
    passwords = Passwords.random()
    _alone(cluster, draft, creation(passwords), "-F")
    passwords.write(draft, cluster.account.owner)
    defaults = read_private(draft / "postgresql.conf")
    for name, text in (
        ("pg_hba.conf", configuration.HBA),
        ("postgresql.conf", f"{defaults}\ninclude_if_exists = '{configuration.FILE}'\n"),
    ):
        write_private(draft / name, text, owner=cluster.account.owner)
    if cluster.durable:
        _run(cluster, "initdb", "--sync-only", "-D", draft)
    draft.rename(cluster.directory)


def passwords_of(cluster: Cluster) -> Passwords:
    """Those of the roles; new ones where their file is gone, which only a stopped cluster allows.

    Raises:
        OperatorError: PostgreSQL did not take the new ones.
    """
    passwords = Passwords.read(cluster.directory)
    if passwords is None:
        cluster.stop()
        passwords = Passwords.random()
        _alone(cluster, cluster.directory, passwords_set(passwords))
        passwords.write(cluster.directory, cluster.account.owner)
    return passwords


def _check_version(cluster: Cluster) -> None:
    try:
        made_by = (cluster.directory / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        made_by = "nobody"
    if made_by != str(cluster.major):
        raise OperatorError(
            f"The database in {cluster.directory} was made by PostgreSQL {made_by} and this is {cluster.major}: "
            "dump it with the Leadstream that made it, or name another directory with LEADSTREAM_DATA_DIR."
        )


def _initdb(cluster: Cluster, draft: Path) -> None:
    # The builtin locale is the same on every machine and never changes under an index.
    older = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    locale = builtin if cluster.major >= 17 else [f"--locale={older}"]
    # "reject" until our own pg_hba.conf stands: at no moment is anybody let in unasked.
    options = ["--encoding=UTF8", "--auth=reject", "--no-sync", "--no-instructions", f"--username={SUPERUSER}"]
    _run(cluster, "initdb", *options, *locale, "-D", draft)


def _alone(cluster: Cluster, directory: Path, statements: list[str], *options: str) -> None:
    """Run statements, each on its line, in a server without sockets. It reports errors but exits with 0."""
    # An error must not put a password into its report.
    quiet = ("-c", "log_min_error_statement=panic")
    command: list[str | Path] = [cluster.programs / "postgres", "--single", *options, "-D", directory, *quiet]
    code, output = cluster.account.run([*command, "template1"], stdin="\n".join(statements) + "\n")
    if code != 0 or any(word in output for word in ("ERROR:", "FATAL:", "PANIC:")):
        raise OperatorError(f"PostgreSQL could not set up its roles in {directory}: {last_fault(output)}")


def _run(cluster: Cluster, program: str, *options: str | Path) -> None:
    code, output = cluster.account.run([cluster.programs / program, *options])
    if code != 0:
        raise OperatorError(f"PostgreSQL's {program} failed in {cluster.directory}: {last_fault(output)}")
