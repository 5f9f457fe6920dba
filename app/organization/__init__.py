"""An organization: its users, keys, statuses and pipelines. One stream, named by the organization's id."""
