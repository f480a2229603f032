"""The signed QR: its text, its keys, and what a scanner makes of it."""
