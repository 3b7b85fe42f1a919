"""Posting to connections."""
