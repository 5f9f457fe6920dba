"""What events do to a lead's own row and to its pulse, as the left side of its page shows them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app import onboarding
from app.ids import LeadId, uuid7
from app.lead.addresses import Address
from app.lead.calls import LogCall
from app.lead.contacts import AddContact, NewContact
from app.lead.details import CreateLead, UpdateLead
from app.lead.emails import LogEmail
from app.lead.notes import WriteNote
from app.lead.opportunities import AddOpportunity
from app.lead.statuses import ChangeLeadStatus
from app.lead.tasks import AddTask
from app.request import Command
from app.vocabulary import AddressLabel, Direction
from projections.lead_view import read
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.lists import LeadOrder, lead_page
from projections.lead_view.rows import LeadRow
from tests.projections.screens import LONG_AGO, colleague_of, last_fact, lead_row, status_called
from tests.support.office import Office, found_office
from tests.support.postgres import both_versions
from tests.support.rich import rich_lead

LINDSAY, NOBODY = NewContact(name="Lindsay"), NewContact(title="Ms")

ONE_EVENT: dict[str, Callable[[LeadId], Command]] = {
    "rename": lambda lead_id: UpdateLead(lead_id=lead_id, name="Sitwell"),
    "description": lambda lead_id: UpdateLead(lead_id=lead_id, description="Builds"),
    "url": lambda lead_id: UpdateLead(lead_id=lead_id, url="bluth.example"),
    "status": lambda lead_id: ChangeLeadStatus(lead_id=lead_id, status="Qualified"),
    "contact": lambda lead_id: AddContact(lead_id=lead_id, contact=LINDSAY),
    "opportunity": lambda lead_id: AddOpportunity(lead_id=lead_id),
    "task": lambda lead_id: AddTask(lead_id=lead_id, text="Call"),
    "call": lambda lead_id: LogCall(lead_id=lead_id, direction=Direction.INBOUND, occurred_at=LONG_AGO),
    "e-mail": lambda lead_id: LogEmail(lead_id=lead_id, direction=Direction.OUTBOUND),
    "note": lambda lead_id: WriteNote(lead_id=lead_id, text="Likes stairs"),
}


@both_versions
async def test_a_new_lead_shows_what_it_was_created_with(office: Office) -> None:
    created = CreateLead(name="Bluth", description="Builds houses", url="bluth.example", status="Qualified")
    await office.run(created)
    now = (await last_fact(office)).recorded_at
    assert await lead_row(office, created.lead_id) == LeadRow(
        lead_id=created.lead_id,
        name="Bluth",
        display_name="Bluth",
        description="Builds houses",
        url="https://bluth.example",
        addresses=[],
        status_id=await status_called(office, "Qualified"),
        source="test",
        created_at=now,
        created_by=office.admin_id,
        primary_contact_id=None,
        version=1,
        updated_at=now,
        updated_by=office.admin_id,
        last_communication_at=None,
        last_activity_at=None,
    )


async def test_a_lead_created_by_the_system_has_no_author(office: Office) -> None:
    created = CreateLead()
    await office.system.dispatch.run(created, onboarding.system_request(office.org_id, source="import"))
    row = await lead_row(office, created.lead_id)
    assert (row.created_by, row.updated_by, row.source) == (None, None, "import")


async def test_a_lead_is_created_when_it_is_recorded_whenever_it_began(office: Office) -> None:
    created = CreateLead(occurred_at=LONG_AGO)
    await office.run(created)
    row = await lead_row(office, created.lead_id)
    recorded_at = (await last_fact(office)).recorded_at
    assert (row.created_at, row.updated_at) == (recorded_at, recorded_at)


@both_versions
@pytest.mark.parametrize(
    ("name", "contacts", "shown"),
    [
        ("Bluth", (LINDSAY,), "Bluth"),
        (None, (LINDSAY, NewContact(name="Tobias")), "Lindsay"),
        (None, (NOBODY, LINDSAY), "Untitled"),
        (None, (), "Untitled"),
    ],
)
async def test_a_lead_is_shown_by_its_name_else_by_its_first_contact(
    office: Office, name: str | None, contacts: tuple[NewContact, ...], shown: str
) -> None:
    created = CreateLead(name=name, contacts=contacts)
    await office.run(created)
    assert (await lead_row(office, created.lead_id)).display_name == shown


@both_versions
async def test_a_lead_whose_name_is_taken_away_is_shown_by_its_first_contact(office: Office, lead_id: LeadId) -> None:
    await office.run(AddContact(lead_id=lead_id, contact=LINDSAY))
    await office.run(UpdateLead(lead_id=lead_id, name=None))
    row = await lead_row(office, lead_id)
    assert (row.name, row.display_name) == (None, "Lindsay")


async def test_a_lead_is_shown_by_its_new_name(office: Office, lead_id: LeadId) -> None:
    await office.run(UpdateLead(lead_id=lead_id, name="Sitwell"))
    row = await lead_row(office, lead_id)
    assert (row.name, row.display_name) == ("Sitwell", "Sitwell")


@pytest.mark.parametrize(
    ("field", "given", "shown"),
    [
        ("description", "Builds\nhouses", "Builds\nhouses"),
        ("description", None, None),
        ("url", "new.example/x", "https://new.example/x"),
        ("url", None, None),
    ],
)
async def test_a_detail_is_what_it_was_set_to_last(
    office: Office, field: str, given: str | None, shown: str | None
) -> None:
    created = CreateLead(name="Bluth", description="Old", url="old.example")
    await office.run(created)
    before = await lead_row(office, created.lead_id)
    await office.run(UpdateLead(lead_id=created.lead_id, **{field: given}))  # type: ignore[arg-type]
    details = ("name", "description", "url", "status_id", "display_name")
    expected = {name: getattr(before, name) for name in details} | {field: shown}
    after = await lead_row(office, created.lead_id)
    assert {name: getattr(after, name) for name in details} == expected


async def test_a_lead_has_the_status_it_was_given_last(office: Office, lead_id: LeadId) -> None:
    for label in ("Qualified", "Customer"):
        await office.run(ChangeLeadStatus(lead_id=lead_id, status=label))
    assert (await lead_row(office, lead_id)).status_id == await status_called(office, "Customer")


@pytest.mark.parametrize("command", ONE_EVENT.values(), ids=list(ONE_EVENT))
async def test_every_event_moves_version_and_time_and_hand_of_the_last_change(
    office: Office, lead_id: LeadId, command: Callable[[LeadId], Command]
) -> None:
    colleague = await colleague_of(office)
    await colleague.run(command(lead_id))
    row = await lead_row(office, lead_id)
    recorded_at = (await last_fact(office)).recorded_at
    assert (row.version, row.updated_at, row.updated_by) == (2, recorded_at, colleague.admin_id)


async def test_who_changes_a_lead_does_not_become_its_author(office: Office, lead_id: LeadId) -> None:
    before = await lead_row(office, lead_id)
    await (await colleague_of(office)).run(UpdateLead(lead_id=lead_id, name="Sitwell"))
    after = await lead_row(office, lead_id)
    assert (after.created_by, after.created_at) == (office.admin_id, before.created_at)


@both_versions
async def test_the_version_counts_every_event_of_the_lead(office: Office) -> None:
    lead = await rich_lead(office)
    facts = [fact for fact in await office.log() if fact.stream_id == lead.lead_id]
    row = await lead_row(office, lead.lead_id)
    assert (row.version, row.updated_at) == (len(facts), facts[-1].recorded_at)


async def test_a_command_that_changes_nothing_moves_nothing(office: Office, lead_id: LeadId) -> None:
    before = await lead_row(office, lead_id)
    await (await colleague_of(office)).run(UpdateLead(lead_id=lead_id, name="Bluth Company"))
    assert await lead_row(office, lead_id) == before


async def test_leads_that_there_are_not_are_left_out(office: Office, lead_id: LeadId) -> None:
    async with office.reader() as reader:
        assert set(await read.leads(reader, [lead_id, uuid7()])) == {lead_id}


async def test_a_lead_of_another_organization_is_none(office: Office, lead_id: LeadId) -> None:
    stranger = await found_office(office.system, name="Elsewhere")
    async with stranger.reader() as reader:
        assert await read.leads(reader, [lead_id]) == {}


HOME = Address(label=AddressLabel.MAILING, address1="100 Sudden Valley Rd", postal_code="92660", country="US")


@both_versions
async def test_a_lead_shows_the_addresses_that_it_was_given_last(office: Office) -> None:
    created = CreateLead(addresses=(HOME, Address(city="Reykjavík")))
    await office.run(created)
    assert (await lead_row(office, created.lead_id)).addresses == [HOME, Address(city="Reykjavík")]
    await office.run(UpdateLead(lead_id=created.lead_id, addresses=(Address(city="Köln"),)))
    assert (await lead_row(office, created.lead_id)).addresses == [Address(city="Köln")]
    await office.run(UpdateLead(lead_id=created.lead_id, addresses=None))
    assert (await lead_row(office, created.lead_id)).addresses == []


async def test_a_lead_is_found_by_every_line_of_its_addresses(office: Office) -> None:
    created = CreateLead(addresses=(HOME, Address(city="Reykjavík")))
    await office.run(created)
    async with office.reader() as reader:
        for search in ("sudden val", "92660", "reykja"):
            page = await lead_page(
                reader, LeadCriteria(search=search), LeadOrder.NAME, descending=False, after=None, limit=9
            )
            assert [lead_id for lead_id, _ in page] == [created.lead_id], search


async def test_a_lead_says_where_it_came_from_else_what_recorded_it(office: Office) -> None:
    from_a_fair, from_here = CreateLead(source=" Trade fair "), CreateLead(source=" ")
    await office.run(from_a_fair)
    await office.run(from_here)
    sources = [(await lead_row(office, one.lead_id)).source for one in (from_a_fair, from_here)]
    assert sources == ["Trade fair", "test"]
