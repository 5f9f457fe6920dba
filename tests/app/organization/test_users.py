"""Adding users, and making keys for them."""

from dataclasses import replace

import pytest

from app.email_address import InvalidEmail
from app.ids import KeyId, UserId
from app.organization.refusals import NotAllowed, UnknownTimeZone, UserExists, UserNotFound
from app.organization.users import AddUser, ApiKeyCreated, CreateApiKey, UserAdded
from app.situation import Actor
from app.text import NotUnicode, Required, TextTooLong
from app.vocabulary import Role
from tests.support.acme import BY_ADMIN, BY_MEMBER, BY_SYSTEM, MEMBER, STRANGER, thing
from tests.support.given import given

ADD = AddUser(name="New User", email="new@acme.example", user_id=STRANGER)
ADDED = UserAdded(
    user_id=STRANGER, name="New User", email="new@acme.example", role=Role.MEMBER, time_zone="Europe/Berlin"
)
KEY = KeyId(thing(90))
CREATE_KEY = CreateApiKey(user_id=MEMBER, key_id=KEY)
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


def test_a_name_that_is_too_long_is_refused() -> None:
    given().when(replace(ADD, name="n" * 501)).then_refused(TextTooLong, "name", length=501, limit=500)


def test_an_address_that_is_no_text_is_refused() -> None:
    given().when(replace(ADD, email="\ud800@acme.example")).then_refused(NotUnicode, "email")


def test_a_key_is_made_for_a_user() -> None:
    given().when(CREATE_KEY).then(ApiKeyCreated(key_id=KEY, user_id=MEMBER))


def test_a_key_is_made_for_a_user_of_this_organization_only() -> None:
    given().when(CreateApiKey(user_id=STRANGER)).then_refused(UserNotFound, "user_id")


@pytest.mark.parametrize("by", [BY_ADMIN, BY_SYSTEM])
@pytest.mark.parametrize("command", [ADD, CREATE_KEY])
def test_admins_and_the_system_may(command: AddUser | CreateApiKey, by: Actor) -> None:
    assert given().when(command, by=by).decided


@pytest.mark.parametrize("by", [BY_MEMBER, NOBODY])
@pytest.mark.parametrize("command", [ADD, CREATE_KEY])
def test_others_may_not(command: AddUser | CreateApiKey, by: Actor) -> None:
    given().when(command, by=by).then_refused(NotAllowed)
