"""Sending: gives a message its place, stores, counts and pushes it."""
