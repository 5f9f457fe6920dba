"""RESTRICTED users: a lead on which somebody else is named, and all that is on it, is answered as if it were not there.

The schema is walked as between organizations, by a viewer who is named nowhere and sees the leads that are nobody's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import GraphQLObjectType

from app.vocabulary import Role
from tests.schema.asking import asking
from tests.schema.slots import SCHEMA, Slot, root_fields, slots
from tests.schema.test_rights import ask_at, unknown
from tests.support.api import Api, admin_of_new_organization
from tests.support.custom import OWNER, TEAM, public, record, seen_by_named, user_named
from tests.support.feeds import cursor_of, talking
from tests.support.furniture import Estate, furnished, things
from tests.support.serving import Site


def of_leads() -> set[str]:
    """Types of what is a lead or hangs on one."""
    nodes = {one.name: one for one in SCHEMA.get_possible_types(SCHEMA.type_map["Node"])}  # type: ignore[arg-type]
    return {"Lead"} | {
        name for name, one in nodes.items() if isinstance(one, GraphQLObjectType) and "lead" in one.fields
    }


OF_LEADS = of_leads()
OF_ADMINS = {"events"}  # without a lead
WALKED = [slot for slot in slots() if slot.names in OF_LEADS]


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What the viewer has before it, and what is kept from it."""

    admin: Api
    viewer: Estate
    hidden: Mapping[str, str]


def restricted(admin: Api) -> Api:
    """A RESTRICTED user; leads on which an OWNER is named are not for everybody any more."""
    record(admin, OWNER, seen_by_named(OWNER, allow_unassigned=True))
    return admin.colleague("restricted@example.com", Role.RESTRICTED)


def own(admin: Api, lead: str, user: Api | None) -> None:
    """Name an owner, or nobody."""
    value = None if user is None else user_named(user.user_id)
    admin.do("updateLead", leadId=lead, customFields=[{"fieldId": public(OWNER), "set": value}])


@pytest.fixture(scope="module")
def watched(site: Site) -> Watched:
    admin = admin_of_new_organization(site)
    early = cursor_of(admin, admin.lead())
    viewer, hidden, visible = restricted(admin), furnished(admin), furnished(admin)
    own(admin, hidden, admin)
    estate = Estate(viewer, {**things(viewer, visible), "Cursor": early})
    return Watched(admin=admin, viewer=estate, hidden=things(admin, hidden))


def test_every_type_on_a_lead_is_walked(watched: Watched) -> None:
    assert watched.hidden.keys() >= OF_LEADS
    assert {slot.names for slot in WALKED} >= {"Lead", "Contact", "Task", "Opportunity", "Note"}


@pytest.mark.parametrize("slot", WALKED, ids=str)
def test_what_is_on_another_s_lead_is_answered_as_what_does_not_exist(slot: Slot, watched: Watched) -> None:
    hidden = watched.hidden[slot.names]
    assert ask_at(slot, hidden, watched.viewer) == ask_at(slot, unknown(hidden), watched.viewer)


@pytest.mark.parametrize("slot", [slot for slot in WALKED if slot.root == "Query"], ids=str)
def test_what_is_on_a_lead_of_nobody_is_answered_otherwise(slot: Slot, watched: Watched) -> None:
    # Or the test above would compare two refusals that have nothing to do with what was named.
    seen = watched.viewer.ids[slot.names]
    assert ask_at(slot, seen, watched.viewer) != ask_at(slot, unknown(seen), watched.viewer)


@pytest.mark.parametrize("field", [field for root, field in root_fields() if root == "Query"])
def test_nothing_of_another_s_lead_is_in_any_answer(field: str, watched: Watched) -> None:
    operation = asking("Query", field, watched.viewer.ids)
    api = watched.viewer.api
    if field in OF_ADMINS:
        assert api.fault(operation.source, **operation.variables) == ("FORBIDDEN", [field])
        return
    answer = json.dumps(api.ask(operation.source, **operation.variables))
    assert {name: id for name, id in watched.hidden.items() if name in OF_LEADS and id in answer} == {}


def names(api: Api, **filter: Any) -> set[str]:
    source = "query ($filter: LeadFilter) { leads(filter: $filter) { totalCount nodes { name } } }"
    page = api.ask(source, filter=filter)["leads"]
    assert page["totalCount"] == len(page["nodes"])
    return {node["name"] for node in page["nodes"]}


@pytest.fixture
def viewer(api: Api) -> Api:
    """A RESTRICTED user; there is a lead of the admin's, one of nobody's and one of the viewer's."""
    viewer = restricted(api)
    email = {"emails": [{"email": "same@x.example"}]}
    for name, user in (("The admin's", api), ("Nobody's", None), ("The viewer's", viewer)):
        own(api, api.lead(name=name, url="x.example", contacts=[{"name": name, **email}]), user)
    return viewer


