"""Northwind's files: how they are known by their columns, and which commands their rows become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from uuid import UUID

from app.bulk.countries import country_code
from app.bulk.csv_file import Row
from app.bulk.derived import derived_id
from app.ids import LeadId, OpportunityId, StatusId, UserId
from app.lead.addresses import Address
from app.lead.contact_points import EmailAddress, PhoneNumber
from app.lead.contacts import NewContact
from app.lead.details import CreateLead, ExternalId
from app.lead.opportunities import AddOpportunity
from app.organization.users import AddUser
from app.refusal import Refusal
from app.request import Command
from app.vocabulary import ContactPointType

SOURCE = "northwind"  # of external ids


class NotADate(Refusal):
    """{value} is no date. Write it as 2026-01-31."""


class NotANumber(Refusal):
    """{value} is no number. Write it as 1234.50."""


class UnknownCountryName(Refusal):
    """{value} is no country that is known here. Write its English name or its code of two letters."""


class UnknownEmployee(Refusal):
    """No employee {value} is in these files, so nobody owns this order's opportunity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One of Northwind's files.

    Attributes:
        made: what its rows become.
        needed: columns without which a file is none of this kind, and a row is left out.
        known: the others that are read, and told of where they are missing.
        extra: what is read where it is there.
    """

    made: str
    needed: tuple[str, ...]
    known: tuple[str, ...]
    extra: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (*self.needed, *self.known, *self.extra)


ORDERS = Kind(made="opportunities", needed=("OrderID", "CustomerID", "OrderDate"), known=("EmployeeID", "Total"))
CUSTOMERS = Kind(
    made="leads",
    needed=("CustomerID",),
    known=("CompanyName", "ContactName", "ContactTitle", "Email", "Phone", "Fax", "Country", "Since"),
    extra=("Address", "City", "Region", "PostalCode"),
)
EMPLOYEES = Kind(made="users", needed=("EmployeeID", "Email"), known=("FirstName", "LastName", "TimeZone"))


def kind_of(columns: tuple[str, ...]) -> Kind | None:
    """Which file has these columns; orders name customers and employees too, so they are looked for first."""
    there = {column.casefold() for column in columns}
    for kind in (ORDERS, CUSTOMERS, EMPLOYEES):
        if all(column.casefold() in there for column in kind.needed):
            return kind
    return None


class Draft(NamedTuple):
    """A command as a row has it, and the columns from which the fields of its input come."""

    command: Command
    columns: Mapping[tuple[str, ...], str]


def user_draft(row: Row) -> Draft:
    """An employee as a user."""
    values = row.values
    name = " ".join(values[column] for column in ("FirstName", "LastName") if column in values)
    command = AddUser(
        name=name or values["Email"].partition("@")[0], email=values["Email"], time_zone=values.get("TimeZone")
    )
    return Draft(command, {("name",): "FirstName", ("email",): "Email", ("time_zone",): "TimeZone"})


def lead_draft(row: Row, lead_id: LeadId, shift: timedelta) -> Draft:
    """A customer as a lead with one contact. `shift` is added to dates."""
    values = row.values
    country = _country(values)
    numbers = [(name, kind) for name, kind in _NUMBERS if name in values]
    contact = NewContact(
        name=values.get("ContactName"),
        title=values.get("ContactTitle"),
        emails=(EmailAddress(email=values["Email"]),) if "Email" in values else (),
        phones=tuple(PhoneNumber(phone=values[name], type=kind, country=country) for name, kind in numbers),
    )
    since = _date(values, "Since")
    command = CreateLead(
        lead_id=lead_id,
        name=values.get("CompanyName"),
        addresses=_addresses(values, country),
        contacts=(contact,) if contact.name or contact.title or contact.emails or contact.phones else (),
        external_id=ExternalId(SOURCE, values["CustomerID"]),
        occurred_at=datetime.combine(since + shift, time(9), UTC) if since else None,
    )
    columns = dict(_LEAD_COLUMNS)
    for place, (name, _) in enumerate(numbers):
        columns["contacts", "0", "phones", str(place), "phone"] = name
    return Draft(command, columns)


def _addresses(values: Mapping[str, str], country: str | None) -> tuple[Address, ...]:
    """Where the customer is found by post; a country alone is no address."""
    lines: dict[str, Any] = {field: values[column] for field, column in _ADDRESS.items() if column in values}
    return (Address(**lines, country=country),) if lines else ()


_ADDRESS = {"address1": "Address", "city": "City", "state": "Region", "postal_code": "PostalCode"}
_NUMBERS = (("Phone", ContactPointType.OFFICE), ("Fax", ContactPointType.FAX))
_LEAD_COLUMNS: dict[tuple[str, ...], str] = {
    ("name",): "CompanyName",
    ("contacts", "0", "name"): "ContactName",
    ("contacts", "0", "title"): "ContactTitle",
    ("contacts", "0", "emails", "0", "email"): "Email",
    ("external_id", "id"): "CustomerID",
    **{("addresses", "0", field): column for field, column in _ADDRESS.items()},
}


def opportunity_draft(
    row: Row, lead_id: LeadId, users: Mapping[str, UserId], won_id: StatusId, shift: timedelta
) -> Draft:
    """An order as a won opportunity of its employee, with the same id every time. `shift` is added to its date."""
    values = row.values
    employee = values.get("EmployeeID")
    if employee is not None and employee not in users:
        raise UnknownEmployee("EmployeeID", value=employee)
    ordered = _date(values, "OrderDate")
    command = AddOpportunity(
        lead_id=lead_id,
        opportunity_id=opportunity_id(lead_id, values["CustomerID"], values["OrderID"]),
        user_id=users[employee] if employee is not None else None,
        status_id=won_id,
        value=_number(values, "Total"),
        note=f"Order {values['OrderID']}",
        date_won=ordered + shift if ordered else None,
    )
    return Draft(command, _ORDER_COLUMNS)


_ORDER_COLUMNS: dict[tuple[str, ...], str] = {
    ("value",): "Total",
    ("user_id",): "EmployeeID",
    ("note",): "OrderID",
    ("lead_id",): "CustomerID",
}


def opportunity_id(within: UUID, customer: str, order: str) -> OpportunityId:
    """The id of an order's opportunity within its lead, so that a lead made anew has others than the deleted one.

    Before, it was made within the organization, and is known by that too.
    """
    return OpportunityId(derived_id(within, SOURCE, customer, order))


def _country(values: Mapping[str, str]) -> str | None:
    if "Country" not in values:
        return None
    code = country_code(values["Country"])
    if code is None:
        raise UnknownCountryName("Country", value=values["Country"])
    return code


def _date(values: Mapping[str, str], column: str) -> date | None:
    if column not in values:
        return None
    try:
        return datetime.fromisoformat(values[column]).date()
    except ValueError:
        raise NotADate(column, value=values[column]) from None


def _number(values: Mapping[str, str], column: str) -> Decimal | None:
    if column not in values:
        return None
    try:
        return Decimal(values[column])
    except InvalidOperation:
        raise NotANumber(column, value=values[column]) from None
