"""People at the gate: the lock over the pages, and the page where people are added and seen."""
