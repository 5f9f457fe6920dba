"""Mail from .eml files: read whatever its writers made of the standards, logged on the leads of its people."""
