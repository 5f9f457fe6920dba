"""A lead: one stream of events, one boundary of consistency. Plain Python, no I/O."""
