"""The `eventsourcing` library's own test cases pass against our store, on both PostgreSQL versions.

The library writes unittest cases: which PostgreSQL they meet is a mixin, because unittest knows no parameters.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests import persistence as shipped

from tests.support.loops import LoopThread
from tests.support.postgres import TEMPLATE, Servers, new_database
from tests.support.recorders import StoreRecorder, StoreThread


@contextmanager
def open_store(servers: Servers, postgres_version: int) -> Iterator[StoreThread]:
    server = servers.of(postgres_version)
    loop = LoopThread()
    making = new_database(server, TEMPLATE)
    thread = StoreThread(loop, loop.run(making.__aenter__()))
    try:
        yield thread
    finally:
        thread.close()
        loop.run(making.__aexit__(None, None, None))
        loop.close()


class OnPostgreSQL18:
    postgres_version: ClassVar[int] = 18
    store: ClassVar[StoreThread]

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _opened(cls, servers: Servers) -> Iterator[None]:
        with open_store(servers, cls.postgres_version) as cls.store:
            yield

    def create_recorder(self) -> StoreRecorder:
        """A recorder with a log of its own: a new organization."""
        return StoreRecorder(self.store)


class OnPostgreSQL16(OnPostgreSQL18):
    postgres_version = 16


class AggregateOnly(StoreRecorder):
    """The library's recorder of aggregates alone gives no positions."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


class TestAggregates18(OnPostgreSQL18, shipped.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateOnly:
        return AggregateOnly(self.store)


class TestApplications18(OnPostgreSQL18, shipped.ApplicationRecorderTestCase[StoreRecorder]):
    def test_a_subscription_misses_nothing(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleaving18(OnPostgreSQL18, shipped.NonInterleavingNotificationIDsBaseCase):
    pass


class TestTracking18(OnPostgreSQL18, shipped.TrackingRecorderTestCase):
    pass


class TestProcesses18(OnPostgreSQL18, shipped.ProcessRecorderTestCase):
    pass


class TestAggregates16(OnPostgreSQL16, TestAggregates18):
    pass


class TestApplications16(OnPostgreSQL16, TestApplications18):
    pass


class TestNonInterleaving16(OnPostgreSQL16, TestNonInterleaving18):
    pass


class TestTracking16(OnPostgreSQL16, TestTracking18):
    pass


class TestProcesses16(OnPostgreSQL16, TestProcesses18):
    pass
