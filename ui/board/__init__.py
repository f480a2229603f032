"""The headcount in large type, on a second screen."""
