"""What comes into whose inbox, by the rows."""

from datetime import UTC, datetime, date, timedelta
from app.desk.handling import MarkDone, MarkNotDone, Snooze, Unsnooze
from app.lead.emails import LogEmail
from app.lead.calls import LogCall, UpdateCall
from app.lead.tasks import AddTask, CompleteTask
from app.lead.task_changes import UpdateTask
from app.lead.opportunities import AddOpportunity
from app.lead.activities import DeleteActivity
from app.lead.notes import WriteNote
from app.vocabulary import CallDisposition, Direction
from app.rebuild import rebuild


async def rows(office):
    return await office.system.store.fetch(
        None, "select * from inbox_item where org_id=$1 order by kind, opened", office.org_id
    )


async def test_smoke(office, lead_id):
    mail = LogEmail(
        lead_id=lead_id,
        direction=Direction.INBOUND,
        sender="x@y.example",
        to=("Ada <ada@acme.example>",),
        subject="Hi",
        body_text="x",
        message_id="<a@x>",
    )
    await office.run(mail)
    again = LogEmail(
        lead_id=lead_id,
        direction=Direction.INBOUND,
        sender="x@y.example",
        to=("ada@acme.example",),
        subject="Re: Hi",
        body_text="x",
        message_id="<b@x>",
        in_reply_to="<a@x>",
    )
    await office.run(again)
    (one,) = await rows(office)
    assert one["activity_count"] == 2 and one["done_at"] is None, dict(one)
    await office.run(DeleteActivity(activity_id=mail.email_id))
    (one,) = await rows(office)
    assert one["activity_count"] == 1
    await office.run(MarkDone(item_ids=(one["item_id"],)))
    (one,) = await rows(office)
    assert one["done_at"]
    third = LogEmail(
        lead_id=lead_id,
        direction=Direction.INBOUND,
        sender="x@y.example",
        to=("ada@acme.example",),
        subject="Re: Hi",
        body_text="x",
        message_id="<c@x>",
        in_reply_to="<a@x>",
    )
    await office.run(third)
    (one,) = await rows(office)
    assert one["done_at"] is None and one["activity_count"] == 1 and one["activity_id"] == third.email_id
    await office.run(Snooze(item_ids=(one["item_id"],), until=datetime.now(UTC) + timedelta(days=1)))
    (one,) = await rows(office)
    assert one["snoozed_until"]
    await office.run(Unsnooze(item_ids=(one["item_id"],)))
    (one,) = await rows(office)
    assert not one["snoozed_until"]
    await office.run(
        LogCall(
            lead_id=lead_id, direction=Direction.INBOUND, disposition=CallDisposition.NO_ANSWER, phone="+12125550100"
        )
    )
    await office.run(
        LogCall(
            lead_id=lead_id, direction=Direction.INBOUND, disposition=CallDisposition.ANSWERED, phone="+12125550100"
        )
    )
    await office.run(AddTask(lead_id=lead_id, text="t", due_date=date(2026, 1, 1)))
    await office.run(AddOpportunity(lead_id=lead_id, date_won=date(2026, 1, 1)))
    await office.run(
        LogEmail(
            lead_id=lead_id,
            direction=Direction.OUTBOUND,
            to=("x@y.example",),
            subject="Q",
            body_text="x",
            follow_up_at=datetime.now(UTC),
            message_id="<q@x>",
        )
    )
    print([dict(r) for r in await rows(office)])
    assert len(await rows(office)) == 6
    name = (await office.organization()).name
    assert await rebuild(office.system, projection="inbox", organization=str(name)) == []
