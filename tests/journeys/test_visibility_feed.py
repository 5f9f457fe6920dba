"""A subscriber's rights while the feed is open, and what the organization changes on the page."""

from __future__ import annotations

from typing import Any

from app import onboarding
from app.event import Event
from app.ids import CustomFieldId, decode_id, uuid7
from app.organization.custom_fields import CustomFieldCreated, CustomFieldDeleted
from app.vocabulary import CustomFieldTarget, CustomFieldType
from schema.ids import public_id
from tests.support.api import Api
from tests.support.feeds import Feed, cursor_of, following
from tests.support.histories import append

FEED = """subscription ($leadId: ID!, $after: Cursor) { leadFeed(leadId: $leadId, after: $after) {
  cursor recordedAt user { name } changes { __typename
    ... on LeadChanged { eventType lead { name } } ... on LeadRemoved { leadId mergedIntoId } } } }"""


def happened(api: Api, event: Event) -> None:
    """A fact of the organization that no mutation here makes."""
    system = api.site.system
    api.site.operate(append(system, onboarding.system_request(api.org_id), api.org_id, [event]))


def ended(feed: Feed) -> Any:
    """The one change of the item with which a feed ends."""
    item = feed.item()
    assert feed.conversation.receive() == {"id": "1", "type": "complete"}
    (change,) = item["changes"]
    return change


def test_a_colleague_s_new_name_changes_the_page(api: Api, lead: str) -> None:
    member = api.colleague()
    with following(api, lead, cursor_of(api, lead), FEED) as feed:
        member.do("updateViewer", name="Gob")
        item = feed.item()
    assert item["changes"] == [
        {"__typename": "LeadChanged", "eventType": "organization.user_renamed", "lead": {"name": "Bluth Company"}}
    ]
    assert item["user"] == {"name": "Gob"}


def test_a_field_s_end_changes_the_page(api: Api, lead: str) -> None:
    field_id = CustomFieldId(uuid7())
    with following(api, lead, cursor_of(api, lead), FEED) as feed:
        happened(
            api,
            CustomFieldCreated(
                field_id=field_id, target=CustomFieldTarget.LEAD, name="Owner", type=CustomFieldType.USER
            ),
        )
        happened(api, CustomFieldDeleted(field_id=field_id, name="Owner"))
        assert feed.item()["changes"][0]["eventType"] == "organization.custom_field_deleted"


def test_what_the_organization_does_elsewhere_is_no_item(api: Api, lead: str) -> None:
    with following(api, lead, cursor_of(api, lead), FEED) as feed:
        api.do("inviteUser", email="gob@example.com")
        api.do("createApiKey")
        api.do("updateOrganization", visibilityBehavior="ALLOW_UNASSIGNED")
        done = api.do("updateLead", leadId=lead, name="Sitwell")
        assert feed.item()["cursor"] == done["cursor"]


def test_a_resumed_feed_tells_what_the_organization_changed_meanwhile_in_its_order(api: Api, lead: str) -> None:
    after = cursor_of(api, lead)
    api.do("updateLead", leadId=lead, name="Sitwell")
    api.do("updateViewer", name="Ada Bluth")
    api.do("updateLead", leadId=lead, name="Austero")
    with following(api, lead, after, FEED) as feed:
        events = [feed.item()["changes"][0]["eventType"] for _ in range(3)]
    assert events == ["lead.renamed", "organization.user_renamed", "lead.renamed"]


def remove(api: Api, lead: str) -> None:
    """As when it is deleted or hidden: the read side does not have it any more."""
    sql = "DELETE FROM lead_view WHERE org_id = $1 AND lead_id = $2"
    api.site.operate(api.site.system.store.fetch(None, sql, api.org_id, decode_id("lead", lead)))


def test_a_lead_that_is_not_there_any_more_ends_the_feed(api: Api, lead: str) -> None:
    with following(api, lead, cursor_of(api, lead), FEED) as feed:
        api.do("updateLead", leadId=lead, name="Sitwell")
        feed.item()
        remove(api, lead)
        api.do("logCall", leadId=lead, direction="INBOUND")
        assert ended(feed) == {"__typename": "LeadRemoved", "leadId": lead, "mergedIntoId": None}


def test_a_restricted_user_s_feed_ends_by_what_the_organization_decides(api: Api, lead: str) -> None:
    member = api.colleague()
    api.do("updateOrganization", visibilityBehavior="ALLOW_UNASSIGNED")
    with following(member, lead, cursor_of(api, lead), FEED) as feed:
        api.do("updateLead", leadId=lead, name="Sitwell")
        feed.item()
        remove(api, lead)
        api.do("changeRole", userId=public_id("user", member.user_id), role="RESTRICTED")
        assert ended(feed) == {"__typename": "LeadRemoved", "leadId": lead, "mergedIntoId": None}


def test_a_feed_of_a_lead_that_is_gone_is_not_found(api: Api, lead: str) -> None:
    after = cursor_of(api, lead)
    remove(api, lead)
    with following(api, lead, after, FEED) as feed:
        message = feed.conversation.receive()
    assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "NOT_FOUND")
