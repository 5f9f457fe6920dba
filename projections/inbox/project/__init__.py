"""Events to rows: what comes into whose inbox, and what takes it out again.

No clock: what is due is seen when read. The handlers of each subject are there because it is imported here.
"""

from projections.inbox.project import calls, desks, mail, mentions, opportunities, tasks, visibility, words
from projections.inbox.project.items import inbox, item_id

__all__ = ["SUBJECTS", "inbox", "item_id"]

SUBJECTS = (calls, mail, mentions, tasks, opportunities, words, visibility, desks)
