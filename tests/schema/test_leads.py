"""Creating and updating leads, as a front end sees it."""

from __future__ import annotations

import pytest

from tests.support.api import Api

PEOPLE = [{"name": "Lindsay"}, {"name": "Tobias"}]


def test_a_lead_with_nothing_given_is_untitled_and_has_the_first_status(api: Api) -> None:
    created = api.do("createLead", "lead { name displayName status { label } contacts { id } }")["lead"]
    assert created == {"name": None, "displayName": "Untitled", "status": {"label": "Potential"}, "contacts": []}


def test_a_lead_without_a_name_is_shown_by_its_first_contact(api: Api) -> None:
    created = api.do("createLead", "lead { name displayName primaryContact { name } }", contacts=PEOPLE)["lead"]
    assert created == {"name": None, "displayName": "Lindsay", "primaryContact": {"name": "Lindsay"}}


def test_contacts_keep_their_order(api: Api) -> None:
    created = api.do("createLead", "lead { contactCount contacts { displayName } }", contacts=PEOPLE)["lead"]
    assert created == {"contactCount": 2, "contacts": [{"displayName": "Lindsay"}, {"displayName": "Tobias"}]}


def test_creating_leaves_an_entry_by_its_author_that_cannot_be_deleted(api: Api) -> None:
    lead = api.lead(name="Bluth Company")
    selection = "activities { nodes { __typename kind headline user { name } viewerCanDelete viewerCanPin } }"
    (entry,) = api.look(lead, selection)["activities"]["nodes"]
    assert entry == {
        "__typename": "LeadCreated",
        "kind": "CREATED",
        "headline": "Lead created",
        "user": {"name": "Ada"},
        "viewerCanDelete": False,
        "viewerCanPin": False,
    }


def test_a_lead_tells_who_made_it_and_through_what(api: Api, lead: str) -> None:
    seen = api.look(lead, "createdBy { name } updatedBy { name } source viewerCanEdit createdAt updatedAt")
    assert seen["createdAt"] == seen["updatedAt"]
    assert seen["createdAt"].endswith("Z")
    assert (seen["createdBy"], seen["updatedBy"], seen["source"], seen["viewerCanEdit"]) == (
        {"name": "Ada"},
        {"name": "Ada"},
        "api",
        True,
    )


def test_a_lead_nothing_happened_on_has_no_last_activity(api: Api, lead: str) -> None:
    assert api.look(lead, "lastActivityAt") == {"lastActivityAt": None}


def test_the_permalink_is_the_served_address_with_the_id(api: Api, lead: str) -> None:
    assert api.look(lead, "permalink") == {"permalink": f"{api.site.url}/lead/{lead}"}


def test_the_permalink_of_an_activity_points_into_its_lead(api: Api, lead: str) -> None:
    (entry,) = api.look(lead, "activities { nodes { id permalink } }")["activities"]["nodes"]
    assert entry["permalink"] == f"{api.site.url}/lead/{lead}/#activityId={entry['id']}"


def test_a_bare_host_becomes_a_web_address(api: Api) -> None:
    assert api.do("createLead", "lead { url }", url="bluth.example")["lead"]["url"] == "https://bluth.example"


@pytest.mark.parametrize("field", ["name", "description", "url"])
def test_an_absent_field_stays_as_it_is(api: Api, field: str) -> None:
    given = {"name": "Bluth", "description": "Builders", "url": "https://bluth.example"}
    lead = api.lead(**given)
    api.do("updateLead", leadId=lead, **{name: None for name in given if name != field})
    seen = api.look(lead, "name description url")
    assert seen == {**dict.fromkeys(given), field: given[field]}


@pytest.mark.parametrize("field", ["name", "description", "url"])
def test_null_clears_a_field(api: Api, field: str) -> None:
    given = {"name": "Bluth", "description": "Builders", "url": "https://bluth.example"}
    lead = api.lead(**given)
    done = api.do("updateLead", "lead { name description url }", leadId=lead, **{field: None})
    assert done["lead"] == {**given, field: None}


def test_null_on_a_variable_of_its_own_clears_too(api: Api, lead: str) -> None:
    update = """mutation ($id: ID!, $name: String) {
      updateLead(input: { leadId: $id, name: $name }) { lead { name } errors { message } } }"""
    assert api.ask(update, id=lead, name=None)["updateLead"] == {"lead": {"name": None}, "errors": []}


def test_a_variable_that_is_not_given_leaves_the_field_alone(api: Api, lead: str) -> None:
    update = """mutation ($id: ID!, $name: String) {
      updateLead(input: { leadId: $id, name: $name }) { lead { name } errors { message } } }"""
    assert api.ask(update, id=lead)["updateLead"] == {"lead": {"name": "Bluth Company"}, "errors": []}


def test_a_blank_name_is_taken_as_none(api: Api, lead: str) -> None:
    done = api.do("updateLead", "lead { name displayName }", leadId=lead, name=" \t\n ")
    assert done["lead"] == {"name": None, "displayName": "Untitled"}


def test_white_space_around_a_name_goes(api: Api) -> None:
    assert api.do("createLead", "lead { name }", name="  Bluth  ")["lead"]["name"] == "Bluth"


def test_an_update_that_changes_nothing_is_done_and_raises_no_version(api: Api, lead: str) -> None:
    done = api.do("updateLead", "lead { version }", leadId=lead, name="Bluth Company")
    assert done["lead"]["version"] == 1


def test_every_detail_that_differs_is_a_fact_of_its_own(api: Api, lead: str) -> None:
    done = api.do("updateLead", "lead { version }", leadId=lead, name="Sitwell", description="Rivals")
    assert done["lead"]["version"] == 3


def test_several_faults_of_one_input_come_together_each_with_its_path(api: Api) -> None:
    contact = {"emails": [{"email": "lindsay"}], "phones": [{"phone": "030 1234567"}]}
    errors = api.refusals("createLead", name="x" * 501, url="not a url", status="Lukewarm", contacts=[contact])
    assert {(".".join(error["path"]), error["reason"]) for error in errors} == {
        ("input.name", "text_too_long"),
        ("input.url", "invalid_url"),
        ("input.status", "status_label_not_found"),
        ("input.contacts.0.emails.0.email", "invalid_email"),
        ("input.contacts.0.phones.0.phone", "invalid_phone"),
    }


def test_what_a_message_fills_in_stands_in_params(api: Api) -> None:
    (error,) = api.refusals("createLead", name="x" * 501)
    assert error["params"] == {"length": 501, "limit": 500}
    assert error["message"] == "This text has 501 characters; at most 500 are kept."


def test_a_refused_lead_is_not_there(api: Api) -> None:
    api.refusals("createLead", name="x" * 501)
    assert api.ask("{ leads { totalCount } }") == {"leads": {"totalCount": 0}}


def test_an_unknown_lead_is_null_without_an_error(api: Api) -> None:
    assert api.ask('{ lead(id: "lead_0000000000000000000000") { id } }') == {"lead": None}


def test_an_unknown_lead_in_a_mutation_is_not_found(api: Api) -> None:
    refused = api.refused("updateLead", leadId="lead_0000000000000000000000", name="x")
    assert refused == ("NOT_FOUND", "lead_not_found", "leadId")


def test_a_member_sees_and_changes_what_an_admin_made(api: Api, lead: str) -> None:
    member = api.colleague()
    done = member.do("updateLead", "lead { name createdBy { role } updatedBy { role } }", leadId=lead, name="Sitwell")
    assert done["lead"] == {"name": "Sitwell", "createdBy": {"role": "ADMIN"}, "updatedBy": {"role": "MEMBER"}}
