"""Facts of a merge and of its taking back, with everything in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.ids import ActivityId, ContactId, CustomFieldId, LeadId, OpportunityId, TaskId
from app.lead.addresses import Address
from app.lead.contact_points import ContactUrl, EmailAddress, PhoneNumber
from app.lead.custom_values import CustomValue
from app.lead.details import ExternalId
from app.lead.merge_events import (
    Carried,
    CarriedContact,
    CarriedOpportunity,
    CarriedTask,
    Filled,
    LeadBroughtBack,
    LeadDetails,
    LeadMerged,
    LeadMergedAway,
    LeadUnmerged,
    Member,
    Pin,
    ValueFilled,
)
from app.lead.tasks import Due
from app.vocabulary import TaskPriority, ValuePeriod
from tests.support.acme import ADMIN, LEAD, NOTES, NOW, POTENTIAL, YESTERDAY, thing

SOURCE = LeadId(thing(70))
INNER = LeadId(thing(71))
MERGE = ActivityId(thing(72))
FIELD = CustomFieldId(thing(73))
VALUE = CustomValue(field_id=FIELD, values=("a", "b"))
ULM = Address(city="Ulm")
OWN_CONTACT, OWN_OPPORTUNITY, OWN_TASK = ContactId(thing(74)), OpportunityId(thing(75)), TaskId(thing(76))

FILLED = Filled(
    name="Bluth",
    description="Builds",
    url="https://bluth.example",
    addresses=(ULM,),
    custom_values=(ValueFilled(field_id=FIELD, before=("a",), after=("a", "b")),),
)
MEMBER = Member(
    lead_id=SOURCE,
    into_id=LEAD,
    merge_id=MERGE,
    external_id=ExternalId("erp", "1"),
    contacts=(OWN_CONTACT,),
    opportunities=(OWN_OPPORTUNITY,),
    tasks=(OWN_TASK,),
    pins=(NOTES[0],),
    ended_pins=(Pin(activity_id=NOTES[1], pinned_at=YESTERDAY),),
    filled=FILLED,
    is_mixed=True,
)
INNER_MEMBER = Member(lead_id=INNER, into_id=SOURCE, merge_id=ActivityId(thing(77)))
CARRIED = Carried(
    contacts=(
        CarriedContact(
            contact_id=OWN_CONTACT,
            place=3,
            name="Lindsay",
            title="Heiress",
            emails=(EmailAddress(email="lindsay@bluth.example"),),
            phones=(PhoneNumber(phone="+12125550100"),),
            urls=(ContactUrl(url="https://lindsay.example"),),
            custom_values=(VALUE,),
        ),
    ),
    opportunities=(
        CarriedOpportunity(
            opportunity_id=OWN_OPPORTUNITY,
            status_id=POTENTIAL,
            contact_id=OWN_CONTACT,
            user_id=ADMIN,
            value=Decimal("12.50"),
            value_period=ValuePeriod.MONTHLY,
            confidence=50,
            note="Stairs",
            date_won=date(2026, 4, 1),
            date_lost=date(2026, 4, 2),
            custom_values=(VALUE,),
        ),
    ),
    tasks=(
        CarriedTask(
            task_id=OWN_TASK,
            text="Call",
            contact_id=OWN_CONTACT,
            assigned_to=ADMIN,
            due=Due(instant=NOW),
            priority=TaskPriority.HIGH,
        ),
    ),
    pins=(NOTES[0],),
)
LEAD_MERGED = LeadMerged(
    merge_id=MERGE,
    destination_id=LEAD,
    source_id=SOURCE,
    source_version=7,
    source_name="Bluth",
    source=LeadDetails(
        name="Bluth",
        description="Builds",
        url="https://bluth.example",
        addresses=(ULM,),
        status_id=POTENTIAL,
        status_label="Potential",
        external_id=ExternalId("erp", "1"),
        custom_values=(VALUE,),
    ),
    filled=FILLED,
    addresses=(ULM,),
    member=MEMBER,
    members=(INNER_MEMBER,),
    carried=CARRIED,
    primary_id=OWN_CONTACT,
    primary_name="Lindsay",
)
LEAD_MERGED_AWAY = LeadMergedAway(into_id=LEAD)
LEAD_UNMERGED = LeadUnmerged(
    merge_id=MERGE,
    destination_id=LEAD,
    source_id=SOURCE,
    source_version=9,
    addresses=(Address(city="Neu-Ulm"),),
    taken_back=FILLED,
    left=FILLED,
    contacts=(OWN_CONTACT,),
    opportunities=(OWN_OPPORTUNITY,),
    tasks=(OWN_TASK,),
    pins=(NOTES[0],),
    members=(INNER,),
    is_primary_other=True,
    primary_id=ContactId(thing(78)),
    primary_name="Gob",
)
LEAD_BROUGHT_BACK = LeadBroughtBack(
    from_id=LEAD,
    carried=CARRIED,
    pins_again=(Pin(activity_id=NOTES[1], pinned_at=YESTERDAY),),
    members=(INNER_MEMBER,),
    primary_id=OWN_CONTACT,
    primary_name="Lindsay",
)
