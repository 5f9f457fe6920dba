"""Feeds of leads that are merged and parted: whoever shows one of them is told to look again, or where it went."""

from __future__ import annotations

from typing import Any

from app.vocabulary import Role
from tests.support.api import Api
from tests.support.custom import OWNER, own, public, record, seen_by_named, user_named
from tests.support.feeds import Feed, cursor_of, following

FEED = """subscription ($leadId: ID!, $after: Cursor) { leadFeed(leadId: $leadId, after: $after) {
  cursor changes { __typename ... on LeadRemoved { leadId mergedIntoId } ... on FeedGap { reason }
    ... on ActivityAdded { activity { id lead { id } } } } } }"""


def ended(feed: Feed) -> Any:
    """The one change of the item with which a feed ends."""
    item = feed.item()
    assert feed.conversation.receive() == {"id": "1", "type": "complete"}
    (change,) = item["changes"]
    return change


def listening(api: Api, lead: str, feed: Feed) -> None:
    """Until it is: from now on what happens comes live."""
    api.do("addTask", leadId=lead, text="x")
    feed.item()


def test_whoever_shows_the_source_is_told_where_it_went(api: Api, lead: str) -> None:
    other = api.lead()
    with following(api, lead, cursor_of(api, lead), FEED) as feed:
        listening(api, lead, feed)
        api.do("mergeLeads", sourceId=lead, destinationId=other)
        assert ended(feed) == {"__typename": "LeadRemoved", "leadId": lead, "mergedIntoId": other}


def test_whoever_shows_the_destination_is_told_to_look_again(api: Api, lead: str) -> None:
    other = api.lead()
    with following(api, lead, cursor_of(api, lead), FEED) as feed:
        api.do("mergeLeads", sourceId=other, destinationId=lead)
        change = ended(feed)
    assert change == {"__typename": "FeedGap", "reason": "another lead was merged into this one"}
    with following(api, lead, cursor_of(api, lead), FEED) as feed:
        api.do("unmergeLeads", sourceId=other)
        assert ended(feed)["__typename"] == "FeedGap"


def test_the_old_id_follows_the_destination(api: Api, lead: str) -> None:
    other = api.lead()
    api.do("mergeLeads", sourceId=lead, destinationId=other)
    with following(api, lead, cursor_of(api, lead), FEED) as feed:
        note = api.do("writeNote", "note { id }", leadId=other, text="x")["note"]["id"]
        (change,) = [one for one in feed.item()["changes"] if one["__typename"] == "ActivityAdded"]
    assert change["activity"] == {"id": note, "lead": {"id": other}}


def test_a_cursor_from_before_a_merge_ends_in_what_became_of_it(api: Api, lead: str) -> None:
    other = api.lead()
    after = cursor_of(api, other)
    api.do("writeNote", leadId=other, text="x")
    api.do("mergeLeads", sourceId=lead, destinationId=other)
    with following(api, other, after, FEED) as feed:
        assert [one["__typename"] for one in feed.item()["changes"]] == ["ActivityAdded"]
        assert ended(feed)["__typename"] == "FeedGap"


def test_who_does_not_see_the_destination_is_not_told_of_it(api: Api) -> None:
    field = own(OWNER)
    record(api, field, seen_by_named(field))
    colleague = api.colleague(role=Role.RESTRICTED)
    named = [{"fieldId": public(field), "set": user_named(colleague.user_id)}]
    another = [{"fieldId": public(field), "set": user_named(api.user_id)}]
    seen, hidden = (api.lead(customFields=one) for one in (named, another))
    assert colleague.refused("mergeLeads", sourceId=seen, destinationId=hidden) == (
        "NOT_FOUND",
        "lead_not_found",
        "destinationId",
    )
    assert colleague.refused("mergeLeads", sourceId=hidden, destinationId=seen)[2] == "sourceId"
    note = api.do("writeNote", "note { id }", leadId=seen, text="x")["note"]["id"]
    with following(colleague, seen, cursor_of(colleague, seen), FEED) as feed:
        listening(api, seen, feed)
        api.do("mergeLeads", sourceId=seen, destinationId=hidden)
        assert ended(feed) == {"__typename": "LeadRemoved", "leadId": seen, "mergedIntoId": None}
    look = "query ($lead: ID!, $note: ID!) { lead(id: $lead) { id } node(id: $note) { id } activity(id: $note) { id } }"
    assert colleague.ask(look, lead=seen, note=note) == {"lead": None, "node": None, "activity": None}
    assert colleague.refused("unmergeLeads", sourceId=seen)[0] == "NOT_FOUND"
    assert colleague.refused("editNote", noteId=note, text="y")[0] == "NOT_FOUND"


def test_restricted_users_merge_what_they_see(api: Api) -> None:
    field = own(OWNER)
    record(api, field, seen_by_named(field, allow_unassigned=True))
    colleague = api.colleague(role=Role.RESTRICTED)
    named = [{"fieldId": public(field), "set": user_named(colleague.user_id)}]
    one, two = colleague.lead(customFields=named), colleague.lead()
    task = colleague.do("addTask", "task { id }", leadId=one, text="x")["task"]["id"]
    colleague.do("mergeLeads", sourceId=one, destinationId=two)
    found = colleague.ask(
        "{ tasks { nodes { id lead { id } } } leads { nodes { id } } inbox { nodes { lead { id } } } }"
    )
    assert found["tasks"]["nodes"] == [{"id": task, "lead": {"id": two}}]
    assert found["leads"]["nodes"] == [{"id": two}]
    assert colleague.look(one, "id") == {"id": two}
    # What was filled in says who sees it: once that goes back, so does the right.
    assert colleague.do("unmergeLeads", "lead { id }", sourceId=one)["lead"] == {"id": one}
