"""npm's `@apollo/client`: a lead page in a normalising cache, kept up to date by the feed alone."""

from __future__ import annotations

from tests.support.api import Api
from tests.support.following import talking


def test_a_page_that_followed_the_feed_shows_what_a_new_client_reads(api: Api, lead: str) -> None:
    old = api.do("logCall", "call { id }", leadId=lead, direction="INBOUND")["call"]["id"]
    task = api.do("addTask", "task { id }", leadId=lead, text="Send the offer")["task"]["id"]
    with talking("page.js", api.site.graphql, api.site.websocket, api.key, lead) as page:
        assert page.says() == {"read": "Bluth Company"}
        note = api.do("writeNote", "note { id }", leadId=lead, text="Likes stairs", pinned=True)["note"]["id"]
        api.do("changeLeadStatus", leadId=lead, status="Customer")
        api.do("addContact", leadId=lead, contact={"name": "Lindsay"})
        api.do("completeTask", taskId=task)
        api.do("deleteActivity", activityId=old)
        api.do("editNote", noteId=note, text="Loves stairs")
        api.do("updateLead", leadId=lead, name="The end")
        seen = page.says()
    shown, fresh = seen["shown"], seen["fresh"]
    assert shown == fresh
    assert (shown["status"]["label"], shown["tasks"]) == ("Customer", [])
    assert [one["name"] for one in shown["contacts"]] == ["Lindsay"]
    assert [pin["id"] for pin in shown["pinnedActivities"]] == [note]
    assert [one["headline"] for one in shown["activities"]["nodes"] if one["id"] == note] == ["Note: Loves stairs"]
    assert old not in [one["id"] for one in shown["activities"]["nodes"]]
