"""The alarm: the button, the list, the roll-call."""
