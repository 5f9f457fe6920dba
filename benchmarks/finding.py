"""finding: first pages under filters with equally many matches, of many leads beside few; and creating full leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from app.ids import encode_id
from benchmarks.bench import Bench
from benchmarks.crowd import CHOICE, FREQUENT, SEATS, STATUS, WORD, Crowd, crowds
from benchmarks.documents import known
from benchmarks.load import Target, shoot
from benchmarks.office import serving
from benchmarks.table import Row, Side, compared, in_turns

CONTACTS = 5  # of a lead with much on it


def rows(bench: Bench) -> Iterator[Row]:
    """Milliseconds of one request at a time: many beside few is to stay below 2, and so is much beside nothing."""
    few, many = bench.sizes.finding_leads
    small, large = crowds(bench, few, many)
    with ExitStack() as held:
        urls = [held.enter_context(serving(bench, one.database)) for one in (large, small)]
        for name, filter in _filters(small).items():
            ours, peer = (_target(bench, url, small, filter) for url in urls)
            found = in_turns(bench.sizes.rounds, lambda: _taken_ms(bench, ours), lambda: _taken_ms(bench, peer))  # noqa: B023
            work = f"leads by {name}, {bench.sizes.matches} matches, first page: {many:,} leads beside {few:,}"
            yield compared(work, _side(found[0]), _side(found[1]))
        yield _creating(bench, urls[1], small)


def _filters(crowd: Crowd) -> Mapping[str, dict[str, Any]]:
    tier, seats = (encode_id("cf", one) for one in (crowd.tier, crowd.seats))
    word, status, choice = FREQUENT
    return {
        "search": {"search": WORD},
        "status": {"statusIds": [_status(crowd, STATUS)]},
        "custom field of choices": {"customFields": [{"fieldId": tier, "equals": CHOICE}]},
        "custom field of numbers": {"customFields": [{"fieldId": seats, "gte": SEATS}]},
        "all three, each of which a fifth of the leads have": {
            "search": word,
            "statusIds": [_status(crowd, status)],
            "customFields": [{"fieldId": tier, "equals": choice}],
        },
    }


def _status(crowd: Crowd, label: str) -> str:
    return encode_id("stat", crowd.statuses[label])


def _target(bench: Bench, url: str, crowd: Crowd, filter: dict[str, Any]) -> Target:
    """The page, after a look at whether it is full."""
    document, _ = known("find_leads")
    target = Target.of(
        bench.scratch,
        url=url,
        document=document,
        variables={"filter": filter, "sort": "__ID__"},
        ids=["CREATED_DESC", "NAME_ASC", "LAST_ACTIVITY_DESC"],
        authorization=f"Bearer {crowd.api_key}",
    )
    found = len(target.tried("CREATED_DESC")["leads"]["nodes"])
    if found != min(50, bench.sizes.matches):
        raise RuntimeError(f"{filter} finds {found} leads")
    return target


def _creating(bench: Bench, url: str, crowd: Crowd) -> Row:
    much, bare = (_creation(bench, url, crowd, input) for input in (_much(crowd), {"name": "Bluth Company __N__"}))
    found = in_turns(bench.sizes.rounds, lambda: _taken_ms(bench, much), lambda: _taken_ms(bench, bare))
    work = f"createLead over HTTP, {CONTACTS} contacts and {len(crowd.texts)} custom values beside a bare one"
    return compared(f"{work}, 1 connection", _side(found[0]), _side(found[1]))


def _creation(bench: Bench, url: str, crowd: Crowd, input: dict[str, Any]) -> Target:
    document, _ = known("create_lead")
    return Target.of(
        bench.scratch,
        url=url,
        document=document,
        variables={"input": input},
        ids=["x"],
        authorization=f"Bearer {crowd.api_key}",
    )


def _much(crowd: Crowd) -> dict[str, Any]:
    return {
        "name": "Bluth Company __N__",
        "contacts": [
            {
                "name": f"Lindsay Bluth {number}",
                "title": "Office Manager",
                "emails": [{"email": f"lindsay{number}.__N__@bluth.example"}],
                "phones": [{"phone": f"+1202555010{number}"}],
            }
            for number in range(CONTACTS)
        ],
        "customFields": [
            {"fieldId": encode_id("cf", field_id), "set": f"Value {number} of __N__"}
            for number, field_id in enumerate(crowd.texts)
        ],
    }


def _taken_ms(bench: Bench, target: Target) -> float:
    return shoot(target, connections=1, seconds=bench.sizes.round_s / 2)["p50_ms"]


def _side(numbers: list[float]) -> Side:
    return Side(numbers=numbers, unit="ms")
