"""The card of a group: let in, or let out, in one go."""
