"""Who looks on while the gateway works."""

from typing import Protocol

from local.gateway.connection import Connection


class Observer(Protocol):
    """Is told what has happened; must not fail, and must not wait."""

    def opened(self, connection: Connection) -> None:
        """A client was let in."""

    def refused(self, status: int, error_type: str) -> None:
        """A handshake ended with this HTTP status."""

    def answered(self, connection: Connection, request: str, answer: str, failure: str) -> None:
        """A frame was worked on. `answer`: the frame that the function gave; `failure`: what the gateway said instead
        of one; "" if there was none."""

    def posted(self, connection: Connection, text: str) -> None:
        """A function has sent this to a client."""

    def closed(self, connection: Connection, code: int) -> None:
        """A connection has ended with this close code."""


class Unobserved:
    """Nobody looks on."""

    def opened(self, connection: Connection) -> None:
        """As `Observer` says."""

    def refused(self, status: int, error_type: str) -> None:
        """As `Observer` says."""

    def answered(self, connection: Connection, request: str, answer: str, failure: str) -> None:
        """As `Observer` says."""

    def posted(self, connection: Connection, text: str) -> None:
        """As `Observer` says."""

    def closed(self, connection: Connection, code: int) -> None:
        """As `Observer` says."""
