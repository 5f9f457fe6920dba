"""An organization to load into."""

from uuid import UUID

import pytest

from tests.support.acme import VISIT_TYPE
from tests.support.custom import FIELDS, VISIT_FIELDS, Record
from tests.support.office import Office


@pytest.fixture
async def acme(office: Office) -> UUID:
    """The organization's id; it has custom fields of every type."""
    await office.run(Record((*FIELDS, VISIT_TYPE[0], *VISIT_FIELDS)))
    return office.org_id
