"""An organization's details, and which custom fields decide who sees a lead: changed by ADMINs, fact by fact."""

from __future__ import annotations

from typing import Any

import pytest

from app.countries import UnknownCountry
from app.ids import CustomFieldId
from app.organization.custom_fields import CustomFieldCreated, CustomFieldDeleted
from app.organization.details import (
    VISIBILITY_FIELDS_MAX,
    OrganizationCountryChanged,
    OrganizationCurrencyChanged,
    OrganizationRenamed,
    OrganizationTimeZoneChanged,
    UpdateOrganization,
)
from app.organization.refusals import (
    NotAllowed,
    NotAVisibilityField,
    UnknownCurrency,
    UnknownTimeZone,
    VisibilityFieldNotFound,
)
from app.organization.visibility import Visibility, VisibilityChanged
from app.text import NulCharacter, Required, TooManyEntries
from app.vocabulary import CustomFieldTarget, CustomFieldType, VisibilityBehavior
from tests.support.acme import BY_MEMBER, BY_SYSTEM, UNKNOWN, thing
from tests.support.given import given

OWNER, DEPUTY, REGION, BUYER = (CustomFieldId(thing(number)) for number in range(60, 64))


def field(
    id: CustomFieldId,
    kind: CustomFieldType = CustomFieldType.USER,
    target: CustomFieldTarget = CustomFieldTarget.LEAD,
) -> CustomFieldCreated:
    return CustomFieldCreated(field_id=id, target=target, name=f"Field {id.int % 100}", type=kind)


FIELDS = (
    field(OWNER),
    field(DEPUTY),
    field(REGION, CustomFieldType.TEXT),
    field(BUYER, target=CustomFieldTarget.CONTACT),
)
BY_OWNER = Visibility(field_ids=(OWNER,))
SEEN_BY_OWNER = VisibilityChanged(before=Visibility(), after=BY_OWNER)


def test_each_detail_that_differs_is_a_fact() -> None:
    given().when(UpdateOrganization(name=" Ajax ", currency="USD", time_zone="Asia/Tokyo", country="de")).then(
        OrganizationRenamed(before="Acme", after="Ajax"),
        OrganizationCurrencyChanged(before="EUR", after="USD"),
        OrganizationTimeZoneChanged(before="Europe/Berlin", after="Asia/Tokyo"),
        OrganizationCountryChanged(before=None, after="DE"),
    )


@pytest.mark.parametrize(
    "update",
    [
        UpdateOrganization(),
        UpdateOrganization(name="Acme ", currency="EUR", time_zone="Europe/Berlin", country=None),
        UpdateOrganization(visibility_field_ids=(), visibility_behavior=VisibilityBehavior.REQUIRE_ASSIGNMENT),
        UpdateOrganization(visibility_field_ids=None, visibility_behavior=None),
    ],
)
def test_what_is_not_given_or_not_new_is_no_fact(update: UpdateOrganization) -> None:
    given().when(update).then()


def test_only_the_country_can_be_cleared() -> None:
    known = OrganizationCountryChanged(before=None, after="DE")
    given(known).when(UpdateOrganization(country=None)).then(OrganizationCountryChanged(before="DE", after=None))
    given().when(UpdateOrganization(name=None, currency=None, time_zone=None)).then_refused_all(
        (Required, "name"), (Required, "currency"), (Required, "time_zone")
    )


@pytest.mark.parametrize(
    ("update", "kind", "path"),
    [
        ({"name": "a\0b"}, NulCharacter, "name"),
        ({"currency": "eur"}, UnknownCurrency, "currency"),
        ({"currency": "EURO"}, UnknownCurrency, "currency"),
        ({"time_zone": "Mars/Olympus"}, UnknownTimeZone, "time_zone"),
        ({"country": "ZZ"}, UnknownCountry, "country"),
        ({"country": "Germany"}, UnknownCountry, "country"),
        ({"country": "D\0"}, NulCharacter, "country"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(update: dict[str, Any], kind: Any, path: str) -> None:
    given().when(UpdateOrganization(**update)).then_refused(kind, path)


def test_fields_of_users_decide_who_sees_a_lead_each_once() -> None:
    given(*FIELDS).when(
        UpdateOrganization(
            visibility_field_ids=[DEPUTY, OWNER, DEPUTY], visibility_behavior=VisibilityBehavior.ALLOW_UNASSIGNED
        )
    ).then(
        VisibilityChanged(
            before=Visibility(),
            after=Visibility(field_ids=(DEPUTY, OWNER), behavior=VisibilityBehavior.ALLOW_UNASSIGNED),
        )
    )


def test_fields_and_behaviour_change_apart() -> None:
    behavior = VisibilityBehavior.ALLOW_UNASSIGNED
    both = Visibility(field_ids=(OWNER,), behavior=behavior)
    now_both = VisibilityChanged(before=BY_OWNER, after=both)
    given(*FIELDS, SEEN_BY_OWNER).when(UpdateOrganization(visibility_behavior=behavior)).then(now_both)
    given(*FIELDS, SEEN_BY_OWNER, now_both).when(UpdateOrganization(visibility_field_ids=None)).then(
        VisibilityChanged(before=both, after=Visibility(behavior=behavior))
    )


def test_what_names_no_users_of_leads_is_refused_at_its_place() -> None:
    update = UpdateOrganization(visibility_field_ids=[OWNER, CustomFieldId(UNKNOWN), REGION, BUYER])
    given(*FIELDS).when(update).then_refused_all(
        (VisibilityFieldNotFound, "visibility_field_ids.1"),
        (NotAVisibilityField, "visibility_field_ids.2"),
        (NotAVisibilityField, "visibility_field_ids.3"),
    )


def test_a_field_that_was_deleted_is_not_found() -> None:
    gone = CustomFieldDeleted(field_id=OWNER, name="Field 60")
    update = UpdateOrganization(visibility_field_ids=[OWNER])
    given(*FIELDS, gone).when(update).then_refused(VisibilityFieldNotFound, "visibility_field_ids.0")


def test_so_many_fields_decide_and_no_more() -> None:
    ids = [CustomFieldId(thing(1_000 + number)) for number in range(VISIBILITY_FIELDS_MAX + 1)]
    given(*map(field, ids)).when(UpdateOrganization(visibility_field_ids=ids)).then_refused(
        TooManyEntries, "visibility_field_ids", length=VISIBILITY_FIELDS_MAX + 1, limit=VISIBILITY_FIELDS_MAX
    )


def test_only_admins_and_the_system_may() -> None:
    given().when(UpdateOrganization(name="Ajax"), by=BY_MEMBER).then_refused(NotAllowed)
    assert given().when(UpdateOrganization(name="Ajax"), by=BY_SYSTEM).decided
