"""Editing calls: what is asked before the decision stands on whatever the id may name."""

from __future__ import annotations

import pytest

from app.ids import ActivityId
from app.lead.calls import LogCall, UpdateCall
from app.lead.details import CreateLead
from app.lead.refusals import CallNotFound
from app.vocabulary import CallDisposition, Direction
from tests.support.office import Office


async def test_the_id_of_a_call_s_event_is_no_call(office: Office) -> None:
    lead = CreateLead()
    await office.run(lead)
    logged = await office.run(LogCall(lead_id=lead.lead_id, direction=Direction.INBOUND, phone="+12125550100"))
    event_id = ActivityId(logged.events["lead.call_logged"])
    with pytest.raises(CallNotFound):
        await office.run(UpdateCall(call_id=event_id, disposition=CallDisposition.ANSWERED))
