"""Invitations: an ADMIN gets a link, whoever has it becomes a user, once; and what stands in the way."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app import onboarding
from app.access.invitations import new_token
from app.housekeeping import Housekeeping
from app.ids import InvitationId, UserId, decode_id, uuid7
from app.organization.invitations import UserInvited
from app.vocabulary import Role
from tests.support.api import Api, admin_of_new_organization
from tests.support.histories import append
from tests.support.serving import Site

SHOWN = "invitation { id email name role timeZone expiresAt } link"
OPEN = "{ organization { invitations { id email } } }"
PEOPLE = "{ organization { users(includeInactive: true) { name email role timeZone } } }"


def invited(api: Api, email: str = "buster@example.com", **more: Any) -> str:
    """The token of a new link."""
    link: str = api.do("inviteUser", "link", email=email, **more)["link"]
    address, _, token = link.rpartition("/")
    assert address == f"{api.site.url}/invitation"
    return token


def accept(site: Site, token: str, **more: Any) -> httpx.Response:
    return site.http.post(f"{site.url}/invitation", json={"token": token, "name": "Buster", **more})


def entered(api: Api, answer: httpx.Response) -> Api:
    """The API of who accepted."""
    assert answer.status_code == 201, answer.text
    got = answer.json()
    return replace(api, user_id=UserId(decode_id("user", got["userId"])), key=got["apiKey"])


def emails(api: Api) -> list[str]:
    return [one["email"] for one in api.ask(OPEN)["organization"]["invitations"]]


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    (error,) = answer.json()["errors"]
    assert error["message"].endswith(".")
    return answer.status_code, error["code"], error["reason"]


def test_who_accepts_comes_in_with_the_key(api: Api) -> None:
    token = invited(api, name="Byron", role="RESTRICTED", timeZone="Asia/Tokyo")
    answer = accept(api.site, token)
    buster = entered(api, answer)
    organization = api.ask("{ organization { id name } }")["organization"]
    assert answer.json() == {
        "apiKey": buster.key,
        "userId": answer.json()["userId"],
        "organizationId": organization["id"],
        "organization": "Acme",
    }
    assert buster.ask("{ viewer { name email role timeZone isActive apiKeys { userId } } }")["viewer"] == {
        "name": "Buster",
        "email": "buster@example.com",
        "role": "RESTRICTED",
        "timeZone": "Asia/Tokyo",
        "isActive": True,
        "apiKeys": [{"userId": answer.json()["userId"]}],
    }
    assert emails(api) == []


def test_what_was_invited_is_shown_to_admins_alone(api: Api) -> None:
    made = api.do("inviteUser", SHOWN, email=" Buster@EXAMPLE.com")["invitation"]
    assert made == made | {"email": "Buster@example.com", "name": None, "role": "MEMBER", "timeZone": "Europe/Berlin"}
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert (emails(api), api.ask(node, id=made["id"])) == (["Buster@example.com"], {"node": {"id": made["id"]}})
    member = api.colleague()
    assert (emails(member), member.ask(node, id=made["id"])) == ([], {"node": None})


def test_a_link_works_once(api: Api) -> None:
    token = invited(api)
    entered(api, accept(api.site, token))
    assert refusal(accept(api.site, token, name="Else")) == (404, "NOT_FOUND", "invitation_not_open")
    assert [one["name"] for one in api.ask(PEOPLE)["organization"]["users"]] == ["Ada", "Buster"]


def test_many_who_come_at_once_make_one_user(api: Api) -> None:
    token = invited(api)
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda number: accept(api.site, token, name=f"Buster {number}"), range(12)))
    assert sorted(answer.status_code for answer in answers) == [201, *[404] * 11]
    (winner,) = [answer for answer in answers if answer.status_code == 201]
    assert entered(api, winner).ask("{ viewer { email } }")["viewer"] == {"email": "buster@example.com"}
    assert len(api.ask(PEOPLE)["organization"]["users"]) == 2


def test_the_same_address_again_kills_the_old_link(api: Api) -> None:
    old, new = invited(api), invited(api, "BUSTER@example.com")
    assert len(emails(api)) == 1
    assert refusal(accept(api.site, old)) == (404, "NOT_FOUND", "invitation_not_open")
    entered(api, accept(api.site, new))


def test_wrong_used_replaced_and_expired_links_are_answered_alike(api: Api) -> None:
    used, replaced, expired = (
        invited(api, "u@example.com"),
        invited(api, "r@example.com"),
        invited(api, "e@example.com"),
    )
    entered(api, accept(api.site, used))
    invited(api, "r@example.com")
    forgotten(api, expired)
    tokens = [used, replaced, expired, "x", "", "é\u0000", "x" * 5_000, used[:-1]]
    assert len({accept(api.site, token).text for token in tokens}) == 1


def forgotten(api: Api, token: str) -> None:
    """A week has passed, and house was kept."""
    system = api.site.system
    late = "UPDATE invitation_token SET expires_at = now() - interval '1 s' WHERE token_hash = sha256($1)"
    api.site.operate(system.store.fetch(None, late, token.encode()))
    assert api.site.operate(Housekeeping(system).forget_old_links()) >= 1
    assert api.site.operate(Housekeeping(system).forget_old_links()) == 0


def test_a_link_that_ran_out_is_dead_before_it_is_forgotten(api: Api) -> None:
    token, now = new_token(), datetime.now(UTC)
    old = UserInvited(
        invitation_id=InvitationId(uuid7()),
        email="buster@example.com",
        role=Role.MEMBER,
        time_zone="UTC",
        expires_at=now - timedelta(seconds=1),
    )
    system = api.site.system
    api.site.operate(append(system, onboarding.system_request(api.org_id), api.org_id, [old]))
    api.site.operate(system.invitations.keep(api.org_id, old.invitation_id, token, now + timedelta(days=1)))
    assert refusal(accept(api.site, token)) == (404, "NOT_FOUND", "invitation_not_open")
    assert emails(api) == []


def test_reading_a_link_s_page_accepts_nothing(api: Api) -> None:
    token = invited(api)
    page = api.site.http.get(f"{api.site.url}/invitation/{token}")
    unknown = api.site.http.get(f"{api.site.url}/invitation/x")
    assert (page.status_code, page.text) == (unknown.status_code, unknown.text) == (200, page.text)
    assert f"POST to {api.site.url}/invitation" in page.text
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
    entered(api, accept(api.site, token))


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"token": "x"}', "text/plain", 415),
        (b'{"token": "x"}', "application/json; charset=utf-16", 415),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"token": 1}', "application/json", 400),
        (b'{"token": "x", "name": 1}', "application/json", 400),
        (b'{"token": "x", "timeZone": []}', "application/json", 400),
        (b"[" * 100 + b"]" * 100, "application/json", 400),
        (b'{"token": "' + b"x" * 20_000 + b'"}', "application/json", 413),
    ],
)
def test_what_is_no_such_request_is_told_so(site: Site, body: bytes, content_type: str, status: int) -> None:
    answer = site.http.post(f"{site.url}/invitation", content=body, headers={"content-type": content_type})
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["message"].endswith(".")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_invitation_is_accepted_by_post_alone(site: Site, method: str) -> None:
    assert site.http.request(method, f"{site.url}/invitation").status_code in (404, 405)


def test_a_name_or_zone_that_cannot_be_leaves_the_link_alive(api: Api) -> None:
    token = invited(api)
    answer = accept(api.site, token, name=" ", timeZone="Mars/Olympus")
    assert answer.status_code == 400
    assert [(error["reason"], error["path"]) for error in answer.json()["errors"]] == [
        ("required", ["name"]),
        ("unknown_time_zone", ["timeZone"]),
    ]
    assert accept(api.site, token, name="a\0b").json()["errors"][0]["reason"] == "nul_character"
    entered(api, accept(api.site, token, name="Бастер 🏗️"))


def test_an_active_address_is_a_duplicate_and_an_inactive_one_to_be_reactivated(api: Api) -> None:
    member = api.colleague("mem@example.com")
    refused = api.refused("inviteUser", email="MEM@example.com")
    assert refused == ("DUPLICATE", "user_exists", "email")
    user_id = member.ask("{ viewer { id } }")["viewer"]["id"]
    api.do("deactivateUser", userId=user_id)
    (error,) = api.refusals("inviteUser", email="mem@example.com")
    assert (error["code"], error["reason"]) == ("CONFLICT", "user_is_inactive")


def test_who_is_no_admin_invites_nobody(api: Api) -> None:
    assert api.colleague().refused("inviteUser", email="gob@example.com") == ("FORBIDDEN", "not_allowed", "")


def test_a_repetition_under_the_same_key_shows_no_link(api: Api) -> None:
    first, again = (api.do("inviteUser", SHOWN, email="gob@example.com", idempotencyKey="k") for _ in range(2))
    assert first["link"]
    assert (again["link"], again["invitation"]) == (None, first["invitation"])


def test_neither_token_nor_key_stands_in_the_log_or_the_tables(api: Api) -> None:
    token = invited(api)
    key = accept(api.site, token).json()["apiKey"]
    secret = key.partition(".")[2]
    system = api.site.system
    log = api.site.operate(system.store.select_notifications(api.org_id, None, 1_000))
    assert not any(word.encode() in (event.payload or b"") for event in log for word in (token, secret))
    kept = "SELECT to_jsonb(t)::text AS row FROM invitation_token t"
    rows = [row["row"] for row in api.site.operate(system.store.fetch(None, kept))]
    assert rows
    assert not any(token in row or token.encode().hex() in row for row in rows)


def test_a_link_of_one_organization_is_none_of_another(site: Site, api: Api) -> None:
    other = admin_of_new_organization(site, "Elsewhere")
    answer = accept(site, invited(other))
    assert json.loads(answer.text)["organization"] == "Elsewhere"
    assert len(api.ask(PEOPLE)["organization"]["users"]) == 1
