"""What a gate shows before it has a roster and a place."""
