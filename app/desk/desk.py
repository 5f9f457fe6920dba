"""Desk: the state that decisions about one user's inbox need."""

from __future__ import annotations

import msgspec

from app.ids import UserId


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Whose it is, and how far its facts go.

    Nothing else: there is no limit to what lies in an inbox, so that each decision is given the items that it is about.
    """

    id: UserId
    version: int = 0
