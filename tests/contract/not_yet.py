"""What the contract has and we do not have yet, by what it belongs to. What is built goes from here."""

NOT_YET = {
    "summaries": """
        LeadSummary SummaryRating SummaryState Lead.summary GenerateSummaryInput GenerateSummaryPayload
        RateSummaryInput RateSummaryPayload Mutation.generateSummary Mutation.rateSummary
    """,
    "limits": "RateLimit Query.rateLimit",
}


def not_yet() -> set[str]:
    """All of it."""
    return {name for names in NOT_YET.values() for name in names.split()}
