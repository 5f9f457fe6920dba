"""Who may not be here any more: shut out by one server, shown out of the open websockets of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from websockets.exceptions import ConnectionClosed

from app.database import Database
from schema.ids import public_id
from tests.support.api import Api
from tests.support.feeds import Conversation, cursor_of, following, talking
from tests.support.serving import Site, serving

FORBIDDEN = 4403
SOON_S = 3.0  # a second is meant; machines are shared


@pytest.fixture(scope="module")
def elsewhere(site: Site, common_databases: object) -> Iterator[str]:
    """Another server of the same database."""
    database: Database = common_databases.of(18)  # type: ignore[attr-defined]
    with serving(database) as other:
        yield other.url


def closed(conversation: Conversation) -> int | None:
    """The code with which the server ends it."""
    messages_until_closed(conversation)
    return conversation.connection.close_code


def messages_until_closed(conversation: Conversation) -> list[str]:
    """Types of what still comes before the server ends it."""
    found: list[str] = []
    try:
        while True:
            found.append(conversation.receive(SOON_S)["type"])
    except ConnectionClosed:
        return found


def is_open(conversation: Conversation) -> bool:
    conversation.subscribe("{ viewer { id } }", id="asked")
    message = conversation.receive()
    assert conversation.receive()["type"] == "complete"
    return bool(message["payload"]["data"]["viewer"])


def deactivated(api: Api, member: Api, _: str) -> None:
    api.do("deactivateUser", userId=public_id("user", member.user_id))


def revoked(api: Api, member: Api, key_id: str) -> None:
    api.do("revokeApiKey", apiKeyId=key_id)


@pytest.mark.parametrize("shut_out", [deactivated, revoked])
def test_the_websockets_of_who_is_shut_out_are_closed_in_every_server(
    api: Api, elsewhere: str, shut_out: Callable[[Api, Api, str], None]
) -> None:
    member = api.colleague()
    (key,) = member.ask("{ viewer { apiKeys { id } } }")["viewer"]["apiKeys"]
    with talking(member) as here, talking(member.at(elsewhere)) as there, talking(api.at(elsewhere)) as admin:
        shut_out(api, member, key["id"])
        assert (closed(here), closed(there)) == (FORBIDDEN, FORBIDDEN)
        assert is_open(admin)


def test_a_revoked_key_takes_no_websocket_of_another_key_along(api: Api, elsewhere: str) -> None:
    made = api.do("createApiKey", "apiKey { id } key")
    with talking(replace(api, key=made["key"]).at(elsewhere)) as one, talking(api.at(elsewhere)) as other:
        api.do("revokeApiKey", apiKeyId=made["apiKey"]["id"])
        assert closed(one) == FORBIDDEN
        assert is_open(other)


def test_a_subscription_of_who_is_shut_out_delivers_nothing_more(api: Api, lead: str, elsewhere: str) -> None:
    member = api.colleague()
    with following(member.at(elsewhere), lead, cursor_of(api, lead)) as feed:
        api.do("updateLead", leadId=lead, name="Sitwell")
        feed.item()
        deactivated(api, member, "")
        api.do("updateLead", leadId=lead, name="After all")
        assert set(messages_until_closed(feed.conversation)) <= {"error"}


def test_operations_on_an_open_websocket_are_those_of_the_present_role(api: Api, elsewhere: str) -> None:
    member = api.colleague()
    with talking(member) as conversation:
        api.do("changeRole", userId=public_id("user", member.user_id), role="ADMIN")
        conversation.subscribe("{ viewer { role } organization { users { name } } }")
        assert conversation.receive()["payload"]["data"]["viewer"] == {"role": "ADMIN"}
