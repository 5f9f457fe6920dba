"""inbox: pages of 50 out of an inbox with very much beside those of one with little, by view, kind and direction.

They are of an organization full of full inboxes, and of a small one. Where a filter finds too little in the small inbox
that is looked at, another one there has enough of it, so that pages are alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from benchmarks.bench import Bench
from benchmarks.desks import LONG, Desks, desks
from benchmarks.documents import known
from benchmarks.load import Target, shoot
from benchmarks.office import serving
from benchmarks.table import Row, Side, compared, in_turns

MINE = "ADMIN"
FREQUENT, RARE = "INCOMING_EMAIL", "MENTION"
PAGE = 50  # items


@dataclass(frozen=True, kw_only=True)
class _Page:
    """Whose pages are compared, and what they are asked for."""

    many: str = MINE
    few: str = MINE
    asked: dict[str, Any] = field(default_factory=dict)


def rows(bench: Bench) -> Iterator[Row]:
    """Milliseconds of one request at a time: pages are to take at most 1.5 times as long."""
    small, large = desks(bench)
    few, many = bench.sizes.inbox_items
    with serving(bench, large.database) as url:
        for name, page in _pages().items():
            ours, peer = (
                _target(bench, url, one, whose, page.asked) for one, whose in ((large, page.many), (small, page.few))
            )
            yield _row(bench, f"inbox page, {name}: {many:,} items beside {few:,}", ours, peer)
        counted, plain = (_target(bench, url, large, MINE, {"counted": one}) for one in (True, False))
        yield _row(bench, f"inbox page with its counts beside one without: {many:,} items", counted, plain)
        marked, plain = (_feed(bench, url, large, marked=one) for one in (True, False))
        yield _row(bench, f"feed page with viewerInboxItem of {LONG} e-mails beside one without", marked, plain)
        yield _row(
            bench,
            f"feed page with viewerInboxItem of {LONG} e-mails: {many:,} items beside {few:,}",
            marked,
            _feed(bench, url, small, marked=True),
        )


def _pages() -> dict[str, _Page]:
    return {
        "INBOX": _Page(),
        "FUTURE": _Page(few="future", asked={"view": "FUTURE"}),
        "DONE": _Page(many="done", few="done", asked={"view": "DONE"}),
        "a frequent kind": _Page(few="frequent", asked={"kinds": [FREQUENT]}),
        "a rare kind": _Page(asked={"kinds": [RARE]}),
        "two kinds": _Page(few="frequent", asked={"kinds": ["TASK", "MISSED_CALL"]}),
        "a frequent kind in FUTURE": _Page(few="future frequent", asked={"view": "FUTURE", "kinds": [FREQUENT]}),
        "the last": _Page(asked={"first": None, "last": PAGE}),
        "the last of DONE": _Page(many="done", few="done", asked={"first": None, "last": PAGE, "view": "DONE"}),
        "the second": _Page(asked={"after": "__CURSOR__"}),
        "with counts": _Page(asked={"counted": True}),
        "all users": _Page(asked={"allUsers": True}),
        "all users, FUTURE": _Page(asked={"allUsers": True, "view": "FUTURE"}),
        "all users, the second": _Page(asked={"allUsers": True, "after": "__CURSOR__"}),
        "all users, a rare kind": _Page(asked={"allUsers": True, "kinds": [RARE]}),
        "all users, with counts": _Page(asked={"allUsers": True, "counted": True}),
        "the tenth that is oldest snoozed": _Page(many="late"),
    }


def _target(bench: Bench, url: str, desk: Desks, whose: str, asked: dict[str, Any]) -> Target:
    wanted = {"userId": None if "allUsers" in asked else desk.users[whose], "first": PAGE, "counted": False, **asked}
    if wanted.get("after"):
        before = _inbox(bench, url, desk, {**wanted, "after": None}).tried(" ")["inbox"]
        wanted["after"] = before["pageInfo"]["endCursor"]
    target = _inbox(bench, url, desk, wanted)
    found = len(target.tried(" ")["inbox"]["nodes"])
    if found == 0 or (found < PAGE and RARE not in wanted.get("kinds", ())):
        raise RuntimeError(f"{asked} finds {found} items")
    return target


def _inbox(bench: Bench, url: str, desk: Desks, variables: dict[str, Any]) -> Target:
    return Target.of(
        bench.scratch,
        url=url,
        document=known("inbox_page")[0],
        variables=variables,
        ids=[" "],
        authorization=f"Bearer {desk.api_key}",
    )


def _feed(bench: Bench, url: str, desk: Desks, *, marked: bool) -> Target:
    target = Target.of(
        bench.scratch,
        url=url,
        document=known("feed_inbox")[0],
        variables={"id": "__ID__", "marked": marked},
        ids=[desk.long_lead],
        authorization=f"Bearer {desk.api_key}",
    )
    nodes = target.tried(desk.long_lead)["lead"]["activities"]["nodes"]
    if marked and sum(one["viewerInboxItem"] is not None for one in nodes) < LONG - 1:
        raise RuntimeError(f"not every e-mail is in the inbox: {nodes}")
    return target


def _row(bench: Bench, work: str, ours: Target, peer: Target) -> Row:
    found = in_turns(bench.sizes.rounds, lambda: _taken_ms(bench, ours), lambda: _taken_ms(bench, peer))
    return compared(work, *(Side(numbers=one, unit="ms") for one in found))


def _taken_ms(bench: Bench, target: Target) -> float:
    return shoot(target, connections=1, seconds=bench.sizes.round_s / 4)["p50_ms"]