SEEN = {"Nobody's", "The viewer's"}


def test_lists_searches_and_counts_have_what_is_seen(viewer: Api) -> None:
    assert names(viewer) == names(viewer, contactEmail="same@x.example") == SEEN
    assert names(viewer, search="the") == {"The viewer's"}
    assert names(viewer, search="admin") == set()
    contacts = viewer.ask("{ contacts { totalCount nodes { name lead { name } } } }")["contacts"]
    assert ({node["name"] for node in contacts["nodes"]}, contacts["totalCount"]) == (SEEN, 2)


def test_duplicates_are_told_among_what_is_seen(viewer: Api) -> None:
    source = '{ possibleDuplicates(emails: ["same@x.example"], url: "x.example") { name } }'
    assert {one["name"] for one in viewer.ask(source)["possibleDuplicates"]} == SEEN
    created = viewer.do("createLead", "possibleDuplicates { name }", name="New", url="www.x.example")
    assert {one["name"] for one in created["possibleDuplicates"]} == SEEN


def test_an_admin_sees_every_lead(viewer: Api, api: Api) -> None:
    assert names(api) == {*SEEN, "The admin's"}


def test_an_edit_that_hides_a_lead_from_its_editor_is_answered(viewer: Api, api: Api) -> None:
    lead = viewer.lead(name="Mine")
    done = viewer.do(
        "updateLead",
        "lead { id }",
        leadId=lead,
        customFields=[{"fieldId": public(OWNER), "set": user_named(api.user_id)}],
    )
    assert (done["lead"], done["cursor"] is None) == (None, False)
    assert viewer.look(lead, "name") is None
    assert viewer.refused("updateLead", leadId=lead, name="x") == ("NOT_FOUND", "lead_not_found", "leadId")
    assert api.look(lead, "name") == {"name": "Mine"}


def test_who_sees_a_lead_pins_edits_and_deletes_on_it_whoever_wrote(viewer: Api, api: Api) -> None:
    lead = api.lead(name="Shared")
    own(api, lead, viewer)
    note = api.do("writeNote", "note { id }", leadId=lead, text="a")["note"]["id"]
    call = api.do("logCall", "call { id }", leadId=lead, direction="INBOUND")["call"]["id"]
    can = "activities(filter: { kinds: [NOTE, CALL] }) { nodes { viewerCanEdit viewerCanDelete viewerCanPin } }"
    assert viewer.look(lead, can)["activities"]["nodes"] == [
        {"viewerCanEdit": True, "viewerCanDelete": True, "viewerCanPin": False},
        {"viewerCanEdit": True, "viewerCanDelete": True, "viewerCanPin": True},
    ]
    viewer.do("pinActivity", activityId=note)
    viewer.do("editNote", noteId=note, text="b")
    viewer.do("updateCall", callId=call, note="c")
    assert api.look(lead, "pinnedActivities { ... on Note { text } }")["pinnedActivities"] == [{"text": "b"}]
    own(api, lead, api)
    for mutation, word in (("unpinNote", "noteId"), ("editNote", "noteId"), ("deleteActivity", "activityId")):
        assert viewer.refused(mutation, **{word: note})[0] == "NOT_FOUND"
    assert api.look(lead, "pinnedActivities { id }")["pinnedActivities"] == [{"id": note}]


@pytest.fixture
def operations(viewer: Api) -> Iterator[Any]:
    """Asks for a lead's name over one websocket that stays open."""
    with talking(viewer) as conversation:
        number = 0

        def ask(lead: str) -> Any:
            nonlocal number
            number += 1
            source = "query ($lead: ID!) { lead(id: $lead) { name } }"
            conversation.subscribe(source, str(number), lead=lead)
            answer = conversation.receive()
            assert conversation.receive()["type"] == "complete"
            return answer["payload"]["data"]["lead"]

        yield ask


def test_who_came_in_long_ago_sees_by_the_rules_of_now(viewer: Api, api: Api, operations: Any) -> None:
    lead = viewer.lead(name="Mine")
    assert operations(lead) == {"name": "Mine"}
    record(api, TEAM, seen_by_named(TEAM))
    assert api.look(lead, "name") == {"name": "Mine"}  # and the server has heard of it
    assert operations(lead) is None
    record(api, seen_by_named(TEAM, allow_unassigned=True))
    assert api.look(lead, "name") == {"name": "Mine"}
    assert operations(lead) == {"name": "Mine"}
