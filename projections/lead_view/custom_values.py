"""Events to rows: values of custom fields, with what searches and ranges compare."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.event import Entry
from app.ids import CustomFieldId
from app.lead.custom_values import CustomValue, CustomValueChanged
from projections.lead_view.tables import CUSTOM
from projections.lead_view.terms import number_of, value_terms
from projections.machinery.rows import Rows


def insert_values(lead_id: UUID, owner_id: UUID, values: Iterable[CustomValue], rows: Rows) -> None:
    """The values that something new begins with."""
    for one in values:
        rows.insert(CUSTOM, _key(owner_id, one.field_id), lead_id=lead_id, **_columns(one.field_id, one.values))


def delete_values(owner_id: UUID, values: Iterable[CustomValue], rows: Rows) -> None:
    """The values of something that is gone."""
    for one in values:
        rows.delete(CUSTOM, _key(owner_id, one.field_id))


def change_value(entry: Entry[CustomValueChanged], rows: Rows) -> None:
    """A value that is new, another one, or none any more."""
    event = entry.event
    put_value(entry.home, event.owner_id, event.field_id, event.before, event.after, rows)


def put_value(
    lead_id: UUID,
    owner_id: UUID,
    field_id: CustomFieldId,
    before: tuple[Any, ...],
    after: tuple[Any, ...],
    rows: Rows,
) -> None:
    """The values of one field, before and after."""
    key = _key(owner_id, field_id)
    if not after:
        rows.delete(CUSTOM, key)
    elif before:
        rows.update(CUSTOM, key, **_columns(field_id, after))
    else:
        rows.insert(CUSTOM, key, lead_id=lead_id, **_columns(field_id, after))


def _key(owner_id: UUID, field_id: CustomFieldId) -> dict[str, UUID]:
    return {"owner_id": owner_id, "field_id": field_id}


def _columns(field_id: CustomFieldId, values: tuple[Any, ...]) -> dict[str, Any]:
    return {"value": values, "number": number_of(values), "terms": value_terms(field_id, values)}
