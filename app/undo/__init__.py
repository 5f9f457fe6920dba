"""Undoing what was recorded, by new facts that name what they undo."""
