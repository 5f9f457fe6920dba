"""How far back the past is known."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from projections.machinery import moments
from projections.machinery.reader import Reader
from schema.context import Context
from schema.edge import ClientError


async def must_be_known(context: Context, position: int, argument: str) -> None:
    """Do nothing, if pages can be shown as they were at a position.

    Raises:
        ClientError: UNAVAILABLE, with the argument's name and what to do.
    """
    since: int = await context.batch("known since", _known_since).load(context.organization.id)
    if position < since:
        raise ClientError(
            "UNAVAILABLE",
            f"{argument}: the pages of that time are not known yet. Let the operator run: python -m app rebuild.",
        )


async def _known_since(reader: Reader, org_ids: Sequence[UUID]) -> dict[UUID, int]:
    return dict.fromkeys(org_ids, await moments.known_since(reader))
