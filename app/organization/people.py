"""People: how facts about users, their keys and their invitations change an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

import msgspec

from app.ids import InvitationId, UserId
from app.organization.api_keys import ApiKey, ApiKeyCreated, ApiKeyRevoked
from app.organization.invitations import Invitation, InvitationAccepted, UserInvited
from app.organization.members import RoleChanged, UserDeactivated, UserReactivated
from app.organization.users import User, UserAdded, UserRenamed, UserTimeZoneChanged

if TYPE_CHECKING:
    from app.organization.organization import Organization

AnyUserEvent = UserAdded | UserRenamed | UserTimeZoneChanged | RoleChanged | UserDeactivated | UserReactivated


def evolve_users(organization: Organization, event: AnyUserEvent) -> Organization:
    """The state after one more fact about a user. Total and pure: who is not there does not change."""
    match event:
        case UserAdded():
            user = User(
                id=event.user_id, name=event.name, email=event.email, role=event.role, time_zone=event.time_zone
            )
            return msgspec.structs.replace(organization, users=organization.users | {user.id: user})
        case UserRenamed():
            return _with_user(organization, event.user_id, name=event.after)
        case UserTimeZoneChanged():
            return _with_user(organization, event.user_id, time_zone=event.after)
        case RoleChanged():
            return _with_user(organization, event.user_id, role=event.after)
        case UserDeactivated():
            return _with_user(organization, event.user_id, is_active=False)
        case UserReactivated():
            return _with_user(organization, event.user_id, is_active=True)
        case _:
            assert_never(event)


def evolve_keys(organization: Organization, event: ApiKeyCreated | ApiKeyRevoked) -> Organization:
    """The state after one more fact about an API key. Total and pure."""
    keys = {id: key for id, key in organization.api_keys.items() if id != event.key_id}
    if isinstance(event, ApiKeyCreated):
        keys[event.key_id] = ApiKey(id=event.key_id, user_id=event.user_id)
    return msgspec.structs.replace(organization, api_keys=keys)


def evolve_invitations(organization: Organization, event: UserInvited | InvitationAccepted) -> Organization:
    """The state after one more fact about an invitation. Total and pure."""
    gone: InvitationId | None = event.replaces if isinstance(event, UserInvited) else event.invitation_id
    invitations = {id: one for id, one in organization.invitations.items() if id != gone}
    if isinstance(event, UserInvited):
        invitations[event.invitation_id] = Invitation(
            id=event.invitation_id,
            email=event.email,
            name=event.name,
            role=event.role,
            time_zone=event.time_zone,
            expires_at=event.expires_at,
        )
    return msgspec.structs.replace(organization, invitations=invitations)


def _with_user(organization: Organization, user_id: UserId, **changed: Any) -> Organization:
    user = organization.users.get(user_id)
    if user is None:
        return organization
    user = msgspec.structs.replace(user, **changed)
    return msgspec.structs.replace(organization, users=organization.users | {user_id: user})
