"""Mapping: somebody's own CSV files as leads, contacts and opportunities, as a map file says."""
