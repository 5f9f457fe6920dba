"""The [read] table of a map: how days, times, numbers and lists are written in its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from app.bulk.mapping.cells import DECIMALS, Writing, is_format
from app.organization.organization import Organization
from app.time_zones import time_zone_names

READ_KEYS = ("dates", "times", "time_zone", "decimal", "separator", "delimiter")

Fault = Callable[[str, str], None]  # told a key of the map and what is wrong with it


def read_writing(table: Mapping[str, Any], organization: Organization, fault: Fault) -> Writing:
    """How cells are written; what is wrong is told, and stands as if it were not there."""
    for key in table.keys() - set(READ_KEYS):
        fault(f"read.{key}", f"there is no such key. There are {', '.join(READ_KEYS)}.")
    decimal = table.get("decimal", ".")
    if decimal not in DECIMALS:
        fault("read.decimal", 'write "." or ",".')
        decimal = "."
    return Writing(
        zone=_zone(table.get("time_zone", organization.time_zone), fault),
        dates=_formats("dates", table.get("dates", []), fault, of_time=False),
        times=_formats("times", table.get("times", []), fault, of_time=True),
        decimal=decimal,
        separator=_mark("separator", table.get("separator"), fault),
        delimiter=_mark("delimiter", table.get("delimiter"), fault) or ",",
    )


def _zone(name: Any, fault: Fault) -> ZoneInfo:
    if not isinstance(name, str) or name not in time_zone_names():
        fault("read.time_zone", f"{name} is no time zone of the IANA database, such as Europe/Berlin.")
        return ZoneInfo("UTC")
    return ZoneInfo(name)


def _formats(key: str, value: Any, fault: Fault, *, of_time: bool) -> tuple[str, ...]:
    formats = tuple(value) if isinstance(value, list) else (value,)
    for one in formats:
        if not isinstance(one, str) or not is_format(one, of_time=of_time):
            example = "%d.%m.%Y %H:%M" if of_time else "%d.%m.%Y"
            fault(
                f"read.{key}",
                f'{one} does not say a whole {"time" if of_time else "day"}. Write it such as "{example}".',
            )
            return ()
    return formats


def _mark(key: str, value: Any, fault: Fault) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) != 1 or value in '"\r\n':
        fault(f"read.{key}", 'write one character, such as ";".')
        return None
    return value
