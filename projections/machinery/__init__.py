"""What every projection stands on: tables, row operations, writers."""
