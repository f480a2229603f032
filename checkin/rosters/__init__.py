"""Registration lists in: any table to records, what has changed since the last one, and the demo season."""
