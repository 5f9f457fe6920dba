"""undo: what a request or an event did is taken back, unless later changes stand on it."""

from __future__ import annotations

from typing import Any

import pytest

from app.vocabulary import Role
from tests.schema.test_dry_run import furnishing, kept
from tests.schema.test_idempotency import INPUTS, filled
from tests.support.api import Api
from tests.support.furniture import furnished, things

EVENT = "id type correlationId causationId"
UNDONE = "lead { id } eventIds wouldAppend { type data }"
CONFLICT = "errors { ... on UndoConflict { events { id type } } }"
PAGE = """
  name description url status { id } addresses { city } customFields { field { id } value }
  contacts { id name title emails { email } phones { phone } urls { url } createdAt }
  opportunities { id value note confidence dateWon user { id } contact { id } status { id } createdAt }
  tasks(includeCompleted: true) {
    id text dueDate priority isComplete completedAt assignedTo { id } contact { id } createdAt }
  pinnedActivities { id } files(first: 50) { nodes { id name receivedAt } }
  emailThreads(first: 50) { nodes { id subject emails { nodes { id } } } }
  activities(first: 100) { nodes {
    id kind occurredAt createdAt headline user { id } contact { id } viewerInboxItem { id doneAt snoozedUntil }
    ... on Note { title text html files { id } } ... on Call { direction durationSeconds note }
    ... on Sms { text } ... on Meeting { title location } ... on Email { subject messageId threadId }
    ... on CustomActivity { publicationStatus customFields { value } }
  } }
"""
# What can be undone, with an input that does something on a furnished lead.
UNDOABLE = """updateLead changeLeadStatus addContact updateContact removeContact addOpportunity updateOpportunity
  removeOpportunity addTask updateTask removeTask completeTask logCall logEmail logSms deleteEmailThread writeNote
  editNote updateCall logMeeting updateMeeting logLeadStatusChange logOpportunityStatusChange pinNote
  recordCustomActivity updateCustomActivity publishCustomActivity pinActivity deleteActivity""".split()  # noqa: SIM905
TOLD_ANEW = ("LEAD_STATUS_CHANGE", "OPPORTUNITY_STATUS_CHANGE", "TASK_COMPLETED")


def events(api: Api, lead: str, count: int = 1) -> list[Any]:
    """The newest of a lead."""
    found: list[Any] = api.look(lead, f"history(last: {count}) {{ nodes {{ {EVENT} }} }}")["history"]["nodes"]
    return found


def request(api: Api, lead: str) -> str:
    """The last one that did something on a lead."""
    return str(events(api, lead)[0]["correlationId"])


def page(api: Api, lead: str) -> Any:
    """As the viewer sees it, without entries that tell of changes of status."""
    shown = api.look(lead, PAGE)
    shown["activities"]["nodes"] = [one for one in shown["activities"]["nodes"] if one["kind"] not in TOLD_ANEW]
    return shown


@pytest.mark.parametrize("mutation", UNDOABLE)
def test_a_page_is_as_it_was_and_done_again_as_it_became(api: Api, mutation: str) -> None:
    ids = furnishing(api)
    lead = ids["Lead"]
    before, newest = page(api, lead), request(api, lead)
    api.do(mutation, **{name: filled(value, ids) for name, value in INPUTS[mutation].items()})
    after, did = page(api, lead), request(api, lead)
    assert did != newest
    undone = api.do("undo", UNDONE, correlationId=did)
    assert undone["eventIds"]
    assert page(api, lead) == before
    names = [one for one in events(api, lead, 10) if one["correlationId"] == request(api, lead)]
    assert {one["causationId"] for one in names} <= set(undone["eventIds"])
    api.do("undo", correlationId=request(api, lead))
    assert page(api, lead) == after


@pytest.mark.parametrize("mutation", ["removeTask", "completeTask", "deleteActivity"])
def test_so_it_is_with_what_came_from_a_lead_that_was_merged(api: Api, mutation: str) -> None:
    source, lead = api.lead(name="Sitwell"), api.lead(name="Bluth")
    task = api.do("addTask", "task { id }", leadId=source, text="Call back")["task"]["id"]
    note = api.do("writeNote", "note { id }", leadId=source, text="Wants a quote")["note"]["id"]
    api.do("mergeLeads", sourceId=source, destinationId=lead)
    before = page(api, lead)
    api.do(mutation, **({"activityId": note} if mutation == "deleteActivity" else {"taskId": task}))
    assert page(api, lead) != before
    assert api.do("undo", UNDONE, correlationId=request(api, lead))["lead"]["id"] == lead
    assert page(api, lead) == before


