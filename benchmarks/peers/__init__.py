"""What we are measured against. Each runs as a process of its own."""
