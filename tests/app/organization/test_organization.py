"""Founding an organization, and how facts change the state that decisions need."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from app.email_address import InvalidEmail
from app.ids import PipelineId, StatusId
from app.organization.organization import AnyOrganizationEvent, CreateOrganization, Organization, evolve
from app.organization.pipelines import OpportunityStatus, Pipeline
from app.organization.refusals import OrganizationExists, UnknownCurrency, UnknownTimeZone
from app.organization.statuses import LeadStatus, LeadStatusArchived
from app.organization.users import User
from app.text import NotUnicode, NulCharacter, Required, TextTooLong
from app.vocabulary import OpportunityStatusType, Role
from tests.support.acme import (
    ACME_FOUNDED,
    ADMIN,
    BAD_FIT,
    BY_SYSTEM,
    DEMO_COMPLETED,
    FOUNDING_IDS,
    PIPELINE,
    POTENTIAL,
    UNKNOWN,
)
from tests.support.any_event import any_of
from tests.support.given import facts_of, given, given_nothing, organization_of

CREATE = CreateOrganization(
    name="Acme",
    admin_id=ADMIN,
    admin_name="Ada Admin",
    admin_email="Ada@acme.example",
    time_zone="Europe/Berlin",
    currency="EUR",
    fresh_ids=FOUNDING_IDS,
)
ORGANIZATION_EVENTS = st.sampled_from(AnyOrganizationEvent.__args__).flatmap(any_of)
HISTORIES = st.lists(ORGANIZATION_EVENTS, max_size=6)


def after(*events: AnyOrganizationEvent) -> Organization:
    return organization_of(facts_of(ACME_FOUNDED, events))


def test_an_organization_begins_with_an_admin_statuses_and_a_pipeline() -> None:
    given_nothing().when(CREATE, by=BY_SYSTEM).then(*ACME_FOUNDED)


def test_names_and_addresses_are_kept_in_one_form() -> None:
    create = replace(CREATE, name=" Acme ", admin_name="Ada Admin\n", admin_email=" Ada@ACME.example ")
    given_nothing().when(create, by=BY_SYSTEM).then(*ACME_FOUNDED)


def test_an_organization_counts_in_dollars_by_utc_unless_said_otherwise() -> None:
    create = CreateOrganization(name="Acme", admin_id=ADMIN, admin_name="Ada", admin_email="ada@acme.example")
    assert (create.currency, create.time_zone) == ("USD", "UTC")


def test_every_thing_of_a_new_organization_has_an_id_of_its_own() -> None:
    create = CreateOrganization(name="Acme", admin_id=ADMIN, admin_name="Ada", admin_email="ada@acme.example")
    ids = [event.entity_id for event in given_nothing().when(create).decided[1:]]
    assert len(set(ids)) == len(ids) == 1 + len(FOUNDING_IDS)


def test_an_organization_is_founded_once() -> None:
    given().when(CREATE, by=BY_SYSTEM).then_refused(OrganizationExists)


@pytest.mark.parametrize(
    "time_zone", ["Europe/Bonn", "europe/berlin", "CEST", "+02:00", "", "../etc/passwd", "\0", "\ud800"]
)
def test_an_unknown_time_zone_is_refused(time_zone: str) -> None:
    given_nothing().when(replace(CREATE, time_zone=time_zone)).then_refused(UnknownTimeZone, "time_zone")


def test_a_refused_time_zone_is_repeated() -> None:
    create = replace(CREATE, time_zone="Europe/Bonn")
    given_nothing().when(create).then_refused(UnknownTimeZone, "time_zone", value="Europe/Bonn")


@pytest.mark.parametrize("currency", ["eur", "EU", "EURO", "€", "", "EUR\n", "\uff25\uff35\uff32"])
def test_what_is_no_currency_code_is_refused(currency: str) -> None:
    given_nothing().when(replace(CREATE, currency=currency)).then_refused(UnknownCurrency, "currency", value=currency)


def test_independent_refusals_of_one_organization_come_together() -> None:
    create = CreateOrganization(
        name=" ", admin_id=ADMIN, admin_name="a" * 501, admin_email="ada", time_zone="x", currency="x"
    )
    given_nothing().when(create).then_refused_all(
        (Required, "name"),
        (TextTooLong, "admin_name"),
        (InvalidEmail, "admin_email"),
        (UnknownTimeZone, "time_zone"),
        (UnknownCurrency, "currency"),
    )


@pytest.mark.parametrize(("name", "refusal"), [("a\0", NulCharacter), ("\udc00", NotUnicode)])
def test_a_name_that_is_no_text_is_refused(name: str, refusal: type[NulCharacter]) -> None:
    given_nothing().when(replace(CREATE, name=name)).then_refused(refusal, "name")


def test_an_organization_is_what_its_facts_say() -> None:
    organization = after()
    assert (organization.version, organization.name, organization.currency) == (len(ACME_FOUNDED), "Acme", "EUR")


def test_a_user_is_who_was_added() -> None:
    ada = User(id=ADMIN, name="Ada Admin", email="Ada@acme.example", role=Role.ADMIN, time_zone="Europe/Berlin")
    assert after().users == {ADMIN: ada}


def test_a_pipeline_and_its_statuses_are_what_was_created() -> None:
    organization = after()
    assert organization.pipelines == {PIPELINE: Pipeline(id=PIPELINE, name="Sales")}
    assert organization.opportunity_statuses[DEMO_COMPLETED] == OpportunityStatus(
        id=DEMO_COMPLETED, pipeline_id=PIPELINE, label="Demo Completed", type=OpportunityStatusType.ACTIVE
    )


def test_lists_keep_their_order() -> None:
    labels = [status.label for status in after().lead_statuses.values()]
    assert labels == ["Potential", "Qualified", "Customer", "Bad Fit"]


def test_an_archived_status_keeps_its_place_and_color() -> None:
    organization = after(LeadStatusArchived(status_id=POTENTIAL, label="Potential"))
    assert next(iter(organization.lead_statuses.values())).color == "#4c6ef5"


def test_a_status_of_which_only_the_archiving_is_known_is_archived() -> None:
    organization = after(LeadStatusArchived(status_id=StatusId(UNKNOWN), label="Lost touch"))
    assert organization.lead_statuses[StatusId(UNKNOWN)] == LeadStatus(
        id=StatusId(UNKNOWN), label="Lost touch", is_archived=True
    )


def test_an_archived_status_is_not_usable() -> None:
    organization = after(LeadStatusArchived(status_id=BAD_FIT, label="Bad Fit"))
    assert [status.label for status in organization.usable_lead_statuses] == ["Potential", "Qualified", "Customer"]


def test_a_pipeline_has_its_own_statuses() -> None:
    organization = after()
    assert organization.statuses_of(PIPELINE)[0].id == DEMO_COMPLETED
    assert organization.statuses_of(PipelineId(UNKNOWN)) == []


@pytest.mark.parametrize(("email", "found"), [("ADA@acme.EXAMPLE", ADMIN), ("nobody@acme.example", None)])
def test_a_user_is_found_by_address_whatever_its_case(email: str, found: object) -> None:
    user = after().user_with_email(email)
    assert (user and user.id) == found


@for_all(HISTORIES)
@settings(deadline=None, max_examples=50)
def test_any_history_can_be_replayed(history: list[AnyOrganizationEvent]) -> None:
    assert organization_of(facts_of((), history)).version == len(history)


@for_all(HISTORIES, ORGANIZATION_EVENTS)
@settings(deadline=None, max_examples=50)
def test_the_same_fact_on_the_same_state_gives_the_same_state(
    history: list[AnyOrganizationEvent], event: AnyOrganizationEvent
) -> None:
    organization = after(*history)
    before = deepcopy(organization)
    assert evolve(organization, event) == evolve(before, deepcopy(event))


@for_all(HISTORIES, ORGANIZATION_EVENTS)
@settings(deadline=None, max_examples=50)
def test_the_state_before_stays_as_it_was(history: list[AnyOrganizationEvent], event: AnyOrganizationEvent) -> None:
    organization = after(*history)
    before = deepcopy(organization)
    evolve(organization, event)
    assert organization == before
