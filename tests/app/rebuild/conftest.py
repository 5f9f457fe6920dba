"""An organization whose name says which it is, and a hand that changes its rows."""

from typing import Any

import pytest

from app.ids import uuid7
from app.system import System
from tests.app.rebuild.rows import Corrupt
from tests.support.office import Office, found_office


@pytest.fixture
async def office(system: System) -> Office:
    """One whose name says which it is."""
    return await found_office(system, f"Acme {uuid7()}")


@pytest.fixture
def corrupted(office: Office) -> Corrupt:
    """Changes rows by hand. The organization is $1."""

    async def change(statement: str, *arguments: Any) -> None:
        await office.system.store.fetch(None, statement, office.org_id, *arguments)

    return change
