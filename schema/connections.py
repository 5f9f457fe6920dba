"""Connections: keyset pages, so that new items never shift what a client reads next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import strawberry

from schema.commands import given
from schema.edge import ClientError
from schema.fields import argument, plain

PAGE_DEFAULT = 50  # items
PAGE_MAX = 100  # items
LIST_MAX = 100  # items of a list that is no connection

T = TypeVar("T")

# Arguments of lists that begin with the newest: first, after, last, before.
Newest = Annotated[int | None, argument("The newest so many; 0 to 100, 50 unless given.")]
Older = Annotated[str | None, argument("Only what is older than this cursor.")]
Oldest = Annotated[int | None, argument("The oldest so many; not together with first.")]
Newer = Annotated[str | None, argument("Only what is newer than this cursor.")]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = plain("There is more behind endCursor.")
    has_previous_page: bool = plain("There is something before startCursor.")
    start_cursor: str | None = plain("Of the first item of this page; null where it is empty.")
    end_cursor: str | None = plain("Of the last item of this page; null where it is empty.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page's arguments mean. `places` are keys that cursors named; `backwards`: `last` was given."""

    size: int
    backwards: bool
    after: tuple[Any, ...] | None
    before: tuple[Any, ...] | None

    def info(self, cursors: Sequence[str], *, more: bool) -> PageInfo:
        """`more`: there was another item behind the page in the direction it was read in."""
        return PageInfo(
            has_next_page=self.before is not None if self.backwards else more,
            has_previous_page=more if self.backwards else self.after is not None,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )

    def cut(self, items: list[T]) -> tuple[list[T], bool]:
        """From what was read with one item too many: the page in the list's order, and whether there is more."""
        kept = items[: self.size]
        return (kept[::-1] if self.backwards else kept), len(items) > self.size


def page(
    place: Callable[[str, str], tuple[Any, ...]],
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Page:
    """Read the arguments of a page.

    Raises:
        ClientError: INVALID, with the argument's name.
    """
    first, last = given(first), given(last)
    if first is not None and last is not None:
        raise ClientError("INVALID", "first: give either first or last, not both.")
    after, before = given(after), given(before)
    return Page(
        size=size(first if last is None else last, "first" if last is None else "last"),
        backwards=last is not None,
        after=None if after is None else place(after, "after"),
        before=None if before is None else place(before, "before"),
    )


def size(count: int | None, argument: str, *, default: int = PAGE_DEFAULT, most: int = PAGE_MAX) -> int:
    """A number of items from 0 to `most`.

    Raises:
        ClientError: INVALID, with the argument's name.
    """
    if count is None:
        return default
    if not 0 <= count <= most:
        raise ClientError("INVALID", f"{argument}: must be from 0 to {most}.")
    return count
