"""What each person has to handle: items that come, are folded, are done or wait for their time."""
