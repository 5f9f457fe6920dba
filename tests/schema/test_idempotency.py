"""idempotencyKey: the same key with the same input answers the first result again."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schema.ids import public_id
from tests.support.api import Api
from tests.support.furniture import furnished, things

LEAD = "lead { id }"
# Every mutation with an input that does something on a furnished lead; what stands in <> is an id there.
INPUTS: dict[str, dict[str, Any]] = {
    "createLead": {"name": "Sitwell"},
    "updateLead": {"leadId": "<Lead>", "name": "Sitwell"},
    "changeLeadStatus": {"leadId": "<Lead>", "status": "Customer"},
    "addContact": {"leadId": "<Lead>", "contact": {"name": "Tobias"}},
    "upsertLead": {"source": "erp", "externalId": "42", "name": "Sitwell"},
    "deleteLead": {"leadId": "<Lead>"},
    "restoreLead": {"leadId": "<Lead>"},
    "mergeLeads": {"sourceId": "<Lead>", "destinationId": "<other lead>"},
    "unmergeLeads": {"sourceId": "<merged lead>"},
    "updateContact": {"contactId": "<Contact>", "name": "Nellie"},
    "removeContact": {"contactId": "<Contact>"},
    "reorderContacts": {"leadId": "<Lead>", "contactIds": ["<Contact>"]},
    "addOpportunity": {"leadId": "<Lead>", "value": "5"},
    "updateOpportunity": {"opportunityId": "<Opportunity>", "value": "7"},
    "removeOpportunity": {"opportunityId": "<Opportunity>"},
    "addTask": {"leadId": "<Lead>", "text": "Call back"},
    "updateTask": {"taskId": "<Task>", "text": "Write"},
    "reopenTask": {"taskId": "<Task>"},
    "removeTask": {"taskId": "<Task>"},
    "completeTask": {"taskId": "<Task>"},
    "logCall": {"leadId": "<Lead>", "direction": "INBOUND", "occurredAt": "2026-03-01T00:00:00Z"},
    "logEmail": {"leadId": "<Lead>", "direction": "OUTBOUND", "messageId": "<2@acme.example>"},
    "logSms": {"leadId": "<Lead>", "direction": "INBOUND", "text": "Yes"},
    "editDraft": {"activityId": "<unsent>", "subject": "The offer"},
    "deleteEmailThread": {"threadId": "<EmailThread>"},
    "writeNote": {"leadId": "<Lead>", "text": "Likes stairs", "pinned": True},
    "editNote": {"noteId": "<Note>", "text": "Hates stairs"},
    "updateCall": {"callId": "<Call>", "durationSeconds": 65},
    "logMeeting": {"leadId": "<Lead>", "startsAt": "2026-03-01T09:00:00Z", "endsAt": "2026-03-01T10:00:00Z"},
    "updateMeeting": {"meetingId": "<Meeting>", "title": "Demo"},
    "logLeadStatusChange": {"leadId": "<Lead>", "newStatusLabel": "Customer"},
    "logOpportunityStatusChange": {"opportunityId": "<Opportunity>", "newStatusLabel": "Won"},
    "pinNote": {"noteId": "<Note>"},
    "unpinNote": {"noteId": "<Note>"},
    "recordCustomActivity": {"leadId": "<Lead>", "customActivityTypeId": "<CustomActivityType>", "pinned": True},
    "updateCustomActivity": {"customActivityId": "<CustomActivity>", "publicationStatus": "DRAFT"},
    "publishCustomActivity": {"customActivityId": "<draft>"},
    "pinActivity": {"activityId": "<CustomActivity>"},
    "unpinActivity": {"activityId": "<Note>"},
    "deleteActivity": {"activityId": "<Call>"},
    "markDone": {"itemIds": ["<InboxItem>"]},
    "markNotDone": {"itemIds": ["<done item>"]},
    "snooze": {"itemIds": ["<InboxItem>"], "until": (datetime.now(UTC) + timedelta(days=1)).isoformat()},
    "unsnooze": {"itemIds": ["<snoozed item>"]},
    "createLeadStatus": {"label": "Lost touch"},
    "updateLeadStatus": {"statusId": "<LeadStatus>", "label": "Lost touch"},
    "archiveLeadStatus": {"statusId": "<spare lead status>"},
    "unarchiveLeadStatus": {"statusId": "<archived lead status>"},
    "deleteLeadStatus": {"statusId": "<spare lead status>"},
    "reorderLeadStatuses": {"statusIds": ["<spare lead status>"]},
    "createPipeline": {"name": "Renewals"},
    "updatePipeline": {"pipelineId": "<Pipeline>", "name": "Renewals", "statusIds": ["<spare stage>"]},
    "deletePipeline": {"pipelineId": "<spare pipeline>"},
    "reorderPipelines": {"pipelineIds": ["<spare pipeline>"]},
    "createOpportunityStatus": {"pipelineId": "<Pipeline>", "label": "On hold", "type": "ACTIVE"},
    "updateOpportunityStatus": {"statusId": "<OpportunityStatus>", "label": "On hold"},
    "deleteOpportunityStatus": {"statusId": "<spare stage>"},
    "createCustomField": {"target": "LEAD", "type": "NUMBER", "name": "Employees"},
    "updateCustomField": {"fieldId": "<CustomField>", "name": "Employees"},
    "deleteCustomField": {"fieldId": "<CustomField>"},
    "reorderCustomFields": {"fieldIds": ["<spare field>"]},
    "createCustomActivityType": {"name": "Demo"},
    "updateCustomActivityType": {"customActivityTypeId": "<CustomActivityType>", "name": "Demo"},
    "archiveCustomActivityType": {"customActivityTypeId": "<CustomActivityType>"},
    "unarchiveCustomActivityType": {"customActivityTypeId": "<archived type>"},
    "reorderCustomActivityTypes": {"customActivityTypeIds": ["<archived type>"]},
    "inviteUser": {"email": "gob@example.com"},
    "deactivateUser": {"userId": "<colleague>"},
    "reactivateUser": {"userId": "<User>"},
    "changeRole": {"userId": "<colleague>", "role": "RESTRICTED"},
    "createApiKey": {"userId": "<colleague>"},
    "revokeApiKey": {"apiKeyId": "<spare key>"},
    "updateViewer": {"name": "Ada Bluth"},
    "updateOrganization": {"name": "Ajax", "country": "DE"},
}


def people(api: Api) -> dict[str, str]:
    """Somebody else in the organization, and a key that nobody uses."""
    key = api.do("createApiKey", "apiKey { id }")["apiKey"]["id"]
    return {"colleague": public_id("user", api.colleague().user_id), "spare key": key}


def unsent(api: Api, lead: str) -> dict[str, str]:
    """A message that is still being written."""
    logged = api.do("logEmail", "email { id }", leadId=lead, direction="OUTBOUND", status="DRAFT")
    return {"unsent": logged["email"]["id"]}


def handled(api: Api, lead: str) -> dict[str, str]:
    """Items of the viewer's inbox, one done and one put off."""
    sms = "sms { viewerInboxItem { id } }"
    done, snoozed = (
        api.do("logSms", sms, leadId=lead, direction="INBOUND", text="x")["sms"]["viewerInboxItem"]["id"]
        for _ in range(2)
    )
    api.do("markDone", itemIds=[done])
    api.do("snooze", itemIds=[snoozed], until=INPUTS["snooze"]["until"])
    return {"done item": done, "snoozed item": snoozed}


