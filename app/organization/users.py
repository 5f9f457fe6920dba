"""Users of an organization: who they are, and what they call themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from app.email_address import normalised_email
from app.ids import UserId, uuid7
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


class UserRenamed(OrganizationEvent, frozen=True, kw_only=True, tag="organization.user_renamed"):
    entity: ClassVar[str | None] = "user_id"
    on_pages: ClassVar[bool] = True

    user_id: UserId
    before: str
    after: str


class UserTimeZoneChanged(OrganizationEvent, frozen=True, kw_only=True, tag="organization.user_time_zone_changed"):
    entity: ClassVar[str | None] = "user_id"

    user_id: UserId
    before: str
    after: str


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
        zone = organization.time_zone if self.time_zone is None else self.time_zone
        time_zone = known_time_zone(zone, problems, "time_zone")
        if email is not None and organization.user_with_email(email) is not None:
            problems.add(UserExists("email"))
        problems.stop_if_any()
        return (UserAdded(user_id=self.user_id, name=name, email=email or "", role=self.role, time_zone=time_zone),)


@dataclass(frozen=True, kw_only=True)
class UpdateViewer:
    """Change who acts: the own name and time zone. What is not given stays; None is the organization's time zone."""

    name: str | UnsetType | None = UNSET
    time_zone: str | UnsetType | None = UNSET

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Decide one fact for each that differs.

        Raises:
            UserNotFound: the system has no name.
            Required, TextTooLong, NulCharacter, NotUnicode, UnknownTimeZone
        """
        user = organization.users.get(at.actor.user_id) if at.actor.user_id else None
        if user is None:
            raise UserNotFound
        problems = Problems()
        events: list[OrganizationEvent] = []
        if self.name is not UNSET:
            name = problems.required(self.name, "name", limit=NAME_MAX)
            if name != user.name:
                events.append(UserRenamed(user_id=user.id, before=user.name, after=name))
        if self.time_zone is not UNSET:
            zone = organization.time_zone if self.time_zone is None else self.time_zone
            known_time_zone(zone, problems, "time_zone")
            if zone != user.time_zone:
                events.append(UserTimeZoneChanged(user_id=user.id, before=user.time_zone, after=zone))
        problems.stop_if_any()
        return events


def known_time_zone(name: str, problems: Problems, *path: str) -> str:
    """The zone, and a problem where there is none of that name."""
    if name not in time_zone_names():
        problems.add(UnknownTimeZone(*path, value=name))
    return name
