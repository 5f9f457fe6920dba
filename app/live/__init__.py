"""Live feeds: hint → read the log → fan out. The truth is the log, never the hint."""
