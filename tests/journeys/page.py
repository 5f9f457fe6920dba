"""A lead page in a front end: read once, kept up to date by the feed alone."""

from __future__ import annotations

from typing import Any

from tests.support.api import Api

LEFT = """name displayName description url contactCount taskCount status { label }
  addresses { city } primaryContact { id } contacts { id name } tasks { id } opportunities { id }"""
ENTRY = "id kind version pinnedAt viewerInboxItem { id kind doneAt }"
PAGE = f"{LEFT} pinnedActivities {{ id }} activities(first: 100) {{ nodes {{ {ENTRY} }} }} feedCursor"
FEED = f"""subscription ($leadId: ID!, $after: Cursor) {{
  leadFeed(leadId: $leadId, after: $after) {{ cursor changes {{
    __typename
    ... on ActivityAdded {{ activity {{ {ENTRY} }} }}
    ... on ActivityChanged {{ activity {{ {ENTRY} }} }}
    ... on ActivityRemoved {{ activityId }}
    ... on PinsChanged {{ pinnedActivities {{ id }} }}
    ... on LeadChanged {{ lead {{ {LEFT} }} }}
  }} }}
}}"""


class Page:
    """What the screen shows."""

    def __init__(self, api: Api, lead: str) -> None:
        seen = api.look(lead, PAGE)
        self.cursor: str = seen.pop("feedCursor")
        self.entries = {entry["id"]: entry for entry in seen.pop("activities")["nodes"]}
        self.pins = [pin["id"] for pin in seen.pop("pinnedActivities")]
        self.left = seen

    def shows(self) -> Any:
        """All of it; the order of the history follows from its entries."""
        return self.left, self.pins, self.entries

    def apply(self, item: Any) -> None:
        """Take one item of the feed over, whether or not the page knew of it."""
        for change in item["changes"]:
            match change["__typename"]:
                case "ActivityAdded" | "ActivityChanged":
                    self._keep(change["activity"])
                case "ActivityRemoved":
                    self.entries.pop(change["activityId"], None)
                case "PinsChanged":
                    self.pins = [pin["id"] for pin in change["pinnedActivities"]]
                case "LeadChanged":
                    self.left = change["lead"]

    def _keep(self, entry: Any) -> None:
        known = self.entries.get(entry["id"])
        if known is None or known["version"] <= entry["version"]:
            self.entries[entry["id"]] = entry
