"""Customers become leads, and their orders won opportunities, all of them on the bulk road."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from functools import partial
from uuid import UUID

from app.bulk.csv_file import CsvFile, Row
from app.bulk.history import History, Step, chunks, noted
from app.bulk.job import Job
from app.bulk.northwind import CUSTOMERS, ORDERS, SOURCE, Kind, lead_draft, opportunity_draft, opportunity_id
from app.bulk.report import Loss
from app.bulk.road import Road
from app.bulk.settling import Drafting, Settling, drafted, tell
from app.ids import LeadId, StatusId, uuid7
from app.lead.details import ExternalId, external_claim
from app.operator_error import OperatorError
from app.organization.organization import Organization
from app.refusal import Refusal
from app.vocabulary import OpportunityStatusType

CHUNK = 500  # customers whose leads are looked up at once


class NoCustomer(Refusal):
    """There is no customer {value}, neither in these files nor in the organization."""


async def load_orders(job: Job, file: CsvFile) -> None:
    """Keep them until their customers' leads are there."""
    for row in job.rows(file, ORDERS):
        job.orders.setdefault(row.values["CustomerID"], []).append(row)


async def load_customers(job: Job, file: CsvFile) -> None:
    """Make leads of those who are none yet, and take the orders of all of them."""
    await _take(job, _customers(job, file))


async def load_other_orders(job: Job) -> None:
    """Take orders of customers that stand in no file."""
    await _take(job, _other_customers(job))
    for customer, rows in job.orders.items():
        for row in rows:
            job.refuse(row, NoCustomer(value=customer), "CustomerID", Loss.ROW)


async def _customers(job: Job, file: CsvFile) -> AsyncIterator[History]:
    for rows in chunks(job.rows(file, CUSTOMERS), CHUNK):
        owners = await _owners(job, [_customer(row) for row in rows])
        for row in rows:
            owner = owners.get(_customer(row))
            if owner is None:
                for history in _new_lead(job, row):
                    yield history
            else:
                job.count(row).there += 1
                yield await _known_lead(job, owner, _customer(row))


async def _other_customers(job: Job) -> AsyncIterator[History]:
    for customers in chunks(list(job.orders), CHUNK):
        for customer, owner in (await _owners(job, customers)).items():
            yield await _known_lead(job, owner, customer)


async def _owners(job: Job, customers: Sequence[str]) -> dict[str, UUID]:
    """Leads of those customers that have one."""
    claims = {external_claim(ExternalId(SOURCE, customer)): customer for customer in customers}
    held = await job.system.store.select_claims(job.organization.id, claims) if claims else {}
    return {customer: held[claim] for claim, customer in claims.items() if claim in held}


def _new_lead(job: Job, row: Row) -> list[History]:
    lead_id = LeadId(uuid7())
    steps = _steps(job, [row], CUSTOMERS, partial(lead_draft, lead_id=lead_id, shift=job.shift))
    if not steps:
        return []
    orders = _order_steps(job, lead_id, job.orders.pop(_customer(row), []))
    return [History(lead_id=lead_id, steps=[*steps, *orders])]


async def _known_lead(job: Job, owner: UUID, customer: str) -> History:
    """Orders of a lead that is there, without those that are there too."""
    lead = await job.system.states.root(job.organization.id, owner)
    assert lead is not None, "whoever holds an external id is a lead"
    new = []
    for row in job.orders.pop(customer, []):
        places = (owner, lead.id, job.organization.id)
        ids = {opportunity_id(within, customer, row.values["OrderID"]) for within in places}
        if not ids.isdisjoint(lead.opportunities):
            job.count(row).there += 1
        else:
            new.append(row)
    return History(lead_id=lead.id, steps=_order_steps(job, lead.id, new))


def _order_steps(job: Job, lead_id: LeadId, rows: Iterable[Row]) -> list[Step]:
    won_id = _won(job.organization)
    draft = partial(opportunity_draft, lead_id=lead_id, users=job.users, won_id=won_id, shift=job.shift)
    return _steps(job, rows, ORDERS, draft)


def _steps(job: Job, rows: Iterable[Row], kind: Kind, draft: Drafting) -> list[Step]:
    made = [one for one in (drafted(job, row, kind, draft) for row in rows) if one is not None]
    for one in made:
        job.count(one.row).new += 1
    return [one.step for one in made]


async def _take(job: Job, histories: AsyncIterable[History]) -> None:
    rehearsal = job.organization if job.is_rehearsal else None
    road = Road(
        job.system, job.organization.id, source="import", correlation_id=job.correlation_id, rehearsal=rehearsal
    )
    under_way: dict[LeadId, History] = {}
    async for outcome in road.run(noted(histories, under_way)):
        for refused in outcome.refused:
            one, is_amended = _settling(refused.step), refused.amended is not None
            job.count(one.row).new -= not is_amended
            tell(job, one, refused.refusals, is_amended=is_amended)
        for lead_id in outcome.there:
            _put_back(job, under_way[lead_id])
        for lead_id in outcome.done:
            under_way.pop(lead_id, None)


def _put_back(job: Job, history: History) -> None:
    """Somebody else made this lead in between: its orders are taken with those of leads that were there."""
    for step in history.steps:
        one = _settling(step)
        row = one.row
        job.count(row).new -= 1
        if one.kind is ORDERS:
            job.orders.setdefault(_customer(row), []).append(row)
        else:
            job.count(row).there += 1


def _won(organization: Organization) -> StatusId:
    for status in organization.opportunity_statuses.values():
        if status.type is OpportunityStatusType.WON:
            return status.id
    raise OperatorError(f"{organization.name} has no opportunity status of the type WON for orders. Add one.")


def _customer(row: Row) -> str:
    return row.values["CustomerID"]


def _settling(step: Step) -> Settling:
    assert isinstance(step.origin, Settling)
    return step.origin
