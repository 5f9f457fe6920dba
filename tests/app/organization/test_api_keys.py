"""API keys: everybody makes and ends the own ones, ADMINs those of all."""

import pytest

from app.ids import KeyId
from app.organization.api_keys import API_KEYS_MAX, ApiKeyCreated, ApiKeyRevoked, CreateApiKey, RevokeApiKey
from app.organization.members import UserDeactivated
from app.organization.refusals import ApiKeyNotFound, NotAllowed, TooManyApiKeys, UserNotFound
from app.situation import Actor
from tests.support.acme import ACME_AND_PEOPLE, ADMIN, BY_ADMIN, BY_MEMBER, BY_SYSTEM, MEMBER, STRANGER, UNKNOWN, thing
from tests.support.given import facts_of, given, organization_of

KEY = KeyId(thing(90))
CREATED = ApiKeyCreated(key_id=KEY, user_id=MEMBER)
REVOKED = ApiKeyRevoked(key_id=KEY, user_id=MEMBER)
CREATE = CreateApiKey(user_id=MEMBER, key_id=KEY)
REVOKE = RevokeApiKey(key_id=KEY)
NOBODY = Actor(user_id=STRANGER)


@pytest.mark.parametrize("by", [BY_ADMIN, BY_MEMBER, BY_SYSTEM])
def test_a_key_is_made_by_its_user_an_admin_or_the_system(by: Actor) -> None:
    given().when(CREATE, by=by).then(CREATED)


@pytest.mark.parametrize("user_id", [ADMIN, STRANGER])
def test_who_is_no_admin_makes_no_keys_for_others_and_learns_nothing_of_them(user_id: object) -> None:
    given().when(CreateApiKey(user_id=user_id), by=BY_MEMBER).then_refused(NotAllowed)  # type: ignore[arg-type]


def test_a_key_is_made_for_active_users_of_this_organization_only() -> None:
    given().when(CreateApiKey(user_id=STRANGER)).then_refused(UserNotFound, "user_id")
    given(UserDeactivated(user_id=MEMBER)).when(CREATE).then_refused(UserNotFound, "user_id")


def test_a_user_has_so_many_keys_and_no_more() -> None:
    keys = [ApiKeyCreated(key_id=KeyId(thing(1_000 + number)), user_id=MEMBER) for number in range(API_KEYS_MAX)]
    given(*keys[1:]).when(CREATE).then(CREATED)
    given(*keys).when(CREATE).then_refused(TooManyApiKeys, "user_id", limit=API_KEYS_MAX)
    given(*keys, ApiKeyRevoked(key_id=keys[0].key_id, user_id=MEMBER)).when(CREATE).then(CREATED)


@pytest.mark.parametrize("by", [BY_ADMIN, BY_MEMBER, BY_SYSTEM])
def test_a_key_is_ended_by_its_user_an_admin_or_the_system(by: Actor) -> None:
    given(CREATED).when(REVOKE, by=by).then(REVOKED)


def test_a_key_of_somebody_else_is_not_there_for_who_is_no_admin() -> None:
    created = ApiKeyCreated(key_id=KEY, user_id=ADMIN)
    given(created).when(REVOKE, by=BY_MEMBER).then_refused(ApiKeyNotFound, "api_key_id")
    given(created).when(REVOKE, by=NOBODY).then_refused(ApiKeyNotFound, "api_key_id")


def test_a_key_that_is_unknown_or_ended_is_not_found() -> None:
    given(CREATED).when(RevokeApiKey(key_id=KeyId(UNKNOWN))).then_refused(ApiKeyNotFound, "api_key_id")
    given(CREATED, REVOKED).when(REVOKE).then_refused(ApiKeyNotFound, "api_key_id")


def test_a_key_admits_its_user_until_either_is_out() -> None:
    def admitted(*events: object) -> bool:
        return organization_of(facts_of(ACME_AND_PEOPLE, events)).admits(MEMBER, KEY)  # type: ignore[arg-type]

    assert not admitted()
    assert admitted(CREATED)
    assert not admitted(CREATED, REVOKED)
    assert not admitted(CREATED, UserDeactivated(user_id=MEMBER))
