"""Writes responses as JSON."""

from typing import Any

import orjson

from schema.edge.errors import failed_operation
from schema.edge.outcomes import Outcome, refusal


def encode(outcome: Outcome, operation: str | None = None) -> bytes:
    """Encode a response; one that JSON cannot hold becomes a masked error.

    Scalars serialise themselves, so that only a scalar that lets anything through (a JSON value with a number beyond 64
    bits, or deeper than 254 levels) can fail here.
    """
    if outcome.encoded is not None:
        return outcome.encoded
    try:
        return orjson.dumps(outcome.response())
    except orjson.JSONEncodeError as error:
        return orjson.dumps(refusal(failed_operation(error, operation)).response())


def as_json(value: Any) -> str:
    """Write a small message of ours."""
    return orjson.dumps(value).decode()
