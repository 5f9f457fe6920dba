"""dryRun: every mutation tells what it would append, and does nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type

from app.codecs import facts_of
from app.states import States
from schema.event_data import field_types_of, public_data
from tests.schema.slots import SCHEMA
from tests.schema.test_idempotency import INPUTS, filled, handled, merged, mutations, people, spares, types, unsent
from tests.support.api import Api
from tests.support.furniture import furnished, things

PROPOSED = "lead { id } wouldAppend { type streamId data headline leadId lead { id } }"
TABLES = """
SELECT table_name, bool_or(column_name = 'org_id') FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name NOT IN ('log_seal', 'log_tile')
GROUP BY table_name"""  # what was appended before is sealed a moment later, by nobody's command
NOTHING_TO_DO = ["restoreLead", "reopenTask", "reactivateUser", "reorderContacts", "unpinNote", "unpinActivity"]
ID = re.compile(r"\b[a-z]+_[0-9A-Za-z]{22}\b")
INSTANT = re.compile(r"\b\d{4}-\d\d-\d\dT[0-9:.]+Z")


def furnishing(api: Api) -> dict[str, str]:
    """Ids of everything that INPUTS name."""
    lead = furnished(api)
    ids = {**things(api, lead), **spares(api), **people(api), **unsent(api, lead), **handled(api, lead)}
    return {**ids, **types(api, ids), **merged(api)}


def kept(api: Api) -> dict[str, list[str]]:
    """What every table holds, of this organization where it says whose it is."""
    store, found = api.site.system.store, {}
    for name, is_owned in api.site.operate(store.fetch(None, TABLES)):
        where = " WHERE org_id = $1" if is_owned else ""
        sql = f"SELECT t::text FROM {name} t{where} ORDER BY 1"  # noqa: S608 - names of tables
        rows = api.site.operate(store.fetch(None, sql, *([api.org_id] if is_owned else [])))
        found[name] = [row[0] for row in rows]
    return found


def appended(api: Api, after: int) -> list[tuple[str, Any]]:
    """Types and data of what came into the log behind a position."""
    store = api.site.system.store
    organization = api.site.operate(States(store).organization(api.org_id))
    facts = facts_of(api.site.operate(store.select_notifications(api.org_id, after + 1, 1_000)))
    return [(one.event.event_name(), public_data(one.event, field_types_of(organization))) for one in facts]


def position(api: Api) -> int:
    return api.site.operate(api.site.system.store.max_notification_id(api.org_id)) or 0


def alike(first: Any, second: Any) -> tuple[list[str], list[str]]:
    """Both as sorted lines, without ids and times that only one of them has."""
    texts = [json.dumps(one, sort_keys=True) for one in (first, second)]
    for pattern in (ID, INSTANT):
        common = set(pattern.findall(texts[0])) & set(pattern.findall(texts[1]))
        texts = [pattern.sub(lambda m, c=common: m[0] if m[0] in c else "anew", text) for text in texts]  # type: ignore[misc]
    return tuple(sorted(map(json.dumps, json.loads(text))) for text in texts)  # type: ignore[return-value]


def test_every_mutation_can_be_tried_out() -> None:
    mutation = SCHEMA.mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        input, payload = get_named_type(field.args["input"].type), get_named_type(field.type)
        assert isinstance(input, GraphQLInputObjectType)
        assert isinstance(payload, GraphQLObjectType)
        assert (str(input.fields["dryRun"].type), input.fields["dryRun"].default_value) == ("Boolean", False), name
        assert str(payload.fields["wouldAppend"].type) == "[ProposedEvent!]", name


def test_every_mutation_is_tried_here(api: Api) -> None:
    assert mutations(api) == set(INPUTS)


@pytest.mark.parametrize("mutation", INPUTS)
def test_a_dry_run_tells_what_the_command_appends_and_writes_nothing(api: Api, mutation: str) -> None:
    ids = furnishing(api)
    input = {name: filled(value, ids) for name, value in INPUTS[mutation].items()}
    before, log = kept(api), position(api)
    dry = api.do(mutation, PROPOSED, **input, idempotencyKey="k", dryRun=True)
    assert dry["cursor"] is None
    assert kept(api) == before
    real = api.do(mutation, "wouldAppend { type }", **input, idempotencyKey="k")
    assert real["wouldAppend"] is None
    proposed = [(one["type"], one["data"]) for one in dry["wouldAppend"]]
    assert bool(proposed) is (mutation not in NOTHING_TO_DO)
    first, second = alike(proposed, appended(api, log))
    assert first == second


def test_a_proposed_event_says_what_it_is_about(api: Api, lead: str) -> None:
    (event,) = api.do("changeLeadStatus", PROPOSED, leadId=lead, status="Customer", dryRun=True)["wouldAppend"]
    assert (event["type"], event["streamId"], event["leadId"]) == ("lead.status_changed", lead, lead)
    assert event["lead"] == {"id": lead}
    assert event["data"]["afterLabel"] == "Customer"
    assert event["headline"]


def test_objects_are_shown_as_they_are_and_new_ones_not_at_all(api: Api, lead: str) -> None:
    renamed = api.do("updateLead", "lead { name version }", leadId=lead, name="Sitwell", dryRun=True)
    assert renamed["lead"] == {"name": "Bluth Company", "version": 1}
    made = api.do("createLead", "lead { id } wouldAppend { leadId lead { id } }", name="Sitwell", dryRun=True)
    assert made["lead"] is None
    assert [one["lead"] for one in made["wouldAppend"]] == [None]
    assert made["wouldAppend"][0]["leadId"].startswith("lead_")
    key = api.do("createApiKey", "apiKey { id } key wouldAppend { streamId leadId }", dryRun=True)
    assert (key["apiKey"], key["key"]) == (None, None)
    assert [one["leadId"] for one in key["wouldAppend"]] == [None]
    assert api.do("inviteUser", "link", email="gob@example.com", dryRun=True)["link"] is None


def test_a_lead_with_contacts_is_proposed_as_a_whole(api: Api) -> None:
    people = [{"name": "Lindsay"}, {"name": "Tobias"}]
    made = api.do("createLead", "wouldAppend { type }", contacts=people, dryRun=True)["wouldAppend"]
    assert [one["type"] for one in made] == ["lead.created", "lead.contact_added", "lead.contact_added"]


def test_tasks_of_an_inbox_add_up(api: Api, lead: str) -> None:
    for text in ("Call", "Write"):
        api.do("addTask", leadId=lead, text=text, dueDate="2026-03-01")
    tasks = [one["id"] for one in api.ask("{ inbox(first: 5) { nodes { id } } }")["inbox"]["nodes"]]
    dry = api.do("markDone", "items { id } wouldAppend { type headline }", itemIds=tasks, dryRun=True)
    assert [one["id"] for one in dry["items"]] == tasks
    assert [one["type"] for one in dry["wouldAppend"]] == ["lead.task_completed"] * 2


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "input": ("createLead", {"name": "x" * 501, "url": "not a url"}),
    "unknown": ("writeNote", {"leadId": "lead_0000000000000000000000", "text": "x"}),
    "malformed": ("writeNote", {"leadId": "nonsense", "text": "x"}),
    "key": ("createLead", {"name": "x", "idempotencyKey": " "}),
    "twice": ("inviteUser", {"email": "ada@example.com"}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_stands_against_it_is_told_alike(api: Api, case: str) -> None:
    mutation, input = REFUSED[case]
    dry = api.answer(mutation, PROPOSED, **input, dryRun=True)
    assert (dry["errors"], dry["wouldAppend"]) == (api.answer(mutation, **input)["errors"], None)
    assert dry["errors"]


def test_a_version_conflict_is_told_alike(api: Api, lead: str) -> None:
    api.do("updateLead", leadId=lead, name="Sitwell")
    stale = {"leadId": lead, "name": "Austero", "expectedVersion": 1}
    dry = api.answer("updateLead", PROPOSED, **stale, dryRun=True)
    assert dry["errors"] == api.answer("updateLead", PROPOSED, **stale)["errors"]
    assert [one["__typename"] for one in dry["errors"]] == ["VersionConflict"]


def test_what_another_lead_holds_is_refused_alike(api: Api) -> None:
    named = {"source": "erp", "externalId": "42"}
    gone = api.do("upsertLead", "lead { id }", **named)["lead"]["id"]
    api.do("deleteLead", leadId=gone)
    api.do("upsertLead", **named)
    dry = api.answer("restoreLead", PROPOSED, leadId=gone, dryRun=True)
    assert [one["reason"] for one in dry["errors"]] == ["claim_taken"]
    assert dry["errors"] == api.answer("restoreLead", PROPOSED, leadId=gone)["errors"]


def test_a_limit_is_told_alike(api: Api, lead: str) -> None:
    for number in range(5):
        api.do("writeNote", leadId=lead, text=str(number), pinned=True)
    assert api.refused("writeNote", leadId=lead, text="6", pinned=True, dryRun=True)[1] == "too_many_pins"


def test_a_status_in_use_is_told_alike(api: Api, lead: str) -> None:
    status = api.look(lead, "status { id }")["status"]["id"]
    dry = api.answer("deleteLeadStatus", PROPOSED, statusId=status, dryRun=True)
    assert dry["errors"] == api.answer("deleteLeadStatus", PROPOSED, statusId=status)["errors"] != []


def test_a_key_that_was_used_stands_for_its_first_result(api: Api, lead: str) -> None:
    note = {"leadId": lead, "text": "Likes stairs", "idempotencyKey": "k"}
    first = api.do("writeNote", "note { id }", **note)
    again = api.do("writeNote", "note { id } wouldAppend { type }", **note, dryRun=True)
    assert (again["note"], again["wouldAppend"]) == (first["note"], [])
    other = api.refused("writeNote", **{**note, "text": "Hates stairs"}, dryRun=True)
    assert other[1] == "idempotency_mismatch"


def test_a_dry_run_leaves_its_key_free(api: Api, lead: str) -> None:
    note = {"leadId": lead, "idempotencyKey": "k"}
    api.do("writeNote", text="Likes stairs", **note, dryRun=True)
    assert api.do("writeNote", "note { text }", text="Hates stairs", **note)["note"]["text"] == "Hates stairs"


def test_another_organization_s_lead_is_absent_in_a_dry_run_too(stranger: Api, lead: str) -> None:
    assert stranger.refused("writeNote", leadId=lead, text="x", dryRun=True)[:2] == ("NOT_FOUND", "lead_not_found")
