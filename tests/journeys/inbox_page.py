"""An inbox in a front end: all three views read once, kept up to date by the feed alone."""

from __future__ import annotations

from typing import Any

from tests.support.api import Api
from tests.support.feeds import INBOX_ITEM

VIEWS = ("INBOX", "FUTURE", "DONE")
PAGE = "query {" + " ".join(f"{view}: inbox(view: {view}, first: 100) {{ ...page }}" for view in VIEWS) + "}"
PAGE += (
    f" fragment page on InboxConnection {{ nodes {{ {INBOX_ITEM} }} pageInfo {{ hasNextPage }} inboxCount feedCursor }}"
)


class InboxPage:
    """What the screen knows."""

    def __init__(self, api: Api) -> None:
        seen = api.ask(PAGE)
        assert not any(seen[view]["pageInfo"]["hasNextPage"] for view in VIEWS)
        self.cursor: str = seen["INBOX"]["feedCursor"]
        self.count: int = seen["INBOX"]["inboxCount"]
        self.items = {item["id"]: item for view in VIEWS for item in seen[view]["nodes"]}

    def apply(self, told: Any) -> None:
        """Take one item of the feed over, whether or not the page knew of it."""
        self.count = told["inboxCount"]
        for change in told["changes"]:
            match change["__typename"]:
                case "InboxItemAdded" | "InboxItemChanged":
                    self.items[change["item"]["id"]] = change["item"]
                case "InboxItemRemoved":
                    self.items.pop(change["itemId"], None)
                case "FeedGap":
                    raise AssertionError(change["reason"])

    def open_items(self) -> Any:
        """What is to be handled, now or later."""
        return {id: item for id, item in self.items.items() if item["view"] != "DONE"}

    def done_items(self) -> Any:
        """What was handled."""
        return {id: item for id, item in self.items.items() if item["view"] == "DONE"}
