"""An organization's own details, and who sees which leads in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, assert_never

import msgspec
from msgspec import UNSET, UnsetType

from app.countries import TELEPHONE_COUNTRIES, kept_country
from app.ids import CustomFieldId
from app.organization.event import OrganizationEvent
from app.organization.refusals import NotAVisibilityField, UnknownCurrency, VisibilityFieldNotFound
from app.organization.rights import require_admin
from app.organization.users import known_time_zone
from app.organization.visibility import Visibility, VisibilityChanged
from app.situation import Situation
from app.text import NAME_MAX, Problems
from app.vocabulary import CustomFieldTarget, CustomFieldType, VisibilityBehavior

if TYPE_CHECKING:
    from app.organization.organization import Organization

VISIBILITY_FIELDS_MAX = 20  # each is looked at for every lead that a RESTRICTED user asks for


class OrganizationRenamed(OrganizationEvent, frozen=True, kw_only=True, tag="organization.renamed"):
    before: str
    after: str


class OrganizationCurrencyChanged(OrganizationEvent, frozen=True, kw_only=True, tag="organization.currency_changed"):
    """Values stay the numbers that they are."""

    on_pages: ClassVar[bool] = True

    before: str
    after: str


class OrganizationTimeZoneChanged(OrganizationEvent, frozen=True, kw_only=True, tag="organization.time_zone_changed"):
    """What new users get; those who are there keep theirs."""

    before: str
    after: str


class OrganizationCountryChanged(OrganizationEvent, frozen=True, kw_only=True, tag="organization.country_changed"):
    """By which national telephone numbers are read from here on."""

    before: str | None = None
    after: str | None = None


AnyDetailsEvent = (
    OrganizationRenamed
    | OrganizationCurrencyChanged
    | OrganizationTimeZoneChanged
    | OrganizationCountryChanged
    | VisibilityChanged
)


def evolve_details(organization: Organization, event: AnyDetailsEvent) -> Organization:
    """The state after one more fact about the organization's details. Total and pure."""
    change = msgspec.structs.replace
    match event:
        case OrganizationRenamed():
            return change(organization, name=event.after)
        case OrganizationCurrencyChanged():
            return change(organization, currency=event.after)
        case OrganizationTimeZoneChanged():
            return change(organization, time_zone=event.after)
        case OrganizationCountryChanged():
            return change(organization, country=event.after)
        case VisibilityChanged():
            return change(organization, visibility=event.after)
        case _:
            assert_never(event)


@dataclass(frozen=True, kw_only=True)
class UpdateOrganization:
    """Change some details. What is not given stays; None clears the country and the visibility."""

    name: str | UnsetType | None = UNSET
    currency: str | UnsetType | None = UNSET
    time_zone: str | UnsetType | None = UNSET
    country: str | UnsetType | None = UNSET
    visibility_field_ids: Sequence[CustomFieldId] | UnsetType | None = UNSET
    visibility_behavior: VisibilityBehavior | UnsetType | None = UNSET

    def decide(self, organization: Organization, at: Situation) -> Sequence[OrganizationEvent]:
        """Decide one fact for each detail that differs.

        Raises:
            NotAllowed, Required, TextTooLong, NulCharacter, NotUnicode, UnknownCurrency, UnknownTimeZone,
            UnknownCountry, VisibilityFieldNotFound, NotAVisibilityField
        """
        require_admin(organization, at.actor)
        problems = Problems()
        events = [
            *self._renamed(organization, problems),
            *self._currency(organization, problems),
            *self._time_zone(organization, problems),
            *self._country(organization, problems),
            *self._visibility(organization, problems),
        ]
        problems.stop_if_any()
        return events

    def _renamed(self, organization: Organization, problems: Problems) -> Sequence[OrganizationEvent]:
        if self.name is UNSET:
            return ()
        name = problems.required(self.name, "name", limit=NAME_MAX)
        return () if name == organization.name else (OrganizationRenamed(before=organization.name, after=name),)

    def _currency(self, organization: Organization, problems: Problems) -> Sequence[OrganizationEvent]:
        if self.currency is UNSET:
            return ()
        before, after = organization.currency, problems.required(self.currency, "currency")
        if after and not is_currency(after):
            problems.add(UnknownCurrency("currency", value=after))
        return () if after == before else (OrganizationCurrencyChanged(before=before, after=after),)

    def _time_zone(self, organization: Organization, problems: Problems) -> Sequence[OrganizationEvent]:
        if self.time_zone is UNSET:
            return ()
        before, after = organization.time_zone, problems.required(self.time_zone, "time_zone")
        if after:
            known_time_zone(after, problems, "time_zone")
        return () if after == before else (OrganizationTimeZoneChanged(before=before, after=after),)

    def _country(self, organization: Organization, problems: Problems) -> Sequence[OrganizationEvent]:
        if self.country is UNSET:
            return ()
        before, after = organization.country, kept_country(self.country, problems, "country", among=TELEPHONE_COUNTRIES)
        return () if after == before else (OrganizationCountryChanged(before=before, after=after),)

    def _visibility(self, organization: Organization, problems: Problems) -> Sequence[OrganizationEvent]:
        before = organization.visibility
        field_ids, behavior = before.field_ids, before.behavior
        if self.visibility_field_ids is not UNSET:
            field_ids = _known_fields(self.visibility_field_ids or (), organization, problems)
        if self.visibility_behavior is not UNSET:
            behavior = self.visibility_behavior or VisibilityBehavior.REQUIRE_ASSIGNMENT
        after = Visibility(field_ids=field_ids, behavior=behavior)
        return () if after == before else (VisibilityChanged(before=before, after=after),)


def is_currency(code: str) -> bool:
    """Tell whether a text looks like an ISO 4217 code."""
    return re.fullmatch("[A-Z]{3}", code) is not None


def _known_fields(
    field_ids: Sequence[CustomFieldId], organization: Organization, problems: Problems
) -> tuple[CustomFieldId, ...]:
    """The fields that decide, each once; what cannot decide is a problem at its own path."""
    word = "visibility_field_ids"
    for index, field_id in enumerate(problems.bounded(field_ids, word, limit=VISIBILITY_FIELDS_MAX)):
        field = organization.custom_fields.get(field_id)
        if field is None:
            problems.add(VisibilityFieldNotFound(word, str(index)))
        elif (field.target, field.type) != (CustomFieldTarget.LEAD, CustomFieldType.USER):
            problems.add(NotAVisibilityField(word, str(index), name=field.name))
    return tuple(dict.fromkeys(field_ids))
