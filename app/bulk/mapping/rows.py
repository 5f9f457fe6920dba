"""MappedRow: the cells of one row by the words of its map, and the columns from which each part of an input comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from app.bulk.csv_file import Row
from app.bulk.mapping.file_map import Bound, FileMap
from app.bulk.mapping.words import Takes
from app.refusal import Refusal

T = TypeVar("T")


class Unread(Exception):
    """A cell that is no value of its type. No columns: it is the map's default."""

    def __init__(self, refusal: Refusal, bound: Bound, columns: tuple[str, ...]) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.bound = bound
        self.columns = columns


class Origin(msgspec.Struct, frozen=True):
    """Where a part of the input comes from. No columns: from the map's default."""

    path: tuple[str, ...]
    bound: Bound
    columns: tuple[str, ...]


class Cell(msgspec.Struct, frozen=True):
    """One value of a row, still a text."""

    text: str
    bound: Bound
    columns: tuple[str, ...]


class MappedRow:
    """Reads one row. What was asked for with a path is among the origins."""

    def __init__(self, plan: FileMap, row: Row) -> None:
        self.plan = plan
        self.row = row
        self.origins: list[Origin] = []

    @property
    def key(self) -> str:
        """What it is called in the other system."""
        return self.row.values.get(self.plan.key, "")

    @property
    def lead_key(self) -> str:
        """What its lead is called there."""
        return self.row.values.get(self.plan.lead or self.plan.key, "")

    def text(self, name: str, *path: str) -> str | None:
        """The text of a word; None: there is none."""
        return self.read(name, str, *path)

    def read(self, name: str, reader: Callable[[str], T], *path: str) -> T | None:
        """The value of a word.

        Raises:
            Unread: the reader refuses it.
        """
        for bound in self.plan.of(name):
            cell = self.joined(bound)
            if cell is not None:
                return self.value(cell, reader, *path)
        return None

    def value(self, cell: Cell, reader: Callable[[str], T], *path: str) -> T:
        """The value of a cell.

        Raises:
            Unread: the reader refuses it.
        """
        self.origins.append(Origin(path, cell.bound, cell.columns))
        try:
            return reader(cell.text)
        except Refusal as refusal:
            raise Unread(refusal, cell.bound, cell.columns) from None

    def note(self, bound: Bound, cells: Sequence[Cell], *path: str) -> None:
        """A part of the input comes from all of these cells."""
        self.origins.append(Origin(path, bound, tuple(column for cell in cells for column in cell.columns)))

    def joined(self, bound: Bound) -> Cell | None:
        """The one text of a word, out of one column or several."""
        if len(bound.columns) == 1 and not bound.translations:
            text = self.row.values.get(bound.columns[0])
            if text is not None:
                return Cell(text, bound, bound.columns)
        cells = [cell for cell in self._filled(bound) if cell.text]
        if len(cells) < 2:
            return cells[0] if cells else None
        mark = "\n" if bound.word.takes is Takes.TEXT else " "
        columns = tuple(column for cell in cells for column in cell.columns)
        return Cell(mark.join(cell.text for cell in cells), bound, columns)

    def single(self, bound: Bound) -> list[Cell]:
        """The single values of a word that may have several."""
        return [
            Cell(value, bound, cell.columns)
            for cell in self._filled(bound, translated=False)
            for part in self.plan.writing.values(cell.text)
            if (value := bound.translated(part))
        ]

    def origin(self, path: tuple[str, ...]) -> Origin | None:
        """Where a part of the input comes from: what was asked for with the longest path that leads there."""
        leading = [origin for origin in self.origins if origin.path and path[: len(origin.path)] == origin.path]
        return max(leading, key=lambda origin: len(origin.path), default=None)

    def _filled(self, bound: Bound, *, translated: bool = True) -> list[Cell]:
        values = self.row.values
        cells = [Cell(values[column], bound, (column,)) for column in bound.columns if column in values]
        if not cells and bound.default is not None:
            cells = [Cell(bound.default, bound, ())]
        if translated and bound.translations:
            return [Cell(bound.translated(cell.text), bound, cell.columns) for cell in cells]
        return cells
