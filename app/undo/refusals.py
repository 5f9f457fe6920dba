"""What stands against undoing something. The docstring of each is its message."""

from collections.abc import Sequence
from typing import Any

from app.event import Event, Fact
from app.refusal import Code, Refusal


class OneTarget(Refusal):
    """Say what to undo by either correlationId or eventId."""


class NothingRecorded(Refusal):
    """There is no such event or request on any lead that you see."""

    code = Code.NOT_FOUND


class CannotBeUndone(Refusal):
    """What {type} tells of cannot be undone: correct it by hand."""


class LaterChanges(Refusal):
    """Later changes stand on this, {count} of them. Undo these first."""

    code = Code.CONFLICT

    def __init__(self, *path: str, facts: Sequence[Fact[Event]], **params: Any) -> None:
        """`facts` are the later changes, the oldest first."""
        super().__init__(*path, **params)
        self.facts = tuple(facts)


class UnmergedSince(Refusal):
    """What this was about went back to another lead when a merge was taken back. Correct it there by hand."""

    code = Code.CONFLICT


class MergedSince(Refusal):
    """This lead was merged into another one since. Un-merge them first, or correct it by hand."""

    code = Code.CONFLICT


class UndoTooLarge(Refusal):
    """This did more than the {limit} events that can be undone at once. An operator can undo it with undo-import."""

    code = Code.LIMIT_REACHED


class TooMuchSince(Refusal):
    """More than {limit} events happened on this lead since. Correct it by hand."""

    code = Code.LIMIT_REACHED
