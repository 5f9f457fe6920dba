"""Makes the shipped Northwind files out of the tables of the original: `python -m app.demo.prepare FOLDER`.

FOLDER has customers.csv, employees.csv, orders.csv and order_details.csv with the columns of Microsoft's Northwind.
It is not needed to run anything; northwind/README.md says what it does and where the tables come from.
"""

from __future__ import annotations

import csv
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

TARGET = Path(__file__).with_name("northwind")
OWN_DOMAIN = "northwind.example"
KNOWN_BEFORE = timedelta(days=21)  # a customer is known three weeks before the first order
PROSPECTS_SINCE = timedelta(days=120)  # who never ordered, before the last order of all
TIME_ZONES = {"USA": "America/Los_Angeles", "UK": "Europe/London"}
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "Ø": "O"})

Record = dict[str, str]


def prepare(source: Path) -> None:
    """Write the three files."""
    orders = _orders(_read(source / "orders.csv"), _read(source / "order_details.csv"))
    _write("orders.csv", orders)
    _write("employees.csv", map(_employee, _read(source / "employees.csv")))
    _write("customers.csv", _customers(_read(source / "customers.csv"), orders))


def _orders(orders: Iterable[Record], lines: Iterable[Record]) -> list[Record]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        price, quantity, discount = (Decimal(line[name]) for name in ("UnitPrice", "Quantity", "Discount"))
        totals[line["OrderID"]] += price * quantity * (1 - discount)
    return [
        {
            "OrderID": order["OrderID"],
            "CustomerID": order["CustomerID"].strip(),
            "EmployeeID": order["EmployeeID"],
            "OrderDate": order["OrderDate"][:10],
            "Total": str(totals[order["OrderID"]].quantize(Decimal("0.01"), ROUND_HALF_UP)),
        }
        for order in orders
    ]


def _employee(employee: Record) -> Record:
    return {
        "EmployeeID": employee["EmployeeID"],
        "FirstName": employee["FirstName"],
        "LastName": employee["LastName"],
        "Email": address(f"{employee['FirstName']} {employee['LastName']}", OWN_DOMAIN),
        "TimeZone": TIME_ZONES[employee["Country"]],
    }


def _customers(customers: Iterable[Record], orders: Sequence[Record]) -> list[Record]:
    days = {order["OrderID"]: date.fromisoformat(order["OrderDate"]) for order in orders}
    prospects_since = max(days.values()) - PROSPECTS_SINCE
    first: dict[str, date] = {}
    for order in orders:
        day = days[order["OrderID"]]
        first[order["CustomerID"]] = min(day, first.get(order["CustomerID"], day))
    prepared = []
    for customer in customers:
        kept = {name: customer[name].strip() for name in _KEPT}
        ordered = first.get(kept["CustomerID"])
        since = ordered - KNOWN_BEFORE if ordered else prospects_since
        email = address(kept["ContactName"], f"{slug(kept['CompanyName'])}.example")
        prepared.append({**kept, "Email": email, "Since": since.isoformat()})
    return prepared


_ADDRESS = ("Address", "City", "Region", "PostalCode", "Country")
_KEPT = ("CustomerID", "CompanyName", "ContactName", "ContactTitle", *_ADDRESS, "Phone", "Fax")


def address(name: str, domain: str) -> str:
    """first.last@domain of a person's name."""
    words = slug(name).split("-")
    return f"{words[0]}.{words[-1]}@{domain}" if len(words) > 1 else f"{words[0]}@{domain}"


def slug(text: str) -> str:
    """A name in letters, digits and hyphens, as host names have them."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return re.sub(r"[^a-z0-9]+", "-", decomposed.encode("ascii", "ignore").decode().lower().replace("'", "")).strip("-")


def _read(path: Path) -> list[Record]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(name: str, records: Iterable[Record]) -> None:
    rows = list(records)
    with (TARGET / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
