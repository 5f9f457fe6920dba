"""Shared links: what they point at, what they tell of a deletion, and that they tell outsiders nothing at all."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.ids import encode_id, uuid7
from app.vocabulary import Role
from tests.schema.test_restricted import own, restricted
from tests.support.api import Api
from tests.support.furniture import Estate, furnished

LINK = """query ($id: ID!) {
  activityLink(id: $id) { lead { id } activity { __typename id } deletedAt }
  activity(id: $id) { __typename lead { id } } }"""
NULLS = {"activityLink": None, "activity": None}


def followed(api: Api, id: str) -> Any:
    return api.ask(LINK, id=id)


def unknown() -> str:
    return encode_id("acti", uuid7())


@pytest.fixture
def call(api: Api, lead: str) -> str:
    call_id: str = api.do("logCall", "call { id }", leadId=lead, direction="INBOUND")["call"]["id"]
    return call_id


def test_a_link_leads_to_the_lead_and_the_activity(api: Api, lead: str, call: str) -> None:
    link = {"lead": {"id": lead}, "activity": {"__typename": "Call", "id": call}, "deletedAt": None}
    assert followed(api, call) == {"activityLink": link, "activity": {"__typename": "Call", "lead": {"id": lead}}}


def test_the_address_names_both(api: Api, lead: str, call: str) -> None:
    found = api.ask("query ($id: ID!) { activity(id: $id) { permalink lead { permalink } } }", id=call)["activity"]
    assert found["permalink"].endswith(f"/lead/{lead}/#activityId={call}")
    assert found["lead"]["permalink"].endswith(f"/lead/{lead}")
    assert found["permalink"].startswith(found["lead"]["permalink"])


def test_every_kind_is_found_by_its_link_and_has_a_place(api: Api) -> None:
    lead = furnished(api)
    nodes = api.look(lead, "activities { nodes { id __typename } }")["activities"]["nodes"]
    assert len({node["__typename"] for node in nodes}) >= 8
    for node in nodes:
        assert followed(api, node["id"])["activityLink"]["activity"] == node
        about = api.look(lead, f'activities(around: "{node["id"]}", first: 1) {{ nodes {{ id }} }}')
        assert about["activities"]["nodes"] == [{"id": node["id"]}]


def test_a_deletion_is_told_with_its_lead_and_time(api: Api, lead: str, call: str) -> None:
    api.do("deleteActivity", activityId=call)
    found = followed(api, call)
    assert (found["activity"], found["activityLink"]["lead"]) == (None, {"id": lead})
    assert found["activityLink"]["activity"] is None
    assert found["activityLink"]["deletedAt"] > "2026-01-01"


def test_the_deletion_of_an_entry_that_tells_of_something_else_is_told_too(api: Api, lead: str) -> None:
    api.do("changeLeadStatus", leadId=lead, status="Qualified")
    task = api.do("addTask", "task { id }", leadId=lead, text="Call back")["task"]["id"]
    done = api.do("completeTask", "activity { id }", taskId=task)["activity"]["id"]
    (status, _) = api.look(lead, "activities(filter: {kinds: [LEAD_STATUS_CHANGE, CREATED]}) { nodes { id } }")[
        "activities"
    ]["nodes"]
    api.do("deleteActivity", activityId=status["id"])
    api.do("reopenTask", taskId=task)
    for gone in (status["id"], done):
        link = followed(api, gone)["activityLink"]
        assert (link["lead"], link["activity"]) == ({"id": lead}, None)
        assert link["deletedAt"] is not None


def test_colleagues_are_told_the_same(api: Api, lead: str, call: str) -> None:
    member = api.colleague()
    there = followed(member, call)
    api.do("deleteActivity", activityId=call)
    assert (there, followed(member, call)) != (NULLS, NULLS)
    assert followed(member, call) == followed(api, call)


def test_under_a_deleted_lead_there_is_nothing_until_it_is_restored(api: Api, lead: str, call: str) -> None:
    note = api.do("writeNote", "note { id }", leadId=lead, text="x")["note"]["id"]
    api.do("deleteActivity", activityId=note)
    before = [followed(api, id) for id in (call, note)]
    api.do("deleteLead", leadId=lead)
    assert [followed(api, id) for id in (call, note)] == [NULLS, NULLS]
    api.do("restoreLead", leadId=lead)
    assert [followed(api, id) for id in (call, note)] == before


@pytest.fixture
def linked(api: Api, lead: str, call: str) -> list[str]:
    """An activity that is there and one that is deleted, on a lead on which the admin is named."""
    note = api.do("writeNote", "note { id }", leadId=lead, text="x")["note"]["id"]
    api.do("deleteActivity", activityId=note)
    return [call, note]


def test_another_organization_is_told_nothing(api: Api, stranger: Api, linked: list[str]) -> None:
    assert [followed(stranger, id) for id in (*linked, unknown())] == [NULLS] * 3


def test_who_may_not_see_the_lead_is_told_nothing_and_who_may_again_is(api: Api, lead: str, linked: list[str]) -> None:
    viewer = restricted(api)
    seen = [followed(viewer, id) for id in linked]
    own(api, lead, api)
    assert [followed(viewer, id) for id in (*linked, unknown())] == [NULLS] * 3
    own(api, lead, viewer)
    assert [followed(viewer, id) for id in linked] == seen


def _told(answer: httpx.Response, id: str) -> Any:
    return answer.status_code, answer.text.replace(id, "(named)")


@pytest.mark.parametrize("who", ["deactivated", "with a key that was never given", "without a key"])
def test_who_is_not_let_in_cannot_tell_one_id_from_another(api: Api, linked: list[str], who: str) -> None:
    member = api.colleague("gone@example.com", Role.MEMBER)
    if who == "deactivated":
        api.do("deactivateUser", userId=member.ask("{ viewer { id } }")["viewer"]["id"])
    key = {"deactivated": member.key, "without a key": ""}.get(who, "api_0000000000000000000000.x")
    headers = {"authorization": f"Bearer {key}"} if key else {}

    def ask(id: str) -> Any:
        body = {"query": LINK, "variables": {"id": id}}
        return _told(api.site.http.post(api.site.graphql, json=body, headers=headers), id)

    told = [ask(id) for id in (*linked, unknown())]
    assert told[0][0] == 401
    assert told[1:] == told[:1] * 2


def test_other_things_that_bear_such_ids_are_no_activities(api: Api, ours: Estate) -> None:
    for kind in ("Lead", "Contact", "Task", "User"):
        disguised = f"acti_{ours.ids[kind].partition('_')[2]}"
        assert followed(ours.api, disguised) == NULLS


@pytest.mark.parametrize("id", ["", "acti_0", "lead_0000000000000000000000", "acti_zzzzzzzzzzzzzzzzzzzzzz"])
def test_what_is_no_id_of_an_activity_is_invalid(api: Api, id: str) -> None:
    assert api.fault("query ($id: ID!) { activityLink(id: $id) { deletedAt } }", id=id) == (
        "INVALID",
        ["activityLink"],
    )
