"""Roles, keys and details as a front end changes them, and who may."""

from __future__ import annotations

from typing import Any

import pytest

from app import onboarding
from schema.ids import public_id
from tests.support.api import Api

VIEWER = "{ viewer { id name role isActive timeZone apiKeys { id userId createdAt } } }"
KEYS = "{ organization { users { name apiKeys { id } } } }"


def user_id(api: Api) -> str:
    return public_id("user", api.user_id)


def is_out(api: Api) -> bool:
    return api.send(VIEWER).status_code == 401


@pytest.fixture
def member(api: Api) -> Api:
    return api.colleague()


def test_a_user_who_is_deactivated_is_out_at_once_and_back_when_reactivated(api: Api, member: Api) -> None:
    assert not is_out(member)
    done = api.do("deactivateUser", "user { isActive name }", userId=user_id(member))
    assert done["user"] == {"isActive": False, "name": "Mem Ber"}
    assert is_out(member)
    assert api.do("reactivateUser", "user { isActive }", userId=user_id(member))["user"] == {"isActive": True}
    assert not is_out(member)


def test_inactive_users_are_shown_to_who_asks(api: Api, member: Api) -> None:
    api.do("deactivateUser", userId=user_id(member))
    asked = "query ($all: Boolean) { organization { users(includeInactive: $all) { name isActive } } }"
    assert len(api.ask(asked)["organization"]["users"]) == 1
    assert api.ask(asked, all=True)["organization"]["users"][1] == {"name": "Mem Ber", "isActive": False}


def test_a_role_changes_what_a_user_may_do(api: Api, member: Api) -> None:
    assert member.refused("inviteUser", email="gob@example.com")[0] == "FORBIDDEN"
    assert api.do("changeRole", "user { role }", userId=user_id(member), role="ADMIN")["user"] == {"role": "ADMIN"}
    member.do("inviteUser", email="gob@example.com")
    member.do("changeRole", userId=user_id(api), role="RESTRICTED")
    assert api.refused("inviteUser", email="tobias@example.com")[0] == "FORBIDDEN"


def test_the_last_admin_stays(api: Api, member: Api) -> None:
    assert api.refused("deactivateUser", userId=user_id(api)) == ("CONFLICT", "last_admin", "userId")
    assert api.refused("changeRole", userId=user_id(api), role="MEMBER") == ("CONFLICT", "last_admin", "userId")


def test_a_key_is_shown_once_and_works_until_it_is_revoked(api: Api) -> None:
    made = api.do("createApiKey", "apiKey { id userId createdAt } key")
    again = Api(site=api.site, org_id=api.org_id, user_id=api.user_id, key=made["key"])
    assert made["key"].partition(".")[0] == made["apiKey"]["id"]
    assert made["apiKey"] == again.ask(VIEWER)["viewer"]["apiKeys"][1]
    assert api.do("revokeApiKey", "apiKeyId", apiKeyId=made["apiKey"]["id"])["apiKeyId"] == made["apiKey"]["id"]
    assert is_out(again)
    assert not is_out(api)
    assert api.refused("revokeApiKey", apiKeyId=made["apiKey"]["id"]) == ("NOT_FOUND", "api_key_not_found", "apiKeyId")


def test_a_revoked_key_is_out_even_where_its_hash_is_left(api: Api) -> None:
    made = api.do("createApiKey", "apiKey { id } key")
    again = Api(site=api.site, org_id=api.org_id, user_id=api.user_id, key=made["key"])
    row = "SELECT key_hash, key_id FROM api_key WHERE org_id = $1 ORDER BY key_id DESC LIMIT 1"
    (left,) = api.site.operate(api.site.system.store.fetch(None, row, api.org_id))
    api.do("revokeApiKey", apiKeyId=made["apiKey"]["id"])
    back = "INSERT INTO api_key (key_hash, org_id, user_id, key_id) VALUES ($1, $2, $3, $4)"
    api.site.operate(api.site.system.store.fetch(None, back, left["key_hash"], api.org_id, api.user_id, left["key_id"]))
    assert is_out(again)


