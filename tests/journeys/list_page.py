"""A list of leads in a front end: read once, kept up to date by the feed alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.api import Api
from tests.support.feeds import Feed, talking

LEAD = """id name displayName version updatedAt lastActivityAt contactCount taskCount activeOpportunityCount
  status { label } customFields { field { name } value } updatedBy { name }"""
PAGE = f"query ($filter: LeadFilter) {{ leads(first: 100, filter: $filter) {{ nodes {{ {LEAD} }} feedCursor }} }}"
FEED = f"""subscription ($filter: LeadFilter, $after: Cursor) {{
  leadsFeed(filter: $filter, after: $after) {{ cursor changes {{
    __typename
    ... on LeadChanged {{ eventType lead {{ {LEAD} feedCursor }} }}
    ... on LeadRemoved {{ leadId mergedIntoId }}
    ... on FeedGap {{ reason }}
  }} }}
}}"""


class ListPage:
    """What the screen shows; the order follows from the leads."""

    def __init__(self, api: Api, filter: Any) -> None:
        seen = api.ask(PAGE, filter=filter)["leads"]
        self.cursor: str = seen["feedCursor"]
        self.leads = {lead["id"]: lead for lead in seen["nodes"]}

    def apply(self, item: Any) -> bool:
        """Take one item of the feed over, whether or not the page knew of it; whether it could."""
        for change in item["changes"]:
            match change["__typename"]:
                case "LeadChanged":
                    change["lead"].pop("feedCursor")
                    self.leads[change["lead"]["id"]] = change["lead"]
                case "LeadRemoved":
                    self.leads.pop(change["leadId"], None)
                case "FeedGap":
                    return False
        return True


@contextmanager
def following_list(api: Api, filter: Any = None, after: str | None = None) -> Iterator[Feed]:
    """The feed of a list behind a cursor, over a websocket of its own."""
    with talking(api) as conversation:
        conversation.subscribe(FEED, filter=filter, after=after)
        yield Feed(conversation, after, "leadsFeed")


def list_cursor(api: Api) -> str:
    """Where a list that is read now stands in the log."""
    cursor: str = api.ask("{ leads(first: 0) { feedCursor } }")["leads"]["feedCursor"]
    return cursor
