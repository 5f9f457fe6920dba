"""Many leads at once: the bulk road, and what travels on it: generated data and imported files."""
