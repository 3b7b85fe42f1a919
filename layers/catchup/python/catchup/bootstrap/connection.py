"""The connection function's parts."""

from dataclasses import dataclass

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.container import Container
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings, load
from catchup.usecases.people.disconnect import Disconnect


@dataclass(eq=False, repr=False, slots=True)
class ConnectionService:
    """What the connection function does."""

    telemetry: FunctionTelemetry
    disconnect: Disconnect


def build_connection(settings: Settings, parts: Parts) -> ConnectionService:
    """The connection function's use cases."""
    return ConnectionService(parts.telemetry, Disconnect(Container(settings, parts).presence))


def connection_service() -> ConnectionService:
    """Makes the service from the environment."""
    return build_connection(load("connection"), Parts(telemetry=FunctionTelemetry("connection")))
