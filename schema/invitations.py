"""Invitations: links by which new users come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import strawberry

from app.access.invitations import new_token
from app.ids import InvitationId, uuid7
from app.organization import invitations
from app.organization.invitations import InviteUser
from app.vocabulary import Role as RoleWord
from schema.commands import CommandInput, Inputs, Payload, answer, given
from schema.context import Context, Info
from schema.enums import Role
from schema.fields import plain
from schema.ids import public_id
from schema.node import Node


@strawberry.type(description="Somebody who may become a user by a link that works once.")
class Invitation(Node):
    email: str = plain("Whose it is, and the new user's address.")
    name: str | None = plain("What the new user is called unless the person says otherwise.")
    role: Role = plain("What the new user may do.")
    time_zone: str = plain("IANA name; the new user's unless the person says otherwise.")
    expires_at: datetime = plain("From then on the link is dead.")


def invitation_of(invitation: invitations.Invitation) -> Invitation:
    """An invitation, from the organization's state."""
    return Invitation(
        id=public_id("invitation", invitation.id),
        email=invitation.email,
        name=invitation.name,
        role=invitation.role,
        time_zone=invitation.time_zone,
        expires_at=invitation.expires_at,
    )


def invitations_seen(context: Context) -> list[invitations.Invitation]:
    """The open ones, if the viewer may know of them: all or none."""
    if context.principal.user.role is not RoleWord.ADMIN:
        return []
    now = datetime.now(UTC)
    return [one for one in context.organization.invitations.values() if one.is_open(now)]


@strawberry.input(description="A person to invite.")
class InviteUserInput(CommandInput):
    email: str = plain("An address that no user of the organization has. Nothing is sent to it.")
    name: str | None = plain("At most 500 characters; absent: the person says it.", default=strawberry.UNSET)
    role: Role | None = plain("What the new user may do.", default=Role.MEMBER)
    time_zone: str | None = plain("IANA name; absent: the organization's.", default=strawberry.UNSET)
    idempotency_key: str | None = plain(
        "The same key with the same input answers the first result again, without the link.", default=strawberry.UNSET
    )


@strawberry.type(description="What inviteUser did.")
class InviteUserPayload(Payload):
    invitation: Invitation | None = plain("The new invitation; null where nothing was done.", default=None)
    link: str | None = plain(
        "To be handed to the person. Good for seven days and once; never shown again.", default=None
    )


async def invite_user(info: Info, input: InviteUserInput) -> InviteUserPayload | None:
    """Invite a person, as an ADMIN. Inviting the same address again replaces the open invitation: its link is dead."""
    context = info.context
    invitation_id = InvitationId(uuid7())

    def build(_: Inputs) -> InviteUser:
        return InviteUser(
            email=input.email,
            name=given(input.name),
            role=given(input.role, Role.MEMBER),
            time_zone=given(input.time_zone),
            invitation_id=invitation_id,
        )

    payload = await answer(info, InviteUserPayload, input, build)
    if payload.done is None:
        return payload
    made = context.organization.invitations.get(InvitationId(payload.done.ids["invitation"]))
    invitation = invitation_of(made) if made else None
    if made is None or made.id != invitation_id:
        return replace(payload, invitation=invitation)  # an earlier answer, repeated
    token = new_token()
    await context.services.invitations.keep(context.principal.org_id, made.id, token, made.expires_at)
    return replace(payload, invitation=invitation, link=f"{context.services.app_url}/invitation/{token}")
