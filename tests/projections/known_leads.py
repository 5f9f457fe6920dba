"""Leads of which everything is known beside the database, and what criteria mean for one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from app.folding import folded, folded_words
from app.ids import ActivityId, ContactId, CustomFieldId, LeadId, OpportunityId, StatusId, TaskId, uuid7
from app.lead.calls import CallLogged
from app.lead.contact_points import EmailAddress
from app.lead.contacts import ContactAdded
from app.lead.custom_values import CustomValue
from app.lead.details import LeadCreated
from app.lead.event import LeadEvent
from app.lead.opportunities import OpportunityAdded
from app.lead.tasks import TaskAdded, TaskCompleted
from app.vocabulary import Direction, OpportunityStatusType
from projections.lead_view.criteria import LeadCriteria
from projections.lead_view.custom_criteria import CustomCriterion
from tests.projections.screens import LONG_AGO
from tests.support.acme import thing

NAMES = ("alpha", "Älpha beta", "beta", "Gamma ray", "alphabet", "ray alpha", None)
EMAILS = ("one@x.example", "two@x.example")
STATUSES = tuple(StatusId(thing(8_000 + number)) for number in range(3))
STAGES = tuple(StatusId(thing(8_010 + number)) for number in range(3))
TEXT, NUMBER, CHOICE, OF_CONTACT = (CustomFieldId(thing(8_020 + number)) for number in range(4))
TEXTS = ("Red", "red", "Réd hot", "blue")


@dataclass(kw_only=True)
class Known:
    """What is known of one lead, beside the database."""

    lead_id: UUID
    name: str | None
    status_id: StatusId
    email: str | None = None
    contact_number: Decimal | None = None
    values: dict[UUID, tuple[Any, ...]] = field(default_factory=dict)
    called: datetime | None = None
    has_task: bool = False
    stage: StatusId | None = None
    events: list[LeadEvent] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """All by which it is found."""
        return [*folded_words(self.name or "untitled"), *folded_words(self.email or "")]


def known_lead(number: int) -> Known:
    """One lead, the same for the same number, but for its id."""
    random = Random(number)
    lead = Known(lead_id=LeadId(uuid7()), name=random.choice(NAMES), status_id=random.choice(STATUSES))
    if random.random() < 0.7:
        lead.values[TEXT] = (random.choice(TEXTS),)
    if random.random() < 0.7:
        lead.values[NUMBER] = (str(random.randrange(10)),)
    if random.random() < 0.7:
        lead.values[CHOICE] = tuple(random.sample(["A", "B", "C"], random.randrange(1, 3)))
    values = tuple(CustomValue(field_id=CustomFieldId(id), values=value) for id, value in lead.values.items())
    lead.events = [LeadCreated(name=lead.name, status_id=lead.status_id, status_label="x", custom_values=values)]
    if random.random() < 0.5:
        lead.email, lead.contact_number = random.choice(EMAILS), Decimal(random.randrange(5))
        number_of_contact = CustomValue(field_id=OF_CONTACT, values=(str(lead.contact_number),))
        lead.events.append(
            ContactAdded(
                contact_id=ContactId(uuid7()),
                place=0,
                emails=(EmailAddress(email=lead.email),),
                custom_values=(number_of_contact,),
            )
        )
    if random.random() < 0.5:
        lead.called = LONG_AGO + random.randrange(5) * timedelta(days=1)
        lead.events.append(
            CallLogged(call_id=ActivityId(uuid7()), direction=Direction.INBOUND, occurred_at=lead.called)
        )
    if random.random() < 0.3:
        task_id, lead.has_task = TaskId(uuid7()), random.random() < 0.5
        lead.events.append(TaskAdded(task_id=task_id, text="Call"))
        if not lead.has_task:  # an item of the history, older than every call
            lead.events.append(TaskCompleted(task_id=task_id, text="Call", occurred_at=LONG_AGO))
            lead.called = lead.called or LONG_AGO
    if random.random() < 0.4:
        lead.stage = random.choice(STAGES)
        lead.events.append(
            OpportunityAdded(
                opportunity_id=OpportunityId(uuid7()),
                status_id=lead.stage,
                status_label="x",
                status_type=OpportunityStatusType.ACTIVE,
                confidence=50,
            )
        )
    return lead


def is_meant(lead: Known, criteria: LeadCriteria) -> bool:
    """Whether the lead is all of that."""
    wanted = folded_words(criteria.search or "")
    last = lead.called
    return all(
        (
            all(any(word.startswith(one) for word in lead.words) for one in wanted),
            criteria.status_ids is None or lead.status_id in criteria.status_ids,
            criteria.email is None or lead.email == criteria.email.lower(),
            criteria.active_since is None or (last is not None and last >= criteria.active_since),
            criteria.active_until is None or (last is not None and last < criteria.active_until),
            criteria.has_open_task is None or lead.has_task is criteria.has_open_task,
            criteria.has_active_opportunity is None
            or (lead.stage in criteria.active_stages) is criteria.has_active_opportunity,
            all(holds(lead, one) for one in criteria.custom),
        )
    )


def holds(lead: Known, criterion: CustomCriterion) -> bool:
    """Whether the lead has such a value."""
    number = lead.contact_number
    values = lead.values.get(criterion.field_id, ())
    if criterion.field_id == OF_CONTACT:
        values = () if number is None else (str(number),)
    counting = values[:1] if criterion.only_first else values
    like = [folded(str(value)) for value in values]
    words = [word for value in values for word in folded_words(str(value))]
    found = bool(values) and all(
        (
            all(set(counting) & set(some) for some in criterion.exactly),
            all({folded(one) for one in some} & set(like) for some in criterion.like),
            all(any(word.startswith(one) for word in words) for one in criterion.words),
            criterion.numbers is None or Decimal(values[0]) in criterion.numbers,
            criterion.least is None or Decimal(values[0]) >= criterion.least,
            criterion.below is None or Decimal(values[0]) < criterion.below,
        )
    )
    return found is not criterion.negated


def rank(lead: Known, search: str) -> int:
    """How well its name matches: the whole, its beginning, words of it, anything else."""
    name, key = folded(lead.name or "untitled") or "", folded(search) or ""
    in_name = all(any(word.startswith(one) for word in name.split()) for one in key.split())
    return 3 if name == key else 2 if key and name.startswith(key) else int(in_name)
