"""Sight: whatever is read, a RESTRICTED user sees a lead, and what hangs on it, exactly when `Assignment.sees` it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from app import onboarding
from app.ids import LeadId, UserId, encode_id
from app.lead.contact_points import EmailAddress
from app.lead.contacts import NewContact
from app.lead.deletion import DeleteLead
from app.lead.details import CreateLead
from app.lead.notes import WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.sms import LogSms
from app.lead.tasks import AddTask
from app.organization.custom_fields import CustomFieldDeleted
from app.organization.users import AddUser
from app.organization.visibility import Visibility, VisibilityChanged, assignment_of
from app.system import System
from app.vocabulary import Direction, InboxItemKind, InboxView, Role, VisibilityBehavior
from projections.activity_feed import read as feed
from projections.inbox import lists as inboxes
from projections.inbox import read as inbox_side
from projections.inbox.criteria import InboxCriteria
from projections.lead_view import contact_lists, duplicates, lists
from projections.lead_view import opportunity_list as boards
from projections.lead_view import read as lead_side
from projections.lead_view import task_list as agenda
from projections.lead_view.contact_lists import ContactCriteria, ContactOrder
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.lists import LeadOrder
from projections.lead_view.opportunity_list import OpportunityCriteria, OpportunityOrder
from projections.lead_view.task_list import TaskCriteria
from projections.machinery.reader import Reader
from projections.machinery.sight import Sight
from tests.support.custom import FIELDS, OWNER, TEAM, Record, setting
from tests.support.office import Office, found_office

PEOPLE = ("restricted", "admin", "other")
SHARED = "shared@bluth.example"

Named = tuple[list[str], str | None]  # in TEAM, and in OWNER
LEADS = st.lists(
    st.tuples(st.lists(st.sampled_from(PEOPLE), max_size=3), st.none() | st.sampled_from(PEOPLE)), max_size=5
)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an organization comes to decide, after its leads have their values."""

    fields: Sequence[str]
    behavior: VisibilityBehavior
    team_is_one: bool
    owner_is_several: bool
    deleted: str | None

    def facts(self) -> list[Any]:
        by_name = {"team": TEAM, "owner": OWNER}
        ids = tuple(by_name[name].field_id for name in self.fields)
        facts: list[Any] = [
            msgspec.structs.replace(TEAM, accepts_multiple_values=not self.team_is_one),
            msgspec.structs.replace(OWNER, accepts_multiple_values=self.owner_is_several),
            VisibilityChanged(before=Visibility(), after=Visibility(field_ids=ids, behavior=self.behavior)),
        ]
        if self.deleted is not None:
            field = by_name[self.deleted]
            facts.append(CustomFieldDeleted(field_id=field.field_id, name=field.name))
        return facts


RULES = st.builds(
    Rules,
    fields=st.lists(st.sampled_from(["team", "owner"]), unique=True),
    behavior=st.sampled_from(VisibilityBehavior),
    team_is_one=st.booleans(),
    owner_is_several=st.booleans(),
    deleted=st.none() | st.none() | st.sampled_from(["team", "owner"]),
)


@dataclass(frozen=True)
class Things:
    """A lead, and one of each kind of thing on it."""

    lead: LeadId
    contact: UUID
    opportunity: UUID
    task: UUID
    note: UUID
    sms: UUID
    owner: UserId


async def furnished(office: Office, named: Named, people: dict[str, str]) -> Things:
    team, owner = named
    person = NewContact(name="Lindsay", emails=(EmailAddress(email=SHARED),))
    values = [setting(TEAM, [people[one] for one in team])] if team else []
    values += [setting(OWNER, people[owner])] if owner else []
    lead = CreateLead(name="Bluth", contacts=(person,), custom_fields=tuple(values))
    opportunity = AddOpportunity(lead_id=lead.lead_id)
    due: Any = ({}, {"due_date": date(2026, 1, 1)}, {"due_at": datetime(2026, 1, 1, tzinfo=UTC)})[len(team) % 3]
    task = AddTask(lead_id=lead.lead_id, text="Call", **due)
    note = WriteNote(lead_id=lead.lead_id, text="Note")
    sms = LogSms(lead_id=lead.lead_id, direction=Direction.INBOUND, text="?", user_id=office.admin_id)
    for command in (lead, opportunity, task, note, sms):
        await office.run(command)
    ids = (opportunity.opportunity_id, task.task_id, note.note_id, sms.sms_id)
    return Things(lead.lead_id, person.contact_id, *ids, office.admin_id)


