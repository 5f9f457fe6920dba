"""All that a lead page shows, in one document; without what is the viewer's, or signed for one."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.support.api import Api

_WHO = "user { id name email role } contact { id name }"
_VALUES = "customFields { id value field { id name choices } references { __typename ... on User { id name } } }"
_CONTACT = f"id name displayName title createdAt updatedAt version emails {{ email type }} {_VALUES}"
_OFFER = f"""id value valuePeriod confidence note dateWon dateLost createdAt updatedAt version expectedValue {_WHO}
  status {{ id label type isDeleted pipeline {{ id name }} }} {_VALUES} lead {{ id name }}"""
_TASK = "id text dueDate dueAt priority isComplete completedAt updatedAt version assignedTo { id name } contact { id }"
_FILES = "files { id name receivedAt isInline }"
_ENTRY = f"""__typename id kind occurredAt createdAt updatedAt version pinnedAt source headline permalink {_WHO}
  lead {{ id version }}
  ... on Call {{ callNote: note durationSeconds disposition }}
  ... on Note {{ title text html mentions {{ id name }} {_FILES} }}
  ... on Email {{ threadId subject to bodyText followUpAt messageId {_FILES} }}
  ... on Sms {{ text {_FILES} }}
  ... on Meeting {{ meetingTitle: title startsAt endsAt location attendees {{ email contact {{ id }} user {{ id }} }} }}
  ... on CustomActivity {{ publicationStatus type {{ id name isArchived }} {_VALUES} {_FILES} }}
  ... on LeadStatusChange {{ oldStatusId oldStatusLabel newStatusId newStatusLabel }}
  ... on OpportunityStatusChange {{ opportunityId newStageId: newStatusId }}
  ... on TaskCompleted {{ taskId taskText }}"""
_THREAD = """id subject latestAt emailCount participants { email name } users { id name } contact { id }
  emails(first: 9) { nodes { id version } pageInfo { hasNextPage } }"""
WHOLE = f"""id name displayName description url source lastActivityAt lastCommunicationAt createdAt updatedAt version
  addresses {{ city country }} status {{ id label color isArchived isDeleted }}
  contacts(first: 9) {{ {_CONTACT} }} primaryContact {{ id name }} contactCount
  opportunities(first: 9) {{ {_OFFER} }} opportunityCount activeOpportunityCount
  tasks(includeCompleted: true, first: 20) {{ {_TASK} }} taskCount nextTask {{ id }} nextTaskDue {_VALUES}
  createdBy {{ id name }} updatedBy {{ id name timeZone isActive }} permalink feedCursor
  activities(first: 25) {{ totalCount edges {{ cursor node {{ {_ENTRY} }} }} pageInfo {{ hasNextPage endCursor }} }}
  oldest: activities(last: 2) {{ nodes {{ id }} }}
  mail: activities(first: 20, filter: {{ kinds: [EMAIL, CUSTOM] }}) {{ totalCount nodes {{ id }} }}
  activityCounts {{ kind count customActivityType {{ id name }} }} pinnedActivities {{ id pinnedAt }}
  files(first: 9) {{ totalCount nodes {{ id name activity {{ id }} }} }}
  emailThreads(first: 12) {{ nodes {{ {_THREAD} }} }}
  history(last: 9) {{ nodes {{ id position type headline data }} }}"""
SOURCE = f"query ($id: ID!, $asOf: AsOfInput) {{ lead(id: $id, asOf: $asOf) {{ {WHOLE} }} }}"


def whole_page(api: Api, lead: str, **as_of: Any) -> Any:
    """The page now, or at a moment, under ids of the present; None: there is none."""
    shown = json.dumps(api.ask(SOURCE, id=lead, asOf=as_of or None)["lead"])
    return json.loads(re.sub(r"~\d+", "", shown) if as_of else shown)