def merged(api: Api) -> dict[str, str]:
    """A lead, and one that was merged into it."""
    source, destination = api.lead(), api.lead()
    api.do("mergeLeads", sourceId=source, destinationId=destination)
    return {"other lead": destination, "merged lead": source}


def spares(api: Api) -> dict[str, str]:
    """Things of the organization that nothing stands on."""
    pipeline = api.do("createPipeline", "pipeline { id }", name="Spare")["pipeline"]["id"]
    field = api.do("createCustomField", "customField { id }", target="LEAD", type="TEXT", name="Spare")
    shown = api.ask("{ organization { leadStatuses { id } pipelines { statuses { id } } } }")["organization"]
    spare, archived = (one["id"] for one in shown["leadStatuses"][2:])
    api.do("archiveLeadStatus", statusId=archived)
    return {
        "spare lead status": spare,
        "archived lead status": archived,
        "spare pipeline": pipeline,
        "spare stage": shown["pipelines"][0]["statuses"][-1]["id"],
        "spare field": field["customField"]["id"],
    }


def types(api: Api, ids: Mapping[str, str]) -> dict[str, str]:
    """A custom activity type that is archived, and a draft of the one that is not."""
    made = api.do("createCustomActivityType", "customActivityType { id }", name="Spare")["customActivityType"]["id"]
    api.do("archiveCustomActivityType", customActivityTypeId=made)
    draft = {"leadId": ids["Lead"], "customActivityTypeId": ids["CustomActivityType"], "publicationStatus": "DRAFT"}
    recorded = api.do("recordCustomActivity", "customActivity { id }", **draft)
    return {"archived type": made, "draft": recorded["customActivity"]["id"]}


def filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [filled(one, ids) for one in value]
    return ids.get(str(value)[1:-1], value)


def events(api: Api) -> int:
    return api.site.operate(api.site.system.store.max_notification_id(api.org_id)) or 0


def mutations(api: Api) -> set[str]:
    fields = api.ask("{ __schema { mutationType { fields { name } } } }")["__schema"]["mutationType"]["fields"]
    return {field["name"] for field in fields}


def test_every_mutation_is_tried_here(api: Api) -> None:
    assert mutations(api) == set(INPUTS), "a new mutation belongs into INPUTS"


@pytest.mark.parametrize("mutation", INPUTS)
def test_a_repetition_does_nothing_and_answers_the_same(api: Api, mutation: str) -> None:
    lead = furnished(api)
    ids = {**things(api, lead), **spares(api), **people(api), **unsent(api, lead), **handled(api, lead)}
    ids.update({**types(api, ids), **merged(api)})
    input = {name: filled(value, ids) for name, value in INPUTS[mutation].items()}
    first = api.do(mutation, LEAD, **input, idempotencyKey="k")
    before = events(api)
    assert api.do(mutation, LEAD, **input, idempotencyKey="k") == first
    assert events(api) == before


