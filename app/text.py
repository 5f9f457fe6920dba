"""Text of inputs: what is kept, what is refused, how long it may be."""

from collections.abc import Sequence
from typing import TypeVar

from app.refusal import Refusal, Refused

T = TypeVar("T")

NAME_MAX = 500  # characters
TEXT_MAX = 100_000  # characters; of descriptions, notes and bodies
LIST_MAX = 100  # entries of one list in one input


class TextTooLong(Refusal):
    """This text has {length} characters; at most {limit} are kept."""


class NulCharacter(Refusal):
    """This text contains the NUL character, which cannot be stored. Remove it."""


class NotUnicode(Refusal):
    """This text contains half a surrogate pair, which is not a character. Remove it."""


class Required(Refusal):
    """Fill this in: it cannot be blank."""


class TooManyEntries(Refusal):
    """This list has {length} entries; at most {limit} are kept."""


class Problems:
    """Collects the independent refusals of one input, so that they are answered together."""

    def __init__(self) -> None:
        self.refusals: list[Refusal] = []

    def add(self, refusal: Refusal) -> None:
        """Note one and go on looking for others."""
        self.refusals.append(refusal)

    def text(self, value: str | None, *path: str, limit: int = TEXT_MAX) -> str | None:
        """The text as it is kept; None where there is nothing but white space."""
        if value is None:
            return None
        if (refusal := forbidden(value, path)) is not None:
            self.add(refusal)
            return None
        if not value.strip():
            return None
        if len(value) > limit:
            self.add(TextTooLong(*path, length=len(value), limit=limit))
            return None
        return value

    def line(self, value: str | None, *path: str, limit: int = NAME_MAX) -> str | None:
        """A name or title: as `text`, without white space around it."""
        return None if value is None else self.text(value.strip(), *path, limit=limit)

    def required(self, value: str | None, *path: str, limit: int = TEXT_MAX) -> str:
        """A text that must not be blank."""
        before = len(self.refusals)
        kept = self.line(value, *path, limit=limit)
        if kept is None and len(self.refusals) == before:
            self.add(Required(*path))
        return kept or ""

    def bounded(self, values: Sequence[T], *path: str, limit: int = LIST_MAX) -> Sequence[T]:
        """The list, if it is not too long."""
        if len(values) > limit:
            self.add(TooManyEntries(*path, length=len(values), limit=limit))
            return ()
        return values

    def stop_if_any(self) -> None:
        """Raise what was noted.

        Raises:
            Refused: something was.
        """
        if self.refusals:
            raise Refused(self.refusals)


def forbidden(value: str, path: tuple[str, ...]) -> Refusal | None:
    """What the log and the database cannot hold of a text; None: they hold it as it is."""
    if "\0" in value:
        return NulCharacter(*path)
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        return NotUnicode(*path)
    return None
