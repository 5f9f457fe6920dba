"""Map files: reading which column means what, written in TOML.

TOML, because people write and correct it by hand: it has comments, keys with spaces, and Python reads it by itself.
docs/importing.md describes it by an example.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from app.bulk.mapping.file_map import Bound, Faults, FileMap
from app.bulk.mapping.words import MapKind, Takes, UnknownWord, Word, word
from app.bulk.mapping.writing import read_writing
from app.operator_error import OperatorError
from app.organization.organization import Organization

MAP_MAX = 1_000_000  # bytes
_SHARED = ("source", "read")
_TEXTS = ("kind", "file", "key", "source", "lead")
_KEYS = (*_TEXTS, "repeats", "columns", "defaults", "values", "read")


def read_maps(path: Path, organization: Organization, faults: Faults) -> list[FileMap]:
    """The maps of a file; whatever is wrong with them is among the faults.

    Raises:
        OperatorError: it cannot be read, or is no TOML.
    """
    document = _document(path)
    tables = [document]
    places = [""]
    if isinstance(document.get("map"), list):
        shared = {key: document[key] for key in _SHARED if key in document}
        tables = [{**shared, **table} for table in document["map"] if isinstance(table, dict)]
        places = [f"map {number}, " for number in range(1, len(tables) + 1)]
        for key in document.keys() - {"map", *_SHARED}:
            faults.add(key, "beside [[map]] only source and [read] can stand, for all of them.")
    readers = (_MapReader(table, place, organization, faults) for table, place in zip(tables, places, strict=True))
    maps = [one for one in (reader.read() for reader in readers) if one is not None]
    if not maps:
        faults.add("", "it has no [[map]].")
    return maps


def _document(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(MAP_MAX + 1)
        if len(content) > MAP_MAX:
            raise OperatorError(f"{path} has more than {MAP_MAX} bytes, which is no map.")
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except OSError as error:
        raise OperatorError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise OperatorError(f"{path} is not UTF-8. Save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise OperatorError(f"{path} is no TOML: {error}.") from None


class _MapReader:
    """Reads one table."""

    def __init__(self, table: Mapping[str, Any], place: str, organization: Organization, faults: Faults) -> None:
        self._table = table
        self._place = place
        self._organization = organization
        self._faults = faults

    def read(self) -> FileMap | None:
        """The map; None and faults, where it is none."""
        for key in self._table.keys() - set(_KEYS):
            self._fault(key, f"there is no such key. There are {', '.join(_KEYS)}.")
        texts = {key: self._text(key, self._table.get(key)) for key in _TEXTS}
        kind = self._kind(texts["kind"])
        repeats = self._table.get("repeats", False)
        if not isinstance(repeats, bool):
            self._fault("repeats", "write true or false.")
        writing = read_writing(self._section("read"), self._organization, self._fault)
        if kind is None:
            return None
        for key in ("key", "source", *(() if kind.makes_lead else ("lead",))):
            if not texts[key] and key not in self._table:
                self._fault(key, f"is missing. {_WHY[key]}")
        if kind.makes_lead and "lead" in self._table:
            self._fault("lead", f"a {kind} is a lead itself. Leave this out.")
        return FileMap(
            place=self._place,
            kind=kind,
            file=texts["file"] or "*",
            key=texts["key"] or "",
            source=texts["source"] or "",
            lead=None if kind.makes_lead else texts["lead"] or "",
            repeats=repeats is True,
            writing=writing,
            bound=self._bound(kind),
        )

    def _fault(self, key: str, message: str) -> None:
        self._faults.add(self._place + key, message)

    def _text(self, key: str, value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self._fault(key, "write a text in quotation marks.")
            return None
        return value.strip()

    def _kind(self, text: str | None) -> MapKind | None:
        try:
            return MapKind(text or "")
        except ValueError:
            self._fault("kind", f"say what a row is: {', '.join(MapKind)}.")
            return None

    def _section(self, key: str) -> Mapping[str, Any]:
        section = self._table.get(key, {})
        if not isinstance(section, dict):
            self._fault(key, f"write it as a table, [{key}].")
            return {}
        return section

    def _bound(self, kind: MapKind) -> dict[str, Bound]:
        columns = {name: self._columns(name, value) for name, value in _flat(self._section("columns"), _is_leaf)}
        defaults = {
            name: self._text(f"defaults.{name}", value) for name, value in _flat(self._section("defaults"), _is_leaf)
        }
        values = dict(_flat(self._section("values"), _is_dictionary))
        if not columns:
            self._fault("columns", "is missing: say which column means what.")
        bound = {}
        for name in dict.fromkeys((*columns, *defaults)):
            section = "columns" if name in columns else "defaults"
            known = self._word(f"{section}.{name}", name, kind)
            if known is None:
                continue
            if known.takes is Takes.ONE and len(columns.get(name, ())) > 1:
                self._fault(f"columns.{name}", "this takes one column.")
            translations = self._translations(name, values.pop(name, {}))
            bound[name] = Bound(
                word=known, columns=columns.get(name, ()), default=defaults.get(name), translations=translations
            )
        for name in values:
            self._fault(f"values.{name}", "no column means this, so it has no values.")
        return bound

    def _word(self, place: str, name: str, kind: MapKind) -> Word | None:
        try:
            return word(name, kind, self._organization)
        except UnknownWord as error:
            self._fault(place, str(error))
            return None

    def _columns(self, name: str, value: Any) -> tuple[str, ...]:
        texts = tuple(self._text(f"columns.{name}", one) for one in (value if isinstance(value, list) else [value]))
        if not texts:
            self._fault(f"columns.{name}", "name at least one column.")
        return tuple(text for text in texts if text is not None)

    def _translations(self, name: str, table: Any) -> dict[str, str]:
        if not isinstance(table, dict) or not all(isinstance(ours, str) for ours in table.values()):
            self._fault(f"values.{name}", 'write a table of their words and ours, such as "New" = "Potential".')
            return {}
        return {theirs.strip(): ours.strip() for theirs, ours in table.items()}


_WHY = {
    "key": "Name the column that says what a row is called where it comes from: by it a second import knows it again.",
    "source": 'Say where the rows come from, such as source = "erp": two systems may call two things the same.',
    "lead": "Name the column that says what the lead is called, as the key of its own file does.",
}


def _flat(table: Mapping[str, Any], is_leaf: Callable[[Any], bool], head: str = "") -> Iterator[tuple[str, Any]]:
    """Words with dots in them, whether they were written in quotation marks or as tables in tables."""
    for key, value in table.items():
        if is_leaf(value):
            yield head + key, value
        else:
            yield from _flat(value, is_leaf, f"{head}{key}.")


def _is_leaf(value: Any) -> bool:
    return not isinstance(value, dict)


def _is_dictionary(value: Any) -> bool:
    """Whether it is a table of words, not one of such tables."""
    return not isinstance(value, dict) or not any(isinstance(one, dict) for one in value.values())
