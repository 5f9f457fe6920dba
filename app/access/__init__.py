"""Who may come in: API keys, hashed at rest, and the principals they stand for."""
