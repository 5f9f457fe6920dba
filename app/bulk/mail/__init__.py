"""Mail from .eml files: read whatever its writers made of the standards, and logged on the leads whose people it names."""