@pytest.mark.parametrize("mutation", ["createLead", "addTask", "logCall"])
def test_a_repetition_names_what_was_made_the_first_time(api: Api, lead: str, mutation: str) -> None:
    made = {"createLead": "lead { id }", "addTask": "task { id }", "logCall": "call { id }"}[mutation]
    input = {"createLead": {}, "addTask": {"leadId": lead, "text": "x"}}.get(
        mutation, {"leadId": lead, "direction": "INBOUND"}
    )
    answers = [api.do(mutation, made, **input, idempotencyKey="k") for _ in range(2)]
    assert answers[0] == answers[1]


def test_objects_of_a_repetition_are_read_fresh(api: Api) -> None:
    first = api.do("createLead", "lead { id name version }", name="Bluth", idempotencyKey="k")["lead"]
    api.do("updateLead", leadId=first["id"], name="Sitwell")
    again = api.do("createLead", "lead { id name version }", name="Bluth", idempotencyKey="k")["lead"]
    assert again == {"id": first["id"], "name": "Sitwell", "version": 2}


def test_a_repetition_after_what_it_made_was_deleted_has_its_id_no_more(api: Api, lead: str) -> None:
    input = {"leadId": lead, "direction": "INBOUND", "idempotencyKey": "k"}
    call = api.do("logCall", "call { id }", **input)["call"]["id"]
    api.do("deleteActivity", activityId=call)
    assert api.do("logCall", "call { id } lead { id }", **input)["call"] is None


def test_a_repetition_is_answered_even_where_it_would_be_refused_now(api: Api, lead: str) -> None:
    first = api.do("changeLeadStatus", status="Qualified", leadId=lead, expectedVersion=1, idempotencyKey="k")
    api.do("changeLeadStatus", status="Customer", leadId=lead)
    again = api.do("changeLeadStatus", status="Qualified", leadId=lead, expectedVersion=1, idempotencyKey="k")
    assert again == first


def test_what_did_nothing_is_remembered_too(api: Api, lead: str) -> None:
    first = api.do("changeLeadStatus", status="Potential", leadId=lead, idempotencyKey="k")
    api.do("changeLeadStatus", status="Customer", leadId=lead)
    assert api.do("changeLeadStatus", status="Potential", leadId=lead, idempotencyKey="k") == first


@pytest.mark.parametrize("other", [{"name": "Sitwell"}, {}])
def test_another_input_under_the_same_key_is_refused(api: Api, other: dict[str, Any]) -> None:
    api.do("createLead", name="Bluth", idempotencyKey="k")
    refused = api.refused("createLead", **other, idempotencyKey="k")
    assert refused == ("IDEMPOTENCY_MISMATCH", "idempotency_mismatch", "idempotencyKey")


def test_another_mutation_under_the_same_key_is_refused(api: Api, lead: str) -> None:
    api.do("createLead", idempotencyKey="k")
    refused = api.refused("addTask", leadId=lead, text="x", idempotencyKey="k")
    assert refused == ("IDEMPOTENCY_MISMATCH", "idempotency_mismatch", "idempotencyKey")


def test_a_default_written_out_is_the_same_input(api: Api, lead: str) -> None:
    first = api.do("addTask", "task { id }", leadId=lead, text="x", idempotencyKey="k")
    again = api.do("addTask", "task { id }", leadId=lead, text="x", priority="NORMAL", idempotencyKey="k")
    assert again == first


def test_a_refused_command_leaves_its_key_free(api: Api) -> None:
    api.refusals("createLead", name="x" * 501, idempotencyKey="k")
    api.do("createLead", name="Bluth", idempotencyKey="k")


def test_a_colleague_s_key_is_another_one(api: Api) -> None:
    lead = api.do("createLead", LEAD, name="Bluth", idempotencyKey="k")["lead"]
    assert api.colleague().do("createLead", LEAD, name="Sitwell", idempotencyKey="k")["lead"] != lead


def test_another_organization_s_key_is_another_one(api: Api, stranger: Api) -> None:
    lead = stranger.do("createLead", LEAD, name="Bluth", idempotencyKey="k")["lead"]
    assert api.do("createLead", LEAD, name="Bluth", idempotencyKey="k")["lead"] != lead


def test_a_key_of_a_user_counts_through_all_of_that_user_s_keys(api: Api) -> None:
    again = api.with_another_key()
    lead = api.do("createLead", LEAD, name="Bluth", idempotencyKey="k")["lead"]
    assert again.do("createLead", LEAD, name="Bluth", idempotencyKey="k")["lead"] == lead


def test_many_at_once_make_one_and_all_get_its_result(api: Api) -> None:
    def create(_: int) -> Any:
        return api.do("createLead", LEAD, name="Bluth", idempotencyKey="k")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(create, range(16)))
    assert all(answer == answers[0] for answer in answers)
    assert api.ask("{ leads { totalCount } }")["leads"]["totalCount"] == 1
