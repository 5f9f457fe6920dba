"""When something last happened on a lead: one rule, for the row that is kept of it and for moments of the past."""

from pathlib import Path

from app.store.sql_file import bare, load_statements

_SQL = load_statements(Path(__file__).with_suffix(".sql"))


def last_activity_of(*, org: str, lead: str, feed: str, member: str) -> str:
    """A query with `last_activity_at` and `last_communication_at` of a lead, out of expressions and tables."""
    named = {"{org}": org, "{lead}": lead, "{feed}": feed, "{member}": member}
    text = bare(_SQL["of_lead"])
    for name, expression in named.items():
        text = text.replace(name, expression)
    return text