NOBODY = UUID(int=0)


async def seen(reader: Reader, things: Sequence[Things]) -> dict[str, set[UUID]]:
    """The leads that each way of reading gives, or those of the things that it gives."""
    lead_of = {
        id: one.lead for one in things for id in (one.lead, one.contact, one.opportunity, one.task, one.note, one.sms)
    }
    ids = list(lead_of)
    everything, searched = LeadCriteria(), LeadCriteria(search="blu", email=SHARED)
    found: dict[str, Any] = {
        "leads": await lead_side.leads(reader, ids),
        "contacts": await lead_side.contacts(reader, ids),
        "opportunities": await lead_side.opportunities(reader, ids),
        "tasks": await lead_side.tasks(reader, ids),
        "activities": await feed.activities(reader, ids),
        "duplicates": (await duplicates.leads_with_any(reader, {NOBODY: [f"e{SHARED}"]}, 100)).get(NOBODY, ()),
    }
    for criteria in (everything, searched):
        for order in LeadOrder:
            if order is LeadOrder.RELEVANCE and criteria.search is None:
                continue
            for descending in (True,) if order is LeadOrder.RELEVANCE else (False, True):
                page = await lists.lead_page(reader, criteria, order, descending=descending, after=None, limit=100)
                found[f"{order} {descending} {criteria.search}"] = [lead_id for lead_id, _ in page]
    for contact_order in ContactOrder:
        for search in (None, "lind"):
            by = ContactCriteria(search=search)
            people = await contact_lists.contact_page(
                reader, by, contact_order, descending=False, after=None, limit=100
            )
            found[f"contacts {contact_order} {search}"] = [contact_id for contact_id, _ in people]
            assert await contact_lists.count_contacts(reader, by) == len(people)
    for criteria in (everything, searched):
        assert await lists.count_leads(reader, criteria) == len(found["leads"])
    found |= await seen_on_boards(reader, UUID(int=0))
    found |= await seen_in_inboxes(reader, things)
    return {way: {lead_of[id] for id in ids} for way, ids in found.items()}


async def seen_on_boards(reader: Reader, nobody: UUID) -> dict[str, list[UUID]]:
    """Opportunities and tasks of all leads; counts and sums agree with the lists."""
    found: dict[str, list[UUID]] = {}
    all_opportunities = OpportunityCriteria()
    for order in OpportunityOrder:
        page = await boards.opportunity_page(reader, all_opportunities, order, after=None, limit=100)
        found[str(order)] = [row.opportunity_id for row in page]
        assert await boards.count_opportunities(reader, all_opportunities) == len(page)
        assert sum(total.count for total in await boards.totals(reader, all_opportunities)) == len(page)
    all_tasks = TaskCriteria(viewer_id=nobody, zone=ZoneInfo("UTC"), now=datetime.now(UTC))
    by_due = await agenda.page_by_due(reader, all_tasks, after=None, limit=100)
    by_created = await agenda.page_by_created(reader, all_tasks, after=None, limit=100)
    assert await agenda.count_tasks(reader, all_tasks) == len(by_due)
    return found | {name: [row.task_id for row in rows] for name, rows in (("due", by_due), ("created", by_created))}


async def seen_in_inboxes(reader: Reader, things: Sequence[Things]) -> dict[str, list[UUID]]:
    """Text messages that came to the admin; counts agree with the lists."""
    found: dict[str, list[UUID]] = {}
    leads, messages = [one.lead for one in things], [one.sms for one in things]
    for owner_id in {*(one.owner for one in things), None}:
        criteria = InboxCriteria(
            owner_id=owner_id,
            view=InboxView.INBOX,
            zone=ZoneInfo("UTC"),
            zones={},
            now=datetime.now(UTC),
            kinds=[InboxItemKind.INCOMING_SMS],
        )
        page = await inboxes.inbox_page(reader, criteria, after=None, before=None, from_end=False, limit=100)
        found[f"inbox {owner_id}"] = [row.subject_id for row in page]
        assert await inboxes.count_items(reader, criteria) == len(page)
        assert await inboxes.count_by_kind(reader, criteria) == {InboxItemKind.INCOMING_SMS: len(page)}
        by_id = await inbox_side.items(reader, [row.item_id for row in page])
        assert [by_id[row.item_id] for row in page] == page
        if owner_id is not None:
            found["items"] = list(await inbox_side.open_items_of_activities(reader, owner_id, messages, leads))
    return found


