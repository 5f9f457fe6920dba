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
    asked = {claim: claim for claim in wanted}
    if not isinstance(state, Lead) or not state.members:
        return asked
    prefix = f"{state.id}\x1f"
    own = [claim for claim in asked if claim.kind in _OF_LEADS and claim.key.startswith(prefix)]
    others = [f"{lead_id}\x1f" for lead_id in member_ids(state)]
    inherited = {Claim(one.kind, other + one.key.removeprefix(prefix)): one for one in own for other in others}
    return inherited | asked
