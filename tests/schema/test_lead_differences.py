"""leadDifferences: what differs on a lead's page between two moments."""

from __future__ import annotations

from typing import Any

from app.vocabulary import Role
from tests.support.api import Api
from tests.support.custom import NICKNAME, OWNER, SCORE, public, record, seen_by_named, user_named

DIFFERENCES = """query ($id: ID!, $from: AsOfInput!, $to: AsOfInput) {
  leadDifferences(id: $id, from: $from, to: $to) { path before after } }"""


def version(api: Api, lead: str) -> dict[str, int]:
    return {"version": api.look(lead, "version")["version"]}


def told(api: Api, lead: str, since: Any, to: Any = None) -> Any:
    """Before and after, by dotted path."""
    found = api.ask(DIFFERENCES, id=lead, **{"from": since, "to": to})["leadDifferences"]
    return None if found is None else {".".join(one["path"]): (one["before"], one["after"]) for one in found}


def test_details_that_changed_are_told_and_the_others_are_not(api: Api) -> None:
    lead = api.lead(name="Bluth Company", description="Builds houses", url="bluth.example")
    since = version(api, lead)
    api.do("updateLead", leadId=lead, name="Sitwell", description=None, addresses=[{"city": "Köln"}])
    was, now = [api.look(lead, "status { id }")["status"]["id"] for _ in range(2)]
    api.do("changeLeadStatus", leadId=lead, status="Qualified")
    now = api.look(lead, "status { id }")["status"]["id"]
    city = {"label": "BUSINESS", "address1": None, "address2": None, "city": "Köln"}
    city |= {"state": None, "postalCode": None, "country": None}
    assert told(api, lead, since) == {
        "name": ("Bluth Company", "Sitwell"),
        "description": ("Builds houses", None),
        "addresses": ([], [city]),
        "status": (was, now),
    }


def test_what_was_changed_and_changed_back_is_no_difference(api: Api, lead: str) -> None:
    since = version(api, lead)
    api.do("updateLead", leadId=lead, name="Sitwell")
    between = version(api, lead)
    api.do("updateLead", leadId=lead, name="Bluth Company")
    assert told(api, lead, since) == {}
    assert told(api, lead, since, between) == {"name": ("Bluth Company", "Sitwell")}
    assert told(api, lead, between, since) == {"name": ("Sitwell", "Bluth Company")}


def test_people_that_changed_came_and_went_are_told_by_their_ids(api: Api) -> None:
    lead = api.lead(contacts=[{"name": "Lindsay"}, {"name": "Tobias"}, {"name": "Gob"}])
    lindsay, tobias, gob = (one["id"] for one in api.look(lead, "contacts { id }")["contacts"])
    since = version(api, lead)
    api.do("updateContact", contactId=lindsay, title="Ms", emails=[{"email": "l@bluth.example"}])
    api.do("removeContact", contactId=tobias)
    api.do("addContact", leadId=lead, contact={"name": "Mæby"})
    maeby = api.look(lead, "contacts { id }")["contacts"][-1]["id"]
    person: dict[str, Any] = {"title": None, "emails": [], "phones": [], "urls": [], "customFields": {}}
    assert told(api, lead, since) == {
        f"contacts.{lindsay}.title": (None, "Ms"),
        f"contacts.{lindsay}.emails": ([], [{"email": "l@bluth.example", "type": "OFFICE"}]),
        f"contacts.{tobias}": ({"name": "Tobias", **person}, None),
        f"contacts.{maeby}": (None, {"name": "Mæby", **person}),
    }
    before = version(api, lead)
    api.do("reorderContacts", leadId=lead, contactIds=[gob])
    assert told(api, lead, before) == {"contacts": ([lindsay, gob, maeby], [gob, lindsay, maeby])}


