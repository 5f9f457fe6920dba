"""The files tab: every file that came to a lead with something in its history."""
