"""Members who race: one link makes one user, and one active ADMIN remains, whichever process decides."""

from __future__ import annotations

from collections.abc import Awaitable

import pytest

from app.access.invitations import new_token
from app.ids import InvitationId, UserId, uuid7
from app.organization.invitations import InviteUser
from app.organization.members import ChangeRole, DeactivateUser
from app.organization.users import AddUser
from app.request import Command, Done, Request
from app.situation import Actor
from app.system import System
from app.vocabulary import Role
from tests.support.office import Office
from tests.support.outcomes import reasons

ROUNDS = 8


async def link(office: Office, email: str) -> str:
    token, invitation_id = new_token(), InvitationId(uuid7())
    await office.run(InviteUser(email=email, name="Buster", invitation_id=invitation_id))
    expires_at = (await office.organization()).invitations[invitation_id].expires_at
    await office.system.invitations.keep(office.org_id, invitation_id, token, expires_at)
    return token


async def test_two_systems_make_one_user_of_one_link_and_keep_one_key(office: Office, other_system: System) -> None:
    for number in range(ROUNDS):
        token = await link(office, f"{number}@acme.example")
        runs = [
            system.invitations.accept(token, name=None, time_zone=None) for system in (office.system, other_system) * 2
        ]
        assert await reasons(*runs) == ["done", *["invitation_not_open"] * 3]
    assert len((await office.organization()).users) == 1 + ROUNDS
    rows = await office.system.store.fetch(None, "SELECT user_id FROM api_key WHERE org_id = $1", office.org_id)
    assert {row["user_id"] for row in rows} == {*(await office.organization()).users} - {office.admin_id}
    assert len(rows) == ROUNDS


def by(office: Office, user_id: UserId, command: Command) -> Awaitable[Done]:
    request = Request(org_id=office.org_id, actor=Actor(user_id=user_id), correlation_id=uuid7())
    return office.system.dispatch.run(command, request)


@pytest.mark.parametrize("role", [None, Role.MEMBER])
async def test_two_admins_who_shut_each_other_out_leave_one(
    office: Office, other_system: System, role: Role | None
) -> None:
    elsewhere = office.at(other_system)
    first = office.admin_id
    for number in range(ROUNDS):
        rival = AddUser(name="Gob", email=f"{number}@acme.example", role=Role.ADMIN)
        await by(office, first, rival)

        def ousting(user_id: UserId) -> Command:
            return ChangeRole(user_id=user_id, role=role) if role else DeactivateUser(user_id=user_id)

        outcomes = await reasons(
            by(office, first, ousting(rival.user_id)),
            by(elsewhere, rival.user_id, ousting(first)),
        )
        assert outcomes[0] == "done"
        assert outcomes[1] in ("not_allowed", "user_not_found", "last_admin")
        users = (await office.organization()).users.values()
        admins = [user.id for user in users if user.is_active and user.role is Role.ADMIN]
        assert len(admins) == 1
        (first,) = admins


async def test_the_same_decision_twice_at_once_is_one_fact(office: Office, other_system: System) -> None:
    user = AddUser(name="Gob", email="gob@acme.example")
    await office.run(user)
    before = (await office.organization()).version
    places = (office, office.at(other_system))
    assert await reasons(*(place.run(DeactivateUser(user_id=user.user_id)) for place in places)) == ["done"] * 2
    assert (await office.organization()).version == before + 1
