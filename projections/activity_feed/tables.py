"""The tables of activity_feed, as its migrations made them."""

from pathlib import Path

from app.store.sql_file import load_statements
from projections.last_activity import last_activity_of
from projections.machinery.members import by_member
from projections.machinery.rows import Table

SQL = by_member(load_statements(Path(__file__).with_name("queries.sql")))
_LAST_ACTIVITY = last_activity_of(org="p_org", lead="member.lead_id", feed="{activity_feed} feed")

ACTIVITY = Table(
    name="activity_feed",
    key=("activity_id",),
    columns=(
        "lead_id",
        "kind",
        "position",
        "occurred_at",
        "created_at",
        "updated_at",
        "version",
        "contact_id",
        "user_id",
        "source",
        "pinned_at",
        "details",
        "custom_type_id",
        "edited_at",
    ),
    json=frozenset({"details"}),
    generated=("kind_key", "is_communication"),
    keeps_past=True,
    born="position",
)
LAST_ACTIVITY = Table(
    name="lead_activity",
    key=("lead_id",),
    columns=("last_activity_at", "last_communication_at"),
    refresh=SQL["refresh_lead_activity"].replace("{last_activity}", _LAST_ACTIVITY),
)
