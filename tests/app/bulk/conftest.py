"""An organization to load into."""

from uuid import UUID

import pytest

from tests.support.office import Office


@pytest.fixture
def acme(office: Office) -> UUID:
    """The organization's id."""
    return office.org_id
