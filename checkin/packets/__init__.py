"""Rosters in and journals out without a network: signed, encrypted files for a stick.

A packet carries what the network would: the same pages, lines and answers, taken by the same engine and the same
ingest.  Nothing in it is believed before its signature, and nothing is written before all of it was looked through.
"""