def test_a_new_lead_goes_and_comes_back(api: Api) -> None:
    lead = api.lead(name="Bluth", contacts=[{"name": "Lindsay"}])
    made = request(api, lead)
    api.do("undo", correlationId=made)
    assert api.look(lead, "name") is None
    deletion = api.ask("{ events(last: 1) { nodes { id type correlationId } } }")["events"]["nodes"][0]
    assert deletion["type"] == "lead.deleted"
    api.do("undo", eventId=deletion["id"])
    assert api.look(lead, "name contacts { name }") == {"name": "Bluth", "contacts": [{"name": "Lindsay"}]}


def test_a_deleted_lead_comes_back(api: Api, lead: str) -> None:
    api.do("deleteLead", leadId=lead)
    deletion = api.ask("{ events(last: 1) { nodes { id } } }")["events"]["nodes"][0]["id"]
    assert api.do("undo", UNDONE, eventId=deletion)["lead"] == {"id": lead}
    assert api.look(lead, "name") == {"name": "Bluth Company"}


def test_a_dry_run_says_what_is_appended_then(api: Api, lead: str) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell", description="Builds")
    did, before = request(api, lead), kept(api)
    dry = api.do("undo", UNDONE, correlationId=did, dryRun=True)
    assert kept(api) == before
    assert [one["type"] for one in dry["wouldAppend"]] == ["lead.description_changed", "lead.renamed"]
    assert dry["wouldAppend"][1]["data"] == {"before": "Sitwell", "after": "Bluth Company"}
    real = api.do("undo", UNDONE, correlationId=did)
    assert (real["eventIds"], real["wouldAppend"]) == (dry["eventIds"], None)


def test_later_changes_of_the_same_stand_on_it_and_are_named(api: Api, lead: str) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell", description="Builds")
    did = request(api, lead)
    api.do("updateLead", leadId=lead, name="Austero")
    (later,) = events(api, lead)
    (error,) = api.answer("undo", CONFLICT, correlationId=did)["errors"]
    assert (error["code"], error["reason"]) == ("CONFLICT", "later_changes")
    assert error["events"] == [{"id": later["id"], "type": "lead.renamed"}]
    assert error["params"] == {"count": 1, "events": [later["id"]]}
    assert api.look(lead, "name description") == {"name": "Austero", "description": "Builds"}
    api.do("undo", eventId=later["id"])
    api.do("undo", correlationId=did)
    assert api.look(lead, "name description") == {"name": "Bluth Company", "description": None}


def test_changes_of_something_else_do_not_stand_on_it(api: Api, lead: str) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell")
    did = request(api, lead)
    api.do("updateLead", leadId=lead, description="Builds")
    api.do("logCall", leadId=lead, direction="INBOUND")
    api.do("undo", correlationId=did)
    assert api.look(lead, "name description") == {"name": "Bluth Company", "description": "Builds"}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (
            {"addContact": {"contact": {"name": "Tobias"}}},
            {"logCall": {"direction": "INBOUND", "contactId": "<contact>"}},
        ),
        ({"writeNote": {"text": "Likes stairs"}}, {"pinNote": {"noteId": "<note>"}}),
        ({"addTask": {"text": "Call"}}, {"completeTask": {"taskId": "<task>"}}),
        ({"addOpportunity": {"value": "5"}}, {"updateOpportunity": {"opportunityId": "<opportunity>", "value": "7"}}),
    ],
)
def test_what_is_in_use_by_now_is_not_taken_away(api: Api, lead: str, first: Any, then: Any) -> None:
    ((mutation, input),) = first.items()
    word = mutation.removeprefix("add").removeprefix("write").lower()
    made = api.do(mutation, f"{word} {{ id }}", leadId=lead, **input)[word]["id"]
    did = request(api, lead)
    ((later, named),) = then.items()
    on_lead = {"leadId": lead} if later == "logCall" else {}
    api.do(later, **on_lead, **{name: made if value == f"<{word}>" else value for name, value in named.items()})
    assert api.refused("undo", correlationId=did)[1] == "later_changes"


