"""The organiser's window: lists in, the season, tickets out, the season seen."""
