"""Handheld scanners: the serial port, and the page that tests a scanner."""
