"""Guaranteed: what may not be seen any more is not told any more, from the moment on in which that was decided."""

from __future__ import annotations

from app.vocabulary import Role
from schema.ids import public_id
from tests.journeys.list_page import following_list, list_cursor
from tests.support.api import Api
from tests.support.feeds import FEED, following, kinds
from tests.support.streams import streaming


def owned(api: Api, owner: Api) -> tuple[str, str]:
    """A field that says who may see a lead, and a lead of a RESTRICTED user's."""
    made = api.do("createCustomField", "customField { id }", target="LEAD", name="Owner", type="USER")
    field = made["customField"]["id"]
    api.do("updateOrganization", visibilityFieldIds=[field])
    owner_id = public_id("user", owner.user_id)
    return field, api.lead(name="Bluth Company", customFields=[{"fieldId": field, "set": owner_id}])


def test_a_lead_that_is_given_to_somebody_else_leaves_every_feed(api: Api) -> None:
    member = api.colleague(role=Role.RESTRICTED)
    field, lead = owned(api, member)
    after = list_cursor(member)
    with (
        following(member, lead, after) as feed,
        following_list(member, None, after) as listed,
        streaming(member, FEED, leadId=lead, after=after) as stream,
    ):
        api.do("updateLead", leadId=lead, name="Sitwell")
        assert {*kinds(feed.item()), *kinds(listed.item()), *kinds(stream.item())} == {"LeadChanged"}
        somebody = {"fieldId": field, "set": public_id("user", api.user_id)}
        api.do("updateLead", leadId=lead, name="Secret", customFields=[somebody])
        api.do("logCall", leadId=lead, direction="INBOUND", note="Secret")
        told = [feed.item(), stream.item(), listed.item()]
        while kinds(told[-1]) == ["LeadChanged"]:
            told.append(listed.item())
        assert feed.conversation.receive() == {"id": "1", "type": "complete"}
        assert stream.event() == ("complete", None)
        assert listed.is_silent(0.3)
    assert {kind for item in told for kind in kinds(item)} == {"LeadRemoved"}
    assert "Secret" not in str(told)


def test_a_lower_role_ends_or_empties_every_feed(api: Api) -> None:
    member = api.colleague()
    _, lead = owned(api, api)
    after = list_cursor(member)
    with (
        following(member, lead, after) as feed,
        following_list(member, None, after) as listed,
        following_list(api, None, after) as other,
    ):
        api.do("updateLead", leadId=lead, name="Sitwell")
        assert {*kinds(feed.item()), *kinds(listed.item()), *kinds(other.item())} == {"LeadChanged"}
        api.do("changeRole", userId=public_id("user", member.user_id), role="RESTRICTED")
        api.do("updateLead", leadId=lead, name="Secret")
        assert (kinds(feed.item()), kinds(listed.item())) == (["LeadRemoved"], ["FeedGap"])
        for ended in (feed, listed):
            assert ended.conversation.receive() == {"id": "1", "type": "complete"}
        # Who was served together with it goes on.
        assert other.item()["changes"][0]["lead"]["name"] == "Secret"
