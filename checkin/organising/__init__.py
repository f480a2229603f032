"""The organiser's work as functions: what commands and pages do alike, on a profile's roster or on a hub's."""
