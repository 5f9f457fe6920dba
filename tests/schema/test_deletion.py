"""Deleting leads and bringing them back, as a front end sees it."""

from __future__ import annotations

import pytest

from tests.support.api import Api
from tests.support.furniture import furnished, things

PAGE = """name displayName status { id } contacts { id name } opportunities { id } tasks(includeCompleted: true) { id }
  activities { nodes { __typename id } } pinnedActivities { id } lastActivityAt"""
NOT_FOUND = ("NOT_FOUND", "lead_not_found", "leadId")


def ids_of_list(api: Api, **filter: str) -> list[str]:
    found = api.ask("query ($f: LeadFilter) { leads(filter: $f) { nodes { id } totalCount } }", f=filter)["leads"]
    assert found["totalCount"] == len(found["nodes"])
    return [lead["id"] for lead in found["nodes"]]


def test_a_deleted_lead_is_absent(api: Api, lead: str) -> None:
    deleted = api.do("deleteLead", "leadId lead { id }", leadId=lead)
    assert (deleted["leadId"], deleted["lead"]) == (lead, None)
    assert deleted["cursor"]
    answer = api.ask("query ($id: ID!) { lead(id: $id) { id } node(id: $id) { id } }", id=lead)
    assert answer == {"lead": None, "node": None}
    assert ids_of_list(api) == ids_of_list(api, search="bluth") == []


def test_nothing_can_be_done_with_it(api: Api, lead: str) -> None:
    api.do("deleteLead", leadId=lead)
    assert api.refused("deleteLead", leadId=lead) == NOT_FOUND
    assert api.refused("updateLead", leadId=lead, name="x") == NOT_FOUND
    assert api.refused("addContact", leadId=lead, contact={"name": "x"}) == NOT_FOUND
    assert api.refused("addTask", leadId=lead, text="x") == NOT_FOUND


def test_restored_it_is_there_with_the_same_ids_and_its_whole_history(api: Api) -> None:
    lead = furnished(api)
    before, known = api.look(lead, PAGE), things(api, lead)
    version = api.look(lead, "version")["version"]
    api.do("deleteLead", leadId=lead)
    restored = api.do("restoreLead", f"lead {{ id version {PAGE} }}", leadId=lead)["lead"]
    assert restored == {"id": lead, "version": version + 2, **before}
    assert things(api, lead) == known
    assert ids_of_list(api, search="bluth") == [lead]


def test_a_lead_that_is_there_is_not_restored(api: Api, lead: str) -> None:
    assert api.do("restoreLead", "lead { id version }", leadId=lead)["lead"] == {"id": lead, "version": 1}


def test_only_its_own_organization_restores_a_lead(api: Api, lead: str, stranger: Api) -> None:
    assert stranger.refused("deleteLead", leadId=lead) == NOT_FOUND
    api.do("deleteLead", leadId=lead)
    assert stranger.refused("restoreLead", leadId=lead) == NOT_FOUND


def test_a_member_deletes_and_restores_too(api: Api, lead: str) -> None:
    colleague = api.colleague()
    assert colleague.look(lead, "viewerCanDelete") == {"viewerCanDelete": True}
    colleague.do("deleteLead", leadId=lead)
    colleague.do("restoreLead", leadId=lead)


def test_an_external_id_that_another_lead_has_by_now_bars_the_return(api: Api) -> None:
    first = api.do("upsertLead", "lead { id }", source="erp", externalId="1")["lead"]["id"]
    api.do("deleteLead", leadId=first)
    second = api.do("upsertLead", "isNew lead { id }", source="erp", externalId="1")
    assert second["isNew"]
    assert second["lead"]["id"] != first
    (error,) = api.refusals("restoreLead", leadId=first)
    assert (error["code"], error["reason"]) == ("DUPLICATE", "claim_taken")


@pytest.mark.parametrize("mutation", ["deleteLead", "restoreLead"])
def test_an_id_of_something_else_is_refused_by_name(api: Api, mutation: str) -> None:
    user = api.ask("{ viewer { id } }")["viewer"]["id"]
    assert api.refused(mutation, leadId=user) == ("INVALID", "invalid_id", "leadId")
