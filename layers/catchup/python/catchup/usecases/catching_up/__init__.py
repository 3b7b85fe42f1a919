"""Counters at login, pages of messages, and what a device tells of them."""
