"""The left side of the lead page: details, status, contacts, opportunities, tasks; and lists of leads."""
