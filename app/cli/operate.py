"""The commands that do something and end. Results go to standard output, progress and faults to standard error."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.running import migrated, orderly, progress_bar, rare_collections, with_system
from app.operator_error import OperatorError
from app.settings import Settings, listing

if TYPE_CHECKING:
    from app.bulk.mail.report import Entry
    from app.system import System

REQUEST = "req"  # what the ids of requests begin with


def settings(_: argparse.Namespace) -> int:
    """List every setting."""
    for name, value, unit, default, why in listing(Settings.load(os.environ)):
        print(f"{name}={value}\n    {why}{f' ({unit})' if unit else ''}; default: {default}")
    return 0


def migrate(_: argparse.Namespace) -> int:
    """Bring the database to this version."""
    from app.database import open_database

    with orderly(), open_database(Settings.load(os.environ)) as database:
        applied = asyncio.run(migrated(database))
    print("\n".join(f"applied {name}" for name in applied) or "The database is of this version already.")
    return 0


def organization(arguments: argparse.Namespace) -> int:
    """Create an organization; its admin's key is the only line on standard output."""

    async def body(system: "System") -> str:
        from app.onboarding import create_organization

        return await create_organization(
            system,
            name=arguments.name,
            admin_email=arguments.admin,
            time_zone=arguments.time_zone,
            currency=arguments.currency,
        )

    print(with_system(body))
    return 0


def key(arguments: argparse.Namespace) -> int:
    """Print a new API key of a user, alone."""

    async def body(system: "System") -> str:
        from app.onboarding import issue_key

        return await issue_key(system, email=arguments.email, organization=arguments.organization)

    print(with_system(body))
    return 0


def seed(arguments: argparse.Namespace) -> int:
    """Generate leads, and write what they are called to a file."""
    out: Path = arguments.out
    if not os.access(out.parent, os.W_OK):
        raise OperatorError(f"{out} cannot be written: name a file in a directory that exists and is yours with --out.")

    async def body(system: "System") -> dict[str, object]:
        from app.bulk.seed import seed as generate

        with progress_bar("leads") as progress, rare_collections():
            made = await generate(
                system,
                leads=arguments.leads,
                activities=arguments.activities,
                seed=arguments.seed,
                organization=arguments.organization,
                progress=progress,
            )
        return {"organizationId": made.organization_id, "apiKey": made.api_key, "leadIds": list(made.lead_ids)}

    made = with_system(body)
    # Opened, not replaced, for it may be a pipe; private, for it holds a key.
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps(made) + "\n")
    return 0


def importing(arguments: argparse.Namespace) -> int:
    """Load files or mail, and report line by line what went in, or was refused and why."""

    async def body(system: "System") -> int:
        from app.bulk.importing import import_paths, is_of_mail
        from app.ids import encode_id

        if arguments.report and not is_of_mail(arguments.paths, has_map=arguments.map is not None):
            raise OperatorError("--report is for mail, and there is none in what is to be imported.")
        with progress_bar("done") as progress, rare_collections(), entries_to(arguments.report) as tell:
            report = await import_paths(
                system,
                paths=arguments.paths,
                map_file=arguments.map,
                dry_run=arguments.dry_run,
                organization=arguments.organization,
                progress=progress,
                mailboxes=arguments.mailbox,
                tell=tell,
            )
        for line in report.lines():
            print(line)
        if report.correlation_id is not None and not arguments.dry_run:
            _tell_of_undo(encode_id(REQUEST, report.correlation_id))
        return report.exit_code

    return with_system(body)


def undo_import(arguments: argparse.Namespace) -> int:
    """Take an import back, and report what is left of it and why."""

    async def body(system: "System") -> int:
        from app.ids import encode_id
        from app.onboarding import organization_named
        from app.undo.imports import undo_import as take_back

        with progress_bar("leads") as progress:
            report = await take_back(
                system.store,
                system.undoing,
                await organization_named(system, arguments.organization),
                arguments.request,
                dry_run=arguments.dry_run,
                progress=progress,
            )
        for line in report.lines():
            print(line)
        if report.events and not arguments.dry_run:
            _tell_of_undo(encode_id(REQUEST, report.correlation_id))
        return report.exit_code

    return with_system(body)


def _tell_of_undo(request: str) -> None:
    print(f"To undo this: python -m app undo-import {request}", file=sys.stderr)


@contextmanager
def entries_to(path: Path | None) -> Iterator["Callable[[Entry], None]"]:
    """What tells of messages: a line each to standard output, and to a file one for programs."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("w", encoding="utf-8")) if path else None
        except OSError as error:
            raise OperatorError(f"{path} cannot be written ({error.strerror}): name another file.") from None

        def tell(entry: "Entry") -> None:
            print(str(entry).encode("utf-8", "replace").decode())
            if file is not None:
                file.write(json.dumps(entry.as_json()) + "\n")

        yield tell


def rebuild(arguments: argparse.Namespace) -> int:
    """Rebuild read models; exit code 1 if they differed from the live ones."""

    async def body(system: "System") -> list[str]:
        from app.rebuild import rebuild as rebuild_projections

        return await rebuild_projections(
            system, projection=arguments.projection, organization=arguments.organization, note=print
        )

    return report(with_system(body), "The read models are what the log says.")


def report(faults: list[str], fine: str) -> int:
    """Print faults, or that there are none; the exit code."""
    print("\n".join(faults) or fine)
    return 1 if faults else 0
