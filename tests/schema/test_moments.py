"""Resolvers of objects: what they find is looked for when it is awaited."""

from __future__ import annotations

import gc
import warnings

from schema.moments import resolved_then


class Shelf:
    async def book(self) -> str:
        """What is on it."""
        return "Moby Dick"


async def test_what_is_awaited_is_found() -> None:
    assert await resolved_then(Shelf.book)(Shelf()) == "Moby Dick"


def test_what_nobody_awaits_any_more_was_never_begun() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        resolved_then(Shelf.book)(Shelf())
        gc.collect()
