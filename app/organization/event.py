"""The family of an organization's events."""

from app.event import Event


class OrganizationEvent(Event, frozen=True, kw_only=True):
    """A fact about an organization: its list entries, users and keys."""
