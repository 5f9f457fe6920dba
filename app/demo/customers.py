"""Whom the demonstration tells of: the shipped customers with their orders, dates moved near today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from app.bulk.csv_file import Row, open_csv
from app.bulk.northwind import SOURCE
from app.bulk.report import ImportReport
from app.lead.details import ExternalId, external_claim
from app.situation import Claim

NORTHWIND = Path(__file__).with_name("northwind")
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order of a customer; `employee` is an address."""

    number: str
    day: date
    total: Decimal
    employee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer as the files have it. `orders` are in the order of their days."""

    id: str
    company: str
    country: str | None
    since: date
    orders: tuple[Order, ...]

    @property
    def claim(self) -> Claim:
        """By which its lead is found."""
        return external_claim(ExternalId(SOURCE, self.id))


def shift(today: date) -> timedelta:
    """Moves the last order into last week, and every day onto the same day of the week."""
    last = max(date.fromisoformat(row.values["OrderDate"]) for row in _rows("orders"))
    return _monday(today) - WEEK - _monday(last)


def customers(moved: timedelta) -> list[Customer]:
    """Every customer, `moved` having been added to all days."""
    employees = {row.values["EmployeeID"]: row.values["Email"] for row in _rows("employees")}
    orders: dict[str, list[Order]] = {}
    for row in _rows("orders"):
        orders.setdefault(row.values["CustomerID"], []).append(_order(row.values, employees, moved))
    return [_customer(row.values, orders, moved) for row in _rows("customers")]


def _order(values: Mapping[str, str], employees: Mapping[str, str], moved: timedelta) -> Order:
    return Order(
        number=values["OrderID"],
        day=date.fromisoformat(values["OrderDate"]) + moved,
        total=Decimal(values["Total"]),
        employee=employees[values["EmployeeID"]],
    )


def _customer(values: Mapping[str, str], orders: Mapping[str, list[Order]], moved: timedelta) -> Customer:
    return Customer(
        id=values["CustomerID"],
        company=values["CompanyName"],
        country=values.get("Country"),
        since=date.fromisoformat(values["Since"]) + moved,
        orders=tuple(sorted(orders.get(values["CustomerID"], ()), key=lambda order: order.day)),
    )


def _rows(name: str) -> Iterator[Row]:
    report = ImportReport()
    file = open_csv(NORTHWIND / f"{name}.csv", report)
    assert file is not None, report.lines()
    return file.rows(report)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
