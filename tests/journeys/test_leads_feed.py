"""What the feed of a list tells: which leads the list has now, which it has no more, and when to read it again."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import decode_id
from app.vocabulary import Role
from schema.cursors import FeedPlace, feed_cursor, feed_place
from schema.ids import public_id
from tests.journeys.list_page import following_list, list_cursor
from tests.support.api import Api
from tests.support.feeds import Feed, cursor_of, following, kinds, talking
from tests.support.histories import log_calls
from tests.support.waiting import until


def told(feed: Feed) -> tuple[str, Any]:
    """Type of the one change of the next item, and its lead's name, id or the reason."""
    (one,) = feed.item()["changes"]
    about = one["lead"]["name"] if "lead" in one else one.get("leadId", one.get("reason"))
    return one["__typename"], about


def gap(feed: Feed) -> str:
    """The reason with which a feed ends."""
    (one,) = feed.item()["changes"]
    assert one["__typename"] == "FeedGap", one
    assert feed.conversation.receive() == {"id": "1", "type": "complete"}
    reason: str = one["reason"]
    return reason


def test_a_lead_of_the_list_that_changes_is_told_as_it_is_now(api: Api, lead: str) -> None:
    with following_list(api, None, list_cursor(api)) as feed:
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        item = feed.item()
    (change,) = item["changes"]
    assert item["cursor"] == done["cursor"] == change["lead"]["feedCursor"]
    assert (change["eventType"], change["lead"]["name"]) == ("lead.renamed", "Sitwell")


def test_a_lead_that_comes_to_match_and_one_that_does_no_more(api: Api, lead: str) -> None:
    with following_list(api, {"search": "sit"}, list_cursor(api)) as feed:
        api.do("updateLead", leadId=lead, name="Sitwell")
        assert told(feed) == ("LeadChanged", "Sitwell")
        api.do("updateLead", leadId=lead, name="Bluth")
        assert told(feed) == ("LeadRemoved", lead)


def test_a_lead_is_told_when_it_comes_goes_and_comes_back(api: Api) -> None:
    with following_list(api, None, list_cursor(api)) as feed:
        lead = api.lead(name="Sitwell")
        assert told(feed) == ("LeadChanged", "Sitwell")
        api.do("deleteLead", leadId=lead)
        assert told(feed) == ("LeadRemoved", lead)
        api.do("restoreLead", leadId=lead)
        assert told(feed) == ("LeadChanged", "Sitwell")


def test_what_cannot_have_moved_a_lead_of_another_list_is_not_told(api: Api, lead: str) -> None:
    potential = api.look(lead, "status { id }")["status"]["id"]
    with following_list(api, {"statusIds": [potential], "hasOpenTask": True}, list_cursor(api)) as feed:
        api.do("logCall", leadId=lead, direction="INBOUND")
        api.do("addContact", leadId=lead, contact={"name": "Lindsay"})
        assert feed.is_silent(0.2)
        done = api.do("addTask", leadId=lead, text="Call")
        item = feed.item()
    assert (item["cursor"], kinds(item)) == (done["cursor"], ["LeadChanged"])


def test_what_happens_on_a_lead_of_the_list_is_told_whatever_it_is(api: Api, lead: str) -> None:
    with following_list(api, {"search": "bluth"}, list_cursor(api)) as feed:
        api.do("logCall", leadId=lead, direction="INBOUND")
        (change,) = feed.item()["changes"]
    assert change["eventType"] == "lead.call_logged"


def test_a_burst_on_one_lead_is_told_once_and_resuming_inside_a_backlog_gives_the_rest(api: Api) -> None:
    after = list_cursor(api)
    leads = [api.lead(name=f"Bluth {number}") for number in range(45)]
    log_calls(api, leads[0], 300)
    seen: list[Any] = []
    while len(seen) < 45:
        with following_list(api, None, after) as feed:  # an item at a time
            item = feed.item()
            seen += [change["lead"]["id"] for change in item["changes"]]
            after = item["cursor"]
    assert seen == [*leads[1:], leads[0]]
    assert after == list_cursor(api)


def test_the_cursor_of_a_list_resumes_a_lead_and_the_other_way_round(api: Api, lead: str) -> None:
    with following_list(api, None, cursor_of(api, lead)) as feed:
        api.do("updateLead", leadId=lead, name="Sitwell")
        after = feed.item()["cursor"]
    done = api.do("updateLead", leadId=lead, name="Bluth")
    with following(api, lead, after) as other:
        assert other.item()["cursor"] == done["cursor"]


