"""The commands about proof: verify, checkpoints, and logs on their way out and in."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.operate import report
from app.cli.running import progress_bar, rare_collections, with_system
from app.operator_error import OperatorError

if TYPE_CHECKING:
    from app.proof_check import Checkpoint, Key
    from app.system import System


def verify(arguments: argparse.Namespace) -> int:
    """Prove the log; exit code 1 if it has a fault."""
    checkpoints = [_checkpoint(file) for file in arguments.checkpoint]

    async def body(system: System) -> list[str]:
        from app.verify import verify as verify_log

        return await verify_log(system, organization=arguments.organization, checkpoints=checkpoints)

    return report(with_system(body), "The log is whole.")


def checkpoint(arguments: argparse.Namespace) -> int:
    """Print the signed checkpoint of all that there is, or the key that it is signed with."""

    async def body(system: System) -> str:
        from app.onboarding import organization_named
        from app.proof.exporting import sealed_to_the_end
        from app.proof.sealing import Unsealable

        org_id = await organization_named(system, arguments.organization)
        try:
            tree = await sealed_to_the_end(system, org_id)
        except Unsealable as error:
            raise OperatorError(f"The log is not whole, {error}: find out more with verify.") from error
        signed = system.proofs.signed(org_id, tree.size, await tree.root(tree.size))
        return f"{signed.public_key}\n" if arguments.key else signed.note

    print(with_system(body), end="")
    return 0


def export_log(arguments: argparse.Namespace) -> int:
    """Write a log to a file that is ours alone, for it has all of it."""
    out: Path = arguments.out

    async def body(system: System) -> int:
        from app.proof.exporting import export_log as export

        try:
            descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise OperatorError(f"{out} cannot be written ({error.strerror}): name another file with --out.") from None
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file, progress_bar("events") as progress:
            return await export(
                system, organization=arguments.organization, lead=arguments.lead, out=file, progress=progress
            )

    print(f"{with_system(body)} events are in {out}.")
    return 0


def import_log(arguments: argparse.Namespace) -> int:
    """Bring an exported log in."""
    keys = [_key(arguments.key)] if arguments.key else []

    async def body(system: System) -> str:
        from app.ids import encode_id
        from app.proof.importing import import_log as bring

        with progress_bar("events") as progress, rare_collections():
            org_id, came = await bring(
                system, file=arguments.file, organization=arguments.organization, keys=keys, progress=progress
            )
        return (
            f"{came} events came in: {encode_id('orga', org_id)} is {arguments.organization} here."
            " Keys of the API do not come with a log: make one with `python -m app key`."
        )

    print(with_system(body))
    return 0


def _checkpoint(file: Path) -> Checkpoint:
    from app.proof_check import Refused, parse_checkpoint

    try:
        return parse_checkpoint(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{file} cannot be read ({error}): name a file with a checkpoint.") from None
    except Refused as error:
        raise OperatorError(f"{file}: {error}.") from None


def _key(text: str) -> Key:
    from app.proof_check import Refused, parse_key

    try:
        return parse_key(text.strip())
    except Refused as error:
        raise OperatorError(f"--key: {error}.") from None
