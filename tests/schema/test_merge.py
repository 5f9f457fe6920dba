"""Merging leads, as a front end sees it: two pages become one, and every id goes on."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import uuid7
from schema.ids import public_id
from tests.support.api import Api
from tests.support.custom import FIELDS, SCORE, TAGS, public, record
from tests.support.furniture import furnished, things

PAGE = """id name description url displayName source status { label }
  addresses { city } contacts { id name } primaryContact { id } contactCount
  opportunities { id } tasks(includeCompleted: true) { id } taskCount
  activities(first: 100) { totalCount nodes { __typename id lead { id } contact { id } permalink } }
  activityCounts { kind count } pinnedActivities { id pinnedAt }
  files { totalCount nodes { id lead { id } } }
  emailThreads { nodes { id lead { id } emailCount emails { nodes { id } } } }
  customFields { field { id } value } lastActivityAt lastCommunicationAt nextTask { id } createdAt"""


ENTRY = "id kind sourceDisplayName sourceLeadId isReverted"
PREVIEW = """query ($s: ID!, $d: ID!) { mergePreview(sourceId: $s, destinationId: $d) {
  source { id } destination { id name } result { path before after } errors { reason }
  unpinnedActivities { id } contactCount activityCount fileCount } }"""
LINK = "query ($id: ID!) { activityLink(id: $id) { lead { id } activity { id lead { id } } } }"
THREAD = """query ($id: ID!) { node(id: $id) {
  ... on EmailThread { emailCount lead { id } emails { nodes { lead { id } } } } } }"""


def merge(api: Api, source: str, destination: str, selection: str = "lead { id }", **more: Any) -> Any:
    return api.do("mergeLeads", selection, sourceId=source, destinationId=destination, **more)


def pinned_note(api: Api, lead: str) -> str:
    note: str = api.do("writeNote", "note { id }", leadId=lead, text="Note", pinned=True)["note"]["id"]
    return note


def preview(api: Api, source: str, destination: str) -> Any:
    return api.ask(PREVIEW, s=source, d=destination)["mergePreview"]


def ids(things: list[Any]) -> list[str]:
    return [one["id"] for one in things]


def test_both_pages_are_one(api: Api) -> None:
    source = furnished(api)
    before = api.look(source, PAGE)
    kept = things(api, source)
    destination = api.lead(name="Sitwell", contacts=[{"name": "Lucille"}])
    note = api.do("writeNote", "note { id }", leadId=destination, text="Rival", pinned=True)["note"]["id"]
    old = api.look(destination, PAGE)
    done = merge(
        api,
        source,
        destination,
        "lead { id version } mergedLeadId activity { id headline sourceDisplayName sourceLeadId isReverted kind }",
    )
    assert (done["lead"]["id"], done["mergedLeadId"]) == (destination, source)
    entry = done["activity"]
    assert (entry["kind"], entry["sourceLeadId"], entry["sourceDisplayName"]) == ("LEAD_MERGE", source, "Bluth Company")
    assert entry["isReverted"] is False
    page = api.look(destination, PAGE)
    assert page == api.look(source, PAGE), "the old id leads to the same page"
    assert (page["id"], page["name"], page["createdAt"]) == (destination, "Sitwell", old["createdAt"])
    assert page["contacts"] == [*old["contacts"], *before["contacts"]]
    assert page["primaryContact"] == old["primaryContact"]
    assert ids(page["opportunities"]) == sorted(ids(before["opportunities"]))
    assert sorted(ids(page["tasks"])) == sorted(ids(before["tasks"]))
    assert page["taskCount"] == before["taskCount"]
    assert set(ids(page["activities"]["nodes"])) == {
        entry["id"],
        *ids(before["activities"]["nodes"]),
        *ids(old["activities"]["nodes"]),
    }
    assert page["activities"]["totalCount"] == len(page["activities"]["nodes"])
    assert {one["lead"]["id"] for one in page["activities"]["nodes"]} == {destination}
    assert all(f"/lead/{destination}/" in one["permalink"] for one in page["activities"]["nodes"])
    assert sum(one["count"] for one in page["activityCounts"]) == page["activities"]["totalCount"]
    assert set(ids(page["pinnedActivities"])) == {note, *ids(before["pinnedActivities"])}
    assert ids(page["files"]["nodes"]) == ids(before["files"]["nodes"])
    assert ids(page["emailThreads"]["nodes"]) == ids(before["emailThreads"]["nodes"])
    assert {one["lead"]["id"] for one in (*page["files"]["nodes"], *page["emailThreads"]["nodes"])} == {destination}
    assert page["customFields"] == before["customFields"]
    assert (page["lastCommunicationAt"], page["nextTask"]) == (before["lastCommunicationAt"], before["nextTask"])
    nodes = api.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=list(kept.values()))["nodes"]
    assert all(nodes), "everything is still found by its id"


def test_it_is_in_lists_once(api: Api) -> None:
    source, destination = furnished(api), api.lead(name="Sitwell")
    merge(api, source, destination)
    for filter in (
        {},
        {"search": "sitwell"},
        {"search": "lindsay"},
        {"hasOpenTask": True},
        {"hasActiveOpportunity": True},
    ):
        found = api.ask("query ($f: LeadFilter) { leads(filter: $f) { nodes { id } totalCount } }", f=filter)["leads"]
        assert (filter, ids(found["nodes"]), found["totalCount"]) == (filter, [destination], 1)
    assert api.ask('{ leads(filter: { search: "bluth" }) { totalCount } }')["leads"]["totalCount"] == 0
    for one in (source, destination):
        found = api.ask(
            """query ($ids: [ID!]!) {
              contacts(filter: { leadIds: $ids }) { totalCount nodes { lead { id } } }
              tasks(filter: { leadIds: $ids }) { totalCount nodes { lead { id } } }
              opportunities(filter: { leadIds: $ids }) { totalCount nodes { lead { id } } } }""",
            ids=[one],
        )
        counts = [found[name]["totalCount"] for name in ("contacts", "tasks", "opportunities")]
        assert counts == [1, 1, 2]
        assert {node["lead"]["id"] for part in found.values() for node in part["nodes"]} == {destination}
    inbox = api.ask("{ inbox(allUsers: true, first: 100) { nodes { lead { id } } } }")["inbox"]["nodes"]
    assert {one["lead"]["id"] for one in inbox} == {destination}


def test_what_the_destination_lacks_is_filled_in(api: Api) -> None:
    record(api, *FIELDS)
    tags = {"fieldId": public(TAGS)}
    source = api.lead(
        name="Bluth",
        description="Builds",
        url="bluth.example",
        customFields=[{**tags, "set": ["a", "b"]}, {"fieldId": public(SCORE), "set": 1}],
        addresses=[{"city": "Newport"}, {"city": "Ulm"}],
        status="Qualified",
    )
    destination = api.lead(
        url="sitwell.example", customFields=[{**tags, "set": ["b", "c"]}], addresses=[{"city": "Ulm"}]
    )
    previewed = preview(api, source, destination)
    assert previewed["destination"] == {"id": destination, "name": None}
    assert (previewed["errors"], previewed["contactCount"], previewed["activityCount"]) == ([], 0, 1)
    merge(api, source, destination)
    page = api.look(destination, PAGE)
    assert (page["name"], page["description"], page["url"]) == ("Bluth", "Builds", "https://sitwell.example")
    assert [one["city"] for one in page["addresses"]] == ["Ulm", "Newport"]
    values = {one["field"]["id"]: one["value"] for one in page["customFields"]}
    assert values[public(TAGS)] == ["b", "c", "a"]
    assert page["status"]["label"] == "Potential"
    told = {".".join(one["path"]): one["after"] for one in previewed["result"]}
    assert told["name"] == "Bluth"
    assert set(told) == {
        "name",
        "description",
        "addresses",
        f"customFields.{public(TAGS)}",
        f"customFields.{public(SCORE)}",
    }
    assert told[f"customFields.{public(TAGS)}"] == ["b", "c", "a"]


def test_five_stay_pinned(api: Api) -> None:
    source, destination = api.lead(), api.lead()
    old, own = ([pinned_note(api, lead) for _ in range(count)] for lead, count in ((source, 4), (destination, 3)))
    assert set(ids(preview(api, source, destination)["unpinnedActivities"])) == set(old[:2])
    before = api.look(source, "pinnedActivities { id pinnedAt }")["pinnedActivities"]
    merge(api, source, destination)
    assert ids(api.look(destination, "pinnedActivities { id }")["pinnedActivities"]) == [*own[::-1], *old[:1:-1]]
    assert api.refused("pinNote", noteId=old[0])[1] == "too_many_pins"
    api.do("unmergeLeads", sourceId=source)
    assert api.look(source, "pinnedActivities { id pinnedAt }")["pinnedActivities"] == before
    assert ids(api.look(destination, "pinnedActivities { id }")["pinnedActivities"]) == own[::-1]


def test_commands_by_old_ids_are_the_destinations(api: Api) -> None:
    source = furnished(api)
    kept = things(api, source)
    destination = api.lead(name="Sitwell")
    version = merge(api, source, destination, "lead { version }")["lead"]["version"]
    done = api.do("writeNote", "lead { id version } note { id lead { id } version }", leadId=source, text="New")
    assert done["lead"] == {"id": destination, "version": version + 1}
    assert done["note"]["lead"] == {"id": destination}
    edited = api.do(
        "editNote", "note { version lead { id } }", noteId=kept["Note"], text="Other", expectedVersion=version
    )
    assert edited["note"] == {"version": version + 2, "lead": {"id": destination}}
    api.do("updateContact", contactId=kept["Contact"], name="Lindsay Fünke")
    api.do("updateTask", taskId=kept["Task"], text="Call later")
    api.do("updateOpportunity", opportunityId=kept["Opportunity"], note="big")
    api.do("unpinNote", noteId=kept["Note"])
    api.do("deleteActivity", activityId=kept["Call"])
    reply = api.do(
        "logEmail",
        "email { threadId }",
        leadId=destination,
        direction="INBOUND",
        sender="a@b.example",
        inReplyTo="<1@acme.example>",
    )
    found = api.ask(THREAD, id=reply["email"]["threadId"])["node"]
    assert (found["emailCount"], found["lead"], len(found["emails"]["nodes"])) == (2, {"id": destination}, 2)
    assert (
        api.refused("logEmail", leadId=destination, direction="OUTBOUND", messageId="<1@acme.example>")[1]
        == "message_logged"
    )
    api.do("updateLead", "lead { id }", leadId=source, name="Both")
    assert api.look(destination, "name contacts { name }") == {"name": "Both", "contacts": [{"name": "Lindsay Fünke"}]}


def test_what_has_not_changed_since_has_the_version_of_the_merge(api: Api) -> None:
    source, destination = furnished(api), api.lead()
    version = merge(api, source, destination, "lead { version }")["lead"]["version"]
    page = api.look(
        destination,
        """activities(first: 100) { nodes { __typename version } } contacts { version } opportunities { version }
        tasks { version }""",
    )
    versions = [one["version"] for one in (*page["contacts"], *page["opportunities"], *page["tasks"])]
    assert set(versions) == {version} == {2}
    assert {one["version"] for one in page["activities"]["nodes"]} == {1, 2}  # its own creation was before


@pytest.mark.parametrize("reached", ["forwards", "backwards"])
def test_a_chain_of_merges_leads_to_its_end(api: Api, reached: str) -> None:
    first, second, third = (api.lead(name=name, contacts=[{"name": name}]) for name in ("A", "B", "C"))
    note = api.do("writeNote", "note { id }", leadId=first, text="x")["note"]["id"]
    if reached == "forwards":
        merge(api, first, second)
        merge(api, second, third)
    else:
        merge(api, second, third)
        merge(api, first, second)
    for one in (first, second, third):
        page = api.look(one, "id contacts { name }")
        assert page["id"] == third
        assert {contact["name"] for contact in page["contacts"]} == {"A", "B", "C"}
    link = api.ask("query ($id: ID!) { activityLink(id: $id) { lead { id } activity { id lead { id } } } }", id=note)
    assert link["activityLink"] == {"lead": {"id": third}, "activity": {"id": note, "lead": {"id": third}}}
    api.do("deleteActivity", activityId=note)
    assert api.ask("query ($id: ID!) { activityLink(id: $id) { lead { id } } }", id=note)["activityLink"] == {
        "lead": {"id": third}
    }


def test_what_is_refused(api: Api, lead: str, stranger: Api) -> None:
    def refused(source: str, destination: str) -> tuple[str, str, str]:
        return api.refused("mergeLeads", sourceId=source, destinationId=destination)

    other, foreign = api.lead(name="Other"), stranger.lead()
    assert refused(lead, lead) == ("INVALID", "same_lead", "sourceId")
    assert refused(foreign, lead) == ("NOT_FOUND", "lead_not_found", "sourceId")
    assert refused(lead, foreign) == ("NOT_FOUND", "lead_not_found", "destinationId")
    assert refused("x", lead) == ("INVALID", "invalid_id", "sourceId")
    merge(api, lead, other)
    assert refused(lead, api.lead()) == ("CONFLICT", "merged_already", "sourceId")
    assert refused(other, lead) == ("INVALID", "same_lead", "sourceId")
    assert refused(lead, other) == ("CONFLICT", "merged_already", "sourceId")
    history = api.look(other, "activities { nodes { __typename id } }")["activities"]["nodes"]
    (entry,) = [one["id"] for one in history if one["__typename"] == "LeadMerge"]
    assert api.refused("deleteActivity", activityId=entry)[1] == "merge_entry_stays"


def test_what_cannot_be_taken_back(api: Api, lead: str, stranger: Api) -> None:
    other = api.lead(name="Other")
    assert api.refused("unmergeLeads", sourceId=lead) == ("CONFLICT", "not_merged", "sourceId")
    assert api.refused("unmergeLeads", sourceId=stranger.lead()) == ("NOT_FOUND", "lead_not_found", "sourceId")
    merge(api, lead, other)
    merge(api, other, api.lead())
    assert api.refused("unmergeLeads", sourceId=lead) == ("CONFLICT", "merged_further", "sourceId")


def test_a_merge_on_what_has_changed_is_a_conflict(api: Api, lead: str) -> None:
    other = api.lead(name="Other")
    api.do("logCall", leadId=other, direction="INBOUND")
    api.do("updateLead", leadId=lead, name="New")
    for word, value in (("expectedSourceVersion", 1),):
        (error,) = api.refusals("mergeLeads", sourceId=lead, destinationId=other, **{word: value})
        assert (error["code"], error["path"], error["lead"]["id"]) == ("CONFLICT", ["input", word], lead)
        assert [one["path"] for one in error["differences"]] == [["name"]]
    merge(api, lead, other, expectedDestinationVersion=1, expectedSourceVersion=2)


def test_deleting_the_destination_deletes_both(api: Api) -> None:
    source = furnished(api)
    kept = things(api, source)
    destination = api.lead(name="Sitwell", contacts=[{"name": "Lucille"}])
    merge(api, source, destination)
    page = api.look(source, PAGE)
    api.do("deleteLead", leadId=source)
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    gone = [
        kept[name]
        for name in ("Contact", "Opportunity", "Task", "Note", "Call", "File", "EmailThread", "Lead")
        if name in kept
    ]
    assert not any(api.ask(nodes, ids=[*gone, destination])["nodes"])
    assert api.refused("unmergeLeads", sourceId=source)[1] == "lead_not_found"
    assert api.ask("{ inbox(allUsers: true) { nodes { id } } }")["inbox"]["nodes"] == []
    api.do("restoreLead", leadId=source)
    assert api.look(source, PAGE) == page


def test_another_systems_ids_of_both_find_the_one(api: Api) -> None:
    def found(number: str, **details: str) -> Any:
        return api.do("upsertLead", "lead { id name }", source="erp", externalId=number, **details)["lead"]

    one, two = (found(number, name=number)["id"] for number in ("1", "2"))
    merge(api, one, two)
    assert found("1") == found("2") == {"id": two, "name": "2"}
    api.do("deleteLead", leadId=two)
    assert found("1")["id"] not in (one, two)
    assert api.refused("restoreLead", leadId=two)[0] == "DUPLICATE"


def test_a_preview_changes_nothing(api: Api) -> None:
    source, destination = furnished(api), api.lead()
    before = [api.look(one, f"version {PAGE}") for one in (source, destination)]
    found = preview(api, source, destination)
    counts = [found[name] for name in ("contactCount", "activityCount", "fileCount")]
    assert (counts, found["errors"]) == ([1, before[0]["activities"]["totalCount"], 1], [])
    assert [api.look(one, f"version {PAGE}") for one in (source, destination)] == before
    assert preview(api, source, source)["errors"] == [{"reason": "same_lead"}]
    assert api.ask(PREVIEW, s=source, d=public_id("lead", uuid7()))["mergePreview"] is None


def test_a_dry_run_tells_both_facts(api: Api) -> None:
    source, destination = api.lead(), api.lead()
    names = {"sourceId": source, "destinationId": destination}
    found = api.answer("mergeLeads", "wouldAppend { type leadId }", **names, dryRun=True)["wouldAppend"]
    assert [(one["type"], one["leadId"]) for one in found] == [
        ("lead.merged", destination),
        ("lead.merged_away", source),
    ]


def test_there_and_back_again(api: Api) -> None:
    source, destination = furnished(api), furnished(api)
    before = [api.look(one, PAGE) for one in (source, destination)]
    entry = merge(api, source, destination, "activity { id }")["activity"]["id"]
    done = api.do("unmergeLeads", "lead { id } destination { id }", sourceId=source)
    assert (done["lead"]["id"], done["destination"]["id"]) == (source, destination)
    after = [api.look(one, PAGE) for one in (source, destination)]
    told = api.ask("query ($id: ID!) { activity(id: $id) { ... on LeadMerge { isReverted lead { id } } } }", id=entry)
    assert told["activity"] == {"isReverted": True, "lead": {"id": destination}}
    history = after[1]["activities"]
    history["nodes"] = [one for one in history["nodes"] if one["id"] != entry]
    history["totalCount"] -= 1
    (merges,) = [one for one in after[1]["activityCounts"] if one["kind"] == "LEAD_MERGE"]
    merges["count"] -= 1
    for page in (*before, *after):
        page["activityCounts"] = {one["kind"]: one["count"] for one in page["activityCounts"]}
    assert after[0] == before[0]
    assert after[1] == before[1]
    found = api.ask("{ leads(sort: CREATED_ASC) { nodes { id } totalCount } }")["leads"]
    assert ids(found["nodes"]) == [source, destination]


def test_edits_made_in_between_go_back_and_what_was_added_stays(api: Api) -> None:
    source = furnished(api)
    kept = things(api, source)
    destination = api.lead(name="Sitwell", contacts=[{"name": "Lucille"}])
    merge(api, source, destination)
    api.do("updateContact", contactId=kept["Contact"], name="Lindsay Fünke")
    api.do("updateOpportunity", opportunityId=kept["Opportunity"], note="big")
    api.do("updateTask", taskId=kept["Task"], text="Call later")
    api.do("editNote", noteId=kept["Note"], text="Loves stairs")
    api.do("deleteActivity", activityId=kept["Call"])
    added = api.do("addTask", "task { id }", leadId=source, text="New")["task"]["id"]
    written = api.do("writeNote", "note { id }", leadId=source, text="In between")["note"]["id"]
    contact = api.do("addContact", "contact { id }", leadId=source, contact={"name": "Gob"})["contact"]["id"]
    api.do("unmergeLeads", sourceId=source)
    back = api.look(
        source,
        """contacts { id name } opportunities { id note } tasks { id text }
        activities(first: 100) { nodes { id ... on Note { text } } }""",
    )
    assert back["contacts"] == [{"id": kept["Contact"], "name": "Lindsay Fünke"}]
    assert {"id": kept["Opportunity"], "note": "big"} in back["opportunities"]
    assert back["tasks"] == [{"id": kept["Task"], "text": "Call later"}]
    assert {"id": kept["Note"], "text": "Loves stairs"} in back["activities"]["nodes"]
    there = set(ids(back["activities"]["nodes"]))
    assert not {kept["Call"], written} & there
    stays = api.look(destination, "contacts { id } tasks { id } activities(first: 100) { nodes { id } }")
    assert (ids(stays["tasks"]), contact in ids(stays["contacts"])) == ([added], True)
    assert written in ids(stays["activities"]["nodes"])
    # Everything can be worked with on its own lead again.
    api.do("updateContact", contactId=kept["Contact"], title="Heiress")
    api.do("editNote", noteId=kept["Note"], text="Hates stairs", expectedVersion=99)
    assert api.do("completeTask", "lead { id }", taskId=kept["Task"])["lead"]["id"] == source
    assert api.do("completeTask", "lead { id }", taskId=added)["lead"]["id"] == destination


def test_what_was_filled_in_goes_unless_it_was_changed(api: Api) -> None:
    record(api, *FIELDS)
    tags = {"fieldId": public(TAGS)}
    source = api.lead(
        name="Bluth",
        description="Builds",
        addresses=[{"city": "Newport"}],
        customFields=[{**tags, "set": ["a", "b"]}],
    )
    destination = api.lead(url="sitwell.example", customFields=[{**tags, "set": ["b"]}])
    merge(api, source, destination)
    api.do("updateLead", leadId=destination, description="Sells", customFields=[{**tags, "add": ["c"]}])
    api.do("unmergeLeads", sourceId=source)
    page = api.look(destination, "name description addresses { city } customFields { field { id } value }")
    (tagged,) = [one["value"] for one in page["customFields"] if one["field"]["id"] == public(TAGS)]
    assert (page["name"], page["description"], page["addresses"], tagged) == (None, "Sells", [], ["b", "c"])
    page = api.look(source, "name description addresses { city }")
    assert page == {"name": "Bluth", "description": "Builds", "addresses": [{"city": "Newport"}]}


def test_the_history_of_a_field_tells_what_a_merge_filled_in(api: Api) -> None:
    source, destination = api.lead(name="Bluth"), api.lead()
    merge(api, source, destination)
    api.do("unmergeLeads", sourceId=source)
    told = api.ask(
        'query ($id: ID!) { fieldHistory(leadId: $id, path: ["name"]) { nodes { value event { type } } } }',
        id=destination,
    )["fieldHistory"]["nodes"]
    assert [(one["value"], one["event"]["type"]) for one in told] == [
        (None, "lead.created"),
        ("Bluth", "lead.merged"),
        (None, "lead.unmerged"),
    ]


def test_the_log_of_the_destination_has_what_happened_on_both(api: Api) -> None:
    source, destination = api.lead(name="Bluth"), api.lead()
    merge(api, source, destination)
    types = [one["type"] for one in api.look(source, "history(first: 10) { nodes { type } }")["history"]["nodes"]]
    assert sorted(types) == ["lead.created", "lead.created", "lead.merged", "lead.merged_away"]


def test_conversations_that_run_together_cannot_be_parted(api: Api) -> None:
    source, destination = api.lead(), api.lead()
    api.do("logEmail", leadId=source, direction="OUTBOUND", messageId="<1@x>", subject="Offer")
    merge(api, source, destination)
    api.do(
        "logEmail", leadId=destination, direction="INBOUND", sender="a@b.example", messageId="<2@x>", inReplyTo="<1@x>"
    )
    assert api.refused("unmergeLeads", sourceId=source) == ("CONFLICT", "conversations_mixed", "sourceId")


def test_of_a_chain_the_last_link_is_taken_back_first(api: Api) -> None:
    first, second, third = (api.lead(name=name, contacts=[{"name": name}]) for name in ("A", "B", "C"))
    merge(api, first, second)
    merge(api, second, third)
    api.do("unmergeLeads", sourceId=second)
    assert api.look(first, "id contacts { name }") == {"id": second, "contacts": [{"name": "B"}, {"name": "A"}]}
    assert api.look(third, "id contacts { name }") == {"id": third, "contacts": [{"name": "C"}]}
    api.do("unmergeLeads", sourceId=first)
    assert api.look(first, "id contacts { name }") == {"id": first, "contacts": [{"name": "A"}]}
    assert api.look(second, "id contacts { name }") == {"id": second, "contacts": [{"name": "B"}]}


def test_a_merge_with_a_key_is_repeated(api: Api) -> None:
    source, destination = api.lead(), api.lead()
    first = merge(api, source, destination, "lead { id version } mergedLeadId activity { id }", idempotencyKey="k")
    assert (
        merge(api, source, destination, "lead { id version } mergedLeadId activity { id }", idempotencyKey="k") == first
    )
    back = api.do("unmergeLeads", "lead { id }", sourceId=source, idempotencyKey="b")
    assert api.do("unmergeLeads", "lead { id }", sourceId=source, idempotencyKey="b") == back