def test_without_a_cursor_a_feed_begins_now(api: Api, lead: str) -> None:
    until(lambda: len(api.site.app.state.lists) == 0, "the tests before have left")
    api.do("updateLead", leadId=lead, name="Before")
    with following_list(api) as feed:
        until(lambda: len(api.site.app.state.lists) > 0, "it follows")
        assert feed.is_silent(0.3)
        api.do("updateLead", leadId=lead, name="After")
        assert told(feed) == ("LeadChanged", "After")


def test_who_leaves_is_forgotten(api: Api) -> None:
    until(lambda: len(api.site.app.state.lists) == 0, "the tests before have left")
    with following_list(api):
        until(lambda: len(api.site.app.state.lists) == 1, "it follows")
    until(lambda: len(api.site.app.state.lists) == 0, "it is forgotten")


def test_many_followers_of_one_list_are_told_the_same(api: Api, lead: str) -> None:
    after = list_cursor(api)
    with following_list(api, None, after) as one, following_list(api.colleague(), None, after) as other:
        for name in ("Sitwell", "Austero"):
            api.do("updateLead", leadId=lead, name=name)
            assert one.item() == other.item()


# ---------------------------------------------------------------- gaps


def relabelled(api: Api) -> None:
    (first, *_) = api.ask("{ organization { leadStatuses { id } } }")["organization"]["leadStatuses"]
    api.do("updateLeadStatus", statusId=first["id"], label="Fresh")


def test_what_the_organization_calls_otherwise_ends_the_feed_live_and_resumed(api: Api) -> None:
    after = list_cursor(api)
    with following_list(api, None, after) as feed:
        relabelled(api)
        assert gap(feed) == "what the organization calls things changed"
    assert feed.cursor == after  # so that who goes on without reading the list is told again
    with following_list(api, None, after) as feed:
        assert gap(feed) == "what the organization calls things changed"
    with following_list(api, None, list_cursor(api)) as feed:
        lead = api.lead(name="Sitwell")
        assert told(feed) == ("LeadChanged", "Sitwell")
        assert lead


def test_what_the_organization_does_elsewhere_is_not_told(api: Api, lead: str) -> None:
    with following_list(api, None, list_cursor(api)) as feed:
        api.do("createApiKey")
        api.do("createCustomField", target="LEAD", name="Owner", type="USER")
        api.do("updateOrganization", visibilityBehavior="ALLOW_UNASSIGNED")
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert feed.item()["cursor"] == done["cursor"]


def test_a_new_field_of_users_changes_what_a_filter_by_users_means(api: Api) -> None:
    with following_list(api, {"userIds": [public_id("user", api.user_id)]}, list_cursor(api)) as feed:
        api.do("createCustomField", target="LEAD", name="Owner", type="USER")
        assert gap(feed) == "what the list shows, or what the filter means, changed"


def test_another_time_zone_of_the_viewer_ends_the_feed_that_shows_days(api: Api) -> None:
    days = "subscription { leadsFeed { cursor changes { ... on LeadChanged { lead { nextTaskDue } } __typename } } }"
    until(lambda: len(api.site.app.state.lists) == 0, "the tests before have left")
    with talking(api) as conversation, following_list(api) as other:
        conversation.subscribe(days)
        until(lambda: len(api.site.app.state.lists) == 2, "both follow")
        api.do("updateViewer", timeZone="Asia/Tokyo")
        (change,) = conversation.receive()["payload"]["data"]["leadsFeed"]["changes"]
        assert change == {"__typename": "FeedGap"}
        api.lead(name="Sitwell")
        assert told(other) == ("LeadChanged", "Sitwell")


def test_who_missed_more_than_is_worth_replaying_is_told_to_read_the_list_again(api: Api, lead: str) -> None:
    after = list_cursor(api)
    log_calls(api, lead, 5_600)
    with following_list(api, None, after) as feed:
        assert gap(feed) == "the cursor is too old"


