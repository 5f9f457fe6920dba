"""Websockets: conversations in graphql-transport-ws, and a lead's feed followed over one."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.support.api import Api
from tests.support.serving import TIMEOUT_S

FEED = """subscription Feed($leadId: ID!, $after: Cursor) {
  leadFeed(leadId: $leadId, after: $after) {
    cursor idempotencyKey recordedAt user { id name }
    changes {
      __typename
      ... on ActivityAdded { activity { ...entry } }
      ... on ActivityChanged { activity { ...entry } }
      ... on ActivityRemoved { activityId }
      ... on PinsChanged { lead { id version } pinnedActivities { id } }
      ... on LeadChanged { eventType lead { id name version feedCursor status { label } } }
      ... on FeedGap { reason }
    }
  }
}
fragment entry on Activity { __typename id kind version pinnedAt lead { version } }"""

# Who shows what of a lead is in the inbox is told when that changes.
DESK_FEED = FEED.replace("id kind version", "id kind viewerInboxItem { id } version")

INBOX_ITEM = "id kind title arrivedAt snoozedUntil doneAt view activityCount owner { id } activity { id } lead { id }"
INBOX_FEED = f"""subscription Feed($after: Cursor) {{
  inboxFeed(after: $after) {{
    cursor idempotencyKey inboxCount
    changes {{
      __typename
      ... on InboxItemAdded {{ item {{ {INBOX_ITEM} }} }}
      ... on InboxItemChanged {{ item {{ {INBOX_ITEM} }} }}
      ... on InboxItemRemoved {{ itemId }}
      ... on FeedGap {{ reason }}
    }}
  }}
}}"""


class Conversation:
    """One websocket, JSON both ways."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def send(self, **message: Any) -> None:
        """Send a message."""
        self.connection.send(json.dumps(message))

    def receive(self, timeout_s: float = TIMEOUT_S) -> Any:
        """The next message that is no ping."""
        while True:
            message = json.loads(self.connection.recv(timeout_s))
            if message["type"] != "ping":
                return message
            self.send(type="pong")

    def subscribe(self, source: str, id: str = "1", **variables: Any) -> None:
        """Start an operation."""
        self.send(id=id, type="subscribe", payload={"query": source, "variables": variables})


class Feed:
    """One subscription to a lead's feed, or an inbox's, and the cursor up to which it was followed."""

    def __init__(self, conversation: Conversation, after: str | None, field: str = "leadFeed") -> None:
        self.conversation = conversation
        self.cursor = after
        self.field = field

    def item(self, timeout_s: float = TIMEOUT_S) -> Any:
        """The next item."""
        message = self.conversation.receive(timeout_s)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        item = message["payload"]["data"][self.field]
        self.cursor = item["cursor"]
        return item

    def items(self, count: int) -> list[Any]:
        """The next few."""
        return [self.item() for _ in range(count)]

    def is_silent(self, for_s: float) -> bool:
        """Nothing comes."""
        try:
            self.conversation.receive(for_s)
        except TimeoutError:
            return True
        return False


@contextmanager
def talking(api: Api, *, buffer_bytes: int | None = None) -> Iterator[Conversation]:
    """A websocket that was let in. `buffer_bytes`: what the client's kernel takes before somebody reads it."""
    client = socket.socket()
    if buffer_bytes is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
    subprotocols = [Subprotocol("graphql-transport-ws")]
    with client:  # closed too where there is no server
        client.connect(("127.0.0.1", int(api.site.url.rpartition(":")[2])))
        with connect(api.site.websocket, sock=client, subprotocols=subprotocols, compression=None) as connection:
            conversation = Conversation(connection)
            conversation.send(type="connection_init", payload={"authorization": f"Bearer {api.key}"})
            assert conversation.receive() == {"type": "connection_ack"}
            yield conversation


@contextmanager
def following(
    api: Api, lead: str, after: str | None, source: str = FEED, *, buffer_bytes: int | None = None
) -> Iterator[Feed]:
    """The feed of a lead behind a cursor, over a websocket of its own."""
    with talking(api, buffer_bytes=buffer_bytes) as conversation:
        conversation.subscribe(source, leadId=lead, after=after)
        yield Feed(conversation, after)


@contextmanager
def following_inbox(api: Api, after: str | None) -> Iterator[Feed]:
    """The feed of somebody's own inbox behind a cursor, over a websocket of its own."""
    with talking(api) as conversation:
        conversation.subscribe(INBOX_FEED, after=after)
        yield Feed(conversation, after, "inboxFeed")


def inbox_cursor_of(api: Api) -> str:
    """Where an inbox that is read now stands, in the log and in time."""
    cursor: str = api.ask("{ inbox { feedCursor } }")["inbox"]["feedCursor"]
    return cursor


def cursor_of(api: Api, lead: str) -> str:
    """Where a page that is read now stands in the log."""
    cursor: str = api.look(lead, "feedCursor")["feedCursor"]
    return cursor


def kinds(item: Any) -> list[str]:
    """Types of an item's changes."""
    return [change["__typename"] for change in item["changes"]]


def change(feed: Feed) -> tuple[str, Any]:
    """Type and item of the one change of the next item."""
    (one,) = feed.item()["changes"]
    return one["__typename"], one.get("item", one)


def gap(feed: Feed) -> str:
    """The reason of the item with which a feed ends."""
    (one,) = feed.item()["changes"]
    assert one["__typename"] == "FeedGap"
    assert feed.conversation.receive() == {"id": "1", "type": "complete"}
    reason: str = one["reason"]
    return reason
