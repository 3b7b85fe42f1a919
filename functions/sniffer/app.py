"""Finds out what uploaded files are, as soon as they are in the bucket."""

from catchup.bootstrap.clients import started
from catchup.bootstrap.sniffer import build_sniffer
from catchup.entrypoint.bucket import bucket_handler

service = started("sniffer", build_sniffer)
handler = bucket_handler(service.uploaded, service.telemetry)
