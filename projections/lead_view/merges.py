"""Events to rows: what merges, and taking them back, make of the left sides of both leads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.event import Entry
from app.folding import folded
from app.lead.merge_events import (
    CarriedContact,
    Filled,
    LeadBroughtBack,
    LeadMerged,
    LeadMergedAway,
    LeadUnmerged,
)
from projections.lead_view.custom_values import put_value
from projections.lead_view.found_by import Columns, address_columns, primary_columns, site_columns
from projections.lead_view.project import lead_view
from projections.lead_view.tables import CONTACT, LEAD, SEARCH
from projections.lead_view.terms import own_terms
from projections.machinery.rows import RECORDED_AT, Rows


@lead_view.on(LeadMerged)
def merge(entry: Entry[LeadMerged], rows: Rows) -> None:
    """The root: what was filled in, and contacts behind its own."""
    event = entry.event
    columns = _filled(event.filled)
    if event.addresses is not None:
        columns |= address_columns(event.addresses)
    if event.primary_id is not None:
        columns |= primary_columns(event.primary_id, event.primary_name)
    _change(entry, rows, columns)
    _values(entry.stream_id, event.filled, rows)
    _places(entry, event.carried.contacts, rows)


@lead_view.on(LeadMergedAway)
def merge_away(entry: Entry[LeadMergedAway], rows: Rows) -> None:
    """In no list any more, as if it were deleted."""
    _change(entry, rows, {"deleted_at": RECORDED_AT})


@lead_view.on(LeadUnmerged)
def unmerge(entry: Entry[LeadUnmerged], rows: Rows) -> None:
    """The root, without what was filled in."""
    event = entry.event
    columns = _emptied(event.taken_back)
    if event.addresses is not None:
        columns |= address_columns(event.addresses)
    if event.is_primary_other:
        columns |= primary_columns(event.primary_id, event.primary_name)
    _change(entry, rows, columns)
    _values(entry.stream_id, event.taken_back, rows)


@lead_view.on(LeadBroughtBack)
def bring_back(entry: Entry[LeadBroughtBack], rows: Rows) -> None:
    """In lists again, with its contacts in their places."""
    event = entry.event
    primary = primary_columns(event.primary_id, event.primary_name)
    _change(entry, rows, {"deleted_at": None, **primary})
    _places(entry, event.carried.contacts, rows)


def _change(entry: Entry[Any], rows: Rows, columns: Columns) -> None:
    if columns:
        rows.update(LEAD, {"lead_id": entry.stream_id}, **columns)
    rows.refresh(SEARCH, {"lead_id": entry.stream_id})


def _filled(filled: Filled) -> Columns:
    columns: Columns = {}
    if filled.name:
        columns |= {"name": filled.name, "name_key": folded(filled.name), "name_terms": own_terms(filled.name)}
    if filled.description:
        columns["description"] = filled.description
    if filled.url:
        columns |= site_columns(filled.url)
    return columns


def _emptied(back: Filled) -> Columns:
    columns: Columns = {}
    if back.name:
        columns |= {"name": None, "name_key": None, "name_terms": own_terms(None)}
    if back.description:
        columns["description"] = None
    if back.url:
        columns |= site_columns(None)
    return columns


def _values(lead_id: UUID, filled: Filled, rows: Rows) -> None:
    for one in filled.custom_values:
        put_value(lead_id, lead_id, one.field_id, one.before, one.after, rows)


def _places(entry: Entry[Any], contacts: Iterable[CarriedContact], rows: Rows) -> None:
    """Where they stand among the contacts of the lead that they come to. What is known of them is as it was."""
    for one in contacts:
        rows.update(CONTACT, {"contact_id": one.contact_id}, place=one.place, version=entry.version)
