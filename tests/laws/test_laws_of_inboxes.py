"""The law of inboxes: what the rows say is what a plain reading of the log says, whatever anybody does."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings

from app.system import System
from tests.laws.story import Step, inbox_stories, tell
from tests.laws.test_laws_of_the_log import law
from tests.projections.inbox.model import Item, inboxes
from tests.support.office import Office, found_office

ROWS = """
SELECT item_id, kind, owner_id, coalesce(arrived_at::text, day::text) AS at, done_at, snoozed_until,
       CASE kind WHEN 'INCOMING_EMAIL' THEN activity_id END AS newest,
       (SELECT count(*) FROM inbox_mail m WHERE m.org_id = i.org_id AND m.item_id = i.item_id AND m.episode = i.episode)
           AS mails,
       arrived_at, day, activity_id, activity_count, subject_id
FROM inbox_item i
WHERE org_id = $1 AND is_live AND NOT is_dormant AND owner_id IS NOT NULL AND num_nonnulls(arrived_at, day) = 1
AND lead_id IN (SELECT lead_id FROM lead_view WHERE org_id = $1 AND deleted_at IS NULL)
"""
told: Counter[str] = Counter()


@for_all(rounds=inbox_stories())
@settings(law, max_examples=120)
async def test_rows_are_what_the_log_says(system: System, rounds: Sequence[Sequence[Step]]) -> None:
    office = await found_office(system)
    # One after the other: which of two comes first, when both come at once, is no matter of rules.
    await tell([office], [[step] for steps in rounds for step in steps])
    rows, items = await rows_of(office), inboxes(await office.log())
    assert {row["item_id"]: seen_in(row) for row in rows} == {item.id: item.seen for item in items}
    for row in rows:
        counted = row["mails"] if row["kind"] == "INCOMING_EMAIL" else int(row["activity_id"] is not None)
        assert row["activity_count"] == counted
    told.update(words(items))


async def rows_of(office: Office) -> list[Any]:
    return list(await office.system.store.fetch(None, ROWS, office.org_id))


def seen_in(row: Any) -> tuple[Any, ...]:
    at = row["day"] if row["arrived_at"] is None else row["arrived_at"]
    done, snoozed = row["done_at"], row["snoozed_until"]
    return row["item_id"], row["kind"], row["owner_id"], at, done, snoozed, row["newest"], row["mails"]


def words(items: Sequence[Item]) -> list[str]:
    """What a story came to, for a look at whether stories come to everything."""
    states = ("done" if one.done_at else "snoozed" if one.snoozed_until else "open" for one in items)
    return [f"{one.kind.value} {state}" for one, state in zip(items, states, strict=True)]