def test_a_new_lead_that_somebody_worked_on_stays(api: Api, lead: str) -> None:
    made = request(api, lead)
    api.do("logCall", leadId=lead, direction="INBOUND")
    call = request(api, lead)
    assert api.refused("undo", correlationId=made)[1] == "later_changes"
    api.do("undo", correlationId=call)
    api.do("undo", correlationId=made)
    assert api.look(lead, "name") is None


def test_undone_already_is_nothing_to_do(api: Api, lead: str) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell")
    did = request(api, lead)
    api.do("undo", correlationId=did)
    newest = events(api, lead)
    assert api.do("undo", UNDONE, correlationId=did)["eventIds"] == []
    assert events(api, lead) == newest


def test_a_repetition_answers_the_same(api: Api, lead: str) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell")
    did = request(api, lead)
    first = api.do("undo", UNDONE, correlationId=did, idempotencyKey="k")
    assert first["eventIds"]
    assert api.do("undo", UNDONE, correlationId=did, idempotencyKey="k") == first
    assert api.refused("undo", eventId=first["eventIds"][0], idempotencyKey="k")[1] == "idempotency_mismatch"


def test_undoing_what_was_done_again_goes_on_and_on(api: Api, lead: str) -> None:
    api.do("changeLeadStatus", leadId=lead, status="Customer")
    labels = []
    for _ in range(4):
        api.do("undo", correlationId=request(api, lead))
        labels.append(api.look(lead, "status { label }")["status"]["label"])
    assert labels == ["Potential", "Customer"] * 2


def test_one_event_of_several_can_be_undone_alone(api: Api, lead: str) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell", description="Builds")
    renamed, _ = events(api, lead, 2)
    api.do("undo", eventId=renamed["id"])
    assert api.look(lead, "name description") == {"name": "Bluth Company", "description": "Builds"}


def test_one_request_of_two_leads_is_undone_as_a_whole_or_not_at_all(api: Api, lead: str) -> None:
    other = api.lead(name="Sitwell")
    both = """mutation ($a: UpdateLeadInput!, $b: UpdateLeadInput!) {
      a: updateLead(input: $a) { errors { reason } } b: updateLead(input: $b) { errors { reason } } }"""
    api.ask(both, a={"leadId": lead, "name": "A"}, b={"leadId": other, "name": "B"})
    did = request(api, lead)
    api.do("updateLead", leadId=other, name="C")
    assert api.refused("undo", correlationId=did)[1] == "later_changes"
    assert api.look(lead, "name")["name"] == "A"
    api.do("undo", eventId=events(api, other)[0]["id"])
    assert len(api.do("undo", UNDONE, correlationId=did)["eventIds"]) == 2
    assert [api.look(one, "name")["name"] for one in (lead, other)] == ["Bluth Company", "Sitwell"]


def test_what_cannot_be_undone_is_said_by_name(api: Api) -> None:
    api.do("createLeadStatus", label="Lost touch")
    event = api.ask("{ events(last: 1) { nodes { id correlationId } } }")["events"]["nodes"][0]
    (error,) = api.refusals("undo", eventId=event["id"])
    assert (error["reason"], error["params"]) == ("cannot_be_undone", {"type": "organization.lead_status_created"})
    assert api.refused("undo", correlationId=event["correlationId"])[1] == "cannot_be_undone"


def test_a_status_that_is_gone_cannot_come_back(api: Api, lead: str) -> None:
    spare = api.do("createLeadStatus", "leadStatus { id }", label="Lost touch")["leadStatus"]["id"]
    api.do("changeLeadStatus", leadId=lead, statusId=spare)
    api.do("changeLeadStatus", leadId=lead, status="Customer")
    left = request(api, lead)
    api.do("deleteLeadStatus", statusId=spare)
    assert api.refused("undo", correlationId=left)[:2] == ("NOT_FOUND", "status_not_found")


def test_exactly_one_of_both_is_named(api: Api, lead: str) -> None:
    (event,) = events(api, lead)
    both = {"correlationId": event["correlationId"], "eventId": event["id"]}
    assert [api.refused("undo", **input)[1] for input in ({}, both)] == ["one_target"] * 2
    assert api.refused("undo", eventId=lead) == ("INVALID", "invalid_id", "eventId")


def test_nothing_of_another_organization_can_be_undone(api: Api, stranger: Api, lead: str) -> None:
    (event,) = events(api, lead)
    for named in ({"eventId": event["id"]}, {"correlationId": event["correlationId"]}):
        assert stranger.refused("undo", **named)[:2] == ("NOT_FOUND", "nothing_recorded")


