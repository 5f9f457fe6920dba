"""Filters of leads beside the search: whose contacts, whose users, with what still open."""

from __future__ import annotations

from typing import Any

import pytest

from tests.schema.finding import field, found, lead_with, listed, refused
from tests.support.api import Api

PEOPLE = [{"name": "L", "emails": [{"email": "Lindsay@Bluth.example"}], "phones": [{"phone": "+49 30 12345"}]}]


@pytest.fixture
def bluth(api: Api) -> str:
    """A lead with a contact, beside one with another contact and one with none."""
    api.lead(
        name="Sitwell",
        contacts=[{"emails": [{"email": "s@sitwell.example"}], "phones": [{"phone": "+1 212 555 0100"}]}],
    )
    api.lead(name="Alone")
    return api.lead(name="Bluth", contacts=PEOPLE)


@pytest.mark.parametrize("email", ["lindsay@bluth.example", "LINDSAY@BLUTH.EXAMPLE", " Lindsay@bluth.example "])
def test_a_contacts_address_in_any_case(api: Api, bluth: str, email: str) -> None:
    assert found(api, contactEmail=email) == {"Bluth"}


@pytest.mark.parametrize(
    "email", ["", "lindsay", "@bluth.example", "lindsay@bluth.exampl", "' | 'x", "\\' & !x:*", "x" * 5_000, "🀄" * 700]
)
def test_what_is_no_contacts_whole_address_finds_nothing(api: Api, bluth: str, email: str) -> None:
    assert found(api, contactEmail=email) == set()


@pytest.mark.parametrize("phone", ["+493012345", "+49 (0)30 12345", "0049 30 12345", "030 12345"])
def test_a_contacts_number_as_it_is_written_in_the_organizations_country(api: Api, bluth: str, phone: str) -> None:
    api.do("updateOrganization", country="DE")
    assert found(api, contactPhone=phone) == {"Bluth"}


def test_without_a_country_numbers_have_their_country_codes(api: Api, bluth: str) -> None:
    assert found(api, contactPhone="+49 30 12345") == {"Bluth"}
    assert refused(api, contactPhone="030 12345") == "contactPhone"


@pytest.mark.parametrize(
    ("filter", "path"),
    [
        ({"contactPhone": "x"}, "contactPhone"),
        ({"contactPhone": "\\u0000"}, "contactPhone"),
        ({"contactEmail": "a\\u0000@b.example"}, "contactEmail"),
        ({"userIds": ["lead_1"]}, "userIds.0"),
        ({"statusIds": ["x"] * 1_001}, "statusIds"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_by_its_name(api: Api, filter: dict[str, Any], path: str) -> None:
    assert refused(api, **{word: _unescaped(value) for word, value in filter.items()}) == path


def _unescaped(value: Any) -> Any:
    return value.replace("\\u0000", "\0") if isinstance(value, str) else value


def test_users_are_looked_for_in_every_field_of_users(api: Api) -> None:
    mem = api.colleague()
    me, them = (api.ask("{ viewer { id } }")["viewer"]["id"], mem.ask("{ viewer { id } }")["viewer"]["id"])
    one, several = field(api, "USER"), field(api, "USER", acceptsMultipleValues=True)
    text, contacts = field(api, "TEXT"), field(api, "USER", target="CONTACT")
    assert found(api, userIds=[me]) == set()
    lead_with(api, "a", one, me)
    lead_with(api, "b", several, [me, them])
    lead_with(api, "c", text, me)
    api.lead(name="d", contacts=[{"name": "x", "customFields": [{"fieldId": contacts, "set": them}]}])
    assert found(api, userIds=[me]) == {"a", "b"}
    assert found(api, userIds=[them]) == {"b"}
    assert found(api, userIds=[me, them]) == {"a", "b"}
    assert found(api, userIds=[]) == set()


def test_without_fields_of_users_nobody_is_named(api: Api) -> None:
    api.lead(name="a")
    assert found(api, userIds=[api.ask("{ viewer { id } }")["viewer"]["id"]]) == set()


def test_open_tasks_count_until_they_are_done(api: Api) -> None:
    busy, done, _ = (api.lead(name=name) for name in ("busy", "done", "idle"))
    tasks = [api.do("addTask", "task { id }", leadId=one, text="Call")["task"]["id"] for one in (busy, busy, done)]
    api.do("completeTask", taskId=tasks[2])
    assert (found(api, hasOpenTask=True), found(api, hasOpenTask=False)) == ({"busy"}, {"done", "idle"})


def test_opportunities_are_active_until_they_are_won_or_lost(api: Api) -> None:
    pipeline = api.ask("{ organization { pipelines { statuses { id type } } } }")["organization"]["pipelines"][0]
    stages = {status["type"]: status["id"] for status in pipeline["statuses"]}
    leads = {name: api.lead(name=name) for name in ("active", "won", "lost", "none", "both")}
    for name, stage in (("active", "ACTIVE"), ("won", "WON"), ("lost", "LOST"), ("both", "ACTIVE"), ("both", "WON")):
        api.do("addOpportunity", leadId=leads[name], statusId=stages[stage])
    assert found(api, hasActiveOpportunity=True) == {"active", "both"}
    assert found(api, hasActiveOpportunity=False) == {"won", "lost", "none"}


def test_null_narrows_nothing(api: Api) -> None:
    api.lead(name="a")
    words = ("search", "statusIds", "userIds", "customFields", "createdSince", "contactEmail", "hasOpenTask")
    assert listed(api, filter=dict.fromkeys(words)) == ["a"]


def test_a_status_that_was_left_finds_nothing_with_a_search_either(api: Api) -> None:
    statuses = api.ask("{ organization { leadStatuses { id } } }")["organization"]["leadStatuses"]
    lead = api.lead(name="Bluth")
    api.do("changeLeadStatus", leadId=lead, statusId=statuses[1]["id"])
    before, after = (found(api, search="blu", statusIds=[status["id"]]) for status in statuses[:2])
    assert (before, after) == (set(), {"Bluth"})
