"""Outcomes: what operations are answered with, whatever the transport."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schema.edge.errors import FormattedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One answer. Without `executed` nothing was, there is no `data`, and `errors` says why.

    Attributes:
        encoded: the response as it is sent, where many get it and it was written already; then it is all there is.
        cursor: of a subscription's event, where it can be resumed from behind that.
    """

    executed: bool
    data: dict[str, Any] | None = None
    errors: tuple[FormattedError, ...] = ()
    extensions: Mapping[str, Any] | None = None
    encoded: bytes | None = None
    cursor: str | None = None

    def response(self) -> dict[str, Any]:
        """Return the members of the response, in the order that the specification recommends."""
        members: dict[str, Any] = {}
        if self.errors:
            members["errors"] = self.errors
        if self.executed:
            members["data"] = self.data
        if self.extensions:
            members["extensions"] = self.extensions
        return members


def refusal(*errors: FormattedError) -> Outcome:
    """Answer that nothing was executed."""
    return Outcome(executed=False, errors=errors)
