"""Invitations: an ADMIN makes one, one person accepts it, once, within a week."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.email_address import InvalidEmail
from app.ids import InvitationId, KeyId, UserId
from app.organization.api_keys import ApiKeyCreated
from app.organization.invitations import (
    INVITATIONS_MAX,
    AcceptInvitation,
    InvitationAccepted,
    InviteUser,
    UserInvited,
)
from app.organization.members import UserDeactivated
from app.organization.refusals import (
    InvitationNotOpen,
    NotAllowed,
    TooManyInvitations,
    UnknownTimeZone,
    UserExists,
    UserIsInactive,
)
from app.organization.users import UserAdded
from app.text import NotUnicode, NulCharacter, Required, TextTooLong
from app.vocabulary import Role
from tests.support.acme import BY_MEMBER, BY_SYSTEM, MEMBER, NOW, UNKNOWN, thing
from tests.support.given import given

OLD, NEW = InvitationId(thing(80)), InvitationId(thing(81))
BUSTER = UserId(thing(82))
KEY = KeyId(thing(83))
INVITE = InviteUser(email="buster@acme.example", invitation_id=OLD)
INVITED = UserInvited(
    invitation_id=OLD,
    email="buster@acme.example",
    role=Role.MEMBER,
    time_zone="Europe/Berlin",
    expires_at=NOW + timedelta(days=7),
)
AGAIN = UserInvited(
    invitation_id=NEW,
    email="Buster@acme.example",
    name="Buster Bluth",
    role=Role.RESTRICTED,
    time_zone="Asia/Tokyo",
    expires_at=NOW + timedelta(days=7),
    replaces=OLD,
)
ACCEPT = AcceptInvitation(invitation_id=OLD, name="Buster", user_id=BUSTER, key_id=KEY)
ACCEPTED = InvitationAccepted(invitation_id=OLD, user_id=BUSTER)
ADDED = UserAdded(
    user_id=BUSTER, name="Buster", email="buster@acme.example", role=Role.MEMBER, time_zone="Europe/Berlin"
)
KEY_CREATED = ApiKeyCreated(key_id=KEY, user_id=BUSTER)


def test_an_invitation_is_a_members_in_the_organizations_time_zone_for_seven_days() -> None:
    given().when(INVITE).then(INVITED)


def test_an_invitation_says_all_that_it_is_told() -> None:
    invite = InviteUser(
        email=" Buster@ACME.example",
        name=" Buster Bluth\n",
        role=Role.RESTRICTED,
        time_zone="Asia/Tokyo",
        invitation_id=NEW,
    )
    given(INVITED).when(invite).then(AGAIN)


def test_the_same_address_again_replaces_the_invitation_whatever_its_case() -> None:
    given(INVITED, AGAIN).when(ACCEPT, by=BY_SYSTEM).then_refused(InvitationNotOpen, "token")
    assert given(INVITED, AGAIN).when(replace(ACCEPT, invitation_id=NEW), by=BY_SYSTEM).decided[
        0
    ] == InvitationAccepted(invitation_id=NEW, user_id=BUSTER)


def test_a_users_address_is_refused_whatever_its_case() -> None:
    given().when(InviteUser(email="MEM@acme.example")).then_refused(UserExists, "email")


def test_who_was_shut_out_is_to_be_let_in_again_instead() -> None:
    refused = given(UserDeactivated(user_id=MEMBER)).when(InviteUser(email="mem@acme.example"))
    refused.then_refused(UserIsInactive, "email")
    assert "Reactivate" in refused.refusals[0].message


@pytest.mark.parametrize("email", ["", "buster", "buster@", "\ud800@acme.example", "a\0b@acme.example"])
def test_what_is_no_address_is_refused_with_all_else(email: str) -> None:
    refused = given().when(InviteUser(email=email, name="n" * 501, time_zone="Mars/Olympus"))
    kinds = {"": Required, "\ud800@acme.example": NotUnicode, "a\0b@acme.example": NulCharacter}
    refused.then_refused_all(
        (kinds.get(email, InvalidEmail), "email"), (TextTooLong, "name"), (UnknownTimeZone, "time_zone")
    )


def test_only_admins_invite() -> None:
    given().when(INVITE, by=BY_MEMBER).then_refused(NotAllowed)


def test_so_many_are_open_at_once_and_no_more() -> None:
    many = [
        UserInvited(
            invitation_id=InvitationId(thing(1_000 + number)),
            email=f"{number}@acme.example",
            role=Role.MEMBER,
            time_zone="UTC",
            expires_at=NOW + timedelta(seconds=1),
        )
        for number in range(INVITATIONS_MAX)
    ]
    given(*many).when(INVITE).then_refused(TooManyInvitations, limit=INVITATIONS_MAX)
    assert given(*many).when(InviteUser(email="7@acme.example")).decided
    assert given(*many).when(INVITE, now=NOW + timedelta(seconds=1)).decided


def test_who_accepts_is_a_user_with_a_key() -> None:
    given(INVITED).when(ACCEPT, by=BY_SYSTEM).then(ACCEPTED, ADDED, KEY_CREATED)


def test_what_the_person_says_counts_before_what_the_invitation_says() -> None:
    accept = replace(ACCEPT, invitation_id=NEW, name=" Byron ", time_zone="Europe/Paris")
    _, added, _ = given(INVITED, AGAIN).when(accept, by=BY_SYSTEM).decided
    assert added == UserAdded(
        user_id=BUSTER, name="Byron", email="Buster@acme.example", role=Role.RESTRICTED, time_zone="Europe/Paris"
    )


def test_what_the_person_leaves_out_is_taken_from_the_invitation() -> None:
    accept = replace(ACCEPT, invitation_id=NEW, name=None)
    _, added, _ = given(INVITED, AGAIN).when(accept, by=BY_SYSTEM).decided
    assert (added.name, added.time_zone) == ("Buster Bluth", "Asia/Tokyo")  # type: ignore[attr-defined]


def test_somebody_has_to_say_a_name() -> None:
    given(INVITED).when(replace(ACCEPT, name=None, time_zone="Mars"), by=BY_SYSTEM).then_refused_all(
        (Required, "name"), (UnknownTimeZone, "time_zone")
    )


def test_an_invitation_is_accepted_once() -> None:
    given(INVITED, ACCEPTED, ADDED).when(ACCEPT, by=BY_SYSTEM).then_refused(InvitationNotOpen, "token")


def test_an_invitation_ends_to_the_instant() -> None:
    last = INVITED.expires_at - timedelta(microseconds=1)
    assert given(INVITED).when(ACCEPT, by=BY_SYSTEM, now=last).decided
    given(INVITED).when(ACCEPT, by=BY_SYSTEM, now=INVITED.expires_at).then_refused(InvitationNotOpen, "token")


def test_an_address_that_became_a_users_in_another_way_is_not_invited_any_more() -> None:
    given(INVITED, replace_user(ADDED)).when(ACCEPT, by=BY_SYSTEM).then_refused(InvitationNotOpen, "token")


def replace_user(added: UserAdded) -> UserAdded:
    return UserAdded(
        user_id=UserId(UNKNOWN), name="B", email=added.email.upper(), role=added.role, time_zone=added.time_zone
    )


def test_an_unknown_invitation_is_not_open() -> None:
    given().when(ACCEPT, by=BY_SYSTEM).then_refused(InvitationNotOpen, "token")
