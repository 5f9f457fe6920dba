"""Northwind's files: how they are known by their columns, and which commands their rows become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

from app.bulk.countries import country_code
from app.bulk.csv_file import CsvFile, Row
from app.bulk.report import ImportReport, Loss, Problem
from app.ids import LeadId, OpportunityId, StatusId, UserId, uuid7
from app.lead.contact_points import EmailAddress, PhoneNumber
from app.lead.contacts import NewContact
from app.lead.details import CreateLead, ExternalId
from app.lead.opportunities import AddOpportunity
from app.organization.users import AddUser
from app.refusal import Refusal
from app.vocabulary import ContactPointType

SOURCE = "northwind"
