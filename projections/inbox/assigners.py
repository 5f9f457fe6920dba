"""Who gave tasks to whoever has them. No row says so: it is asked for those few that somebody looks at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from app.ids import UserId
from app.lead.task_events import TaskAssigned
from app.lead.tasks import TaskAdded
from app.store.sql_file import load_statements
from projections.machinery.reader import Reader

SQL = load_statements(Path(__file__).with_suffix(".sql"))
_GIVING = [one.event_name() for one in (TaskAdded, TaskAssigned)]


async def assigners(reader: Reader, task_ids: Sequence[UUID]) -> dict[UUID, UserId]:
    """By task; none where it was an import or the system itself."""
    rows = await reader.fetch(SQL["assigners"], list(task_ids), _GIVING)
    return {row["task_id"]: UserId(row["actor_user"]) for row in rows if row["actor_user"] is not None}
