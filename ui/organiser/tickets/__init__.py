"""Tickets out."""
