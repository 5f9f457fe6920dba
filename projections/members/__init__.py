"""Members: which leads were merged into others, and whose page what was theirs is on since."""
