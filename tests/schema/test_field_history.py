"""Every value that one field ever had: whatever kind of thing has it, oldest first, with who gave it."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import encode_id, uuid7
from schema.field_paths import field_of
from schema.ids import public_id
from tests.schema.test_restricted import own, restricted
from tests.support.acme import thing
from tests.support.api import Api
from tests.support.custom import OWNER, SCORE, TAGS, public, record, user_named

HISTORY = """query ($lead: ID!, $path: [String!]!, $first: Int, $after: String, $last: Int, $before: String) {
  fieldHistory(leadId: $lead, path: $path, first: $first, after: $after, last: $last, before: $before) {
    nodes { value label user { name } recordedAt event { id type headline } }
    edges { cursor node { value } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


def page(api: Api, lead: str, *path: str, **arguments: Any) -> Any:
    """A page of a field's values."""
    return api.ask(HISTORY, lead=lead, path=list(path), **arguments)["fieldHistory"]


def values(api: Api, lead: str, *path: str, **arguments: Any) -> list[Any]:
    return [one["value"] for one in page(api, lead, *path, **arguments)["nodes"]]


def test_a_name_is_told_from_the_beginning(api: Api, lead: str) -> None:
    colleague = api.colleague()
    api.do("updateLead", leadId=lead, name="Sitwell – شركة")
    api.do("updateLead", leadId=lead, url="sitwell.example")
    colleague.do("updateLead", leadId=lead, name=None)
    found = page(api, lead, "name")["nodes"]
    assert [(one["value"], one["user"]["name"], one["event"]["type"]) for one in found] == [
        ("Bluth Company", "Ada", "lead.created"),
        ("Sitwell – شركة", "Ada", "lead.renamed"),
        (None, "Mem Ber", "lead.renamed"),
    ]
    assert [one["recordedAt"] for one in found] == sorted(one["recordedAt"] for one in found)
    assert values(api, lead, "url") == [None, "https://sitwell.example"]
    assert values(api, lead, "description") == [None]


def test_a_status_has_the_label_of_then(api: Api, lead: str) -> None:
    api.do("changeLeadStatus", leadId=lead, status="Qualified")
    status = api.look(lead, "status { id }")["status"]["id"]
    api.do("updateLeadStatus", statusId=status, label="Fit")
    found = page(api, lead, "status")["nodes"]
    assert [one["label"] for one in found] == ["Potential", "Qualified"]
    assert found[-1]["value"] == status


def test_addresses_are_in_this_apis_words(api: Api, lead: str) -> None:
    api.do("updateLead", leadId=lead, addresses=[{"city": "Reykjavík", "postalCode": "101"}])
    before, after = values(api, lead, "addresses")
    assert before == []
    assert (after[0]["city"], after[0]["postalCode"]) == ("Reykjavík", "101")


def test_custom_values_are_shown_as_their_field_shows_them(api: Api, lead: str) -> None:
    record(api, SCORE, TAGS, OWNER)
    other = api.lead(name="Sitwell")
    for value in ("1.50", "2", None):
        api.do("updateLead", leadId=lead, customFields=[{"fieldId": public(SCORE), "set": value}])
        api.do("updateLead", leadId=other, customFields=[{"fieldId": public(SCORE), "set": "7"}])
    assert values(api, lead, "customFields", public(SCORE)) == ["1.50", "2", None]
    named = {"fieldId": public(OWNER), "set": user_named(api.user_id)}
    whole = api.lead(name="Ajax", customFields=[named])
    (begun,) = page(api, whole, "customFields", public(OWNER))["nodes"]
    assert (begun["value"], begun["label"]) == (user_named(api.user_id), "Ada")
    api.do("deleteCustomField", fieldId=public(SCORE))
    assert values(api, lead, "customFields", public(SCORE)) == ["1.50", "2", None]


def test_what_a_contact_was_called_ends_with_the_contact(api: Api, lead: str) -> None:
    contact = api.do("addContact", "contact { id }", leadId=lead, contact={"name": "Lindsay", "title": "Ms"})[
        "contact"
    ]["id"]
    api.do("updateContact", contactId=contact, title="Activist", emails=[{"email": "l@x.example"}])
    api.do("removeContact", contactId=contact)
    assert values(api, lead, "contacts", contact, "title") == ["Ms", "Activist", None]
    assert values(api, lead, "contacts", contact, "name") == ["Lindsay", None]
    emails = values(api, lead, "contacts", contact, "emails")
    assert [emails[0], emails[1][0]["email"], emails[2]] == [[], "l@x.example", None]


def test_an_opportunity_and_a_task_have_histories(api: Api, lead: str) -> None:
    record(api)
    offer = api.do("addOpportunity", "opportunity { id }", leadId=lead, value="100")["opportunity"]["id"]
    api.do("updateOpportunity", opportunityId=offer, value="250.50", confidence=80)
    api.do("updateOpportunity", opportunityId=offer, valuePeriod="MONTHLY")
    assert values(api, lead, "opportunities", offer, "value") == ["100", "250.50"]
    assert values(api, lead, "opportunities", offer, "valuePeriod") == ["ONE_TIME", "MONTHLY"]
    assert values(api, lead, "opportunities", offer, "confidence")[-1] == 80
    task = api.do("addTask", "task { id }", leadId=lead, text="Call")["task"]["id"]
    api.do("updateTask", taskId=task, dueDate="2026-05-01")
    api.do("completeTask", taskId=task)
    api.do("reopenTask", taskId=task)
    assert values(api, lead, "tasks", task, "text") == ["Call"]
    assert values(api, lead, "tasks", task, "dueDate") == [None, "2026-05-01"]
    begun, done, again = values(api, lead, "tasks", task, "completedAt")
    assert (begun, again) == (None, None)
    assert done is not None
    (assigned,) = page(api, lead, "tasks", task, "assignedTo")["nodes"]
    assert assigned["label"] == ("Ada" if assigned["value"] else None)


def test_what_an_activity_said_before_its_edits(api: Api, lead: str) -> None:
    note = api.do("writeNote", "note { id }", leadId=lead, text="a", title="T")["note"]["id"]
    api.do("editNote", noteId=note, text="b")
    api.do("editNote", noteId=note, title="U")
    api.do("deleteActivity", activityId=note)
    assert values(api, lead, "activities", note, "text") == ["a", "b", None]
    assert values(api, lead, "activities", note, "title") == ["T", "U", None]
    starts, ends = "2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z"
    meeting = api.do("logMeeting", "meeting { id }", leadId=lead, startsAt=starts, endsAt=ends)["meeting"]["id"]
    assert values(api, lead, "activities", meeting, "occurredAt") == ["2026-03-01T09:00:00.000000Z"]
    assert values(api, lead, "activities", meeting, "endsAt") == ["2026-03-01T10:00:00.000000Z"]
    assert len(values(api, lead, "activities", meeting, "meetingStatus")) == 1
    assert values(api, lead, "activities", meeting, "status") == []


def test_pages_are_the_whole_history(api: Api, lead: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.history.read.STEP", 3)
    names = ["Bluth Company", *(f"Name {number}" for number in range(7))]
    for name in names[1:]:
        api.do("updateLead", leadId=lead, name=name)
        api.do("updateLead", leadId=lead, url=f"{name[-1]}.example")
    found: list[Any] = []
    place = None
    while True:
        part = page(api, lead, "name", first=3, after=place)
        found += [edge["node"]["value"] for edge in part["edges"]]
        place = part["pageInfo"]["endCursor"]
        if not part["pageInfo"]["hasNextPage"]:
            break
    assert found == names
    last = page(api, lead, "name", last=3)
    assert [edge["node"]["value"] for edge in last["edges"]] == names[-3:]
    assert last["pageInfo"]["hasPreviousPage"]
    before = last["pageInfo"]["startCursor"]
    assert values(api, lead, "name", last=100, before=before) == names[:-3]


def test_who_does_not_see_the_lead_is_told_nothing(api: Api, lead: str, stranger: Api) -> None:
    viewer = restricted(api)
    assert values(viewer, lead, "name") == ["Bluth Company"]
    own(api, lead, api)
    for who in (viewer, stranger):
        assert page(who, lead, "name") is None
    assert page(api, encode_id("lead", uuid7()), "name") is None


def test_a_thing_of_another_lead_has_no_history_here(api: Api, lead: str) -> None:
    other = api.lead(name="Sitwell", contacts=[{"name": "Lucille"}])
    contact = api.look(other, "primaryContact { id }")["primaryContact"]["id"]
    assert values(api, other, "contacts", contact, "name") == ["Lucille"]
    assert values(api, lead, "contacts", contact, "name") == []
    assert values(api, lead, "contacts", public_id("contact", uuid7()), "name") == []


def test_what_a_merge_filled_in_is_a_value_and_so_is_the_way_back(api: Api, lead: str) -> None:
    record(api, SCORE)
    ulm = {"addresses": [{"city": "Ulm"}], "customFields": [{"fieldId": public(SCORE), "set": 3}]}
    source = api.lead(name="Sitwell", description="Builds", url="https://sitwell.example", **ulm)
    api.do("updateLead", leadId=lead, name=None)
    api.do("mergeLeads", sourceId=source, destinationId=lead)
    assert values(api, lead, "name") == ["Bluth Company", None, "Sitwell"]
    assert values(api, lead, "customFields", public(SCORE)) == ["3"]
    api.do("unmergeLeads", sourceId=source)
    assert values(api, lead, "name") == ["Bluth Company", None, "Sitwell", None]
    assert values(api, lead, "description") == [None, "Builds", None]
    assert values(api, lead, "url") == [None, "https://sitwell.example", None]
    assert [[one["city"] for one in some] for some in values(api, lead, "addresses")] == [[], ["Ulm"], []]
    assert values(api, lead, "customFields", public(SCORE)) == ["3", None]
    assert values(api, lead, "customFields", public(SCORE), last=1) == [None]
    assert values(api, source, "customFields", public(SCORE)) == ["3"]
    assert values(api, source, "name") == ["Sitwell"]


def test_what_was_edited_while_leads_were_one_stays_in_its_history(api: Api, lead: str) -> None:
    source = api.lead(name="Sitwell", contacts=[{"name": "Lucille"}])
    contact = api.look(source, "primaryContact { id }")["primaryContact"]["id"]
    api.do("mergeLeads", sourceId=source, destinationId=lead)
    api.do("updateContact", contactId=contact, name="Lucille Austero")
    assert values(api, lead, "contacts", contact, "name") == ["Lucille", "Lucille Austero"]
    api.do("unmergeLeads", sourceId=source)
    api.do("updateContact", contactId=contact, name="Lucille 2")
    assert values(api, source, "contacts", contact, "name") == ["Lucille", "Lucille Austero", "Lucille 2"]


@pytest.mark.parametrize(
    "path",
    [
        [],
        ["nmae"],
        ["name", "first"],
        ["contacts"],
        ["contacts", "x", "name"],
        ["contacts", public_id("task", thing(1)), "name"],
        ["contacts", public_id("contact", thing(1)), "salary"],
        ["tasks", public_id("task", thing(1)), "customFields", public_id("custom_field", thing(1))],
        ["customFields", "x"],
        ["customFields", public_id("custom_field", thing(1))],
        ["__class__"],
        ["\0"],
    ],
    ids=str,
)
def test_a_path_that_is_none_is_named(api: Api, lead: str, path: list[str]) -> None:
    (error,) = api.faults(HISTORY, lead=lead, path=path)
    assert error["extensions"]["code"] == "INVALID"
    assert error["message"].startswith("path")


def test_every_word_of_a_lead_is_a_path() -> None:
    for word in ("name", "description", "url", "addresses", "status"):
        assert field_of([word]).types
