"""An organization to load into."""

from uuid import UUID

import pytest

from tests.support.custom import FIELDS, Record
from tests.support.office import Office


@pytest.fixture
async def acme(office: Office) -> UUID:
    """The organization's id; it has custom fields of every type."""
    await office.run(Record(FIELDS))
    return office.org_id
