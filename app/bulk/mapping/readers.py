"""Readers: texts of cells that name something: a country, a user, a status, a contact, a value of a custom field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from app.bulk.countries import country_code
from app.bulk.derived import derived_id
from app.bulk.mapping.cells import UnreadableNumber, Writing
from app.bulk.northwind import UnknownCountryName
from app.ids import ContactId, LeadId, OpportunityId, StatusId, UserId, encode_id
from app.organization.custom_fields import CustomField
from app.organization.organization import Organization
from app.organization.pipelines import OpportunityStatus, Pipeline
from app.refusal import Refusal
from app.vocabulary import AddressLabel, CustomFieldType, ValuePeriod


class UnknownUser(Refusal):
    """{value} is no user's e-mail address or name in this organization."""


class UnknownPipeline(Refusal):
    """{value} is no pipeline of this organization."""


class UnknownStage(Refusal):
    """{value} is no opportunity status of this organization, or not of that pipeline."""


class UnknownLabel(Refusal):
    """{value} is no label of an address. Write BUSINESS, MAILING or OTHER."""


class UnknownPeriod(Refusal):
    """{value} is no period of a value. Write ONE_TIME, MONTHLY or ANNUAL."""


@dataclass(frozen=True, slots=True)
class Readers:
    """For a row about one lead.

    Attributes:
        source: the system that it comes from.
        writing: how days and numbers are written there.
    """

    organization: Organization
    lead_id: LeadId
    source: str
    writing: Writing

    def user(self, text: str) -> UserId:
        """A user by e-mail address, or by exact name.

        Raises:
            UnknownUser
        """
        user = self.organization.user_with_email(text)
        found = [user] if user else [one for one in self.organization.users.values() if one.name == text]
        if len(found) != 1:
            raise UnknownUser(value=text)
        return found[0].id

    def pipeline(self, text: str) -> Pipeline:
        """A pipeline by its name.

        Raises:
            UnknownPipeline
        """
        for pipeline in self.organization.pipelines.values():
            if pipeline.name.casefold() == text.casefold():
                return pipeline
        raise UnknownPipeline(value=text)

    def stage(self, text: str, pipeline: Pipeline | None) -> StatusId:
        """An opportunity status by its label, in a pipeline or in the first that has it.

        Raises:
            UnknownStage
        """
        pipelines = [pipeline] if pipeline else self.organization.pipelines.values()
        stages: list[OpportunityStatus] = [one for each in pipelines for one in self.organization.statuses_of(each.id)]
        for one in stages:
            if one.label.casefold() == text.casefold():
                return one.id
        raise UnknownStage(value=text)

    def period(self, text: str) -> ValuePeriod:
        """How often a value is paid.

        Raises:
            UnknownPeriod
        """
        try:
            return ValuePeriod(text.upper().replace(" ", "_"))
        except ValueError:
            raise UnknownPeriod(value=text) from None

    def label(self, text: str) -> AddressLabel:
        """What an address is for.

        Raises:
            UnknownLabel
        """
        try:
            return AddressLabel(text.upper())
        except ValueError:
            raise UnknownLabel(value=text) from None

    def percentage(self, text: str) -> int:
        """A whole number, with or without a percent sign.

        Raises:
            UnreadableNumber
        """
        number = self.writing.number(text.removesuffix("%").rstrip())
        if number != int(number):
            raise UnreadableNumber(value=text, example="50")
        return int(number)

    def country(self, text: str) -> str:
        """The code of a country.

        Raises:
            UnknownCountryName
        """
        code = country_code(text)
        if code is None:
            raise UnknownCountryName(value=text)
        return code

    def contact(self, text: str) -> ContactId:
        """The id of the contact of the lead that the system calls so."""
        return ContactId(derived_id(self.lead_id, "contact", self.source, text))

    def opportunity(self, text: str) -> OpportunityId:
        """The id of the opportunity of the lead that the system calls so."""
        return OpportunityId(derived_id(self.lead_id, "opportunity", self.source, text))

    def custom(self, text: str, field: CustomField) -> str:
        """A value of a custom field, as inputs have it. Texts and choices are what the cell says.

        Raises:
            UnreadableDate, UnreadableTime, UnreadableNumber
        """
        match field.type:
            case CustomFieldType.NUMBER:
                return f"{self.writing.number(text):f}"
            case CustomFieldType.DATE:
                return self.writing.day(text).isoformat()
            case CustomFieldType.DATETIME:
                return self.writing.instant(text).astimezone(UTC).isoformat()
            case CustomFieldType.CONTACT:
                return encode_id("cont", self.contact(text))
            case CustomFieldType.USER:
                user = self.organization.user_with_email(text)
                return encode_id("user", user.id) if user else text
            case _:
                return text
