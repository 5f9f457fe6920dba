"""The family of an organization's events."""

from typing import ClassVar

from app.event import Event


class OrganizationEvent(Event, frozen=True, kw_only=True):
    """A fact about an organization: its list entries, users and keys.

    Attributes:
        on_pages: lead pages that are open read otherwise behind it, such as by a status's new label.
    """

    on_pages: ClassVar[bool] = False
