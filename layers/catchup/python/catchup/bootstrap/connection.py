"""The connection function's parts."""

from dataclasses import dataclass

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.container import Container
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings
from catchup.storage.presence_book import DynamoPresenceBook
from catchup.usecases.people.ports import PresenceBook


@dataclass(eq=False, repr=False, slots=True)
class ConnectionService:
    """What the connection function does."""

    telemetry: FunctionTelemetry
    presence: PresenceBook


def build_connection(settings: Settings, parts: Parts) -> ConnectionService:
    """The connection function's parts."""
    return ConnectionService(parts.telemetry, DynamoPresenceBook(Container(settings, parts).storage))
