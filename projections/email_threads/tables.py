"""The tables of email_threads, as its migration made them."""

from pathlib import Path

from app.store.sql_file import load_statements
from projections.machinery.members import by_member
from projections.machinery.rows import Table

SQL = by_member(load_statements(Path(__file__).with_name("queries.sql")))

EMAIL_MESSAGE = Table(
    name="email_message",
    key=("activity_id",),
    columns=(
        "lead_id",
        "thread_id",
        "occurred_at",
        "position",
        "message_id",
        "subject",
        "contact_id",
        "user_id",
        "people",
        "deleted_at",
    ),
    json=frozenset({"people"}),
    keeps_past=True,
    born="position",
)
# Refreshed by ids of e-mails: the threads in which they are, and those which they left.
EMAIL_THREAD = Table(
    name="email_thread",
    key=("thread_id",),
    columns=("lead_id", "latest_id", "latest_at", "latest_position"),
    refresh=SQL["refresh_email_thread"],
    is_stepwise=True,
    keeps_past=True,
    born="latest_position",
)
