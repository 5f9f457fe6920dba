"""Servers for the tests of the edge."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from schema.edge import EdgeSettings
from tests.schema.edge.serving import Served, serving

Serve = Callable[[EdgeSettings], Served]


@pytest.fixture(scope="module")
def shipped() -> Iterator[Served]:
    with serving(EdgeSettings()) as running:
        yield running


@pytest.fixture
def served(shipped: Served) -> Served:
    """A server with the settings as shipped, shared by the tests of a module, which has forgotten the last test."""
    shipped.world.forget()
    return shipped


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Make servers with other settings."""
    with ExitStack() as stack:
        yield lambda settings: stack.enter_context(serving(settings))
