"""The command line: names, options and what they mean. A contract: scripts rely on it."""

import argparse
from pathlib import Path
from uuid import UUID

from app.cli import operate, proof, serve
from app.ids import BadId, decode_id


def parser() -> argparse.ArgumentParser:
    """The parser of every command; ``body`` of its result is the function to call with that result."""
    top = argparse.ArgumentParser(prog="python -m app", description="Leadstream: the backend of a CRM's lead page.")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _serve(commands)
    _people(commands)
    _bulk(commands)
    _undo(commands)
    _proof(commands)
    listed = commands.add_parser("settings", help="list every setting with unit, default and reason")
    listed.set_defaults(body=operate.settings)
    return top


def _serve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    server = commands.add_parser("serve", help="serve the API")
    server.add_argument("--host", help="where to listen (LEADSTREAM_HOST)")
    server.add_argument("--port", type=_whole(0, 65535), help="where to listen (LEADSTREAM_PORT); 0 takes a free one")
    server.add_argument("--workers", type=_whole(1, 64), default=1, help="processes that share the database")
    server.add_argument("--demo", action="store_true", help="load the demonstration organization if there is none")
    server.set_defaults(body=serve.serve)
    migrating = commands.add_parser("migrate", help="bring the database to this version; safe to run twice")
    migrating.set_defaults(body=operate.migrate)


def _people(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    made = commands.add_parser("organization", help="create an organization and print its admin's API key")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--admin", metavar="EMAIL", required=True, help="its first user, an ADMIN")
    made.add_argument("--time-zone", metavar="ZONE", default="UTC", help="such as Europe/Berlin; default UTC")
    made.add_argument("--currency", metavar="CODE", default="USD", help="ISO 4217; default USD")
    made.set_defaults(body=operate.organization)
    key = commands.add_parser("key", help="print a new API key for a user")
    key.add_argument("email", metavar="EMAIL")
    _organization(key)
    key.set_defaults(body=operate.key)


def _bulk(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    seed = commands.add_parser("seed", help="generate leads and their history")
    seed.add_argument("--leads", type=_whole(1, 100_000_000), required=True, metavar="N")
    seed.add_argument("--activities", type=_whole(0, 10_000_000), required=True, metavar="M", help="of each lead")
    seed.add_argument("--seed", type=int, default=1, metavar="S", help="the same number makes the same data; default 1")
    _organization(seed)
    seed.add_argument("--out", type=Path, required=True, metavar="FILE", help="gets organizationId, apiKey and leadIds")
    seed.set_defaults(body=operate.seed)
    importing = commands.add_parser("import", help="load real data from CSV files, or mail from .eml files")
    importing.add_argument("paths", type=Path, nargs="+", metavar="PATH")
    importing.add_argument("--map", type=Path, metavar="FILE", help="which columns mean what")
    importing.add_argument(
        "--mailbox",
        action="append",
        default=[],
        metavar="EMAIL",
        help="of mail: an address that is the organization's own, besides its users'; several times for several",
    )
    importing.add_argument(
        "--report", type=Path, metavar="FILE", help="of mail: gets what became of each message, one JSON object a line"
    )
    importing.add_argument("--dry-run", action="store_true", help="report what would happen, change nothing")
    _organization(importing)
    importing.set_defaults(body=operate.importing)


def _undo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    undone = commands.add_parser("undo-import", help="take an import back, but for what later changes stand on")
    undone.add_argument("request", type=_request, metavar="REQUEST", help="as import printed it; correlationId")
    undone.add_argument("--dry-run", action="store_true", help="report what would happen, change nothing")
    _organization(undone)
    undone.set_defaults(body=operate.undo_import)


def _proof(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    rebuilt = commands.add_parser("rebuild", help="rebuild read models beside the live ones, compare and repair")
    rebuilt.add_argument("projection", nargs="?", metavar="PROJECTION", help="one of them; default all")
    _organization(rebuilt)
    rebuilt.set_defaults(body=operate.rebuild)
    verified = commands.add_parser("verify", help="prove the log: positions, versions, hashes, and its tree")
    _organization(verified)
    verified.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a signed checkpoint that was kept: the log has to begin with what it is of; several times for several",
    )
    verified.set_defaults(body=proof.verify)
    signed = commands.add_parser("checkpoint", help="print the log's signed checkpoint, to be kept elsewhere")
    _organization(signed)
    signed.add_argument("--key", action="store_true", help="print the key by which its signature is checked instead")
    signed.set_defaults(body=proof.checkpoint)
    exported = commands.add_parser("export-log", help="write the log, or a lead's, as JSON Lines that can be checked")
    _organization(exported)
    exported.add_argument("--lead", metavar="ID", help="only this lead's events, each with its proof")
    exported.add_argument("--out", type=Path, required=True, metavar="FILE")
    exported.set_defaults(body=proof.export_log)
    imported = commands.add_parser("import-log", help="bring an exported log into a database that does not have it")
    imported.add_argument("file", type=Path, metavar="FILE")
    imported.add_argument("--organization", metavar="NAME", required=True, help="how it is to be called here")
    imported.add_argument("--key", metavar="KEY", help="who has to have signed it: what `checkpoint --key` printed")
    imported.set_defaults(body=proof.import_log)


def _organization(command: argparse.ArgumentParser) -> None:
    command.add_argument("--organization", metavar="NAME", help="which one, where there are several")


def _request(text: str) -> UUID:
    try:
        return decode_id(operate.REQUEST, text)
    except BadId:
        raise argparse.ArgumentTypeError(f"must be an id that begins with {operate.REQUEST}_") from None


def _whole(low: int, high: int) -> "_Whole":
    return _Whole(low, high)


class _Whole:
    """A whole number in bounds; argparse prints the message of its ArgumentTypeError."""

    def __init__(self, low: int, high: int) -> None:
        self._low, self._high = low, high

    def __call__(self, text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = self._low - 1
        if not self._low <= number <= self._high:
            raise argparse.ArgumentTypeError(f"must be a whole number from {self._low} to {self._high}")
        return number
