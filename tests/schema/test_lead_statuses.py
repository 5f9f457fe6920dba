"""The list of lead statuses, as an ADMIN's front end changes it."""

from __future__ import annotations

from typing import Any

import pytest

from app import onboarding
from app.ids import StatusId, decode_id
from app.organization.pipelines import OpportunityStatusDeleted
from app.organization.status_edits import UpdateLeadStatus
from app.organization.statuses import LeadStatusDeleted
from tests.schema.test_statuses import status_id
from tests.support.api import Api, document
from tests.support.feeds import talking
from tests.support.histories import append
from tests.support.office import CommonDatabases
from tests.support.serving import serving

STATUS = "leadStatus { id label color isArchived isDeleted }"
LABELS = "organization { leadStatuses(includeArchived: true) { label } }"


def labels(payload: Any) -> list[str]:
    return [status["label"] for status in payload["organization"]["leadStatuses"]]


def create(api: Api, label: str) -> str:
    made: str = api.do("createLeadStatus", "leadStatus { id }", label=label)["leadStatus"]["id"]
    return made


def test_a_status_is_created_at_the_end_and_seen_at_once(api: Api) -> None:
    made = api.do("createLeadStatus", f"{STATUS} {LABELS} lead {{ id }}", label=" Lost touch ", color="#fff")
    made["leadStatus"].pop("id")
    assert made["leadStatus"] == {"label": "Lost touch", "color": "#fff", "isArchived": False, "isDeleted": False}
    assert labels(made) == ["Potential", "Qualified", "Customer", "Bad Fit", "Lost touch"]
    assert made["lead"] is None


def test_what_is_absent_stays_and_null_clears(api: Api) -> None:
    id = status_id(api, "Customer")
    renamed = api.do("updateLeadStatus", STATUS, statusId=id, label="Client")["leadStatus"]
    assert (renamed["id"], renamed["label"], renamed["color"]) == (id, "Client", "#2b8a3e")
    assert api.do("updateLeadStatus", STATUS, statusId=id, color=None)["leadStatus"]["color"] is None


@pytest.mark.parametrize(
    ("label", "refused"),
    [("qUALIFIED", ("DUPLICATE", "label_taken", "label")), (None, ("INVALID", "required", "label"))],
)
def test_a_label_that_cannot_be_is_refused(api: Api, label: str | None, refused: tuple[str, str, str]) -> None:
    assert api.refused("updateLeadStatus", statusId=status_id(api, "Customer"), label=label) == refused


def test_history_keeps_the_labels_of_its_moment_through_renaming_and_deleting(api: Api, lead: str) -> None:
    old = status_id(api, "Potential")
    change = "activity { id }"
    activity = api.do("changeLeadStatus", change, leadId=lead, status="Qualified")["activity"]["id"]
    api.do("updateLeadStatus", statusId=status_id(api, "Qualified"), label="Promising")
    api.do("deleteLeadStatus", statusId=old)
    told = api.ask(
        """query ($id: ID!) { activity(id: $id) { headline
          ... on LeadStatusChange { oldStatusId oldStatusLabel newStatusLabel } } }""",
        id=activity,
    )["activity"]
    assert told == {
        "headline": "Status: Potential → Qualified",
        "oldStatusId": old,
        "oldStatusLabel": "Potential",
        "newStatusLabel": "Qualified",
    }
    assert api.look(lead, "status { label }")["status"]["label"] == "Promising"
    found = api.ask("query ($id: ID!) { node(id: $id) { ... on LeadStatus { label isDeleted } } }", id=old)["node"]
    assert found == {"label": "Potential", "isDeleted": True}


def test_a_status_is_archived_and_taken_into_use_again_at_its_place(api: Api) -> None:
    id = status_id(api, "Qualified")
    assert api.do("archiveLeadStatus", STATUS, statusId=id)["leadStatus"]["isArchived"]
    back = api.do("unarchiveLeadStatus", f"{STATUS} {LABELS}", statusId=id)
    assert not back["leadStatus"]["isArchived"]
    assert labels(back) == ["Potential", "Qualified", "Customer", "Bad Fit"]


@pytest.mark.parametrize("mutation", ["archiveLeadStatus", "deleteLeadStatus"])
def test_a_status_in_use_stays_and_it_is_said_how_many_leads_have_it(api: Api, mutation: str) -> None:
    for _ in range(3):
        api.lead(status="Customer")
    (error,) = api.refusals(mutation, statusId=status_id(api, "Customer"))
    assert (error["code"], error["reason"], error["params"]) == ("CONFLICT", "status_in_use", {"count": 3})


def test_an_unused_status_is_deleted_for_good(api: Api) -> None:
    id = status_id(api, "Customer")
    gone = api.do("deleteLeadStatus", f"leadStatusId {LABELS}", statusId=id)
    assert gone["leadStatusId"] == id
    assert labels(gone) == ["Potential", "Qualified", "Bad Fit"]
    assert api.refused("deleteLeadStatus", statusId=id) == ("NOT_FOUND", "status_not_found", "statusId")
    assert api.refused("createLead", statusId=id) == ("NOT_FOUND", "status_not_found", "statusId")


