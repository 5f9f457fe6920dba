"""The demonstration's custom fields: what Northwind keeps of its customers beside what everybody keeps."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from app.demo.customers import Customer
from app.folding import folded
from app.ids import encode_id
from app.lead.custom_values import ValueChange
from app.onboarding import system_request
from app.organization.field_edits import CreateCustomField
from app.organization.organization import Organization
from app.organization.users import User
from app.system import System
from app.vocabulary import CustomFieldTarget, CustomFieldType

INDUSTRY, MANAGER, VOLUME, CONTRACT = "Industry", "Account manager", "Annual volume", "Contract until"
YEAR = timedelta(days=365)
_INDUSTRIES = {
    "Restaurants": "restaurant restaurante bistro comidas cocina chop quick zajazd piccolo essen cozinha bon",
    "Delicatessen": "delikatessen delicatessen delicateses gourmet gourmandes kaseladen cheese specialites caseifici",
    "Supermarkets": "supermarkt supermercado hipermercados markets market grocery grocers stop snabbkop store",
    "Wine and spirits": "wine vins vinhos beer beverages",
    "Importers": "import imports importadora trading holdings handel connection",
}
OTHER = "Other trade"
_FIELDS = (
    (INDUSTRY, CustomFieldType.CHOICES, (*_INDUSTRIES, OTHER)),
    (MANAGER, CustomFieldType.USER, ()),
    (VOLUME, CustomFieldType.NUMBER, ()),
    (CONTRACT, CustomFieldType.DATE, ()),
)


async def make_fields(system: System, org_id: UUID) -> None:
    """Make those fields that are not there yet."""
    there = {field.name for field in (await system.states.organization(org_id)).custom_fields.values()}
    for name, kind, choices in _FIELDS:
        if name not in there:
            made = CreateCustomField(target=CustomFieldTarget.LEAD, name=name, type=kind, choices=choices)
            await system.dispatch.run(made, system_request(org_id))


def values(customer: Customer, manager: User, organization: Organization, today: date) -> tuple[ValueChange, ...]:
    """What is kept of one customer: the volume of the last year, and a contract for those who ordered in it."""
    ids = {field.name: field.id for field in organization.custom_fields.values()}
    known: dict[str, str] = {MANAGER: encode_id("user", manager.id)}
    if customer.country is not None:
        known[INDUSTRY] = _industry(customer.company)
    lately = [order for order in customer.orders if today - order.day <= YEAR]
    if lately:
        known[VOLUME] = str(sum(order.total for order in lately))
        known[CONTRACT] = _end_of_quarter(lately[-1].day + YEAR).isoformat()
    return tuple(ValueChange(field_id=ids[name], set=value) for name, value in known.items() if name in ids)


def _industry(company: str) -> str:
    words = set((folded(company) or "").split())
    return next((name for name, signs in _INDUSTRIES.items() if not words.isdisjoint(signs.split())), OTHER)


def _end_of_quarter(day: date) -> date:
    quarter = (day.month - 1) // 3
    first_behind = date(day.year + (quarter == 3), (quarter * 3 + 3) % 12 + 1, 1)
    return first_behind - timedelta(days=1)
