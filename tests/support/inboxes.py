"""Inboxes as front ends see them, and ways in which things come into one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from schema.ids import public_id
from tests.support.api import Api

ITEM = """__typename id kind title arrivedAt snoozedUntil doneAt view activityCount viewerCanAct
  owner { name } lead { id } task { id text } activity { id __typename } opportunity { id }"""
INBOX = """query ($userId: ID, $allUsers: Boolean, $view: InboxView, $kinds: [InboxItemKind!],
    $first: Int, $after: String, $last: Int, $before: String) {
  inbox(userId: $userId, allUsers: $allUsers, view: $view, kinds: $kinds,
      first: $first, after: $after, last: $last, before: $before) {
    totalCount inboxCount feedCursor counts { kind count }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id } } nodes { ...item } } }
fragment item on InboxItem { ITEM }""".replace("ITEM", ITEM)


def inbox(api: Api, **arguments: Any) -> Any:
    """A page of an inbox."""
    return api.ask(INBOX, **arguments)["inbox"]


def items(api: Api, **arguments: Any) -> list[Any]:
    """The items of a page."""
    nodes: list[Any] = inbox(api, **arguments)["nodes"]
    return nodes


def titles(api: Api, **arguments: Any) -> list[str]:
    """What a page's items say."""
    return [one["title"] for one in items(api, **arguments)]


def item(api: Api, **arguments: Any) -> Any:
    """The only item."""
    (one,) = items(api, **arguments)
    return one


def user(api: Api) -> str:
    """A front end's user, by the id that clients see."""
    return public_id("user", api.user_id)


def moment(**ahead: float) -> str:
    """An instant as clients write it, so far from now."""
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


def day(ahead: int = 0) -> str:
    """A calendar day, by UTC, so far from today."""
    return (datetime.now(UTC) + timedelta(days=ahead)).date().isoformat()


def mail(api: Api, lead: str, to: tuple[str, ...] = ("ada@example.com",), **others: Any) -> str:
    """An e-mail that comes in; its id."""
    input = {"direction": "INBOUND", "sender": "lindsay@bluth.example", "subject": "Stairs", "to": list(to), **others}
    logged: str = api.do("logEmail", "email { id }", leadId=lead, **input)["email"]["id"]
    return logged


def mentioning(api: Api, text: str) -> str:
    """HTML of a note that names a front end's user."""
    return f'<p><span data-type="mention" data-id="{user(api)}">@x</span> {text}</p>'


def sms(api: Api, lead: str, text: str = "Yes", **others: Any) -> str:
    """A text message that comes in, and the id of the item that it makes for whoever logs it."""
    shown = "sms { viewerInboxItem { id } }"
    logged = api.do("logSms", shown, leadId=lead, direction="INBOUND", text=text, **others)["sms"]
    made: str = logged["viewerInboxItem"]["id"]
    return made


_FILL = """
INSERT INTO inbox_item (org_id, item_id, lead_id, kind, owner_id, subject_id, arrived_at, is_live, is_dormant,
                        activity_count, episode, opened, position)
SELECT $1, gen_random_uuid(), lead_id, $2, $3, gen_random_uuid(), now() - interval '1 hour', true, false, 1, 1, $4, $4
FROM lead_view CROSS JOIN generate_series(1, 1001) WHERE org_id = $1"""


def fill(api: Api, kind: str, position: int) -> None:
    """More items than a feed tells of at once, of the organization's one lead."""
    store = api.site.system.store
    api.site.operate(store.fetch(None, _FILL, api.org_id, kind, api.user_id, position))
