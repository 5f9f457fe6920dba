"""Searching the list of leads: beginnings of words, without case and accents, and never an error."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from app.ids import LeadId, uuid7
from app.lead.contacts import ContactAdded, NewContact
from app.lead.details import CreateLead, LeadCreated, UpdateLead
from app.text import NAME_MAX
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.lists import LeadOrder, count_leads, lead_page
from tests.projections.screens import append, appending, lead_row, status_called
from tests.support.office import Office
from tests.support.postgres import both_versions

pytestmark = both_versions

NAMES = ("Bluth Company", "Blütenzauber", "O'Brien & Söhne", "Straße 7", "東京 商会", "شركة النور", "!!!")

HOSTILE = {
    "quotes": "'; DROP TABLE lead_view; --",
    "double quotes": '"bluth" \'\' ""',
    "backslashes": "\\ \\\\ bl\\uth \\'",
    "operators": "& | ! <-> <2> ( ) :* :A bluth:*",
    "one operator": "!",
    "open bracket": "(bluth",
    "placeholders": "{} $1 $2 %s %(x)s ${x}",
    "wildcards": "% _ * ?",
    "half a pair": "\ud800",
    "nul": "blu\0th",
    "invisible": "\u200b\u202e\ufeff",
    "long": "x" * 10_000,
    "long in bytes": "🀄" * 10_000,
    "long once folded": "ﷺ" * 10_000,
    "many words": "bluth " * 2_000,
    "many quotes": "'" * 10_000,
}

# NAME_MAX characters of each are taken. Folding makes some of them longer than an index holds, and some empty.
LONG = {
    "ligatures": "ﷺ" * 500,
    "tiles": "🀄" * 500,
    "tiles and letters": "🀄x" * 250,
    "sharp s": "ß" * 500,
    "han": "北" * 500,
    "one word": "x" * 500,
    "a short word first": "Bluth " + "x" * 494,
    "long words": "Donaudampfschifffahrt " * 22 + "Kapitänspatent",
    "ligatures in words": "äﷺ " * 166 + "ﷺ",
    "letters": "a " * 249 + "bc",
}


async def leads_called(office: Office, names: Sequence[str | None]) -> dict[UUID, str | None]:
    """New leads, by one append."""
    status_id = await status_called(office, "Potential")
    leads = {uuid7(): name for name in names}
    await append(
        office,
        [
            await appending(office, lead_id, 0, LeadCreated(name=name, status_id=status_id, status_label="Potential"))
            for lead_id, name in leads.items()
        ],
    )
    return leads


async def found(office: Office, search: str) -> set[UUID]:
    async with office.reader() as reader:
        criteria = LeadCriteria(search=search)
        page = await lead_page(reader, criteria, LeadOrder.NAME, descending=False, after=None, limit=100)
        assert await count_leads(reader, criteria) == len(page)
    return {lead_id for lead_id, _ in page}


@pytest.mark.parametrize(
    ("search", "matches"),
    [
        ("bluth", {"Bluth Company"}),
        ("BLÜTH", {"Bluth Company"}),
        ("blu", {"Bluth Company", "Blütenzauber"}),
        ("comp BLU", {"Bluth Company"}),
        ("bluth sitwell", set()),
        ("luth", set()),
        ("o'brien", {"O'Brien & Söhne"}),
        ("sohne", {"O'Brien & Söhne"}),
        ("strasse", {"Straße 7"}),
        ("STRAẞE", {"Straße 7"}),
        ("7", {"Straße 7"}),
        ("東", {"東京 商会"}),
        ("ｂｌｕｔｈ", {"Bluth Company"}),
        ("النور", {"شركة النور"}),
        ("-- !!!", set(NAMES)),
        ("", set(NAMES)),
    ],
)
async def test_every_word_begins_a_word_of_the_name(office: Office, search: str, matches: set[str]) -> None:
    leads = await leads_called(office, NAMES)
    assert {leads[lead_id] for lead_id in await found(office, search)} == matches


@pytest.mark.parametrize("search", HOSTILE.values(), ids=list(HOSTILE))
async def test_no_input_is_an_error(office: Office, search: str) -> None:
    leads = await leads_called(office, NAMES)
    assert await found(office, search) <= set(leads)


@for_all(search=st.text(max_size=50))
@settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
async def test_no_text_at_all_is_an_error(office: Office, search: str) -> None:
    await found(office, search)


@pytest.mark.parametrize("name", [name[:NAME_MAX] for name in LONG.values()], ids=list(LONG))
async def test_a_long_name_is_stored_listed_and_found(office: Office, name: str) -> None:
    created = CreateLead(name=name)
    await office.run(created)
    assert (await lead_row(office, created.lead_id)).display_name == name
    assert await found(office, name) == {created.lead_id}


async def test_a_lead_is_found_by_each_of_its_contacts(office: Office) -> None:
    created = CreateLead(contacts=(NewContact(name="Lindsay Fünke"), NewContact(name="Tobias")))
    await office.run(created)
    for search in ("funke", "tobias", "lindsay tobias"):
        assert await found(office, search) == {created.lead_id}


async def test_a_lead_with_neither_is_found_as_it_is_shown(office: Office) -> None:
    (lead_id,) = await leads_called(office, [None])
    assert await found(office, "untitled") == {lead_id}


async def test_a_renamed_lead_is_found_by_its_new_name_alone(office: Office, lead_id: LeadId) -> None:
    await office.run(UpdateLead(lead_id=lead_id, name="Sitwell"))
    assert (await found(office, "sitwell"), await found(office, "bluth")) == ({lead_id}, set())


async def test_a_lead_that_loses_its_name_is_found_by_it_no_more(office: Office, lead_id: LeadId) -> None:
    added = ContactAdded(contact_id=NewContact().contact_id, place=0, name="Lindsay")
    await append(office, [await appending(office, lead_id, 1, added)])
    assert await found(office, "bluth lindsay") == {lead_id}
    await office.run(UpdateLead(lead_id=lead_id, name=None))
    assert (await found(office, "lindsay"), await found(office, "bluth")) == ({lead_id}, set())
