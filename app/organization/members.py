"""Members: what users may do, and whether they may come in at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from app.ids import UserId
from app.organization.event import OrganizationEvent
from app.organization.refusals import LastAdmin, UserNotFound
from app.organization.rights import require_admin
from app.organization.users import User
from app.situation import Situation
from app.vocabulary import Role

if TYPE_CHECKING:
    from app.organization.organization import Organization


class RoleChanged(OrganizationEvent, frozen=True, kw_only=True, tag="organization.role_changed"):
    entity: ClassVar[str | None] = "user_id"

    user_id: UserId
    before: Role
    after: Role


class UserDeactivated(OrganizationEvent, frozen=True, kw_only=True, tag="organization.user_deactivated"):
    """No key of theirs lets them in, and nothing new can be given to them. What is theirs stays."""

    entity: ClassVar[str | None] = "user_id"

    user_id: UserId


class UserReactivated(OrganizationEvent, frozen=True, kw_only=True, tag="organization.user_reactivated"):
    """Keys that were not revoked let them in again."""

    entity: ClassVar[str | None] = "user_id"

    user_id: UserId


@dataclass(frozen=True, kw_only=True)
class ChangeRole:
    produces: ClassVar[dict[str, str]] = {"user": "user_id"}

    user_id: UserId
    role: Role

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Decide another role; the one that somebody has already decides nothing.

        Raises:
            UserNotFound, LastAdmin, NotAllowed
        """
        require_admin(organization, at.actor)
        user = _known(organization, self.user_id)
        if user.role is self.role:
            return ()
        _require_another_admin(organization, user)
        return (RoleChanged(user_id=user.id, before=user.role, after=self.role),)


@dataclass(frozen=True, kw_only=True)
class DeactivateUser:
    produces: ClassVar[dict[str, str]] = {"user": "user_id"}

    user_id: UserId

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Shut somebody out; who is out already decides nothing.

        Raises:
            UserNotFound, LastAdmin, NotAllowed
        """
        require_admin(organization, at.actor)
        user = _known(organization, self.user_id)
        if not user.is_active:
            return ()
        _require_another_admin(organization, user)
        return (UserDeactivated(user_id=user.id),)


@dataclass(frozen=True, kw_only=True)
class ReactivateUser:
    produces: ClassVar[dict[str, str]] = {"user": "user_id"}

    user_id: UserId

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Let somebody in again; who is in decides nothing.

        Raises:
            UserNotFound, NotAllowed
        """
        require_admin(organization, at.actor)
        user = _known(organization, self.user_id)
        return () if user.is_active else (UserReactivated(user_id=user.id),)


def _known(organization: Organization, user_id: UserId) -> User:
    user = organization.users.get(user_id)
    if user is None:
        raise UserNotFound("user_id")
    return user


def _require_another_admin(organization: Organization, user: User) -> None:
    admins = [one.id for one in organization.users.values() if one.is_active and one.role is Role.ADMIN]
    if admins == [user.id]:
        raise LastAdmin("user_id")
