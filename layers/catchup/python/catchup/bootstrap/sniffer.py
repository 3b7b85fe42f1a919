"""The sniffer function's parts."""

from dataclasses import dataclass

from catchup.bootstrap.clients import Parts
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings
from catchup.storage.media_store import S3MediaStore
from catchup.storage.media_types import S3MediaTypes
from catchup.storage.signatures import signature
from catchup.usecases.media.sniffing import Sniff
from catchup.usecases.media.uploaded import Uploaded


@dataclass(eq=False, repr=False, slots=True)
class SnifferService:
    """What the sniffer function does."""

    telemetry: FunctionTelemetry
    uploaded: Uploaded


def build_sniffer(settings: Settings, parts: Parts) -> SnifferService:
    """The sniffer function's use case."""
    client, bucket = parts.clients.media, settings.media_bucket
    days = settings.message_retention_days + settings.held_retention_days
    sniff = Sniff(S3MediaTypes(client, bucket), signature)
    return SnifferService(parts.telemetry, Uploaded(sniff, S3MediaStore(client, bucket), days))
