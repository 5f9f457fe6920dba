"""One of everything: a lead on which each kind of thing exists, and the ids of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from app.ids import CustomActivityTypeId, uuid7
from app.organization.activity_types import CustomActivityTypeCreated
from app.organization.custom_fields import CustomFieldCreated
from schema.ids import public_id
from tests.support.api import Api, admin_of_new_organization
from tests.support.custom import OWNER, own, public, record, user_named
from tests.support.feeds import cursor_of
from tests.support.filed import attachment, filed
from tests.support.serving import Site

# A type with an id that is missing here is missing from what is tested with these ids: see `things`.
EVERYTHING = """query ($lead: ID!) {
  lead(id: $lead) {
    ...thing status { ...thing } contacts { ...thing } opportunities { ...thing } tasks { ...thing }
    activities { nodes { ...thing ... on CustomActivity { type { ...thing } } } } customFields { field { ...thing } }
    files { nodes { ...thing } } emailThreads { nodes { ...thing } } history(first: 1) { nodes { ...thing } }
  }
  viewer { ...thing apiKeys { ...thing } }
  organization {
    ...thing invitations { ...thing } customFields { ...thing } pipelines { ...thing statuses { ...thing } }
  }
}
fragment thing on Node { __typename id }"""
INBOXES = "{ inbox(allUsers: true, first: 100) { nodes { __typename id lead { id } } } }"


def defined(api: Api) -> tuple[CustomFieldCreated, CustomActivityTypeCreated]:
    """What a lead with one of everything needs of its organization: a field of users, and a type of activities."""
    field, kind = own(OWNER), CustomActivityTypeCreated(type_id=CustomActivityTypeId(uuid7()), name="Visit")
    record(api, field, kind)
    return field, kind


def furnished(api: Api, known: tuple[CustomFieldCreated, CustomActivityTypeCreated] | None = None) -> str:
    """A lead with one of everything, in an organization with one of everything."""
    field, kind = known or defined(api)
    owner = {"fieldId": public(field), "set": user_named(api.user_id)}
    lead = api.lead(name="Bluth Company", contacts=[{"name": "Lindsay"}], customFields=[owner])
    api.do("addOpportunity", leadId=lead)
    offer = api.do("addOpportunity", "opportunity { id }", leadId=lead, value="100")["opportunity"]["id"]
    (pipeline,) = api.ask("{ organization { pipelines { statuses { id label } } } }")["organization"]["pipelines"]
    api.do("updateOpportunity", opportunityId=offer, statusId=pipeline["statuses"][1]["id"])
    api.do("addTask", leadId=lead, text="Call back")
    done = api.do("addTask", "task { id }", leadId=lead, text="Send the offer")["task"]["id"]
    api.do("completeTask", taskId=done)
    contact = api.look(lead, "primaryContact { id }")["primaryContact"]["id"]
    api.do("logCall", leadId=lead, contactId=contact, direction="INBOUND")
    api.do("logEmail", leadId=lead, direction="OUTBOUND", messageId="<1@acme.example>")
    api.do("logEmail", leadId=lead, direction="OUTBOUND", status="DRAFT")  # the newest: what `things` finds
    api.do("logSms", leadId=lead, direction="INBOUND", text="Yes")
    api.do("writeNote", leadId=lead, text="Likes stairs", pinned=True)
    api.do("recordCustomActivity", leadId=lead, customActivityTypeId=public_id("custom_activity_type", kind.type_id))
    filed(api, lead, attachment())
    api.do("logMeeting", leadId=lead, startsAt="2026-03-01T09:00:00Z", endsAt="2026-03-01T10:00:00Z")
    api.do("changeLeadStatus", leadId=lead, status="Qualified")
    api.do("mergeLeads", sourceId=api.lead(), destinationId=lead)
    api.do("inviteUser", email="buster@example.com")
    return lead


def things(api: Api, lead: str) -> Mapping[str, str]:
    """An id of each type that there is in an organization, by type."""
    found: dict[str, str] = {}
    _collect(api.ask(EVERYTHING, lead=lead), found)
    _collect([one for one in api.ask(INBOXES)["inbox"]["nodes"] if one["lead"]["id"] == lead], found)
    return found


@dataclass(frozen=True)
class Estate:
    """A furnished organization, its admin, and an id of each type in it; Cursor is one from before most."""

    api: Api
    ids: Mapping[str, str]


def estate(site: Site, name: str) -> Estate:
    """A new one."""
    api = admin_of_new_organization(site, name)
    # Behind what filters need, whose coming would end the feeds that resume from here.
    known = defined(api)
    early = cursor_of(api, api.lead())
    return Estate(api, {**things(api, furnished(api, known)), "Cursor": early})


@pytest.fixture(scope="module")
def ours(site: Site) -> Estate:
    """One that the tests of a module share and do not change."""
    return estate(site, "Acme")


def _collect(value: Any, found: dict[str, str]) -> None:
    if isinstance(value, list):
        for one in value:
            _collect(one, found)
    elif isinstance(value, dict):
        if "__typename" in value:
            found.setdefault(value["__typename"], value["id"])
        for one in value.values():
            _collect(one, found)
