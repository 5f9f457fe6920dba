"""CsvFile: rows of a CSV file with their lines; what cannot be read is reported, and the rest is read."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from app.bulk.report import ImportReport, Loss, Problem
from app.operator_error import OperatorError

FILES_MAX = 1_000  # of one folder
_UNDECODED = re.compile("[\udc80-\udcff]")  # bytes that are not UTF-8, as `surrogateescape` keeps them
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ENCODING = "this is not UTF-8. Save the file as UTF-8 and import it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record: texts by column, without white space around them; what is empty is not in it."""

    file: Path
    line: int
    values: dict[str, str]

    def without(self, column: str) -> Row:
        """The same without one of its values."""
        return Row(
            file=self.file,
            line=self.line,
            values={name: value for name, value in self.values.items() if name != column},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """A CSV file in UTF-8, with or without a byte order mark. `columns` are those of its first line."""

    path: Path
    columns: tuple[str, ...]
    delimiter: str = ","

    def rows(self, report: ImportReport) -> Iterator[Row]:
        """Every row that can be read; a blank line is none."""
        with _open(self.path) as text:
            records = _records(self.path, text, report, self.delimiter)
            next(records)
            for line, record in records:
                if record and self._is_readable(line, record, report):
                    cells = zip(self.columns, (cell.replace("\r\n", "\n").strip() for cell in record), strict=False)
                    yield Row(file=self.path, line=line, values={column: cell for column, cell in cells if cell})

    def lines(self) -> int:
        """How many lines it has: at least as many as rows."""
        with self.path.open("rb") as file:
            return sum(1 for _ in file)

    def _is_readable(self, line: int, record: list[str], report: ImportReport) -> bool:
        if len(record) > len(self.columns):
            message = f"it has {len(record)} cells, and the header {len(self.columns)}."
            report.add(Problem(file=self.path, line=line, message=message, loss=Loss.ROW))
            return False
        for column, cell in zip(self.columns, record, strict=False):
            if not cell.isascii() and _UNDECODED.search(cell):
                report.add(Problem(file=self.path, line=line, field=column, message=_ENCODING, loss=Loss.ROW))
                return False
        return True


def open_csv(path: Path, report: ImportReport, delimiter: str = ",") -> CsvFile | None:
    """The file with its columns; None, and a problem, where there are none to read.

    Raises:
        OperatorError: it cannot be opened.
    """
    try:
        with path.open("rb") as binary:
            is_text = binary.read(2) not in _UTF_16
        with _open(path) as text:
            _, header = next(_records(path, text, report, delimiter), (1, [])) if is_text else (1, [])
    except OSError as error:
        raise OperatorError(f"{path} cannot be read: {error.strerror}.") from None
    columns = tuple(column.strip() for column in header)
    if not is_text or any(_UNDECODED.search(column) for column in columns):
        report.add(Problem(file=path, line=1, message=_ENCODING, loss=Loss.FILE))
        return None
    if not any(columns):
        report.add(Problem(file=path, message="it has no header line.", loss=Loss.FILE))
        return None
    return CsvFile(path=path, columns=columns, delimiter=delimiter)


def csv_files(path: Path) -> list[Path]:
    """The file itself, or every .csv file of a folder.

    Raises:
        OperatorError: there is none.
    """
    if not path.exists():
        raise OperatorError(f"{path} does not exist: name a CSV file, a message, or a folder of either.")
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
    if not files or len(files) > FILES_MAX:
        raise OperatorError(
            f"{path} has {len(files)} .csv files: name a folder of 1 to {FILES_MAX}, or one with .eml files."
        )
    return files


def _open(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _records(path: Path, text: TextIO, report: ImportReport, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the lines on which they begin: a quoted cell may go over several."""
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = f"the record that begins here is no CSV: {error}."
            report.add(Problem(file=path, line=line, message=message, loss=Loss.ROW))
            continue
        yield line, record
