"""One sentence for people about every event there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.desk.events import ItemsDone, ItemsMarkedNotDone, ItemsSnoozed, ItemsUnsnoozed
from app.event import Event
from app.organization.organization import Organization
from schema.headline_words import Sentence
from schema.headlines_of_leads import OF_LEADS
from schema.headlines_of_organizations import OF_ORGANIZATIONS

Headline = str | Callable[[Any, Organization], str]  # a template of the event's members, or what makes the sentence

OF_DESKS: dict[type[Event], Headline] = {
    ItemsDone: "Done in the inbox: {items:count item}.",
    ItemsMarkedNotDone: "Marked as not done in the inbox: {items:count item}.",
    ItemsSnoozed: "Put off in the inbox until {until}: {items:count item}.",
    ItemsUnsnoozed: "Put off no longer in the inbox: {items:count item}.",
}
HEADLINES: dict[type[Event], Headline] = {**OF_LEADS, **OF_ORGANIZATIONS, **OF_DESKS}


def headline_of(event: Event, organization: Organization) -> str:
    """What happened. Labels are those of the moment where the event has them, else the organization's."""
    headline = HEADLINES[type(event)]
    if isinstance(headline, str):
        text = headline.format_map(Sentence(event, organization))
    else:
        text = headline(event, organization)
    return text[0].upper() + text[1:]
