import time
from tests.projections.test_plans import *
async def test_big(server):
    async with new_database(server, TEMPLATE) as db:
        org = uuid7()
        for o in (org, uuid7()):
            await crowd_of_leads(db.owner_url, o, 60_000, different=60_000, status_ids=STATUSES)
        async with connected(db.owner_url) as o: await o.execute("ANALYZE")
        async with asyncpg.create_pool(db.app_url, min_size=1,max_size=1, server_settings={"search_path": SCHEMA, "jit":"off"}) as pool:
            reader = Reader(pool, org, snapshot=False)
            async def t(search):
                a=time.perf_counter()
                await lead_page(reader, LeadCriteria(search=search), LeadOrder.CREATED, descending=True, after=None, limit=51)
                b=time.perf_counter()
                await count_leads(reader, LeadCriteria(search=search))
                return f"{(b-a)*1000:.1f}/{(time.perf_counter()-b)*1000:.1f}"
            print([await t(str(54321+i)) for i in range(12)])
            print([await t("lead") for i in range(12)])
            print([await t(str(54321+i)) for i in range(6)])
            print([await t(str(5+i%4)) for i in range(12)])
            print([await t(str(54321+i)) for i in range(6)])
            print([await t("nothere") for i in range(6)])
            async with pool.acquire() as c:
                for r in await c.fetch("select generic_plans g, custom_plans c, left(statement, 120) s from pg_prepared_statements where statement like '%search%'"): print(tuple(r))