def test_on_leads_that_somebody_does_not_see_there_is_nothing(api: Api) -> None:
    lead = furnished(api)
    owner = next(one for one in api.look(lead, "customFields { field { id } value }")["customFields"] if one["value"])
    api.do("updateOrganization", visibilityFieldIds=[owner["field"]["id"]])
    api.do("updateLead", leadId=lead, name="Sitwell")
    did = request(api, lead)
    assert api.colleague(role=Role.RESTRICTED).refused("undo", correlationId=did)[1] == "nothing_recorded"


def test_a_message_id_that_another_e_mail_has_by_now_keeps_the_first_away(api: Api, lead: str) -> None:
    mail = {"leadId": lead, "direction": "OUTBOUND", "messageId": "<1@x.example>"}
    first = api.do("logEmail", "email { id }", **mail)["email"]["id"]
    api.do("deleteActivity", activityId=first)
    deleted = request(api, lead)
    api.do("logEmail", **mail)
    assert api.refused("undo", correlationId=deleted)[:2] == ("DUPLICATE", "claim_taken")
    (error,) = api.answer("undo", correlationId=deleted, dryRun=True)["errors"]
    assert error["reason"] == "claim_taken"


def test_a_removed_contact_comes_back_where_it_stood_with_what_concerned_it(api: Api) -> None:
    people = [{"name": name} for name in ("Lindsay", "Tobias", "Maeby")]
    lead = api.lead(contacts=people)
    tobias = api.look(lead, "contacts { id }")["contacts"][1]["id"]
    api.do("addTask", leadId=lead, text="Call", contactId=tobias)
    api.do("removeContact", contactId=tobias)
    did = request(api, lead)
    api.do("addContact", leadId=lead, contact={"name": "Gob"})
    api.do("undo", correlationId=did)
    shown = api.look(lead, "contacts { name } tasks { contact { name } }")
    assert [one["name"] for one in shown["contacts"]] == ["Lindsay", "Tobias", "Maeby", "Gob"]
    assert shown["tasks"] == [{"contact": {"name": "Tobias"}}]
    api.do("updateTask", taskId=things(api, lead)["Task"], contactId=None)
    assert api.look(lead, "tasks { contact { name } }")["tasks"] == [{"contact": None}]


def test_an_activity_that_came_back_can_be_edited_and_deleted_again(api: Api, lead: str) -> None:
    note = api.do("writeNote", "note { id }", leadId=lead, text="Likes stairs", pinned=True)["note"]["id"]
    api.do("editNote", noteId=note, text="Hates stairs")
    api.do("deleteActivity", activityId=note)
    api.do("undo", correlationId=request(api, lead))
    assert api.look(lead, "pinnedActivities { id ... on Note { text } }")["pinnedActivities"] == [
        {"id": note, "text": "Hates stairs"}
    ]
    edited = api.do("editNote", "note { text title }", noteId=note, title="Stairs")["note"]
    assert edited == {"text": "Hates stairs", "title": "Stairs"}
    api.do("deleteActivity", activityId=note)
    assert api.look(lead, "pinnedActivities { id }")["pinnedActivities"] == []


def test_a_task_that_came_back_can_be_completed(api: Api, lead: str) -> None:
    task = api.do("addTask", "task { id }", leadId=lead, text="Call")["task"]["id"]
    api.do("removeTask", taskId=task)
    api.do("undo", correlationId=request(api, lead))
    assert api.do("completeTask", "task { isComplete }", taskId=task)["task"]["isComplete"]


def test_what_went_back_with_a_lead_is_not_undone_on_the_other(api: Api, lead: str) -> None:
    source = api.lead(contacts=[{"name": "Lucille"}])
    contact = api.look(source, "primaryContact { id }")["primaryContact"]["id"]
    api.do("mergeLeads", sourceId=source, destinationId=lead)
    api.do("updateContact", contactId=contact, title="Aunt")
    edit = events(api, lead)[0]["id"]
    api.do("unmergeLeads", sourceId=source)
    assert api.refused("undo", eventId=edit)[:2] == ("CONFLICT", "unmerged_since")
    assert api.look(source, "primaryContact { title }")["primaryContact"]["title"] == "Aunt"
    api.do("mergeLeads", sourceId=source, destinationId=lead)
    api.do("undo", eventId=edit)
    assert api.look(lead, "contacts { title }")["contacts"] == [{"title": None}]
