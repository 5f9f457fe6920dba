"""The law of inboxes: what the rows say is what a plain reading of the log says, whatever anybody does."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from hypothesis import given as for_all
from hypothesis import settings

from app.event import Fact
from app.rebuild import rebuild
from app.system import System
from app.vocabulary import InboxItemKind
from tests.laws.story import Step, inbox_stories, long_inbox_story, tell
from tests.laws.test_laws_of_the_log import law
from tests.projections.inbox.model import Item, inboxes, inboxes_at
from tests.support.office import Office, found_office

LONG_STORIES = 18
ROWS = """
SELECT item_id, kind, owner_id, done_at, snoozed_until,
       CASE kind WHEN 'INCOMING_EMAIL' THEN activity_id END AS newest,
       (SELECT count(*) FROM inbox_mail m WHERE m.org_id = i.org_id AND m.item_id = i.item_id AND m.episode = i.episode)
           AS mails,
       arrived_at, day, activity_id, activity_count
FROM inbox_item i
WHERE org_id = $1 AND is_live AND NOT is_dormant AND owner_id IS NOT NULL AND num_nonnulls(arrived_at, day) = 1
AND coalesce((SELECT root_id FROM lead_member m WHERE m.org_id = $1 AND m.lead_id = i.lead_id), i.lead_id)
    IN (SELECT lead_id FROM lead_view WHERE org_id = $1 AND deleted_at IS NULL)
"""


@for_all(rounds=inbox_stories())
@settings(law, max_examples=60)
async def test_rows_are_what_the_log_says(system: System, rounds: Sequence[Sequence[Step]]) -> None:
    office = await found_office(system)
    await tell([office], rounds)
    await compared(office)


async def test_long_stories_come_to_everything(system: System) -> None:
    told: Counter[str] = Counter()
    for seed in range(LONG_STORIES):
        office = await found_office(system, f"Acme {uuid4()}")
        await tell([office], long_inbox_story(seed))
        await compared(office)
        told.update(words(await office.log()))
        if seed % 5 == 0:
            name = (await office.organization()).name
            assert await rebuild(system, projection="inbox", organization=name) == []
    for state, least in (("open", 9), ("done", 7), ("snoozed", 7)):
        assert len([kind for kind in InboxItemKind if told[f"{kind.value} {state}"]]) >= least, told


async def compared(office: Office) -> list[Item]:
    """The items that there are; the rows say the same."""
    rows, items = await rows_of(office), inboxes(await office.log())
    assert {row["item_id"]: seen_in(row) for row in rows} == {item.id: item.seen for item in items}
    for row in rows:
        counted = row["mails"] if row["kind"] == "INCOMING_EMAIL" else int(row["activity_id"] is not None)
        assert row["activity_count"] == counted
    return items


async def rows_of(office: Office) -> list[Any]:
    return list(await office.system.store.fetch(None, ROWS, office.org_id))


def seen_in(row: Any) -> tuple[Any, ...]:
    at = row["day"] if row["arrived_at"] is None else row["arrived_at"]
    done, snoozed = row["done_at"], row["snoozed_until"]
    return row["item_id"], row["kind"], row["owner_id"], at, done, snoozed, row["newest"], row["mails"]


def words(log: Sequence[Fact[Any]]) -> set[str]:
    """What there ever was, and how it stood."""
    known = inboxes_at(log[0])
    found = set()
    for fact in log:
        known.follow(fact)
        for item in known.there:
            state = "done" if item.done_at else "snoozed" if item.snoozed_until else "open"
            found.add(f"{item.kind.value} {state}")
    return found
