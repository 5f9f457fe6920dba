"""FileMap: which column of somebody's own CSV files means what; and what is wrong with one, all of it told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

from app.bulk.mapping.cells import Writing
from app.bulk.mapping.words import MapKind, Word
from app.operator_error import OperatorError
from app.vocabulary import CustomFieldTarget


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A word and where its value comes from.

    Attributes:
        columns: in the order in which their cells are taken.
        default: what stands for a cell where all of them are empty.
        translations: words of theirs, and ours for them.
    """

    word: Word
    columns: tuple[str, ...] = ()
    default: str | None = None
    translations: Mapping[str, str] = field(default_factory=dict)

    def translated(self, text: str) -> str:
        """Our word for theirs, whatever its case; what has none is ours already."""
        return self._ours.get(text.casefold(), text) if self.translations else text

    @cached_property
    def _ours(self) -> dict[str, str]:
        return {theirs.casefold(): ours for theirs, ours in self.translations.items()}


@dataclass(frozen=True, kw_only=True)
class FileMap:
    """What the rows of some files are.

    Attributes:
        place: in the map file, put before its keys in messages.
        file: a pattern of file names.
        key: the column that says what a row is called in the other system, `source`.
        lead: the column that says what its lead is called there; None for leads themselves.
        repeats: rows with the key of an earlier one are passed over, and are no mistake.
        bound: by the word as the map has it.
    """

    place: str
    kind: MapKind
    file: str
    key: str
    source: str
    lead: str | None
    repeats: bool
    writing: Writing
    bound: Mapping[str, Bound]

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which a row is left out."""
        return (self.key,) if self.lead is None else (self.lead, self.key)

    @property
    def columns(self) -> dict[str, str]:
        """Every column that is read, and the key of the map that names it."""
        named = {"key": self.key, **({"lead": self.lead} if self.lead else {})}
        places = {column: name for name, column in named.items()}
        for name, bound in self.bound.items():
            for column in bound.columns:
                places.setdefault(column, f"columns.{name}")
        return places

    def of(self, name: str) -> list[Bound]:
        """What is bound to a word; to an e-mail, phone or url, one for each type."""
        return self._by_name.get(name, [])

    def fields(self, target: CustomFieldTarget) -> list[Bound]:
        """Custom fields of a target."""
        return self._by_target.get(target, [])

    @cached_property
    def _by_name(self) -> dict[str, list[Bound]]:
        found: dict[str, list[Bound]] = {}
        for bound in self.bound.values():
            found.setdefault(bound.word.name, []).append(bound)
        return found

    @cached_property
    def _by_target(self) -> dict[CustomFieldTarget, list[Bound]]:
        found: dict[CustomFieldTarget, list[Bound]] = {}
        for bound in self.bound.values():
            if bound.word.field is not None:
                found.setdefault(bound.word.field.target, []).append(bound)
        return found

    def is_for(self, path: Path) -> bool:
        """Whether its pattern matches a file's name, whatever the case."""
        return fnmatch(path.name.casefold(), self.file.casefold())


class Faults:
    """What is wrong with a map, all of it told at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: dict[str, None] = {}

    def add(self, place: str, message: str) -> None:
        """One more. `place` is a key of the map."""
        self._lines[f"{self._path}, {place}: {message}" if place else f"{self._path}: {message}"] = None

    def stop_if_any(self) -> None:
        """Raise what was added.

        Raises:
            OperatorError: something was.
        """
        if self._lines:
            raise OperatorError("\n".join(["Nothing was imported: the map is wrong.", *self._lines]))
