"""The history: the log itself, read by what happened, who did it, in which request, and to which lead. It has no tables."""
