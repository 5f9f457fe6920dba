"""The tables of inbox, as its migrations made them."""

from pathlib import Path

from app.store.sql_file import load_statements
from projections.machinery.rows import Table

WRITER = load_statements(Path(__file__).with_name("writer.sql"))

_PIECES = ("the_item", "mail_ends", "close_answered")


def _filled(text: str) -> str:
    for name in _PIECES:
        text = text.replace(f"{{{name}}}", f"{WRITER[name]};")
    return text


MAIL = Table(
    name="inbox_mail",
    key=("lead_id", "email_id", "owner_id"),
    columns=("item_id", "episode", "occurred_at", "position"),
)
ANSWER = Table(name="inbox_answer", key=("lead_id", "thread_id"), columns=("answered_at",))
# Leads that were merged into others: items of all of them are those of one. The items' own writer writes it too, so
# that it knows whose items it writes at whatever event it is.
MEMBER = Table(name="inbox_member", key=("lead_id",), columns=("root_id",))
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
    writer=_filled(WRITER["write_inbox_item"]),
)
