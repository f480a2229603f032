"""The page at which people queue."""
