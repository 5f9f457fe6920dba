"""Who may do what in an organization. The system itself may do everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ids import UserId
from app.organization.refusals import NotAllowed
from app.situation import Actor
from app.vocabulary import Role

if TYPE_CHECKING:
    from app.organization.organization import Organization


def require_admin(organization: Organization, actor: Actor) -> None:
    """Let only ADMINs and the system pass.

    Raises:
        NotAllowed: anybody else.
    """
    if actor.user_id is None:
        return
    user = organization.users.get(actor.user_id)
    if user is None or user.role is not Role.ADMIN:
        raise NotAllowed


def require_admin_or_self(organization: Organization, actor: Actor, user_id: UserId) -> None:
    """Let users pass in what is their own, and ADMINs and the system in all.

    Raises:
        NotAllowed: anybody else.
    """
    if actor.user_id != user_id:
        require_admin(organization, actor)
