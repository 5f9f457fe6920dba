"""The example of docs/importing.md does what the page says."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from app.bulk.mapping.importing import import_mapped
from app.bulk.report import ImportReport
from app.lead.contacts import ContactAdded
from app.lead.details import ExternalId, LeadCreated
from app.lead.opportunities import OpportunityAdded
from app.vocabulary import ContactPointType, CustomFieldTarget, CustomFieldType
from tests.app.bulk.mapping.fields import make_field
from tests.support.office import Office

PAGE = Path(__file__).parents[4] / "docs" / "importing.md"
_FILE = re.compile(r"^`(\S+\.(?:csv|toml))`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


async def test_the_example_of_the_page(office: Office, tmp_path: Path) -> None:
    industry = await make_field(office, "Industry", CustomFieldType.CHOICES, choices=("Retail", "Other"))
    manager = await make_field(office, "Account manager", CustomFieldType.USER)
    choices = ("News", "Prices")
    newsletter = await make_field(
        office, "Newsletter", CustomFieldType.CHOICES, target=CustomFieldTarget.CONTACT, choices=choices, multiple=True
    )
    report = await _import(office, tmp_path)
    assert [line.partition(": ")[2] for line in report.lines()] == [
        "2 rows, 2 new leads, 0 there already",
        "1 rows, 1 new contacts, 0 there already",
        "2 rows, 2 new opportunities, 0 there already",
    ]
    first, second = [event for event in await office.events(LeadCreated) if isinstance(event, LeadCreated)]
    assert (first.name, first.status_label, first.external_id) == (
        "Jürgens & Söhne",
        "Customer",
        ExternalId("erp", "1001"),
    )
    assert first.occurred_at == datetime(2019, 2, 3, 11, tzinfo=UTC)
    assert {one.field_id: one.values for one in first.custom_values} == {
        industry: ("Retail",),
        manager: (str(office.admin_id),),
    }
    assert [(one.city, one.country) for one in first.addresses] == [("Köln", "DE")]
    assert (second.name, second.status_label, second.source) == ('Big "B" Ltd', "Potential", "erp")
    assert {one.field_id: one.values for one in second.custom_values} == {industry: ("Other",)}
    primary, ole = [event for event in await office.events(ContactAdded) if isinstance(event, ContactAdded)]
    assert primary.name == "Änne Jürgens"
    assert [one.email for one in primary.emails] == ["aenne@juergens.example", "info@juergens.example"]
    assert [(one.phone, one.type) for one in primary.phones] == [("+491712345678", ContactPointType.MOBILE)]
    assert (ole.name, ole.place, ole.custom_values[0].values) == ("Ole Ohm", 1, choices)
    assert ole.custom_values[0].field_id == newsletter
    offer, order = [event for event in await office.events(OpportunityAdded) if isinstance(event, OpportunityAdded)]
    assert (offer.value, offer.confidence, offer.status_label) == (Decimal("1234567.89"), 60, "Proposal Sent")
    assert (offer.date_won, offer.user_id, offer.contact_id) == (date(2026, 12, 31), office.admin_id, ole.contact_id)
    assert offer.note == "New shelves\nWants them by spring"
    assert (order.status_label, order.date_won, order.note) == ("Won", date(2026, 10, 1), "First order")
    length = len(await office.log())
    again = await _import(office, tmp_path)
    assert [(count.new, count.there) for count in again.counts.values()] == [(0, 2), (0, 1), (0, 2)]
    assert len(await office.log()) == length


async def _import(office: Office, folder: Path) -> ImportReport:
    for name, text in _FILE.findall(PAGE.read_text("utf-8")):
        (folder / name).write_text(text, "utf-8")
    files = [folder / f"{name}.csv" for name in ("customers", "people", "offers")]
    return await import_mapped(
        office.system, office.org_id, files, folder / "crm.toml", progress=lambda _done, _total: None
    )
