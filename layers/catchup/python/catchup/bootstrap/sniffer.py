"""The sniffer function's parts."""

from dataclasses import dataclass

from catchup.bootstrap.clients import Parts
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings
from catchup.storage.media_types import S3MediaTypes
from catchup.storage.signatures import signature
from catchup.usecases.media.sniffing import Sniff


@dataclass(eq=False, repr=False, slots=True)
class SnifferService:
    """What the sniffer function does."""

    telemetry: FunctionTelemetry
    sniff: Sniff


def build_sniffer(settings: Settings, parts: Parts) -> SnifferService:
    """The sniffer function's use case."""
    return SnifferService(parts.telemetry, Sniff(S3MediaTypes(parts.clients.media, settings.media_bucket), signature))
