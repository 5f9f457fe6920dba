"""Deleting a whole thread of e-mails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from app.ids import ActivityId, ThreadId
from app.lead.activities import ActivityDeleted
from app.lead.email_threads import JOINED_MAX
from app.lead.event import LeadEvent
from app.lead.refusals import ThreadNotFound, ThreadTooLarge
from app.situation import Situation
from app.vocabulary import ActivityKind

if TYPE_CHECKING:
    from app.lead.lead import Lead

THREAD_DELETED_MAX = JOINED_MAX  # e-mails of one command


@dataclass(frozen=True, kw_only=True)
class DeleteEmailThread:
    """Remove every e-mail of a thread from the history: all of them, or none."""

    produces: ClassVar[dict[str, str]] = {"thread": "thread_id"}

    thread_id: ThreadId

    @property
    def about(self) -> ActivityId:
        """The message that began the thread, by whose facts its lead is found even if it is deleted."""
        return ActivityId(self.thread_id)

    def asks_threads(self, at: Situation) -> tuple[ThreadId, ...]:
        """The thread itself."""
        del at
        return (self.thread_id,)

    def decide(self, lead: Lead | None, at: Situation) -> Sequence[LeadEvent]:
        """Decide one deletion for each e-mail.

        Raises:
            ThreadNotFound: no such thread, or it has no e-mails any more.
            ThreadTooLarge: it has more than THREAD_DELETED_MAX.
        """
        emails = at.threads.get(self.thread_id)
        if lead is None or not emails:
            raise ThreadNotFound("thread_id")
        if len(emails) > THREAD_DELETED_MAX:
            raise ThreadTooLarge("thread_id", limit=THREAD_DELETED_MAX)
        return tuple(
            ActivityDeleted(
                activity_id=email_id, kind=ActivityKind.EMAIL, message_id=email.message_id, files=email.files
            )
            for email_id, email in sorted(emails.items())
        )
