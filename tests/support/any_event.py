"""Any event at all: Hypothesis strategies out of what an event's fields say of themselves."""

from __future__ import annotations

import types
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin
from uuid import UUID

import msgspec
from hypothesis import strategies as st

from app.desk.events import AnyDeskEvent
from app.lead.lead import AnyLeadEvent
from app.organization.organization import AnyOrganizationEvent

S = TypeVar("S", bound=msgspec.Struct)

EVENT_TYPES = (*get_args(AnyLeadEvent), *get_args(AnyOrganizationEvent), *get_args(AnyDeskEvent))

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    UUID: st.uuids(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**15, places=4),
    type(None): st.none(),
    msgspec.UnsetType: st.just(msgspec.UNSET),
    # What custom fields of any type keep.
    Any: st.one_of(st.text(max_size=20), st.booleans(), st.lists(st.integers(-(2**53), 2**53), max_size=3)),
}


def any_event() -> st.SearchStrategy[Any]:
    """One of any type."""
    return st.sampled_from(EVENT_TYPES).flatmap(any_of)


def any_of(kind: type[S]) -> st.SearchStrategy[S]:
    """One of this type, whether or not a command could decide it."""
    return st.builds(kind, **{field.name: _values(field.type) for field in msgspec.structs.fields(kind)})


def _values(kind: Any) -> st.SearchStrategy[Any]:
    kind = getattr(kind, "__supertype__", kind)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if get_origin(kind) in (Union, types.UnionType):
        return st.one_of(*map(_values, get_args(kind)))
    if get_origin(kind) is tuple:
        return st.lists(_values(get_args(kind)[0]), max_size=3).map(tuple)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    if issubclass(kind, msgspec.Struct):
        return any_of(kind)
    raise NotImplementedError(f"say in {__name__} how to make a {kind}")
