"""The season: plants, gates, tours, rules, stop list."""
