"""Adding users, and what users change of themselves."""

from dataclasses import replace

import pytest

from app.email_address import InvalidEmail
from app.ids import UserId
from app.organization.invitations import InviteUser
from app.organization.refusals import NotAllowed, UnknownTimeZone, UserExists, UserNotFound
from app.organization.users import AddUser, UpdateViewer, UserAdded, UserRenamed, UserTimeZoneChanged
from app.situation import Actor
from app.text import NotUnicode, Required, TextTooLong
from app.vocabulary import Role
from tests.support.acme import BY_ADMIN, BY_MEMBER, BY_SYSTEM, MEMBER, STRANGER, thing
from tests.support.given import given

ADD = AddUser(name="New User", email="new@acme.example", user_id=STRANGER)
ADDED = UserAdded(
    user_id=STRANGER, name="New User", email="new@acme.example", role=Role.MEMBER, time_zone="Europe/Berlin"
)
NOBODY = Actor(user_id=STRANGER)


def test_a_user_is_a_member_in_the_organizations_time_zone() -> None:
    given().when(ADD).then(ADDED)


def test_a_user_is_added_with_all_their_details() -> None:
    add = AddUser(name=" New\t", email=" New@ACME.example", role=Role.ADMIN, time_zone="Asia/Tokyo", user_id=STRANGER)
    given().when(add).then(
        UserAdded(user_id=STRANGER, name="New", email="New@acme.example", role=Role.ADMIN, time_zone="Asia/Tokyo")
    )


def test_an_address_that_is_taken_is_refused_whatever_its_case() -> None:
    given().when(replace(ADD, email="ADA@acme.example")).then_refused(UserExists, "email")


def test_a_second_user_of_one_address_is_refused() -> None:
    given(ADDED).when(replace(ADD, user_id=UserId(thing(91)))).then_refused(UserExists, "email")


def test_independent_refusals_of_one_user_come_together() -> None:
    given().when(AddUser(name="", email="new", time_zone="Mars/Olympus")).then_refused_all(
        (Required, "name"), (InvalidEmail, "email"), (UnknownTimeZone, "time_zone")
    )


def test_a_refused_time_zone_is_repeated() -> None:
    given().when(replace(ADD, time_zone="Mars")).then_refused(UnknownTimeZone, "time_zone", value="Mars")


# What "localtime" means is for each machine to say: it is none of the IANA's names, though some systems list it.
@pytest.mark.parametrize("name", ["", "localtime", "europe/berlin", "../etc/localtime", "UTC\0"])
def test_a_time_zone_that_does_not_exist_is_refused_and_not_taken_for_none(name: str) -> None:
    given().when(UpdateViewer(time_zone=name), by=BY_MEMBER).then_refused(UnknownTimeZone, "time_zone", value=name)
    given().when(replace(ADD, time_zone=name)).then_refused(UnknownTimeZone, "time_zone", value=name)
    given().when(InviteUser(email="eve@acme.example", time_zone=name)).then_refused(UnknownTimeZone, "time_zone")


def test_a_name_that_is_too_long_is_refused() -> None:
    given().when(replace(ADD, name="n" * 501)).then_refused(TextTooLong, "name", length=501, limit=500)


def test_an_address_that_is_no_text_is_refused() -> None:
    given().when(replace(ADD, email="\ud800@acme.example")).then_refused(NotUnicode, "email")


@pytest.mark.parametrize("by", [BY_ADMIN, BY_SYSTEM])
def test_admins_and_the_system_may_add_users(by: Actor) -> None:
    assert given().when(ADD, by=by).decided


@pytest.mark.parametrize("by", [BY_MEMBER, NOBODY])
def test_others_may_not_add_users(by: Actor) -> None:
    given().when(ADD, by=by).then_refused(NotAllowed)


def test_everybody_changes_the_own_name_and_time_zone() -> None:
    given().when(UpdateViewer(name=" Mem Berger ", time_zone="Asia/Tokyo"), by=BY_MEMBER).then(
        UserRenamed(user_id=MEMBER, before="Mem Ber", after="Mem Berger"),
        UserTimeZoneChanged(user_id=MEMBER, before="America/New_York", after="Asia/Tokyo"),
    )


def test_what_is_not_given_or_not_new_is_no_fact() -> None:
    given().when(UpdateViewer(), by=BY_MEMBER).then()
    given().when(UpdateViewer(name="Mem Ber", time_zone="America/New_York"), by=BY_MEMBER).then()


def test_a_time_zone_that_is_taken_back_is_the_organizations() -> None:
    changed = UserTimeZoneChanged(user_id=MEMBER, before="America/New_York", after="Europe/Berlin")
    given().when(UpdateViewer(time_zone=None), by=BY_MEMBER).then(changed)


@pytest.mark.parametrize("name", [None, "", "\u2003"])
def test_a_person_keeps_some_name(name: str | None) -> None:
    refused = given().when(UpdateViewer(name=name, time_zone="Mars/Olympus"), by=BY_MEMBER)
    refused.then_refused_all((Required, "name"), (UnknownTimeZone, "time_zone"))


def test_the_system_has_no_name_to_change() -> None:
    given().when(UpdateViewer(name="HAL"), by=BY_SYSTEM).then_refused(UserNotFound)
