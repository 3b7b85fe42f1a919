"""The errors of the local stack that its user can fix."""


class LocalStackError(Exception):
    """An error that the user has to fix. Its text is one line that says what to change."""
