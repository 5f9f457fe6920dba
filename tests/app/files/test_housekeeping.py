"""Housekeeping of files: what nobody needs goes, and nothing that somebody needs, whoever comes in between."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.files.storage import ContentLost, StorageDown
from app.housekeeping import Housekeeping
from tests.support.api import Api, admin_of_new_organization
from tests.support.filed import CONTENT, SHA256, a_file, attach, fetch, uploaded, url_of
from tests.support.office import CommonDatabases
from tests.support.serving import serving

AGES = {
    "uploads": "UPDATE upload SET expires_at = expires_at - interval '26 hours' WHERE org_id = $1",
    "content": "UPDATE stored_content SET needed_at = needed_at - interval '8 days' WHERE org_id = $1",
}
COUNTS = {
    "uploads": "SELECT count(*) FROM upload WHERE org_id = $1",
    "content": "SELECT count(*) FROM stored_content WHERE org_id = $1",
}


@pytest.fixture
def api(common_databases: CommonDatabases) -> Iterator[Api]:
    """The ADMIN of an organization on a server whose storage its operator shares."""
    with serving(common_databases.of(18)) as site:
        yield admin_of_new_organization(site)


def house(api: Api) -> Housekeeping:
    return Housekeeping(api.site.system)


def age(api: Api, what: str) -> None:
    api.site.operate(api.site.system.store.fetch(None, AGES[what], api.org_id))


def count(api: Api, what: str) -> int:
    found: int = api.site.operate(api.site.system.store.fetchval(None, COUNTS[what], api.org_id))
    return found


def round_of(api: Api) -> None:
    """One of everything."""
    keeping = house(api)
    api.site.operate(keeping.forget_old_uploads())
    api.site.operate(keeping.remove_unused_content())


def kept(api: Api) -> list[Path]:
    return [path for path in (api.site.settings.data_dir / "files" / "org").rglob("*") if path.is_file()]


def test_an_upload_that_nothing_used_goes_with_its_content(api: Api) -> None:
    uploaded(api)
    round_of(api)
    assert (count(api, "uploads"), count(api, "content"), len(kept(api))) == (1, 1, 1)
    age(api, "uploads")
    round_of(api)
    assert (count(api, "uploads"), len(kept(api))) == (0, 1)
    age(api, "content")
    round_of(api)
    assert (count(api, "content"), kept(api)) == (0, [])


def test_a_file_that_is_used_stays_for_ever(api: Api) -> None:
    file_id = a_file(api, api.lead())
    for _ in range(3):
        age(api, "uploads")
        age(api, "content")
        round_of(api)
    assert (count(api, "uploads"), count(api, "content")) == (0, 1)
    assert fetch(api, url_of(api, file_id)).content == CONTENT


def test_content_goes_with_the_last_that_used_it(api: Api) -> None:
    lead = api.lead()
    notes = [attach(api, lead, uploaded(api)) for _ in range(2)]
    age(api, "uploads")
    for note, left in zip(notes, (1, 0), strict=True):
        api.do("deleteActivity", activityId=note)
        age(api, "content")
        round_of(api)
        assert len(kept(api)) == left


def test_content_of_a_deleted_lead_stays_for_its_return(api: Api) -> None:
    lead = api.lead()
    file_id = a_file(api, lead)
    api.do("deleteLead", leadId=lead)
    age(api, "uploads")
    age(api, "content")
    round_of(api)
    api.do("restoreLead", leadId=lead)
    assert fetch(api, url_of(api, file_id)).content == CONTENT


def test_content_that_was_just_kept_stays_though_nothing_names_it_yet(api: Api) -> None:
    system = api.site.system

    async def content() -> AsyncIterator[bytes]:
        yield CONTENT

    api.site.operate(system.files.keeping.keep(api.org_id, content(), limit=100))
    round_of(api)
    assert len(kept(api)) == 1


def test_another_organization_s_same_content_is_not_touched(api: Api) -> None:
    other = admin_of_new_organization(api.site, "Elsewhere")
    file_id = a_file(other, other.lead())
    uploaded(api)
    age(api, "uploads")
    age(api, "content")
    round_of(api)
    assert fetch(other, url_of(other, file_id)).content == CONTENT
    assert len(kept(api)) == 1


def test_who_keeps_what_is_just_being_removed_finds_it_kept(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The removal has begun and holds its lock; the same content is sent meanwhile."""
    uploaded(api)
    age(api, "uploads")
    age(api, "content")
    system = api.site.system
    keeping, storage = system.files.keeping, system.files.storage
    remove = type(storage).remove

    async def both() -> None:
        begun, sent = asyncio.Event(), asyncio.Event()

        async def slow(self: object, org_id: object, sha256: str) -> None:
            begun.set()
            await sent.wait()
            await asyncio.sleep(0.3)
            await remove(storage, api.org_id, sha256)

        async def content() -> AsyncIterator[bytes]:
            await begun.wait()
            yield CONTENT
            sent.set()

        monkeypatch.setattr(type(storage), "remove", slow)
        await house(api).forget_old_uploads()
        await asyncio.gather(house(api).remove_unused_content(), keeping.keep(api.org_id, content(), limit=100))

    api.site.operate(both())
    assert len(kept(api)) == 1
    assert count(api, "content") == 1
    read = system.files.storage.read(api.org_id, SHA256, 0, len(CONTENT))
    assert api.site.operate(anext(read)) == CONTENT  # type: ignore[arg-type]


async def test_the_same_content_sent_by_many_at_once_is_kept(api: Api) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.to_thread(uploaded, api, CONTENT)) for _ in range(8)]
    assert len({task.result() for task in tasks}) == 8
    assert len(kept(api)) == 1


def test_what_a_killed_process_left_goes_after_a_day(api: Api) -> None:
    temporaries = api.site.settings.data_dir / "files" / "tmp"
    temporaries.mkdir(parents=True, exist_ok=True)
    for name in ("old#1", "new#1"):
        (temporaries / name).write_bytes(b"half")
    os.utime(temporaries / "old#1", (0, 0))
    assert api.site.operate(house(api).remove_old_temporaries()) == 1
    assert [path.name for path in temporaries.iterdir()] == ["new#1"]


def test_a_storage_that_is_away_loses_no_note_of_what_has_to_go(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    uploaded(api)
    age(api, "uploads")
    age(api, "content")

    async def away(*_: object) -> None:
        raise StorageDown("nobody answers")

    with monkeypatch.context() as patched:
        patched.setattr(type(api.site.system.files.storage), "remove", away)
        with pytest.raises(StorageDown):
            round_of(api)
    assert (count(api, "content"), len(kept(api))) == (1, 1)
    round_of(api)
    assert (count(api, "content"), kept(api)) == (0, [])


def test_content_that_is_gone_already_is_forgotten(api: Api) -> None:
    uploaded(api)
    age(api, "uploads")
    age(api, "content")
    for path in kept(api):
        path.unlink()
    round_of(api)
    assert count(api, "content") == 0
    with pytest.raises(ContentLost):
        api.site.operate(anext(api.site.system.files.storage.read(api.org_id, SHA256, 0, 1)))  # type: ignore[arg-type]
