"""The read side: each projection turns events into the rows of one screen."""

from projections.activity_feed.project import activity_feed
from projections.lead_view.project import lead_view

INLINE = (lead_view, activity_feed)
PROJECTION_SET = 3  # raised when the rows that an append must hand over change
