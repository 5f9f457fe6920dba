"""Crowds: many rows at once, put straight into the tables by their owner, for what only numbers show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from tests.support.logs import connected

FIRST = datetime(2026, 1, 1, tzinfo=UTC)  # of the times that these rows have

# $1 org_id, $2 how many, $3 how many different times and names they share, $4 first time, $5 statuses.
_LEADS = """
WITH crowd AS (SELECT n, n % $3::int AS share, gen_random_uuid() AS lead_id FROM generate_series(1, $2::int) n),
viewed AS (
    INSERT INTO lead_view (org_id, lead_id, name, name_key, name_terms, status_id, created_at)
    SELECT $1::uuid, lead_id, 'Lead ' || share, 'lead ' || share, ARRAY['llead', 'l' || share],
           ($5::uuid[])[1 + n % cardinality($5::uuid[])], $4::timestamptz + share * interval '1 minute' FROM crowd),
pulsing AS (
    INSERT INTO lead_pulse (org_id, lead_id, version, updated_at)
    SELECT $1, lead_id, 1, $4 + 7 * n % $3 * interval '1 minute' FROM crowd),
active AS (
    INSERT INTO lead_activity (org_id, lead_id, last_activity_at)
    SELECT $1, lead_id, CASE n % 3 WHEN 0 THEN '-infinity' ELSE $4 + 11 * n % $3 * interval '1 minute' END FROM crowd)
SELECT lead_id FROM crowd ORDER BY n"""

# $1 org_id, $2 leads: what they are found by follows from their rows.
FOUND = "SELECT lead_search_write_now($1, $2)"

# $1 org_id, $2 leads, $3 how many each, $4 how many different times they share, $5 first time, $6 kinds, $7 people,
# $8 types of the custom ones.
_ITEMS = """
INSERT INTO activity_feed (org_id, activity_id, lead_id, kind, position, occurred_at, created_at, updated_at, version,
                           contact_id, user_id, details, custom_type_id)
SELECT $1, gen_random_uuid(), lead_id, ($6::text[])[1 + n % cardinality($6::text[])], n,
       $5::timestamptz + n % $4::int * interval '1 minute', $5, $5, 1,
       ($7::uuid[])[1 + n / 2 % cardinality($7::uuid[])], ($7::uuid[])[1 + n / 3 % cardinality($7::uuid[])],
       jsonb_build_object('direction', 'INBOUND', 'text', 'x', 'html', '<p>x</p>', 'status', 'PUBLISHED',
                          'type_id', ($8::uuid[])[1 + n / 5 % cardinality($8::uuid[])]),
       CASE WHEN ($6::text[])[1 + n % cardinality($6::text[])] = 'CUSTOM'
            THEN ($8::uuid[])[1 + n / 5 % cardinality($8::uuid[])] END
FROM unnest($2::uuid[]) lead_id CROSS JOIN generate_series(1, $3::int) n"""


async def crowd_of_leads(
    owner_url: str, org_id: UUID, count: int, *, different: int, status_ids: Sequence[UUID]
) -> list[UUID]:
    """Leads that share so many different times and names; nothing ever happened on a third of them."""
    async with connected(owner_url) as connection:
        rows = await connection.fetch(_LEADS, org_id, count, different, FIRST, status_ids)
        lead_ids = [row["lead_id"] for row in rows]
        await connection.execute(FOUND, org_id, lead_ids)
    return lead_ids


async def crowd_of_items(
    owner_url: str,
    org_id: UUID,
    lead_ids: Sequence[UUID],
    count: int,
    *,
    different: int,
    kinds: Sequence[str] = ("CALL", "NOTE"),
    people: Sequence[UUID | None] = (None,),
    types: Sequence[UUID | None] = (None,),
) -> None:
    """So many calls and notes on each lead, by these people and with them, that share so many different times."""
    async with connected(owner_url) as connection:
        await connection.execute(_ITEMS, org_id, lead_ids, count, different, FIRST, kinds, people, types)


# $1 org_id, $2 leads, $3 how many each, $4 first time, $5 people. A third is done, a third of the rest due whenever.
_TASKS = """
INSERT INTO lead_task (org_id, task_id, lead_id, text, assigned_to, due_date, due_at, priority, completed_at,
                       created_at, updated_at, version)
SELECT $1, gen_random_uuid(), lead_id, 'Call', ($5::uuid[])[1 + (n / 5 + 13 * place) % cardinality($5::uuid[])],
       CASE WHEN n % 3 = 1 THEN ($4::timestamptz + m % 400 * interval '1 day')::date END,
       CASE WHEN n % 3 = 2 THEN $4 + m % 5000 * interval '1 hour' END,
       'NORMAL', CASE WHEN $6 AND n % 4 = 0 THEN $4 END, $4 + m * interval '1 minute', $4, 1
FROM unnest($2::uuid[]) WITH ORDINALITY AS leads (lead_id, place) CROSS JOIN generate_series(1, $3::int) n
CROSS JOIN LATERAL (SELECT (10 * place + n)::int AS m) numbered"""

# $1 org_id, $2 leads, $3 how many each, $4 first time, $5 people, $6 stages. A third have no value and no date.
_OPPORTUNITIES = """
INSERT INTO lead_opportunity (org_id, opportunity_id, lead_id, user_id, status_id, value, value_period, confidence,
                              date_won, created_at, updated_at, version)
SELECT $1, gen_random_uuid(), lead_id, ($5::uuid[])[1 + (n / 5 + 13 * place) % cardinality($5::uuid[])],
       ($6::uuid[])[1 + n % cardinality($6::uuid[])], CASE WHEN n % 3 > 0 THEN m % 1000 END,
       CASE WHEN n % 2 = 0 THEN 'MONTHLY' ELSE 'ONE_TIME' END, n % 101,
       CASE WHEN n % 3 > 0 THEN ($4::timestamptz + m % 900 * interval '1 day')::date END,
       $4 + m % 100 * interval '1 minute', $4 + m * 7 % 1000 * interval '1 minute', 1
FROM unnest($2::uuid[]) WITH ORDINALITY AS leads (lead_id, place) CROSS JOIN generate_series(1, $3::int) n
CROSS JOIN LATERAL (SELECT (10 * place + n)::int AS m) numbered"""


async def crowd_of_tasks(
    owner_url: str,
    org_id: UUID,
    lead_ids: Sequence[UUID],
    count: int,
    *,
    people: Sequence[UUID | None],
    some_done: bool = False,
) -> None:
    """So many tasks on each lead, due on days, at instants, and whenever; with `some_done` a quarter is complete."""
    async with connected(owner_url) as connection:
        await connection.execute(_TASKS, org_id, lead_ids, count, FIRST, people, some_done)


async def crowd_of_opportunities(
    owner_url: str,
    org_id: UUID,
    lead_ids: Sequence[UUID],
    count: int,
    *,
    people: Sequence[UUID | None],
    status_ids: Sequence[UUID],
) -> None:
    """So many opportunities on each lead; a third of them have neither value nor date."""
    async with connected(owner_url) as connection:
        await connection.execute(_OPPORTUNITIES, org_id, lead_ids, count, FIRST, people, status_ids)
