"""Users of an organization, and the API keys that act for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import msgspec

from app.email_address import normalised_email
from app.ids import KeyId, UserId, uuid7
from app.organization.event import OrganizationEvent
from app.organization.refusals import UnknownTimeZone, UserExists, UserNotFound
from app.organization.rights import require_admin
from app.situation import Situation
from app.text import NAME_MAX, Problems
from app.time_zones import time_zone_names
from app.vocabulary import Role

if TYPE_CHECKING:
    from app.organization.organization import Organization


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person in the organization. `time_zone` is an IANA name and decides what "today" is."""

    id: UserId
    name: str
    email: str
    role: Role
    time_zone: str
    is_active: bool = True


class UserAdded(OrganizationEvent, frozen=True, kw_only=True, tag="organization.user_added"):
    entity: ClassVar[str | None] = "user_id"

    user_id: UserId
    name: str
    email: str
    role: Role
    time_zone: str


class ApiKeyCreated(OrganizationEvent, frozen=True, kw_only=True, tag="organization.api_key_created"):
    """The key's secret is in no event; its hash stands in a table of its own."""

    entity: ClassVar[str | None] = "key_id"

    key_id: KeyId
    user_id: UserId


@dataclass(frozen=True, kw_only=True)
class AddUser:
    name: str
    email: str
    role: Role = Role.MEMBER
    time_zone: str | None = None
    user_id: UserId = field(default_factory=lambda: UserId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Add a person; the time zone is the organization's unless given.

        Raises:
            InvalidEmail, UserExists, UnknownTimeZone, NotAllowed
        """
        require_admin(organization, at.actor)
        problems = Problems()
        name = problems.required(self.name, "name", limit=NAME_MAX)
        email = normalised_email(self.email, problems, "email")
        time_zone = self.time_zone or organization.time_zone
        if time_zone not in time_zone_names():
            problems.add(UnknownTimeZone("time_zone", value=time_zone))
        if email is not None and organization.user_with_email(email) is not None:
            problems.add(UserExists("email"))
        problems.stop_if_any()
        return (UserAdded(user_id=self.user_id, name=name, email=email or "", role=self.role, time_zone=time_zone),)


@dataclass(frozen=True, kw_only=True)
class CreateApiKey:
    user_id: UserId
    key_id: KeyId = field(default_factory=lambda: KeyId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Record that a key was made for an active user.

        Raises:
            UserNotFound, NotAllowed
        """
        require_admin(organization, at.actor)
        user = organization.users.get(self.user_id)
        if user is None or not user.is_active:
            raise UserNotFound("user_id")
        return (ApiKeyCreated(key_id=self.key_id, user_id=self.user_id),)
