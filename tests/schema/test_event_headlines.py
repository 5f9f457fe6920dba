"""Every event has a sentence of its own for people."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given, settings

from app.event import Event
from app.lead.task_events import TaskAssigned
from app.organization.organization import Organization
from app.organization.statuses import LeadStatusColorChanged
from schema.event_headlines import HEADLINES, headline_of
from tests.app.test_golden import SAMPLES, Sample, decoded
from tests.support.acme import ACME, ACME_AND_PEOPLE, ADMIN, MEMBER, POTENTIAL, STRANGER, TASK
from tests.support.any_event import EVENT_TYPES, any_event
from tests.support.given import facts_of, organization_of

ORGANIZATION = organization_of(facts_of(ACME_AND_PEOPLE, ()))
HEADLINE_MAX = 700  # characters; a sentence names a few values, each of them short


def test_every_event_has_a_sentence() -> None:
    assert set(HEADLINES) == set(EVENT_TYPES)


def test_no_two_events_share_one() -> None:
    templates = [one for one in HEADLINES.values() if isinstance(one, str)]
    assert len(set(templates)) == len(templates)
    functions = [one for one in HEADLINES.values() if not isinstance(one, str)]
    assert len({(one, *_told(one)) for one in functions}) == len(functions)


def _told(function: object) -> list[str]:
    return [str(cell.cell_contents) for cell in getattr(function, "__closure__", None) or ()]


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_it_is_a_sentence(sample: Sample) -> None:
    sentence = headline_of(decoded(sample), ORGANIZATION)
    assert sentence.endswith(".")
    assert not sentence[0].islower()
    assert "{" not in sentence


@given(event=any_event())
@settings(max_examples=300)
def test_whatever_was_written_it_is_one_short_line(event: Event) -> None:
    sentence = headline_of(event, ORGANIZATION)
    assert len(sentence) <= HEADLINE_MAX
    assert len(sentence.splitlines()) == 1


def test_users_and_statuses_are_called_by_their_names() -> None:
    assigned = TaskAssigned(task_id=TASK, before=ADMIN, after=MEMBER)
    names = [ORGANIZATION.users[one].name for one in (ADMIN, MEMBER)]
    assert headline_of(assigned, ORGANIZATION) == f"A task went from {names[0]} to {names[1]}."
    colored = LeadStatusColorChanged(status_id=POTENTIAL, before="red", after=None)
    assert "“Potential”" in headline_of(colored, ORGANIZATION)


def test_who_is_not_known_is_somebody_and_none_is_nobody() -> None:
    assigned = TaskAssigned(task_id=TASK, before=None, after=STRANGER)
    assert headline_of(assigned, Organization(id=ACME)) == "A task went from nobody to somebody."


def test_functions_say_what_templates_cannot() -> None:
    assert all(isinstance(one, str) or inspect.isfunction(one) for one in HEADLINES.values())
