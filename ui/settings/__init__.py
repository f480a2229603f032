"""The page of what a person chooses for this gate."""
