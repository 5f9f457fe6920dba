"""Custom activities: recorded, and edited or published."""

from app.event import Entry
from app.lead.custom_activities import CustomActivityRecorded
from app.lead.custom_activity_events import CustomActivityEdited
from app.lead.edits import changes_in
from projections.activity_feed.details import CustomActivityDetails
from projections.activity_feed.project.items import activity_feed, add, edit
from projections.machinery.rows import Rows


@activity_feed.on(CustomActivityRecorded)
def record_custom_activity(entry: Entry[CustomActivityRecorded], rows: Rows) -> None:
    event = entry.event
    details = CustomActivityDetails(
        type_id=event.type_id,
        status=event.status,
        values={one.field_id: one.values for one in event.values},
        files=event.files,
    )
    add(entry, rows, details, event.user_id, event.contact_id, custom_type_id=event.type_id)


@activity_feed.on(CustomActivityEdited)
def edit_custom_activity(entry: Entry[CustomActivityEdited], rows: Rows) -> None:
    changes = changes_in(entry.event.after)
    if "values" in changes:
        changes["values"] = {str(one.field_id): one.values or None for one in changes["values"]}
    edit(entry, CustomActivityDetails, changes, rows)
