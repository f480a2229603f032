"""The page that finds a visitor by name."""