async def restricted_in(office: Office) -> tuple[UserId, dict[str, str]]:
    """A RESTRICTED user, and the public ids of three people."""
    adding = AddUser(name="Buster", email="buster@acme.example", role=Role.RESTRICTED)
    other = AddUser(name="Gob", email="gob@acme.example")
    for command in (adding, other, Record(FIELDS)):
        await office.system.dispatch.run(command, onboarding.system_request(office.org_id))
    ids = dict(zip(PEOPLE, (adding.user_id, office.admin_id, other.user_id), strict=True))
    return adding.user_id, {name: encode_id("user", id) for name, id in ids.items()}


@for_all(leads=LEADS, rules=RULES, deleted=st.sets(st.integers(0, 4), max_size=2))
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
async def test_every_read_shows_the_leads_that_the_assignment_sees(
    system: System, leads: list[Named], rules: Rules, deleted: set[int]
) -> None:
    office = await found_office(system, f"Acme {uuid4()}")
    user_id, people = await restricted_in(office)
    things = [await furnished(office, named, people) for named in leads]
    await office.run(Record(rules.facts()))
    gone = {one.lead for place, one in enumerate(things) if place in deleted}
    for lead_id in gone:
        await office.run(DeleteLead(lead_id=lead_id))

    organization = await office.organization()
    assignment = assignment_of(organization, user_id)
    assert assignment is not None
    states = {one.lead: await system.states.lead(office.org_id, one.lead) for one in things}
    there = {lead_id for lead_id in states if lead_id not in gone}
    expected = {lead_id for lead_id in there if (lead := states[lead_id]) and assignment.sees(lead.custom)}
    for sight, leads_seen in ((Sight(assignment), expected), (Sight(), there)):
        async with office.reader() as reader:
            reader.sight = sight
            for way, found in (await seen(reader, things)).items():
                assert found == leads_seen, way


@for_all(leads=LEADS, rules=RULES)
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
async def test_whoever_is_named_in_a_field_that_counts_sees_the_lead(
    system: System, leads: list[Named], rules: Rules
) -> None:
    """What `Assignment.sees` means, in other words."""
    office = await found_office(system, f"Acme {uuid4()}")
    user_id, people = await restricted_in(office)
    things = [await furnished(office, named, people) for named in leads]
    await office.run(Record(rules.facts()))
    assignment = assignment_of(await office.organization(), user_id)
    assert assignment is not None
    for (team, owner), one in zip(leads, things, strict=True):
        counting = list(dict.fromkeys(team))[: 1 if rules.team_is_one else None]
        named = {"team": counting, "owner": [owner] if owner else []}
        people_named = [name for field in rules.fields if field != rules.deleted for name in named[field]]
        allowed = rules.behavior is VisibilityBehavior.ALLOW_UNASSIGNED and not people_named
        lead = await system.states.lead(office.org_id, one.lead)
        assert lead is not None
        assert assignment.sees(lead.custom) == ("restricted" in people_named or allowed)


async def test_admins_members_and_the_system_see_every_lead(office: Office) -> None:
    restricted, _ = await restricted_in(office)
    await office.run(Record(RULES_OF_NOBODY.facts()))
    organization = await office.organization()
    assert {one for one in organization.users if assignment_of(organization, one)} == {restricted}
    assert assignment_of(organization, None) is None


RULES_OF_NOBODY = Rules(
    fields=[],
    behavior=VisibilityBehavior.REQUIRE_ASSIGNMENT,
    team_is_one=False,
    owner_is_several=False,
    deleted=None,
)


async def test_without_visibility_fields_a_restricted_user_sees_all_or_nothing(office: Office) -> None:
    user_id, _ = await restricted_in(office)
    for behavior, sees in ((VisibilityBehavior.ALLOW_UNASSIGNED, True), (VisibilityBehavior.REQUIRE_ASSIGNMENT, False)):
        await office.run(Record(replace(RULES_OF_NOBODY, behavior=behavior).facts()))
        assignment = assignment_of(await office.organization(), user_id)
        assert assignment is not None
        assert assignment.sees({}) is sees
