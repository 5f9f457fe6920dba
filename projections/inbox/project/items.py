"""What handlers say of items, in the words of the table's writer."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from app.event import Entry
from app.ids import UserId
from app.vocabulary import InboxItemKind
from projections.inbox.tables import ANSWER, ITEM, MAIL
from projections.machinery.projection import Projection
from projections.machinery.rows import POSITION, Rows

inbox = Projection("inbox", (MAIL, ANSWER, ITEM), Path(__file__).parents[1])

_NOBODY = UUID(int=0)


def item_id(word: str, subject_id: UUID, owner_id: UUID | None) -> UUID:
    """The id of an item: the same for the same person, subject and reason, whenever it comes."""
    return uuid5(subject_id, f"{word} {owner_id or _NOBODY}")


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
    fixed = {"lead_id": entry.stream_id, "kind": kind, "owner_id": owner_id, "subject_id": subject_id}
    counts = {"activity_id": activity_id, "activity_count": 1 if activity_id else 0, "episode": 1}
    state = {"is_live": True, "is_dormant": False, "opened": POSITION, "position": POSITION}
    rows.do(word, ITEM, {"item_id": key}, **{**fixed, **counts, **state, **values})


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
