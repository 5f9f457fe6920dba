"""The tables of files_tab, as their migration made them."""

from pathlib import Path

from app.store.sql_file import load_statements
from projections.machinery.members import by_member
from projections.machinery.rows import Table

SQL = by_member(load_statements(Path(__file__).with_name("queries.sql")))

FILE = Table(
    name="files_tab",
    key=("activity_id", "file_id"),
    columns=(
        "lead_id",
        "name",
        "content_type",
        "media_type",
        "media_group",
        "size_bytes",
        "sha256",
        "content_id",
        "is_inline",
        "content_key",
        "is_shown",
        "received_at",
        "position",
        "place",
    ),
    keeps_past=True,
    born="position",
)
INLINE_CONTENT = Table(
    name="inline_content",
    key=("content_key",),
    columns=("lead_id", "uses"),
    refresh=SQL["refresh_inline_content"].replace("{columns}", ", ".join(FILE.all_columns)),
    is_stepwise=True,
)
