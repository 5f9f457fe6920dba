"""Events to rows: the history of a lead. The handlers of each subject are there because it is imported here."""

from projections.activity_feed.project import custom, entries, logged, merges, messages, pins
from projections.activity_feed.project.items import activity_feed

__all__ = ["SUBJECTS", "activity_feed"]

SUBJECTS = (entries, logged, messages, custom, pins, merges)