def test_the_last_status_is_not_deleted(api: Api) -> None:
    statuses = api.ask("{ organization { leadStatuses { id } } }")["organization"]["leadStatuses"]
    for status in statuses[1:]:
        api.do("deleteLeadStatus", statusId=status["id"])
    refused = api.refused("deleteLeadStatus", statusId=statuses[0]["id"])
    assert refused == ("CONFLICT", "last_status", "statusId")


def test_statuses_are_put_in_order_and_the_first_is_what_new_leads_get(api: Api) -> None:
    order = [status_id(api, "Customer"), status_id(api, "Bad Fit")]
    done = api.do("reorderLeadStatuses", "leadStatuses { label }", statusIds=order)
    assert [one["label"] for one in done["leadStatuses"]] == ["Customer", "Bad Fit", "Potential", "Qualified"]
    assert api.look(api.lead(), "status { label }")["status"]["label"] == "Customer"


def test_an_order_with_a_mistake_is_refused_where_it_stands(api: Api) -> None:
    id = status_id(api, "Customer")
    errors = api.refusals("reorderLeadStatuses", statusIds=[id, "stat_0000000000000000000000", id])
    assert [(error["reason"], error["path"]) for error in errors] == [
        ("status_not_found", ["input", "statusIds", "1"]),
        ("listed_twice", ["input", "statusIds", "2"]),
    ]
    assert api.refused("reorderLeadStatuses", statusIds=[id, "x"]) == ("INVALID", "invalid_id", "statusIds.1")


def test_a_colleague_who_is_no_admin_changes_nothing(api: Api) -> None:
    refused = api.colleague().refused("createLeadStatus", label="Mine")
    assert refused == ("FORBIDDEN", "not_allowed", "")


def test_an_open_connection_sees_what_another_changed_since(api: Api, lead: str) -> None:
    asked = "query ($lead: ID!) { lead(id: $lead) { status { label } } organization { leadStatuses { label } } }"
    with talking(api) as conversation:
        api.do("updateLeadStatus", statusId=status_id(api, "Potential"), label="New")
        create(api, "Lost touch")
        conversation.subscribe(asked, lead=lead)
        seen = conversation.receive()["payload"]["data"]
    assert seen["lead"]["status"]["label"] == "New"
    assert [one["label"] for one in seen["organization"]["leadStatuses"]][::4] == ["New", "Lost touch"]


def test_a_lead_shows_statuses_that_went_while_it_was_deleted(api: Api, lead: str) -> None:
    api.do("addOpportunity", leadId=lead)
    shown = "status { id label isDeleted } opportunities { status { id label isDeleted pipeline { name } } }"
    before = api.look(lead, shown)
    (opportunity,) = before["opportunities"]
    gone = [
        LeadStatusDeleted(status_id=StatusId(decode_id("stat", before["status"]["id"])), label="Potential"),
        OpportunityStatusDeleted(
            status_id=StatusId(decode_id("stat", opportunity["status"]["id"])), label="Demo Completed"
        ),
    ]
    request = onboarding.system_request(api.org_id)
    api.site.operate(append(api.site.system, request, api.org_id, gone))
    for status in (before["status"], opportunity["status"]):
        status["isDeleted"] = True
    assert api.look(lead, shown) == before
    moved = api.do("changeLeadStatus", "activity { oldStatusLabel }", leadId=lead, status="Customer")
    assert moved["activity"]["oldStatusLabel"] == "Potential"


def test_two_commands_in_one_request_each_show_what_they_did(api: Api) -> None:
    done = api.ask(
        """mutation ($id: ID!) {
          a: updateLeadStatus(input: { statusId: $id, label: "One" }) { leadStatus { label } }
          b: updateLeadStatus(input: { statusId: $id, label: "Two" }) { leadStatus { label } }
        }""",
        id=status_id(api, "Potential"),
    )
    assert [done[word]["leadStatus"]["label"] for word in "ab"] == ["One", "Two"]


def test_a_repetition_elsewhere_shows_what_was_made_though_this_process_has_not_heard_of_it(
    api: Api, common_databases: CommonDatabases
) -> None:
    input = {"label": "Lost touch", "idempotencyKey": "k"}
    with talking(api) as conversation, serving(common_databases.of(18)) as elsewhere:
        made = api.at(elsewhere.url).do("createLeadStatus", STATUS, **input)
        conversation.subscribe(document("createLeadStatus", STATUS), input=input)
        again = conversation.receive()["payload"]["data"]["createLeadStatus"]
    assert again["leadStatus"] == made["leadStatus"]


def test_a_repetition_shows_what_another_process_did_in_between(api: Api) -> None:
    id = status_id(api, "Potential")
    first = api.do("updateLeadStatus", STATUS, statusId=id, label="One", idempotencyKey="k")
    renaming = UpdateLeadStatus(status_id=StatusId(decode_id("stat", id)), label="Two")
    api.site.operate(api.site.system.dispatch.run(renaming, onboarding.system_request(api.org_id)))
    again = api.do("updateLeadStatus", STATUS, statusId=id, label="One", idempotencyKey="k")
    assert (first["leadStatus"]["label"], again["leadStatus"]["label"]) == ("One", "Two")
