"""The season seen."""
