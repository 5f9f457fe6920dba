"""The history: the log itself, read by what happened, who did it, in which request, on which lead. No tables."""
