"""The page with the tours of the day."""
