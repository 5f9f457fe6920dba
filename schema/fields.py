"""Declaring fields: a description for each, from the docstring where there is a resolver."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from inspect import cleandoc, getdoc
from types import MappingProxyType
from typing import Any, Final, TypeVar

import strawberry

from schema.moments import resolved_then

VIEWERS: Final = MappingProxyType({"viewers": True})  # metadata of fields that are computed for one viewer

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def plain(description: str, **options: Any) -> Any:
    """A field that is an attribute."""
    return strawberry.field(description=description, **options)


def resolved(resolver: Callable[..., Any]) -> Any:
    """A field that a method computes; its docstring is the description."""
    return strawberry.field(resolver=resolved_then(resolver), description=_description(resolver))


def viewers(resolver: Callable[..., Any]) -> Any:
    """As `resolved`, for what is computed for one viewer: nobody else may be answered with it."""
    return strawberry.field(resolver=resolved_then(resolver), description=_description(resolver), metadata=VIEWERS)


def mutation(resolver: Callable[..., Any]) -> Any:
    """A root field that commands; the resolver's docstring is the description."""
    return strawberry.mutation(resolver=resolver, description=_description(resolver))


def subscription(resolver: Callable[..., Awaitable[AsyncIterator[Any]]]) -> Any:
    """A root field that keeps answering; the resolver's docstring is the description."""
    return strawberry.subscription(resolver=resolver, description=_description(resolver))


def argument(description: str, name: str | None = None) -> Any:
    """What an argument's name cannot say; for Annotated."""
    return strawberry.argument(description=description, name=name)


def _description(resolver: Callable[..., Any]) -> str:
    text = getdoc(resolver)
    assert text, f"{resolver.__qualname__} needs a docstring: it is the field's description"
    return cleandoc(text)
