"""The tables of lead_view, as its migrations made them."""

from pathlib import Path

from app.store.sql_file import load_statements
from projections.machinery.members import by_member
from projections.machinery.rows import Table

SQL = by_member(load_statements(Path(__file__).with_name("queries.sql")))


LEAD = Table(
    name="lead_view",
    key=("lead_id",),
    columns=(
        "name",
        "name_key",
        "description",
        "url",
        "status_id",
        "source",
        "created_at",
        "created_by",
        "primary_contact_id",
        "primary_name",
        "primary_name_key",
        "addresses",
        "name_terms",
        "url_terms",
        "address_terms",
        "deleted_at",
    ),
    json=frozenset({"addresses"}),
    generated=("display_name", "sort_name"),
    keeps_past=True,
)
CUSTOM = Table(
    name="lead_custom",
    key=("owner_id", "field_id"),
    columns=("lead_id", "value", "number", "terms"),
    json=frozenset({"value"}),
    keeps_past=True,
)
PULSE = Table(name="lead_pulse", key=("lead_id",), columns=("version", "updated_at", "updated_by"))
CONTACT = Table(
    name="lead_contact",
    key=("contact_id",),
    columns=(
        "lead_id",
        "place",
        "name",
        "title",
        "emails",
        "phones",
        "urls",
        "created_at",
        "updated_at",
        "version",
        "name_key",
        "name_terms",
        "title_terms",
        "email_terms",
        "phone_terms",
        "url_terms",
    ),
    json=frozenset({"emails", "phones", "urls"}),
    generated=("sort_name",),
    keeps_past=True,
)
OPPORTUNITY = Table(
    name="lead_opportunity",
    key=("opportunity_id",),
    columns=(
        "lead_id",
        "contact_id",
        "user_id",
        "status_id",
        "value",
        "value_period",
        "confidence",
        "note",
        "date_won",
        "date_lost",
        "created_at",
        "updated_at",
        "version",
    ),
    keeps_past=True,
)
TASK = Table(
    name="lead_task",
    key=("task_id",),
    columns=(
        "lead_id",
        "contact_id",
        "text",
        "assigned_to",
        "due_date",
        "due_at",
        "priority",
        "completed_at",
        "created_at",
        "updated_at",
        "version",
    ),
    keeps_past=True,
)
SEARCH = Table(name="lead_search", key=("lead_id",), columns=("terms",), refresh=SQL["refresh_lead_search"])
