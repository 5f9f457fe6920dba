"""The append function's call: commands as its arguments, and its answers as values."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import orjson

from app.store.records import (
    Answer,
    AppendCommand,
    Appended,
    Claimed,
    ConfigStale,
    Lost,
    Mismatch,
    Repeated,
    Stale,
    Tracked,
)


def arguments(org_id: UUID, projection_set: int, commands: Sequence[AppendCommand]) -> tuple[Any, ...]:
    """Parameters of the statement `append`, in order."""
    heads: list[tuple[Any, ...]] = []
    streams: list[tuple[Any, ...]] = []
    takes: list[tuple[Any, ...]] = []
    releases: list[tuple[Any, ...]] = []
    events: list[tuple[Any, ...]] = []
    rows: dict[str, list[dict[str, Any]]] = {}
    for number, command in enumerate(commands, start=1):
        heads.append(_head(command))
        streams += [(number, stream_id, version) for stream_id, version in command.streams.items()]
        takes += [(number, *claim) for claim in command.takes]
        releases += [(number, kind, key, None) for kind, key in command.releases]
        for table, operations in command.rows.items():
            # Places of events count from 1 over the whole call, as arrays do in SQL.
            shifted = [{**one, "n": one["n"] + len(events) + 1} for one in operations]
            rows.setdefault(table, []).extend(shifted)
        events += [(number, *event) for event in command.events]
    text = msgspec.json.encode(rows).decode()
    return (org_id, projection_set, heads, streams, takes, releases, events, text)


def answers(text: str) -> list[Answer]:
    """What it answered, one a command."""
    return [_answer(answer) for answer in orjson.loads(text)]


def _head(command: AppendCommand) -> tuple[Any, ...]:
    record = command.idempotency
    return (
        record and record.principal,
        record and record.key,
        record and record.fingerprint,
        record and record.result,
        *(command.config or (None, None)),
        *(command.tracking or (None, None)),
    )


def _answer(answer: dict[str, Any]) -> Answer:
    match answer["outcome"]:
        case "appended":
            recorded_at = datetime.fromisoformat(answer["recorded_at"])
            return Appended(answer["position"], tuple(answer["positions"]), recorded_at)
        case "repeated":
            return Repeated(base64.b64decode(answer["result"]), answer["position"])
        case "mismatch":
            return Mismatch()
        case "stale":
            return Stale(UUID(answer["stream_id"]), answer["version"])
        case "config":
            return ConfigStale(answer["version"])
        case "claimed":
            return Claimed(answer["kind"], answer["key"], UUID(answer["owner_id"]))
        case "tracked":
            return Tracked()
        case "lost":
            return Lost()
        case other:
            raise AssertionError(f"append answered {other}")
