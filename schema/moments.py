"""Moments: an object of the past has a moment, and so has everything below it, ids included.

What a resolver of such an object asks its context for is read as it stood then, and what it returns is of that moment
too: resolvers need not know of it. What the viewer may do, or has to handle, is of the present: there nothing of it is.

A type may say more: `version_of_lead`, by which it and what is below it is named; `named_then`, which is told the
moment; `names_the_present`, where its ids are to stay as they are.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Hashable
from dataclasses import dataclass
from functools import cache, partial, wraps
from inspect import isawaitable, iscoroutinefunction, signature
from typing import TYPE_CHECKING, Any, TypeVar, cast

import strawberry
from strawberry.types import get_object_definition, has_object_definition

from schema.ids import then_id

if TYPE_CHECKING:
    from schema.context import Context

_MOMENT = "_moment"  # where an object of the past keeps it
_OF_THE_VIEWER = {
    "viewer_can_edit": False,
    "viewer_can_delete": False,
    "viewer_can_pin": False,
    "viewer_inbox_item": None,
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Then:
    """A moment of the past.

    Attributes:
        context: what resolvers stand on at it.
        lead_version: by which things of the lead are named; None: there is no lead above them.
    """

    context: Context
    lead_version: int | None = None

    def id(self, live: str) -> strawberry.ID:
        """The id that something has at this moment."""
        return then_id(live, self.lead_version, self.context.organization.version)

    def ids(self, live: Any) -> Any:
        """As `id`, for one, for a list of them, or for none."""
        if isinstance(live, list):
            return [self.id(one) for one in live]
        return None if live is None else self.id(live)

    def put(self, found: T) -> T:
        """Objects, and all that is in them, are of this moment from now on."""
        if isinstance(found, list | tuple):
            for one in found:
                self.put(one)
        elif has_object_definition(found) and not hasattr(found, "names_the_present") and _MOMENT not in vars(found):
            version = getattr(found, "version_of_lead", None)
            _put(found, self if version is None else Then(self.context, version))
        return found

    async def put_awaited(self, found: Awaitable[T]) -> T:
        """As `put`, of what is yet to come."""
        return self.put(await found)


class Later:
    """What a resolver finds once it is awaited, and not before: an execution that is cut off leaves nothing begun."""

    __slots__ = ("_begin",)

    def __init__(self, begin: Callable[[], Awaitable[Any]]) -> None:
        self._begin = begin

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._begin().__await__()


def _put(found: Any, then: Then) -> None:
    setattr(found, _MOMENT, then)
    if hasattr(found, "named_then"):
        found.named_then(then)
    for name, is_id in _attributes(cast(Hashable, type(found))):
        value = getattr(found, name)
        if is_id:
            setattr(found, name, then.ids(value))
        else:
            then.put(value)


def resolved_then(resolver: Callable[..., Any]) -> Callable[..., Any]:
    """A resolver that reads and answers at the moment of its object; the same, where it belongs to no object."""
    if next(iter(signature(resolver).parameters), None) != "self":
        return resolver
    name, finds_later = resolver.__name__, iscoroutinefunction(resolver)

    @wraps(resolver)
    def resolve(self: Any, **arguments: Any) -> Any:
        then = vars(self).get(_MOMENT)
        if then is None:
            return Later(partial(resolver, self, **arguments)) if finds_later else resolver(self, **arguments)
        if name in _OF_THE_VIEWER:
            return _OF_THE_VIEWER[name]
        if "info" in arguments:
            arguments["info"] = _info_at(then, arguments["info"])
        if finds_later:
            return Later(lambda: then.put_awaited(resolver(self, **arguments)))
        found = resolver(self, **arguments)
        return then.put_awaited(found) if isawaitable(found) else then.put(found)

    return resolve


@dataclass
class _InfoThen(strawberry.Info[Any, None]):
    """What graphql-core tells a resolver, but for the context."""

    context_then: Any

    @property
    def context(self) -> Any:
        return self.context_then


def _info_at(then: Then, info: strawberry.Info[Any, None]) -> _InfoThen:
    return _InfoThen(info._raw_info, info._field, then.context)  # noqa: SLF001 - it is one of its kind


@cache
def _attributes(kind: Hashable) -> tuple[tuple[str, bool], ...]:
    """Fields of a type that are attributes, and which of them are ids."""
    definition = get_object_definition(cast(type, kind), strict=True)
    plain = [field for field in definition.fields if field.base_resolver is None]
    return tuple((field.python_name, _is_id(field.type)) for field in plain)


def _is_id(kind: Any) -> bool:
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return kind is strawberry.ID
