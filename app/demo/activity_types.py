"""The demonstration's custom activities: what Northwind asks whom it came to know lately."""

from __future__ import annotations

from datetime import datetime
from random import Random
from uuid import UUID

from app.demo import texts
from app.ids import ContactId, LeadId
from app.lead.custom_activities import RecordCustomActivity
from app.lead.custom_values import ValueChange
from app.onboarding import system_request
from app.organization.activity_type_edits import CreateCustomActivityType
from app.organization.field_edits import CreateCustomField
from app.organization.organization import Organization
from app.organization.users import User
from app.system import System
from app.vocabulary import CustomFieldTarget, CustomFieldType

DISCOVERY = "Discovery call"
OUTCOME, NEXT_STEP = "Outcome", "Next step"
_OUTCOMES = ("Interested", "Needs time", "No fit")
_FIELDS = ((OUTCOME, CustomFieldType.CHOICES, _OUTCOMES, True), (NEXT_STEP, CustomFieldType.TEXTAREA, (), False))


async def make_activity_types(system: System, org_id: UUID) -> None:
    """Make the type and those of its fields that are not there yet."""
    organization = await system.states.organization(org_id)
    types = {kind.name: kind.id for kind in organization.custom_activity_types.values()}
    made = CreateCustomActivityType(name=DISCOVERY, description="The first talk about what they need.")
    if DISCOVERY not in types:
        await system.dispatch.run(made, system_request(org_id))
    type_id = types.get(DISCOVERY, made.type_id)
    there = {field.name for field in organization.fields_of(CustomFieldTarget.ACTIVITY, type_id)}
    for name, kind, choices, is_required in _FIELDS:
        if name not in there:
            field = CreateCustomField(
                target=CustomFieldTarget.ACTIVITY,
                name=name,
                type=kind,
                choices=choices,
                activity_type_id=type_id,
                is_required=is_required,
            )
            await system.dispatch.run(field, system_request(org_id))


def discovery(
    lead_id: LeadId,
    contact_id: ContactId | None,
    user: User,
    at: datetime,
    organization: Organization,
    random: Random,
    *,
    pinned: bool,
) -> RecordCustomActivity:
    """One such talk; where it is pinned, they are interested."""
    types = {kind.name: kind.id for kind in organization.custom_activity_types.values()}
    type_id = types[DISCOVERY]
    fields = {one.name: one.id for one in organization.fields_of(CustomFieldTarget.ACTIVITY, type_id)}
    outcome = _OUTCOMES[0] if pinned else random.choice(_OUTCOMES)
    values = {OUTCOME: outcome, NEXT_STEP: random.choice(texts.NEXT_STEPS)}
    return RecordCustomActivity(
        lead_id=lead_id,
        type_id=type_id,
        contact_id=contact_id,
        user_id=user.id,
        custom_fields=tuple(ValueChange(field_id=fields[name], set=value) for name, value in values.items()),
        pinned=pinned,
        occurred_at=at,
    )
