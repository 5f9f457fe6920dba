"""What becomes of commands that run at once."""

import asyncio
from collections.abc import Awaitable

from app.refusal import Refusal, Refused, refusals_of


async def reasons(*runs: Awaitable[object]) -> list[str]:
    """What became of commands that run at once: `done`, or the reason of the refusal; sorted."""
    results = await asyncio.gather(*runs, return_exceptions=True)
    faults = [one for one in results if isinstance(one, BaseException) and not isinstance(one, Refusal | Refused)]
    assert not faults, faults
    return sorted(
        refusals_of(result)[0].reason if isinstance(result, Refusal | Refused) else "done" for result in results
    )
