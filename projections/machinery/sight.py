"""Sight: which leads a viewer sees. Every read of a lead, or of anything under one, goes through it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.organization.visibility import Assignment
from app.store.sql_file import load_statements

if TYPE_CHECKING:
    from projections.machinery.reader import Statement

SQL = load_statements(Path(__file__).with_name("sight.sql"))


@dataclass(frozen=True, slots=True)
class Sight:
    """Deleted leads are seen by nobody. `assignment`: what the viewer must be on a lead; None sees all others.

    Who sees a lead is as it is today. `of_moment`: what hangs on a lead that was deleted then is not seen either.
    """

    assignment: Assignment | None = None
    of_moment: bool = False

    def narrow_leads(self, statement: Statement, lead: str) -> Statement:
        """Add the condition to a statement that reads lead_view, whose deleted rows it leaves out by itself."""
        if self.of_moment:
            statement.also(_about("is_there_today", lead))
        assignment = self.assignment
        if assignment is None:
            return statement
        fields, user = list(assignment.field_ids), str(assignment.user_id)
        named = (fields, list(assignment.single_ids), user, user)
        if assignment.allow_unassigned:
            return statement.also(_about("is_named_or_nobody", lead), *named, fields)
        return statement.also(_about("is_named", lead), *named)

    def narrow(self, statement: Statement, lead: str) -> Statement:
        """Add the conditions to a statement over anything that hangs on a lead."""
        return self.narrow_leads(statement.also(_about("was_there" if self.of_moment else "is_there", lead)), lead)


def _about(fragment: str, lead: str) -> str:
    return SQL[fragment].replace("{lead}", lead)