def test_keys_are_seen_by_their_user_and_admins(api: Api, member: Api) -> None:
    def seen(by: Api) -> list[int]:
        return [len(user["apiKeys"]) for user in by.ask(KEYS)["organization"]["users"]]

    assert (seen(api), seen(member)) == ([1, 1], [0, 1])
    (own,) = api.ask(VIEWER)["viewer"]["apiKeys"]
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert (api.ask(node, id=own["id"])["node"], member.ask(node, id=own["id"])["node"]) == ({"id": own["id"]}, None)
    assert member.refused("revokeApiKey", apiKeyId=own["id"])[0] == "NOT_FOUND"


def test_a_member_makes_keys_for_nobody_else(api: Api, member: Api) -> None:
    member.do("createApiKey")
    member.do("createApiKey", userId=user_id(member))
    assert member.refused("createApiKey", userId=user_id(api)) == ("FORBIDDEN", "not_allowed", "")
    key = api.do("createApiKey", "key", userId=user_id(member))["key"]
    again = Api(site=api.site, org_id=api.org_id, user_id=member.user_id, key=key)
    assert again.ask("{ viewer { name } }")["viewer"] == {"name": "Mem Ber"}


def test_a_repetition_under_the_same_key_shows_no_text(api: Api) -> None:
    first, again = (api.do("createApiKey", "apiKey { id } key", idempotencyKey="k") for _ in range(2))
    assert first["key"]
    assert (again["key"], again["apiKey"]) == (None, first["apiKey"])
    assert len(api.ask(VIEWER)["viewer"]["apiKeys"]) == 2


def test_everybody_changes_the_own_name_and_zone(member: Api) -> None:
    done = member.do("updateViewer", "user { name timeZone }", name="Мем 🏗️", timeZone="Asia/Tokyo")
    assert done["user"] == {"name": "Мем 🏗️", "timeZone": "Asia/Tokyo"}
    assert member.do("updateViewer", "user { name timeZone }")["user"] == done["user"]
    assert member.refused("updateViewer", name="\0") == ("INVALID", "nul_character", "name")


CHANGED = {"name": "Ajax", "currency": "USD", "timeZone": "Asia/Tokyo", "country": "CH"}


def test_an_admin_changes_the_organization(api: Api) -> None:
    selection = f"organization {{ {' '.join(CHANGED)} visibilityFieldIds visibilityBehavior }}"
    done = api.do("updateOrganization", selection, **CHANGED, visibilityBehavior="ALLOW_UNASSIGNED")
    assert done["organization"] == CHANGED | {"visibilityFieldIds": [], "visibilityBehavior": "ALLOW_UNASSIGNED"}
    assert api.do("updateOrganization", "organization { country }", country=None)["organization"] == {"country": None}


def test_an_operator_finds_the_organization_by_its_new_name(api: Api) -> None:
    name = f"Ajax {api.org_id}"
    api.do("updateOrganization", name=name)
    found = api.site.operate(onboarding.organization_named(api.site.system, name))
    assert found == api.org_id


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"currency": "euro"}, ("INVALID", "unknown_currency", "currency")),
        ({"timeZone": "Mars"}, ("INVALID", "unknown_time_zone", "timeZone")),
        ({"country": "ZZ"}, ("INVALID", "unknown_country", "country")),
        ({"name": None}, ("INVALID", "required", "name")),
        ({"visibilityFieldIds": ["lead_x"]}, ("INVALID", "invalid_id", "visibilityFieldIds.0")),
        (
            {"visibilityFieldIds": ["cf_0000000000000000000000"]},
            ("NOT_FOUND", "visibility_field_not_found", "visibilityFieldIds.0"),
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(
    api: Api, change: dict[str, Any], refused: tuple[str, str, str]
) -> None:
    assert api.refused("updateOrganization", **change) == refused


@pytest.mark.parametrize("role", ["MEMBER", "RESTRICTED"])
def test_only_admins_change_the_organization_and_its_people(api: Api, member: Api, role: str) -> None:
    api.do("changeRole", userId=user_id(member), role=role)
    forbidden = ("FORBIDDEN", "not_allowed", "")
    assert member.refused("updateOrganization", name="Ajax") == forbidden
    assert member.refused("inviteUser", email="gob@example.com") == forbidden
    assert member.refused("changeRole", userId=user_id(member), role="ADMIN") == forbidden
    assert member.refused("deactivateUser", userId=user_id(api)) == forbidden
    assert member.refused("reactivateUser", userId=user_id(api)) == forbidden
