"""How many SQL statements a query takes: as many for fifty leads as for two."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import asyncpg
import pytest

from app.access.keys import Principal
from app.database import Database
from app.ids import KeyId, uuid7
from app.live.hub import Hub
from app.live.inboxes import Inboxes
from app.live.lists import Lists
from app.settings import Settings
from app.system import open_system
from projections.inbox.changes import changed_inboxes
from projections.machinery.reader import Reader
from projections.touches import read_stretch
from schema.context import Context, Services
from schema.edge import EdgeSettings
from schema.edge.operations import Operations, Outcome
from schema.edge.request import GraphQLRequest
from schema.ids import public_id
from schema.root import make_schema
from tests.journeys.whole_page import SOURCE
from tests.schema.test_idempotency import events
from tests.schema.test_inbox import MAKERS
from tests.support.acme import VISIT_TYPE
from tests.support.api import Api
from tests.support.custom import GUIDE, MET, VISIT_FIELDS, public, record, user_named
from tests.support.furniture import furnished, things
from tests.support.inboxes import INBOX, ITEM, items, sms

LEADS = """query ($first: Int!) { leads(first: $first) { totalCount nodes {
  status { label } createdBy { name } primaryContact { name } contactCount taskCount
  contacts(first: 2) { id lead { id } } tasks(first: 2) { id contact { id } assignedTo { name } }
  opportunities(first: 2) { id status { label } user { name } contact { id } }
  activities(first: 2) { totalCount nodes { id viewerInboxItem { id } user { name } contact { id } lead { id } } }
  nextTask { id text } nextTaskDue opportunityCount activeOpportunityCount
  customFields { value references { __typename } }
  activityCounts { kind count } pinnedActivities { id user { name } } feedCursor
  history(first: 2) { nodes { type data user { name } lead { id } } } } } }"""
VISITS_ON_PAGE = """query ($id: ID!, $first: Int!) { lead(id: $id) { activities(first: $first) { nodes {
  headline ... on CustomActivity { type { name fields { name } } viewerCanEdit files { name }
    customFields { value references { ... on User { name } ... on Contact { displayName } } } } } } } }"""
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
DONE = f"mutation ($input: MarkDoneInput!) {{ markDone(input: $input) {{ items {{ {ITEM} }} inboxCount }} }}"
OPERATIONS = Operations(make_schema(), EdgeSettings())


async def statements(api: Api, database: Database, source: str, **variables: object) -> int:
    """How many the operation's reader ran."""
    prepared = OPERATIONS.prepare(GraphQLRequest(source=source, variables=variables))
    assert not isinstance(prepared, Outcome), prepared.errors
    async with context_of(api, database) as context:

        @asynccontextmanager
        async def opened() -> AsyncIterator[Context]:
            yield context

        outcome = await OPERATIONS.run(prepared, opened())
        assert not outcome.errors
        return context.reader.statements


@asynccontextmanager
async def context_of(api: Api, database: Database) -> AsyncIterator[Context]:
    async with open_system(Settings(), database) as system:
        organization = await system.states.organization(api.org_id)
        reader = Reader(system.store.readers, api.org_id)
        hub = Hub(system.store, _nobody_listens)
        services = Services(
            store=system.store,
            states=system.states,
            dispatch=system.dispatch,
            undoing=system.undoing,
            hub=hub,
            inboxes=Inboxes(hub, partial(changed_inboxes, system.store)),
            lists=Lists(hub, system.store.max_notification_id, partial(read_stretch, system.store)),
            keys=system.keys,
            invitations=system.invitations,
            proofs=system.proofs,
            addresses=system.files.addresses,
            app_url="",
        )
        yield Context(
            services=services,
            principal=Principal(organization=organization, user_id=api.user_id, key_id=KeyId(uuid7())),
            reader=reader,
            request_id=uuid7(),
            organization=organization,
        )
        await reader.renew()


async def _nobody_listens() -> asyncpg.Connection:
    raise AssertionError("nobody subscribes")


@pytest.fixture
def many(api: Api) -> Api:
    """An organization with six furnished leads, and forty-four with less on them."""
    for _ in range(6):
        furnished(api)
    for number in range(44):
        lead = api.lead(contacts=[{"name": "Lindsay"}, {"name": "Tobias"}])
        if number % 2:
            api.do("writeNote", leadId=lead, text="Likes stairs", pinned=True)
    return api


async def test_fifty_lead_pages_take_as_many_statements_as_two(many: Api, common_database: Database) -> None:
    two, fifty = [await statements(many, common_database, LEADS, first=first) for first in (2, 50)]
    assert fifty == two <= 20


