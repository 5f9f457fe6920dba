"""The read side: each projection turns events into the rows of one screen."""

from projections.activity_feed.project import activity_feed
from projections.email_threads.project import email_threads
from projections.files_tab.project import files_tab
from projections.inbox.project import inbox
from projections.lead_view import merges as merges
from projections.lead_view.project import lead_view
from projections.machinery.past import keep_past_of
from projections.members.project import members

INLINE = (members, lead_view, activity_feed, email_threads, files_tab, inbox)
PROJECTION_SET = 5  # raised when the rows that an append must hand over change

keep_past_of(table for projection in INLINE for table in projection.tables)
