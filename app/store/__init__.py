"""An event store on asyncpg: streams and positions in organizations. It knows nothing of leads.

The vocabulary is that of the `eventsourcing` library's persistence module, as `async def`.
"""
