"""feed: pages of 50 out of long histories beside those of a short one, under every filter; and several filters at once.

Each filter finds as many activities in the short history as it shows of the long ones, so that pages are alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.ids import encode_id
from benchmarks.bench import Bench
from benchmarks.documents import known
from benchmarks.histories import FIRST, MINUTE, Histories, Things, histories
from benchmarks.load import Target, shoot
from benchmarks.office import serving
from benchmarks.table import Row, Side, compared

Sides = list[list[float]]
MIXED = ""  # the short history that has something of everything


def rows(bench: Bench) -> Iterator[Row]:
    """Milliseconds of one request at a time: with no filter and with each single one the ratio is to stay below 1.5."""
    made = histories(bench)
    with serving(bench, made.database) as url:
        for name, (alike, filter) in {**_single(made), **_several(made)}.items():
            document, arguments = known("feed_page")[0], {"first": 50, "filter": filter}
            yield from _measured(bench, made, url, f"feed page, {name}", document, arguments, alike)
        for name, arguments in _ways().items():
            yield from _measured(bench, made, url, f"feed page, {name}", known("feed_page")[0], arguments, MIXED)
        yield from _measured(bench, made, url, "feed, total and counts", known("feed_counts")[0], {}, MIXED)


def _single(made: Histories) -> Mapping[str, tuple[str, Any]]:
    """Filters of one field, and the short history in which everything is what they look for."""
    usual, rare = _ids(made.usual), _ids(made.rare)
    return {
        "no filter": (MIXED, None),
        "a kind": ("kind", {"kinds": ["CALL"]}),
        "two kinds": ("two kinds", {"kinds": ["CALL", "NOTE"]}),
        "a kind without any": (MIXED, {"kinds": ["EMAIL"]}),
        "custom activities": ("custom", {"kinds": ["CUSTOM"]}),
        "a custom type": ("type", {"customActivityTypeIds": usual["types"][:1]}),
        "three custom types": ("custom", {"customActivityTypeIds": usual["types"]}),
        "a custom type that 3 are of": (MIXED, {"customActivityTypeIds": rare["types"]}),
        "a user": ("user", {"userIds": usual["users"][:1]}),
        "every user": (MIXED, {"userIds": usual["users"] + rare["users"]}),
        "a user who has 3": (MIXED, {"userIds": rare["users"]}),
        "a contact": ("contact", {"contactIds": usual["contacts"][:1]}),
        "every contact": (MIXED, {"contactIds": usual["contacts"] + rare["contacts"]}),
        "a contact with whom are 3": (MIXED, {"contactIds": rare["contacts"]}),
        "since": (MIXED, {"since": "__SINCE__"}),
        "until": (MIXED, {"until": "__UNTIL__"}),
        "since and until": (MIXED, {"since": "__SINCE__", "until": "__UNTIL__"}),
    }


def _several(made: Histories) -> Mapping[str, tuple[str, Any]]:
    usual, rare = _ids(made.usual), _ids(made.rare)
    kind, custom = {"kinds": ["CALL"]}, {"customActivityTypeIds": usual["types"][:1]}
    user, contact = {"userIds": usual["users"][:1]}, {"contactIds": usual["contacts"][:1]}
    dates = {"since": "__SINCE__", "until": "__UNTIL__"}
    return {
        "kind and user": ("kind, user", kind | user),
        "kind and contact": ("kind, contact", kind | contact),
        "custom type and user": ("type, user", custom | user),
        "user and contact": ("user, contact", user | contact),
        "kind, user and contact": ("kind, user, contact", kind | user | contact),
        "kind, user, contact and dates": ("kind, user, contact", kind | user | contact | dates),
        "user and dates": ("user", user | dates),
        "a user who has 3, and a contact": (MIXED, {"userIds": rare["users"]} | contact),
        "a user and a contact who never meet": (
            MIXED,
            {"userIds": usual["users"][2:], "contactIds": usual["contacts"][2:]},
        ),
    }


def _ways() -> Mapping[str, dict[str, Any]]:
    return {
        "backwards from the oldest": {"last": 50},
        "backwards under a kind": {"last": 50, "filter": {"kinds": ["CALL", "NOTE", "CUSTOM"]}},
        "about the item in the middle": {"first": 50, "around": "__MIDDLE__"},
    }


def _measured(
    bench: Bench, made: Histories, url: str, work: str, document: str, arguments: dict[str, Any], alike: str
) -> Iterator[Row]:
    """A row for each long history."""
    short, *long = bench.sizes.feed_lengths
    targets = [_target(bench, made, url, document, arguments, length) for length in (short, *long)]
    if alike:
        targets[0] = _target(bench, made, url, document, arguments, short, made.alike[alike])
    found: Sides = [[] for _ in targets]
    for _ in range(bench.sizes.rounds):
        for numbers, target in zip(found, targets, strict=True):
            numbers.append(_taken_ms(bench, target))
    for length, numbers in zip(long, found[1:], strict=True):
        side = Side(numbers=numbers, unit="ms")
        yield compared(f"{work}: {length:,} activities beside {short:,}", side, Side(numbers=found[0], unit="ms"))


def _target(
    bench: Bench, made: Histories, url: str, document: str, arguments: dict[str, Any], length: int, lead: str = ""
) -> Target:
    since, until = (0, length) if length == bench.sizes.feed_lengths[0] else (length // 4, length // 2)
    marks = {
        "__SINCE__": (FIRST + since * MINUTE).isoformat(),
        "__UNTIL__": (FIRST + (until + 1) * MINUTE).isoformat(),
        "__MIDDLE__": made.middles[length],
    }
    return Target.of(
        bench.scratch,
        url=url,
        document=document,
        variables={"id": "__ID__", **_marked(arguments, marks)},
        ids=[lead or made.leads[length]],
        authorization=f"Bearer {made.api_key}",
    )


def _marked(value: Any, marks: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _marked(one, marks) for name, one in value.items()}
    return marks.get(value, value) if isinstance(value, str) else value


def _ids(things: Things) -> dict[str, list[str]]:
    return {
        "users": [encode_id("user", one) for one in things.users],
        "contacts": [encode_id("cont", one) for one in things.contacts],
        "types": [encode_id("actitype", one) for one in things.types],
    }


def _taken_ms(bench: Bench, target: Target) -> float:
    return shoot(target, connections=1, seconds=bench.sizes.round_s / 8)["p50_ms"]
