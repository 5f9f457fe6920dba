"""The tables of inbox, as its migrations made them."""

from pathlib import Path

from app.store.sql_file import load_statements
from projections.machinery.rows import Table

WRITER = load_statements(Path(__file__).with_name("writer.sql"))

MAIL = Table(
    name="inbox_mail",
    key=("lead_id", "email_id", "owner_id"),
    columns=("item_id", "episode", "occurred_at", "position"),
)
ITEM = Table(
    name="inbox_item",
    key=("item_id",),
    columns=(
        "lead_id",
        "kind",
        "owner_id",
        "subject_id",
        "activity_id",
        "thread_id",
        "arrived_at",
        "day",
        "snoozed_until",
        "done_at",
        "is_live",
        "is_dormant",
        "activity_count",
        "episode",
        "latest_at",
        "opened",
        "position",
    ),
    writer=WRITER["write_inbox_item"].replace("{count_mails}", f"{WRITER['count_mails']};"),
)