async def test_custom_activities_with_people_in_their_values_are_read_together(
    api: Api, common_database: Database
) -> None:
    record(api, VISIT_TYPE[0], *VISIT_FIELDS)
    kind = public_id("custom_activity_type", VISIT_TYPE[0].type_id)
    lead = api.lead(contacts=[{"name": f"Person {number}"} for number in range(8)])
    people = [one["id"] for one in api.look(lead, "contacts { id }")["contacts"]]
    for one in people:
        fields = [
            {"fieldId": public(VISIT_TYPE[1]), "set": "Renewal"},
            {"fieldId": public(MET), "set": [one, people[0]]},
            {"fieldId": public(GUIDE), "set": user_named(api.user_id)},
        ]
        api.do("recordCustomActivity", leadId=lead, customActivityTypeId=kind, customFields=fields)
    one, all_of_them = [
        await statements(api, common_database, VISITS_ON_PAGE, id=lead, first=first) for first in (1, 8)
    ]
    assert all_of_them == one <= 4


async def test_a_hundred_nodes_take_one_statement_a_table(many: Api, common_database: Database) -> None:
    leads = many.ask("{ leads(first: 50) { nodes { id contacts { id } } } }")["leads"]["nodes"]
    ids = [*things(many, furnished(many)).values(), *(lead["id"] for lead in leads)]
    assert await statements(many, common_database, NODES, ids=ids[:100]) == 9


async def test_fifty_items_of_an_inbox_take_as_many_statements_as_one_of_each_kind(
    api: Api, lead: str, common_database: Database
) -> None:
    mem = api.colleague()
    taken = []
    for _ in range(4):
        for make, _, _ in MAKERS.values():
            make(api, mem, lead)
        taken.append(await statements(api, common_database, INBOX, first=100))
    assert len(set(taken)) == 1
    assert taken[0] <= 11


async def test_many_items_are_handled_in_as_many_statements_as_two(
    api: Api, lead: str, common_database: Database
) -> None:
    for number in range(42):
        sms(api, lead if number % 2 else api.lead())
    ids = [one["id"] for one in items(api)]
    before = events(api)
    two, forty = [await statements(api, common_database, DONE, input={"itemIds": some}) for some in (ids[:2], ids[2:])]
    assert forty == two <= 6
    assert events(api) == before + 2


async def test_a_page_of_the_past_takes_the_statements_of_today_s_and_a_few_to_find_the_moment(
    api: Api, common_database: Database
) -> None:
    lead = furnished(api)
    version = api.look(lead, "version")["version"]
    api.do("updateLeadStatus", statusId=things(api, lead)["LeadStatus"], label="Renamed")
    now = await statements(api, common_database, SOURCE, id=lead, asOf=None)
    then = await statements(api, common_database, SOURCE, id=lead, asOf={"version": version})
    assert then - now <= 5
    for _ in range(3):
        furnish_more(api, lead)
    more = {"version": api.look(lead, "version")["version"]}
    assert await statements(api, common_database, SOURCE, id=lead, asOf=more) == then


def furnish_more(api: Api, lead: str) -> None:
    for number in range(3):
        api.do("addContact", leadId=lead, contact={"name": f"Person {number}"})
        api.do("addTask", leadId=lead, text="Call back")
        api.do("addOpportunity", leadId=lead)
        api.do("writeNote", leadId=lead, text="Likes stairs")
        api.do("logEmail", leadId=lead, direction="OUTBOUND")


async def test_a_hundred_nodes_of_a_moment_take_two_statements_a_table(api: Api, common_database: Database) -> None:
    lead = furnished(api)
    for _ in range(10):
        furnish_more(api, lead)
    version = api.look(lead, "version")["version"]
    found = api.ask(THINGS, id=lead, asOf={"version": version})["lead"]
    ids = [one["id"] for name in ("contacts", "tasks", "opportunities") for one in found[name]]
    ids += [one["id"] for name in ("activities", "files", "emailThreads") for one in found[name]["nodes"]]
    ids += [found["id"], found["status"]["id"], found["createdBy"]["id"]]
    few, many = [await statements(api, common_database, NODES, ids=some) for some in (ids[::8], ids[-100:])]
    assert (len(ids) > 100, many <= few + 2) == (True, True)
    assert many <= 2 * 7 + 8


THINGS = """query ($id: ID!, $asOf: AsOfInput) { lead(id: $id, asOf: $asOf) { id contacts { id } tasks { id }
  opportunities { id } activities(first: 100) { nodes { id } } files { nodes { id } } emailThreads { nodes { id } }
  status { id } createdBy { id } } }"""
