"""The interface for code that watches the gateway."""

from local.gateway.connection import Connection
from local.http_api.exchange import Exchange


class Observer:
    """Gets a call for each thing that happens at the gateway, and ignores it. Its methods must not fail, nor wait."""

    def opened(self, connection: Connection) -> None:
        """A client was let in."""

    def refused(self, status: int, error_type: str) -> None:
        """A handshake ended with this HTTP status."""

    def answered(self, connection: Connection, request: str, answer: str, failure: str) -> None:
        """A frame was answered. `answer`: the function's frame; `failure`: what the gateway sent instead. Each is "" if
        there was none."""

    def posted(self, connection: Connection, text: str) -> None:
        """A function has sent this to a client."""

    def closed(self, connection: Connection, code: int) -> None:
        """A connection has ended with this close code."""

    def requested(self, exchange: Exchange) -> None:
        """A request to the HTTP API was answered."""
