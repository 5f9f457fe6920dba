"""Projection: which events it listens to, and what each of them does to its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from app.event import Entry, Event
from projections.machinery.rows import Operation, Rows, Table

E = TypeVar("E", bound=Event)
Handler = Callable[[Entry[E], Rows], None]


class Projection:
    """A function of the log, written as one handler an event type.

    Args:
        name: as operators call it.
        tables: in the order in which they are written.
        directory: where its migrations lie.
    """

    def __init__(self, name: str, tables: Iterable[Table], directory: Path) -> None:
        self.name = name
        self.tables = tuple(tables)
        self.directory = directory
        self._handlers: dict[type[Event], list[Handler[Any]]] = {}
        self._every: list[Handler[Any]] = []

    def on(self, *kinds: type[E]) -> Callable[[Handler[E]], Handler[E]]:
        """Register a handler for some events."""

        def register(handler: Handler[E]) -> Handler[E]:
            for kind in kinds:
                self._handlers.setdefault(kind, []).append(handler)
            return handler

        return register

    def on_every(self, family: type[Event]) -> Callable[[Handler[Any]], Handler[Any]]:
        """Register a handler for a whole family of events; it runs after the others."""

        def register(handler: Handler[Any]) -> Handler[Any]:
            def if_of_family(entry: Entry[Any], rows: Rows) -> None:
                if isinstance(entry.event, family):
                    handler(entry, rows)

            self._every.append(if_of_family)
            return handler

        return register

    def project(self, entry: Entry[Any]) -> list[Operation]:
        """What one event does to the rows."""
        rows = Rows()
        for handler in self._handlers.get(type(entry.event), ()):
            handler(entry, rows)
        for handler in self._every:
            handler(entry, rows)
        return rows.operations
