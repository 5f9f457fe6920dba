"""Twenty thousand leads of which every filter finds few or many; as tables have them, put there by their owner.

Lead n of them, counted from 1: created in minute n, called "Lead n".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from app.database import Database
from projections.lead_view.terms import exact_value, value_word
from tests.projections.crowd import FIRST, FOUND, crowd_of_leads
from tests.support.acme import thing
from tests.support.logs import connected

LEADS = 20_000
FEW_STATUS, *STATUSES = (thing(7_000 + number) for number in range(8))
MANY_STAGE, FEW_STAGE = thing(7_100), thing(7_101)
TIER, CITY, SEATS, OWNER, BUDGET = (thing(7_200 + number) for number in range(5))  # fields; BUDGET is one of contacts
FEW_USER, MANY_USER = thing(7_300), thing(7_301)

_FEW_STATUS = """
UPDATE lead_view SET status_id = $3 WHERE org_id = $1 AND lead_id = ANY (($2::uuid[])[1:50])"""
_CONTACTS = """
INSERT INTO lead_contact (org_id, contact_id, lead_id, place, name, emails, phones, urls, created_at, updated_at,
                          version, name_key, name_terms, email_terms, phone_terms)
SELECT $1, gen_random_uuid(), lead_id, 0, 'Person ' || n, '[]', '[]', '[]',
       $3::timestamptz + n * interval '1 minute', $3, 1, 'person ' || n, ARRAY['wperson', 'w' || n],
       ARRAY['ep' || n || '@x.example', CASE n % 5 WHEN 0 THEN 'einfo@x.example' ELSE 'wx' END],
       ARRAY['p+1202' || 1000000 + n, CASE n % 5 WHEN 1 THEN 'p+12025550100' ELSE 'w1202' END]
FROM unnest($2::uuid[]) WITH ORDINALITY AS leads (lead_id, n)"""
_TASKS = """
INSERT INTO lead_task (org_id, task_id, lead_id, text, priority, completed_at, created_at, updated_at, version)
SELECT $1, gen_random_uuid(), lead_id, 'Call', 'NORMAL', CASE WHEN n % $4 > 0 THEN $3::timestamptz END, $3, $3, 1
FROM unnest($2::uuid[]) WITH ORDINALITY AS leads (lead_id, n)"""
_OPPORTUNITIES = """
INSERT INTO lead_opportunity (org_id, opportunity_id, lead_id, status_id, value_period, confidence, created_at,
                              updated_at, version)
SELECT $1, gen_random_uuid(), lead_id, CASE n % 100 WHEN 1 THEN $4::uuid ELSE $5 END, 'ONE_TIME', 50,
       $3::timestamptz, $3, 1
FROM unnest($2::uuid[]) WITH ORDINALITY AS leads (lead_id, n) WHERE n % 100 = 1 OR n % 4 = 0"""
_VALUES = """
INSERT INTO lead_custom (org_id, owner_id, field_id, lead_id, value, number, terms)
SELECT $1, coalesce((SELECT contact_id FROM lead_contact c
                     WHERE $3 AND c.org_id = $1 AND c.lead_id = one.lead_id), lead_id),
       $4, lead_id, '["x"]', CASE WHEN $5 THEN n END, CASE WHEN n % 100 = 1 THEN $6::text[] ELSE $7::text[] END
FROM unnest($2::uuid[]) WITH ORDINALITY AS one (lead_id, n) WHERE n % 100 = 1 OR n % 3 = 0"""


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """They are in one of two organizations; the other one has a few of its own."""

    database: Database
    org_id: UUID
    lead_ids: list[UUID]


async def filled(database: Database) -> Crowd:
    """Put them into an empty database."""
    url = database.owner_url
    await _furnished(url, thing(1), 1_000)
    lead_ids = await _furnished(url, thing(2), LEADS)
    async with connected(url) as owner:
        await owner.execute("VACUUM ANALYZE")
    return Crowd(database=database, org_id=thing(2), lead_ids=lead_ids)


async def _furnished(url: str, org_id: UUID, count: int) -> list[UUID]:
    lead_ids = await crowd_of_leads(url, org_id, count, different=count, status_ids=STATUSES)
    async with connected(url) as owner:
        run = partial(owner.execute, timeout=60)
        await run(_FEW_STATUS, org_id, lead_ids, FEW_STATUS)
        await run(_CONTACTS, org_id, lead_ids, FIRST)
        await run(_TASKS, org_id, lead_ids, FIRST, 200)
        await run(_OPPORTUNITIES, org_id, lead_ids, FIRST, FEW_STAGE, MANY_STAGE)
        for field_id, of_contact, few, many in (
            (TIER, False, [exact_value(TIER, "Gold")], [exact_value(TIER, "Silver")]),
            (CITY, False, [value_word(CITY, "berlin")], [value_word(CITY, "paris")]),
            (OWNER, False, [exact_value(OWNER, str(FEW_USER))], [exact_value(OWNER, str(MANY_USER))]),
            (SEATS, False, [], []),
            (BUDGET, True, [], []),
        ):
            await run(_VALUES, org_id, lead_ids, of_contact, field_id, field_id in (SEATS, BUDGET), few, many)
        await run(FOUND, org_id, lead_ids)
    return lead_ids
