"""What the contract has and we do not have yet, by what it belongs to. What is built goes from here."""

NOT_YET = {
    "the past and the audit trail": """
        Event EventFilter EventConnection EventEdge Query.events Lead.history Moment AsOfInput Lead.asOf
        Query.lead(asOf) Query.leadDifferences
    """,
    "summaries": """
        LeadSummary SummaryRating SummaryState Lead.summary GenerateSummaryInput GenerateSummaryPayload
        RateSummaryInput RateSummaryPayload Mutation.generateSummary Mutation.rateSummary
    """,
    "live lists": "LeadsFeedItem LeadsFeedChange Subscription.leadsFeed",
    "limits": "RateLimit Query.rateLimit",
}


def not_yet() -> set[str]:
    """All of it."""
    return {name for names in NOT_YET.values() for name in names.split()}
