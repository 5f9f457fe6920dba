"""Refusals: what a command answers when the state or the input forbids it.

A refusal is a value for a person to act on, not a fault. Its class docstring is the message, its class name
the stable reason: `TooManyPins` is `too_many_pins`.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar

QUOTED_MAX = 200  # characters of a value that a message repeats


class Code(StrEnum):
    """What a client's code branches on; `reason` is finer."""

    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN = "FORBIDDEN"
    INVALID = "INVALID"
    CONFLICT = "CONFLICT"
    LIMIT_REACHED = "LIMIT_REACHED"
    DUPLICATE = "DUPLICATE"
    TOO_LARGE = "TOO_LARGE"
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
    UNAVAILABLE = "UNAVAILABLE"


class Refusal(Exception):
    """This cannot be done now."""

    code: ClassVar[Code] = Code.INVALID
    reason: ClassVar[str] = "refused"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.reason = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, *path: str, **params: Any) -> None:
        """`path` names the input's field from the outside in; `params` are what the message fills in."""
        super().__init__(*path)
        self.path = path
        self.params = {name: _quotable(value) for name, value in params.items()}

    @property
    def message(self) -> str:
        """One sentence for the person who must act."""
        return (type(self).__doc__ or "").strip().format(**self.params)

    def __str__(self) -> str:
        return f"{self.reason}: {self.message}"

    def under(self, *path: str) -> "Refusal":
        """The same refusal, with its path moved under another one."""
        return self.at(*path, *self.path)

    def at(self, *path: str) -> "Refusal":
        """The same refusal, with another path."""
        moved = type(self).__new__(type(self))  # copy.copy would ask __init__ of a subclass for what it takes
        moved.__dict__.update(self.__dict__)
        moved.path = path
        return moved


class Refused(Exception):
    """Several independent refusals of one input, answered together."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("; ".join(map(str, self.refusals)))


def refusals_of(error: Refusal | Refused) -> tuple[Refusal, ...]:
    """One refusal or several, as several."""
    return error.refusals if isinstance(error, Refused) else (error,)


def _quotable(value: Any) -> Any:
    """A message repeats what came in, so it must be short and encodable whatever that was."""
    if not isinstance(value, str):
        return value
    text = value.encode("utf-8", "replace").decode()
    return text if len(text) <= QUOTED_MAX else f"{text[:QUOTED_MAX]}…"
