"""The right side of the lead page: everything that happened, newest first, and what is pinned."""