@pytest.mark.parametrize(("change", "reason"), [("position", "went back"), ("epoch", "was restored")])
def test_a_cursor_of_a_log_that_is_not_there_any_more_ends_in_a_gap(api: Api, change: str, reason: str) -> None:
    place = feed_place(list_cursor(api), "after")
    other = place._replace(position=place.position + 1) if change == "position" else place._replace(epoch=place.org_id)
    with following_list(api, None, feed_cursor(FeedPlace(*other))) as feed:
        assert reason in gap(feed)


# ---------------------------------------------------------------- rights and refusals


def owner_field(api: Api) -> str:
    made = api.do("createCustomField", "customField { id }", target="LEAD", name="Owner", type="USER")
    field: str = made["customField"]["id"]
    api.do("updateOrganization", visibilityFieldIds=[field])
    return field


def own(api: Api, lead: str, field: str, owner: Api | None) -> None:
    value = public_id("user", owner.user_id) if owner else None
    api.do("updateLead", leadId=lead, customFields=[{"fieldId": field, "set": value}])


def test_a_lead_that_may_be_seen_comes_and_one_that_may_not_any_more_goes(api: Api, lead: str) -> None:
    field, member = owner_field(api), api.colleague(role=Role.RESTRICTED)
    with following_list(member, None, list_cursor(api)) as feed:
        own(api, lead, field, member)
        assert told(feed) == ("LeadChanged", "Bluth Company")
        own(api, lead, field, api)
        assert told(feed) == ("LeadRemoved", lead)


def test_of_leads_that_were_never_seen_nothing_is_told(api: Api, lead: str) -> None:
    field, member = owner_field(api), api.colleague(role=Role.RESTRICTED)
    seen = api.lead(name="Seen", customFields=[{"fieldId": field, "set": public_id("user", member.user_id)}])
    with following_list(member, None, list_cursor(api)) as feed:
        own(api, lead, field, api)
        own(api, lead, field, None)
        api.do("deleteLead", leadId=lead)
        api.lead(name="Another")
        done = api.do("updateLead", leadId=seen, name="Sitwell")
        item = feed.item()
    assert (item["cursor"], kinds(item)) == (done["cursor"], ["LeadChanged"])


def test_other_rights_end_the_feed(api: Api) -> None:
    owner_field(api)
    member = api.colleague()
    with following_list(member, None, list_cursor(api)) as feed:
        api.do("changeRole", userId=public_id("user", member.user_id), role="RESTRICTED")
        assert gap(feed) == "which leads you see changed"


def test_of_another_organization_nothing_is_told(api: Api, stranger: Api, lead: str) -> None:
    with following_list(stranger, None, list_cursor(stranger)) as feed:
        api.do("updateLead", leadId=lead, name="Sitwell")
        done = stranger.do("createLead", name="Theirs")
        assert feed.item()["cursor"] == done["cursor"]


def refused(api: Api, filter: Any = None, after: str | None = None) -> tuple[str, Any]:
    with following_list(api, filter, after) as feed:
        message = feed.conversation.receive()
    assert message["type"] == "error", message
    (error,) = message["payload"]
    return error["extensions"]["code"], error.get("path")


def test_a_cursor_of_another_organization_is_invalid(api: Api, stranger: Api) -> None:
    assert refused(api, None, list_cursor(stranger)) == ("INVALID", ["leadsFeed"])


@pytest.mark.parametrize(
    "filter",
    [
        {"statusIds": ["lead_0000000000000000000000"]},
        {"customFields": [{"fieldId": "cf_0000000000000000000000", "isSet": True}]},
        {"contactPhone": "x"},
    ],
)
def test_a_filter_that_means_nothing_is_invalid(api: Api, filter: Any) -> None:
    assert refused(api, filter)[0] == "INVALID"


def test_a_lead_merged_away_names_the_one_that_has_it(api: Api, lead: str) -> None:
    other = api.lead(name="Sitwell")
    merge = "INSERT INTO lead_member (org_id, lead_id, root_id, version) VALUES ($1, $2, $3, 1)"
    with following_list(api, None, list_cursor(api)) as feed:
        ids = (decode_id("lead", one) for one in (lead, other))
        api.site.operate(api.site.system.store.fetch(None, merge, api.org_id, *ids))
        api.do("deleteLead", leadId=lead)
        (change,) = feed.item()["changes"]
    assert change == {"__typename": "LeadRemoved", "leadId": lead, "mergedIntoId": other}
