"""Sight: which leads a viewer sees. Every read of a lead, or of anything under one, goes through it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.organization.visibility import Assignment
from app.store.sql_file import load_statements
from projections.machinery.members import with_members

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

    def narrow_leads(self, statement: Statement, lead: str, owner: str | None = None) -> Statement:
        """Add the conditions to a statement that reads lead_view, whose deleted rows it leaves out by itself.

        `owner`: the lead on which today's rights rest, in SQL, where that is not the one that is read.
        """
        owner = owner or f"{lead}.lead_id"
        if self.of_moment:
            statement.also(_about("is_there_today", owner))
        return self._narrow_named(statement, owner)

    def narrow(self, statement: Statement, lead: str) -> Statement:
        """Add the conditions to a statement over anything that hangs on a lead, or on what was merged into one."""
        if self.of_moment:
            statement.also(_about("was_there", with_members(f"{{root_of {lead}}}")))
        else:
            statement.also(SQL["is_there"].replace("{lead}", lead))
        return self.narrow_today(statement, lead)

    def narrow_today(self, statement: Statement, lead: str) -> Statement:
        """Add what today's rights ask of the lead that something is on by now."""
        return self.narrow_leads(statement, lead, with_members(f"{{root_today {lead}}}"))

    def narrow_list(self, statement: Statement, lead: str, *, is_page: bool = True) -> Statement:
        """As `narrow`, for a list whose statement has joined whose page each row is on.

        `is_page`: leads are looked up row by row; else the planner may ask it of all of them at once.
        """
        owner = with_members(f"{{root {lead}}}")
        return self._narrow_named(statement.also(_about("is_listed" if is_page else "is_counted", owner)), owner)

    def _narrow_named(self, statement: Statement, owner: str) -> Statement:
        assignment = self.assignment
        if assignment is None:
            return statement
        fields, user = list(assignment.field_ids), str(assignment.user_id)
        named = (fields, list(assignment.single_ids), user, user)
        if assignment.allow_unassigned:
            return statement.also(_about("is_named_or_nobody", owner), *named, fields)
        return statement.also(_about("is_named", owner), *named)


def _about(fragment: str, owner: str) -> str:
    return SQL[fragment].replace("{owner}", owner)
