"""Invitations: a link that makes one user, once, within a week. Its token is in no event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

import msgspec

from app.email_address import normalised_email
from app.ids import InvitationId, KeyId, UserId, uuid7
from app.organization.api_keys import ApiKeyCreated
from app.organization.event import OrganizationEvent
from app.organization.refusals import InvitationNotOpen, TooManyInvitations, UserExists, UserIsInactive
from app.organization.rights import require_admin
from app.organization.users import UserAdded, known_time_zone
from app.situation import Situation
from app.text import NAME_MAX, Problems
from app.vocabulary import Role

if TYPE_CHECKING:
    from app.organization.organization import Organization

INVITATION_DAYS = 7  # that a link is good for
INVITATIONS_MAX = 500  # open ones of an organization


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """One that was neither accepted nor replaced. `name` and `time_zone` are what the new user gets unless they say."""

    id: InvitationId
    email: str
    name: str | None
    role: Role
    time_zone: str
    expires_at: datetime

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return now < self.expires_at


class UserInvited(OrganizationEvent, frozen=True, kw_only=True, tag="organization.user_invited"):
    """`replaces` is the invitation of the same address whose link is dead from here on."""

    entity: ClassVar[str | None] = "invitation_id"

    invitation_id: InvitationId
    email: str
    name: str | None = None
    role: Role
    time_zone: str
    expires_at: datetime
    replaces: InvitationId | None = None


class InvitationAccepted(OrganizationEvent, frozen=True, kw_only=True, tag="organization.invitation_accepted"):
    entity: ClassVar[str | None] = "invitation_id"

    invitation_id: InvitationId
    user_id: UserId


@dataclass(frozen=True, kw_only=True)
class InviteUser:
    """Invite a person by e-mail address. Inviting the same address again replaces the open invitation."""

    produces: ClassVar[dict[str, str]] = {"invitation": "invitation_id"}

    email: str
    name: str | None = None
    role: Role = Role.MEMBER
    time_zone: str | None = None
    invitation_id: InvitationId = field(default_factory=lambda: InvitationId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Decide the invitation; the time zone is the organization's unless given.

        Raises:
            InvalidEmail, UserExists, UserIsInactive, UnknownTimeZone, TooManyInvitations, NotAllowed
        """
        require_admin(organization, at.actor)
        problems = Problems()
        name = problems.line(self.name, "name", limit=NAME_MAX)
        email = normalised_email(self.email, problems, "email") or ""
        known = organization.user_with_email(email) if email else None
        if known is not None:
            problems.add(UserExists("email") if known.is_active else UserIsInactive("email"))
        zone = organization.time_zone if self.time_zone is None else self.time_zone
        time_zone = known_time_zone(zone, problems, "time_zone")
        problems.stop_if_any()
        replaced = organization.invitation_to(email)
        others = [one for one in organization.invitations.values() if one is not replaced and one.is_open(at.now)]
        if len(others) >= INVITATIONS_MAX:
            raise TooManyInvitations(limit=INVITATIONS_MAX)
        return (
            UserInvited(
                invitation_id=self.invitation_id,
                email=email,
                name=name,
                role=self.role,
                time_zone=time_zone,
                expires_at=at.now + timedelta(days=INVITATION_DAYS),
                replaces=replaced.id if replaced else None,
            ),
        )


@dataclass(frozen=True, kw_only=True)
class AcceptInvitation:
    """Whoever has the link becomes a user, and gets a key. Nobody acts: the link is the right to it."""

    invitation_id: InvitationId
    name: str | None = None
    time_zone: str | None = None
    user_id: UserId = field(default_factory=lambda: UserId(uuid7()))
    key_id: KeyId = field(default_factory=lambda: KeyId(uuid7()))

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Decide the user and the first key.

        Raises:
            InvitationNotOpen: used, replaced or too old; or the address belongs to a user by now.
            Required, TextTooLong, NulCharacter, NotUnicode, UnknownTimeZone
        """
        invitation = organization.invitations.get(self.invitation_id)
        if invitation is None or not invitation.is_open(at.now):
            raise InvitationNotOpen("token")
        if organization.user_with_email(invitation.email) is not None:
            raise InvitationNotOpen("token")
        problems = Problems()
        name = problems.required(self.name or invitation.name, "name", limit=NAME_MAX)
        time_zone = known_time_zone(self.time_zone or invitation.time_zone, problems, "time_zone")
        problems.stop_if_any()
        added = UserAdded(
            user_id=self.user_id, name=name, email=invitation.email, role=invitation.role, time_zone=time_zone
        )
        accepted = InvitationAccepted(invitation_id=invitation.id, user_id=self.user_id)
        return (accepted, added, ApiKeyCreated(key_id=self.key_id, user_id=self.user_id))
