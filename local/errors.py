"""The errors of the local stack that a person can do something about."""


class LocalStackError(Exception):
    """Something that the person at the terminal has to change; its text is one line and says what."""
