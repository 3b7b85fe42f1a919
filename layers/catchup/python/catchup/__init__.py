"""Catchup: people who were away come back to counters, and pull their messages page by page.

Dependencies point inward: entrypoint -> usecases -> domain; storage, push and wire are plugged in by bootstrap.
"""
