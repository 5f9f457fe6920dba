"""Roles, and who is shut out: an ADMIN decides, and one active ADMIN always remains."""

import pytest

from app.ids import UserId
from app.organization.members import (
    ChangeRole,
    DeactivateUser,
    ReactivateUser,
    RoleChanged,
    UserDeactivated,
    UserReactivated,
)
from app.organization.refusals import LastAdmin, NotAllowed, UserNotFound
from app.organization.users import UserAdded
from app.request import Command
from app.situation import Actor
from app.vocabulary import Role
from tests.support.acme import ADMIN, BY_ADMIN, BY_MEMBER, BY_SYSTEM, MEMBER, STRANGER, UNKNOWN
from tests.support.given import given

DEACTIVATED = UserDeactivated(user_id=MEMBER)
REACTIVATED = UserReactivated(user_id=MEMBER)
PROMOTED = RoleChanged(user_id=MEMBER, before=Role.MEMBER, after=Role.ADMIN)
RESTRICTED_ADDED = UserAdded(
    user_id=STRANGER, name="Rita", email="rita@acme.example", role=Role.RESTRICTED, time_zone="Europe/Berlin"
)
BY_RESTRICTED = Actor(user_id=STRANGER)


def test_a_user_is_shut_out_and_let_in_again() -> None:
    given().when(DeactivateUser(user_id=MEMBER)).then(DEACTIVATED)
    given(DEACTIVATED).when(ReactivateUser(user_id=MEMBER)).then(REACTIVATED)


def test_what_is_so_already_is_no_fact() -> None:
    given(DEACTIVATED).when(DeactivateUser(user_id=MEMBER)).then()
    given(DEACTIVATED, REACTIVATED).when(ReactivateUser(user_id=MEMBER)).then()
    given().when(ChangeRole(user_id=MEMBER, role=Role.MEMBER)).then()
    given().when(ChangeRole(user_id=ADMIN, role=Role.ADMIN)).then()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.RESTRICTED])
def test_a_user_gets_another_role(role: Role) -> None:
    given().when(ChangeRole(user_id=MEMBER, role=role)).then(
        RoleChanged(user_id=MEMBER, before=Role.MEMBER, after=role)
    )


@pytest.mark.parametrize(
    "command", [DeactivateUser(user_id=ADMIN), *(ChangeRole(user_id=ADMIN, role=one) for one in Role if one != "ADMIN")]
)
@pytest.mark.parametrize("by", [BY_ADMIN, BY_SYSTEM])
def test_the_last_active_admin_stays_one(command: Command, by: Actor) -> None:
    given().when(command, by=by).then_refused(LastAdmin, "user_id")
    given(PROMOTED, DEACTIVATED).when(command, by=by).then_refused(LastAdmin, "user_id")
    assert given(PROMOTED).when(command, by=by).decided


def test_an_admin_who_is_shut_out_may_lose_the_role() -> None:
    given(PROMOTED, DEACTIVATED).when(ChangeRole(user_id=MEMBER, role=Role.MEMBER)).then(
        RoleChanged(user_id=MEMBER, before=Role.ADMIN, after=Role.MEMBER)
    )


COMMANDS = [
    DeactivateUser(user_id=MEMBER),
    ReactivateUser(user_id=MEMBER),
    ChangeRole(user_id=MEMBER, role=Role.ADMIN),
    DeactivateUser(user_id=UserId(UNKNOWN)),
]


@pytest.mark.parametrize("by", [BY_MEMBER, BY_RESTRICTED, Actor(user_id=UserId(UNKNOWN))])
@pytest.mark.parametrize("command", COMMANDS)
def test_only_admins_may(command: Command, by: Actor) -> None:
    given(RESTRICTED_ADDED).when(command, by=by).then_refused(NotAllowed)


@pytest.mark.parametrize(
    "kind", [DeactivateUser, ReactivateUser, lambda user_id: ChangeRole(user_id=user_id, role=Role.ADMIN)]
)
def test_nobody_of_that_id_is_not_found(kind: type[DeactivateUser]) -> None:
    given().when(kind(user_id=UserId(UNKNOWN))).then_refused(UserNotFound, "user_id")
