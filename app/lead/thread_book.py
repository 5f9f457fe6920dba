"""ThreadBook: which e-mails each thread has, kept up to date while facts are added that nobody has recorded yet."""

from __future__ import annotations

from collections.abc import Mapping

from app.event import Event
from app.ids import ActivityId, ThreadId
from app.lead.activities import ActivityDeleted
from app.lead.email_threads import EmailThreadsJoined
from app.lead.emails import EmailLogged

Emails = dict[ActivityId, str | None]


class ThreadBook:
    """Begins with what is recorded. `emails`: Message-IDs of the e-mails of each thread."""

    def __init__(self, recorded: Mapping[ThreadId, Mapping[ActivityId, str | None]]) -> None:
        self.emails: dict[ThreadId, Emails] = {thread_id: dict(emails) for thread_id, emails in recorded.items()}
        self._thread_of = {email_id: thread_id for thread_id, emails in recorded.items() for email_id in emails}

    def follow(self, event: Event) -> None:
        """One more fact, in order."""
        match event:
            case EmailLogged():
                self._put(event.email_id, event.thread_id, event.message_id)
            case EmailThreadsJoined():
                for email_id in event.email_ids:
                    self._put(email_id, event.into_id, self._take(email_id))
            case ActivityDeleted():
                self._take(event.activity_id)

    def _put(self, email_id: ActivityId, thread_id: ThreadId, message_id: str | None) -> None:
        self.emails.setdefault(thread_id, {})[email_id] = message_id
        self._thread_of[email_id] = thread_id

    def _take(self, email_id: ActivityId) -> str | None:
        thread_id = self._thread_of.pop(email_id, None)
        return self.emails[thread_id].pop(email_id, None) if thread_id else None
