"""inboxFeed for those who may see less or more than before, and for those who may not be here any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from app import onboarding
from app.organization.users import UpdateViewer
from app.situation import Actor
from app.vocabulary import Role
from schema.cursors import feed_place
from schema.ids import public_id
from tests.support.api import Api
from tests.support.custom import OWNER, public, record, seen_by_named, user_named
from tests.support.feeds import Feed, change, following_inbox, gap, inbox_cursor_of
from tests.support.inboxes import sms


def restricted(admin: Api) -> Api:
    """A RESTRICTED user, who sees the leads of which it is the OWNER."""
    record(admin, OWNER, seen_by_named(OWNER, allow_unassigned=False))
    return admin.colleague("restricted@example.com", Role.RESTRICTED)


def own(admin: Api, lead: str, user: Api) -> None:
    field = {"fieldId": public(OWNER), "set": user_named(user.user_id)}
    admin.do("updateLead", leadId=lead, customFields=[field])


def test_items_of_a_lead_go_and_come_back_with_the_right_to_see_it(api: Api, lead: str) -> None:
    viewer = restricted(api)
    own(api, lead, viewer)
    item = sms(viewer, lead)
    with following_inbox(viewer, inbox_cursor_of(viewer)) as feed:
        own(api, lead, api)
        assert change(feed) == ("InboxItemRemoved", {"__typename": "InboxItemRemoved", "itemId": item})
        own(api, lead, viewer)
        assert change(feed)[1]["id"] == item


def test_what_is_on_a_lead_that_is_not_seen_is_not_told_of(api: Api, lead: str) -> None:
    viewer, seen = restricted(api), api.lead(name="Seen")
    own(api, seen, viewer)
    own(api, lead, api)
    mail = {"direction": "INBOUND", "sender": "lindsay@bluth.example", "to": ["restricted@example.com"]}
    with following_inbox(viewer, inbox_cursor_of(viewer)) as feed:
        api.do("logEmail", leadId=lead, messageId="<1@x.example>", **mail)
        api.do("logEmail", leadId=lead, inReplyTo="<1@x.example>", **mail)
        api.do("deleteLead", leadId=lead)
        done = api.do("logEmail", leadId=seen, **mail)
        assert feed_place(feed.item()["cursor"], "after") == feed_place(done["cursor"], "after")


def test_other_rights_are_a_gap(api: Api) -> None:
    member = api.colleague()
    after = inbox_cursor_of(member)
    with following_inbox(member, after) as feed:
        api.do("changeRole", userId=public_id("user", member.user_id), role="RESTRICTED")
        assert gap(feed) == "which leads you see changed"
    with following_inbox(member, after) as feed:
        assert gap(feed) == "which leads you see changed"


def test_another_time_zone_is_a_gap(api: Api, lead: str) -> None:
    member = api.colleague()
    after = inbox_cursor_of(member)
    with following_inbox(member, after) as feed:
        moving = UpdateViewer(time_zone="Pacific/Kiritimati")
        api.site.operate(api.site.system.dispatch.run(moving, request_of(member)))
        assert gap(feed) == "your time zone changed"
    with following_inbox(member, after) as feed:
        assert gap(feed) == "your time zone changed"
    with following_inbox(member, inbox_cursor_of(member)) as feed:
        assert change_after_sms(feed, member, lead) == "InboxItemAdded"


def request_of(api: Api) -> Any:
    return replace(onboarding.system_request(api.org_id), actor=Actor(user_id=api.user_id))


def change_after_sms(feed: Feed, api: Api, lead: str) -> str:
    sms(api, lead)
    return change(feed)[0]


def test_what_else_the_organization_decides_disturbs_nobody(api: Api, lead: str) -> None:
    with following_inbox(api, inbox_cursor_of(api)) as feed:
        api.do("updateViewer", name="Ada Bluth")
        api.do("inviteUser", email="gob@example.com")
        assert change_after_sms(feed, api, lead) == "InboxItemAdded"


def listen(feed: Feed) -> None:
    """Whatever comes."""
    while True:
        feed.conversation.receive()


def test_who_is_deactivated_hears_no_more(api: Api, lead: str) -> None:
    member = api.colleague()
    with following_inbox(member, inbox_cursor_of(member)) as feed:
        assert change_after_sms(feed, member, lead) == "InboxItemAdded"
        api.do("deactivateUser", userId=public_id("user", member.user_id))
        with pytest.raises(ConnectionClosed):
            listen(feed)  # it may be told first that its feed ends
        assert feed.conversation.connection.close_code == 4403
