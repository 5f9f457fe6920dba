"""What handlers say of items, in the words of the table's writer."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha1
from pathlib import Path
from typing import Any
from uuid import UUID

from app.event import Entry
from app.ids import UserId
from app.vocabulary import InboxItemKind
from projections.inbox.tables import ANSWER, ITEM, MAIL, MEMBER
from projections.machinery.projection import Projection
from projections.machinery.rows import POSITION, Rows

inbox = Projection("inbox", (MAIL, ANSWER, MEMBER, ITEM), Path(__file__).parents[1])

_NOBODY = UUID(int=0)


def item_id(word: str, subject_id: UUID, owner_id: UUID | None) -> UUID:
    """The id of an item: the same for the same person, subject and reason, whenever it comes."""
    # What uuid5(subject_id, name) gives, at half its cost: imports make very many.
    named = sha1(subject_id.bytes + _name(word, (owner_id or _NOBODY).int), usedforsecurity=False)
    return UUID(bytes=named.digest()[:16], version=5)


@lru_cache(maxsize=10_000)
def _name(word: str, owner: int) -> bytes:
    return f"{word} {UUID(int=owner)}".encode()


def put(
    entry: Entry[Any],
    rows: Rows,
    key: UUID,
    kind: InboxItemKind,
    owner_id: UserId | None,
    subject_id: UUID,
    activity_id: UUID | None,
    *,
    word: str = "put",
    **values: Any,
) -> None:
    """It comes, or comes anew."""
    comes = {
        "lead_id": entry.home,
        "kind": kind,
        "owner_id": owner_id,
        "subject_id": subject_id,
        "activity_id": activity_id,
        "activity_count": 1 if activity_id else 0,
        "episode": 1,
        "is_live": True,
        "is_dormant": False,
        "opened": POSITION,
        "position": POSITION,
    }
    rows.do(word, ITEM, {"item_id": key}, **(comes | values))


def hand(
    entry: Entry[Any],
    rows: Rows,
    kind: InboxItemKind,
    subject_id: UUID,
    word: str,
    owner_id: UserId | None,
    **values: Any,
) -> None:
    """What was one person's becomes another's, as another item."""
    key = {"lead_id": entry.stream_id, "subject_id": subject_id, "kind": kind}
    new = {"item_id": item_id(word, subject_id, owner_id), "owner_id": owner_id}
    rows.do("hand", ITEM, key, **new, **values, opened=POSITION, position=POSITION)


def of_subject(
    entry: Entry[Any],
    rows: Rows,
    subject_id: UUID,
    kind: InboxItemKind | None = None,
    *,
    only_open: bool = False,
    **values: Any,
) -> None:
    """What is so of every item of a subject now, of one kind where that is given."""
    key = {"lead_id": entry.stream_id, "subject_id": subject_id, "kind": kind, "only_open": only_open}
    rows.do("of_subject", ITEM, key, **values, position=POSITION)


def go(rows: Rows, key: UUID) -> None:
    """It goes: its ground is gone."""
    rows.do("update", ITEM, {"item_id": key}, is_live=False, position=POSITION)
