"""Whose something is: absent means the one who acts, null means nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UnsetType

from app.ids import UserId
from app.organization.refusals import UserNotFound
from app.situation import Situation

if TYPE_CHECKING:
    from app.text import Problems


def owner(user_id: UserId | UnsetType | None, at: Situation, problems: Problems, *path: str) -> UserId | None:
    """The user that an input means; one who is not active in the organization is a problem."""
    if isinstance(user_id, UnsetType):
        return at.actor.user_id
    if user_id is None:
        return None
    user = at.organization.users.get(user_id)
    if user is None or not user.is_active:
        problems.add(UserNotFound(*path))
        return None
    return user_id
