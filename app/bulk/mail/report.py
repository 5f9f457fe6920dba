"""MailReport: for every message where it was logged, or why it was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from app.bulk.mail.charsets import NO_CHARACTER
from app.bulk.mail.sides import Reason
from app.ids import ActivityId, LeadId, ThreadId, encode_id
from app.vocabulary import Direction

_LOSSES = {Reason.FAULT, Reason.REFUSED, Reason.TOO_LARGE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A message on a lead. `thread_is_new`: it begins one."""

    lead_id: LeadId
    lead_name: str | None
    email_id: ActivityId
    thread_id: ThreadId
    thread_is_new: bool

    def __str__(self) -> str:
        thread = "new thread" if self.thread_is_new else "known thread"
        return f"{encode_id('lead', self.lead_id)} ({self.lead_name or 'without a name'}), {thread}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What became of one message.

    Attributes:
        reason: why it is not logged, or not everywhere; None: it is.
        detail: more of the reason.
        files: names of those that it brought.
        notes: what of it was not taken as it is.
    """

    file: Path
    message_id: str | None = None
    direction: Direction | None = None
    logged: Sequence[Logged] = ()
    reason: Reason | None = None
    detail: str = ""
    files: Sequence[str] = ()
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        file = "".join(one if one.isprintable() else NO_CHARACTER for one in str(self.file))
        return f"{file}: {'; '.join([*self._where(), *self._why(), *self.notes])}."

    def _where(self) -> list[str]:
        if not self.logged or self.direction is None:
            return []
        leads = "; ".join(map(str, self.logged))
        files = f", {len(self.files)} file{'s' * (len(self.files) != 1)}" if self.files else ""
        return [f"logged as {self.direction.value.lower()} on {leads}{files}"]

    def _why(self) -> list[str]:
        if self.reason is None:
            return []
        why = f"{self.reason.value} ({self.detail})" if self.detail else self.reason.value
        return [why if self.logged else f"not logged: {why}"]

    def as_json(self) -> dict[str, Any]:
        """For programs; what is not known is left out."""
        told: dict[str, Any] = {
            "file": str(self.file),
            "outcome": "logged" if self.logged else "not_logged",
            "messageId": self.message_id,
            "direction": self.direction and self.direction.value,
            "reason": self.reason and self.reason.name,
            "message": self.reason and (self.detail or self.reason.value),
            "leads": [
                {
                    "id": encode_id("lead", one.lead_id),
                    "name": one.lead_name,
                    "emailId": encode_id("acti", one.email_id),
                    "isNewThread": one.thread_is_new,
                }
                for one in self.logged
            ],
            "files": list(self.files),
            "notes": list(self.notes),
        }
        return {name: value for name, value in told.items() if value not in (None, [])}


@dataclass(slots=True, kw_only=True)
class MailReport:
    """Each entry is told as soon as it is known, and only counted: there may be many."""

    tell: Callable[[Entry], None]
    passed_over: int = 0
    messages: int = 0
    logged: int = 0
    emails: int = 0
    files: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)
    correlation_id: UUID | None = None  # of all that was recorded

    def pass_over(self, file: Path) -> None:
        """What lies in a folder beside its messages."""
        self.passed_over += 1
        self.tell(Entry(file=file, reason=Reason.NO_MESSAGE))

    def add(self, entry: Entry) -> None:
        """One more message is done."""
        self.messages += 1
        self.logged += bool(entry.logged)
        self.emails += len(entry.logged)
        self.files += len(entry.files) if entry.logged else 0
        if entry.reason is not None:
            self.reasons[entry.reason] += 1
        self.tell(entry)

    def lines(self) -> list[str]:
        """The sum, for people."""
        logged = f"{self.messages} messages, {self.logged} logged as {self.emails} e-mails with {self.files} files"
        lines = [f"{logged}, {self.messages - self.logged} not logged"]
        lines += [f"{count} not logged: {reason.value}" for reason, count in self.reasons.most_common()]
        if self.passed_over:
            lines.append(f"{self.passed_over} files passed over that are not called .eml")
        return lines

    @property
    def exit_code(self) -> int:
        """1 if a message was lost that the rules would have logged, or may have."""
        return 1 if _LOSSES & self.reasons.keys() else 0
