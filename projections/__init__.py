"""The read side: each projection turns events into the rows of one screen."""

from projections.activity_feed.project import activity_feed
from projections.files_tab.project import files_tab
from projections.lead_view.project import lead_view

INLINE = (lead_view, activity_feed, files_tab)
PROJECTION_SET = 3  # raised when the rows that an append must hand over change
