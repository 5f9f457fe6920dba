"""What somebody did about items of the own inbox: one fact for all that was done at once."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.event import Event
from app.ids import ItemId, LeadId
from app.vocabulary import InboxItemKind


class DeskEvent(Event, frozen=True, kw_only=True):
    """A fact about one user's inbox. The stream is the user's."""


class Handled(msgspec.Struct, frozen=True, kw_only=True):
    """An item that a fact is about."""

    item_id: ItemId
    kind: InboxItemKind
    lead_id: LeadId


class ItemsDone(DeskEvent, frozen=True, kw_only=True, tag="desk.items_done"):
    """They are handled, as far as the log was seen.

    Attributes:
        seen_position: e-mails that came behind it are not handled.
        known_position: how far the log went when this was decided; what began anew behind it is not handled.
    """

    items: tuple[Handled, ...]
    seen_position: int
    known_position: int


class ItemsMarkedNotDone(DeskEvent, frozen=True, kw_only=True, tag="desk.items_marked_not_done"):
    """They are to be handled after all."""

    items: tuple[Handled, ...]


class ItemsSnoozed(DeskEvent, frozen=True, kw_only=True, tag="desk.items_snoozed"):
    """They are out of sight until then.

    `known_position` is how far the log went when this was decided: what came behind it stays in sight.
    """

    items: tuple[Handled, ...]
    until: datetime
    known_position: int


class ItemsUnsnoozed(DeskEvent, frozen=True, kw_only=True, tag="desk.items_unsnoozed"):
    """They are in sight again."""

    items: tuple[Handled, ...]


AnyDeskEvent = ItemsDone | ItemsMarkedNotDone | ItemsSnoozed | ItemsUnsnoozed
