"""API keys that act for users. A key's secret is in no event; its hash stands in a table of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import msgspec

from app.ids import KeyId, UserId, uuid7
from app.organization.event import OrganizationEvent
from app.organization.refusals import ApiKeyNotFound, TooManyApiKeys, UserNotFound
from app.organization.rights import require_admin_or_self
from app.situation import Situation
from app.vocabulary import Role

if TYPE_CHECKING:
    from app.organization.organization import Organization

API_KEYS_MAX = 100  # of one user


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that is not revoked. Its id tells when it was made."""

    id: KeyId
    user_id: UserId


class ApiKeyCreated(OrganizationEvent, frozen=True, kw_only=True, tag="organization.api_key_created"):
    entity: ClassVar[str | None] = "key_id"

    key_id: KeyId
    user_id: UserId


class ApiKeyRevoked(OrganizationEvent, frozen=True, kw_only=True, tag="organization.api_key_revoked"):
    """From here on it lets nobody in, whatever the table of hashes says."""

    entity: ClassVar[str | None] = "key_id"

    key_id: KeyId
    user_id: UserId


@dataclass(frozen=True, kw_only=True)
class CreateApiKey:
    """A key for oneself, or by an ADMIN for anybody."""

    produces: ClassVar[dict[str, str]] = {"api_key": "key_id"}

    user_id: UserId
    key_id: KeyId = field(default_factory=lambda: KeyId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Record that a key was made for an active user.

        Raises:
            UserNotFound, NotAllowed, TooManyApiKeys
        """
        require_admin_or_self(organization, at.actor, self.user_id)
        user = organization.users.get(self.user_id)
        if user is None or not user.is_active:
            raise UserNotFound("user_id")
        if len(organization.keys_of(user.id)) >= API_KEYS_MAX:
            raise TooManyApiKeys("user_id", limit=API_KEYS_MAX)
        return (ApiKeyCreated(key_id=self.key_id, user_id=user.id),)


@dataclass(frozen=True, kw_only=True)
class RevokeApiKey:
    """End a key: one's own, or by an ADMIN anybody's. Others' keys are not there for who is no ADMIN."""

    produces: ClassVar[dict[str, str]] = {"api_key": "key_id"}

    key_id: KeyId

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Decide the end of a key.

        Raises:
            ApiKeyNotFound: no such key, or it is revoked.
        """
        key = organization.api_keys.get(self.key_id)
        if key is None or not sees_keys_of(organization, at.actor.user_id, key.user_id):
            raise ApiKeyNotFound("api_key_id")
        return (ApiKeyRevoked(key_id=key.id, user_id=key.user_id),)


def sees_keys_of(organization: Organization, viewer_id: UserId | None, user_id: UserId) -> bool:
    """Tell whether somebody may know which keys a user has: that user, ADMINs and the system."""
    if viewer_id in (None, user_id):
        return True
    viewer = organization.users.get(viewer_id)
    return viewer is not None and viewer.role is Role.ADMIN