def test_offers_and_tasks_are_told_in_the_words_of_their_fields(api: Api, lead: str) -> None:
    offer = api.do("addOpportunity", "opportunity { id }", leadId=lead, value="5")["opportunity"]["id"]
    task, other = (api.do("addTask", "task { id }", leadId=lead, text=text)["task"]["id"] for text in ("Call", "Write"))
    since = version(api, lead)
    api.do("updateOpportunity", opportunityId=offer, value="7.50", dateWon="2030-01-31", userId=None)
    api.do("updateTask", taskId=task, text="Call back", dueDate="2030-02-28", assignedToId=None)
    api.do("completeTask", taskId=other)
    done = api.look(lead, "tasks(includeCompleted: true) { id completedAt }")["tasks"][1]["completedAt"]
    me = user_named(api.user_id)
    assert told(api, lead, since) == {
        f"opportunities.{offer}.value": ("5", "7.50"),
        f"opportunities.{offer}.dateWon": (None, "2030-01-31"),
        f"opportunities.{offer}.user": (me, None),
        f"tasks.{task}.text": ("Call", "Call back"),
        f"tasks.{task}.dueDate": (None, "2030-02-28"),
        f"tasks.{task}.assignedTo": (me, None),
        f"tasks.{other}.completedAt": (None, done),
    }


def test_values_of_custom_fields_are_told_as_each_moment_shows_them(api: Api, lead: str) -> None:
    record(api, SCORE, NICKNAME)
    api.do("updateLead", leadId=lead, customFields=[{"fieldId": public(SCORE), "set": 3}])
    since = version(api, lead)
    contact = api.do("addContact", "contact { id }", leadId=lead, contact={"name": "Gob"})["contact"]["id"]
    between = version(api, lead)
    api.do("updateContact", contactId=contact, customFields=[{"fieldId": public(NICKNAME), "set": "Magician"}])
    assert told(api, lead, between) == {f"contacts.{contact}.customFields.{public(NICKNAME)}": (None, "Magician")}
    api.do("deleteCustomField", fieldId=public(SCORE))
    assert told(api, lead, since)[f"customFields.{public(SCORE)}"] == ("3", None)


def test_pins_are_told(api: Api, lead: str) -> None:
    since = version(api, lead)
    note = api.do("writeNote", "note { id }", leadId=lead, text="a", pinned=True)["note"]["id"]
    assert told(api, lead, since) == {"pinnedActivities": ([], [note])}


def test_before_the_lead_was_there_everything_is_new(api: Api) -> None:
    cursor = api.look(api.lead(), "feedCursor")["feedCursor"]
    lead = api.lead(name="Bluth Company", contacts=[{"name": "Lindsay"}])
    found = told(api, lead, {"cursor": cursor})
    (contact,) = (one["id"] for one in api.look(lead, "contacts { id }")["contacts"])
    assert found["name"] == (None, "Bluth Company")
    assert found[f"contacts.{contact}"][1]["name"] == "Lindsay"
    assert (found.keys(), [before for before, _ in found.values()]) == (
        {"name", "addresses", "status", f"contacts.{contact}"},
        [None] * 4,
    )


def test_a_lead_that_is_not_seen_has_no_differences(api: Api, stranger: Api) -> None:
    lead, since = api.lead(), {"version": 1}
    record(api, OWNER, seen_by_named(OWNER))
    restricted = api.colleague("restricted@example.com", Role.RESTRICTED)
    assert told(stranger, lead, since) is told(restricted, lead, since) is None
    api.do("updateLead", leadId=lead, customFields=[{"fieldId": public(OWNER), "set": user_named(restricted.user_id)}])
    assert told(restricted, lead, since) != {}
    api.do("deleteLead", leadId=lead)
    assert told(api, lead, since) is None


def test_a_moment_that_is_none_is_refused_at_its_argument(api: Api, lead: str) -> None:
    for since, to, path in (({"version": 99}, None, "from.version"), ({"version": 1}, {"cursor": "x"}, "to.cursor")):
        (fault,) = api.faults(DIFFERENCES, id=lead, **{"from": since, "to": to})
        assert fault["extensions"]["code"] == "INVALID"
        assert fault["message"].startswith(f"{path}: ")
