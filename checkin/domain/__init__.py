"""The rule book: frozen dataclasses and pure functions, from the standard library alone."""
