"""Claims of a family of leads: what a lead that was merged away holds is found by its root's name."""

from __future__ import annotations

from collections.abc import Iterable

from app.lead.email_threads import LINKED, MESSAGE, SUBJECT
from app.lead.lead import Lead
from app.lead.members import member_ids
from app.situation import Claim

_OF_LEADS = frozenset({MESSAGE, LINKED, SUBJECT})  # kinds of claims whose keys begin with a lead


def of_family(wanted: Iterable[Claim], state: object) -> dict[Claim, Claim]:
    """Every form in which some claims may be held: by which each is to be known."""
    return of_families(wanted, [state] if isinstance(state, Lead) else [])


def of_families(wanted: Iterable[Claim], leads: Iterable[Lead]) -> dict[Claim, Claim]:
    """As `of_family`, of several leads."""
    asked = {claim: claim for claim in wanted}
    inherited: dict[Claim, Claim] = {}
    for lead in leads:
        prefix = f"{lead.id}\x1f"
        own = (
            [claim for claim in asked if claim.kind in _OF_LEADS and claim.key.startswith(prefix)]
            if lead.members
            else []
        )
        for other in member_ids(lead):
            inherited |= {Claim(one.kind, f"{other}\x1f{one.key.removeprefix(prefix)}"): one for one in own}
    return inherited | asked
