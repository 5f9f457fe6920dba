"""The table of members, as its migration made it."""

from projections.machinery.rows import Table

MEMBER = Table(name="lead_member", key=("lead_id",), columns=("root_id", "version"), keeps_past=True)
