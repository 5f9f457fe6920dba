"""Every script round-trips through commands, events and bytes; what is no character is refused by name."""

# characters that look like others are the point

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from app.codecs import EVENTS
from app.event import Event
from app.lead.addresses import Address
from app.lead.calls import LogCall
from app.lead.contact_changes import UpdateContact
from app.lead.contacts import AddContact, NewContact
from app.lead.details import CreateLead, LeadCreated
from app.lead.emails import LogEmail
from app.lead.notes import WriteNote
from app.lead.tasks import AddTask
from app.text import NotUnicode, NulCharacter
from app.vocabulary import Direction
from tests.support.acme import CONTACT, CONTACT_ADDED, LEAD, LEAD_CREATED
from tests.support.given import Command, Outcome, given
from tests.support.recorded import recorded

SAMPLES = [
    "شركة النور",
    "株式会社",
    "עברית\u200f",
    "👩‍👩‍👧‍👦 family",  # joined by zero-width joiners
    "🇩🇪",
    "e\u0301 is not é",  # a combining mark is not composed
    "zero\u200bwidth\u2060",
    "می\u200cخواهم",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "\ufeffmark",
    "\U0010ffff",
    "a\u202eb",
]
NAMES = st.text(min_size=1, max_size=60).map(str.strip).filter(lambda text: text and "\0" not in text)
TEXTS: dict[str, Callable[[str], Command]] = {
    "name": lambda text: CreateLead(lead_id=LEAD, name=text),
    "description": lambda text: CreateLead(lead_id=LEAD, description=text),
    "source": lambda text: CreateLead(lead_id=LEAD, source=text),
    "addresses.0.city": lambda text: CreateLead(lead_id=LEAD, addresses=(Address(city=text),)),
    "contact.name": lambda text: AddContact(lead_id=LEAD, contact=NewContact(name=text)),
    "contact.title": lambda text: AddContact(lead_id=LEAD, contact=NewContact(title=text)),
    "text": lambda text: AddTask(lead_id=LEAD, text=text),
    "note": lambda text: LogCall(lead_id=LEAD, direction=Direction.INBOUND, note=text),
    "title": lambda text: WriteNote(lead_id=LEAD, text="a", title=text),
    "subject": lambda text: LogEmail(lead_id=LEAD, direction=Direction.OUTBOUND, subject=text),
    "body_text": lambda text: LogEmail(lead_id=LEAD, direction=Direction.OUTBOUND, body_text=text),
}


def decide(command: Command) -> Outcome:
    return (given() if isinstance(command, CreateLead) else given(LEAD_CREATED)).when(command)


def through_bytes(event: Event) -> Event:
    return EVENTS.decode(recorded(event))


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("text", SAMPLES)
def test_every_script_comes_back_as_it_was(path: str, text: str) -> None:
    event = through_bytes(decide(TEXTS[path](text)).only)
    thing = event.addresses[0] if isinstance(event, LeadCreated) and event.addresses else event
    assert getattr(thing, path.split(".")[-1]) == text


@pytest.mark.parametrize("text", SAMPLES)
def test_every_script_comes_back_from_a_change(text: str) -> None:
    change = UpdateContact(contact_id=CONTACT, name=text)
    event = through_bytes(given(LEAD_CREATED, CONTACT_ADDED).when(change).only)
    assert getattr(event, "after", None) == text


@for_all(NAMES)
@settings(deadline=None, max_examples=50)
def test_every_name_comes_back_as_it_was(name: str) -> None:
    assert (
        through_bytes(decide(CreateLead(lead_id=LEAD, name=name)).only)
        == decide(CreateLead(lead_id=LEAD, name=name)).only
    )


@pytest.mark.parametrize("text", SAMPLES)
def test_every_script_comes_back_from_rich_text(text: str) -> None:
    note = through_bytes(decide(WriteNote(lead_id=LEAD, html=f"<p>{text}</p>")).only)
    assert (getattr(note, "text", None), getattr(note, "html", None)) == (text, f"<p>{text}</p>")


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("nul", ["\0", "a\0b", " \0 "])
def test_the_nul_character_is_refused_by_name(path: str, nul: str) -> None:
    decide(TEXTS[path](nul)).then_refused(NulCharacter, path)


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("half", ["\ud83d", "a\udc69b", "\udfff\ud800"])
def test_half_a_surrogate_pair_is_refused_by_name(path: str, half: str) -> None:
    decide(TEXTS[path](half)).then_refused(NotUnicode, path)
