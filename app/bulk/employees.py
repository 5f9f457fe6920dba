"""Employees become users, one command each: an organization has few of them."""

from __future__ import annotations

import msgspec

from app.bulk.csv_file import CsvFile, Row
from app.bulk.job import OPERATOR, Job
from app.bulk.northwind import EMPLOYEES, user_draft
from app.bulk.report import Loss
from app.bulk.settling import settled
from app.organization.organization import AnyOrganizationEvent, evolve
from app.organization.users import AddUser
from app.refusal import Refusal, Refused, refusals_of
from app.request import Request


async def load_employees(job: Job, file: CsvFile) -> None:
    """Add those who are no users yet, and remember who is who."""
    for row in job.rows(file, EMPLOYEES):
        employee = row.values["EmployeeID"]
        user = job.organization.user_with_email(row.values["Email"])
        if user is not None:
            job.count(row).there += 1
            job.users[employee] = user.id
            continue
        command = settled(job, row, EMPLOYEES, user_draft, job.organization)
        if isinstance(command, AddUser) and await _is_added(job, row, command):
            job.count(row).new += 1
            job.users[employee] = command.user_id


async def _is_added(job: Job, row: Row, command: AddUser) -> bool:
    if job.is_rehearsal:
        for event in command.decide(job.organization, job.situation()):
            assert isinstance(event, AnyOrganizationEvent)
            version = job.organization.version + 1
            job.organization = msgspec.structs.replace(evolve(job.organization, event), version=version)
        return True
    org_id = job.organization.id
    request = Request(org_id=org_id, actor=OPERATOR, source="import", correlation_id=job.correlation_id)
    try:
        await job.system.dispatch.run(command, request)
    except (Refusal, Refused) as error:
        for refusal in refusals_of(error):
            job.refuse(row, refusal, None, Loss.ROW)
        return False
    finally:
        job.organization = await job.system.states.organization(org_id)
    return True
