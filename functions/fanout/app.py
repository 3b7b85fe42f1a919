"""Pushes messages of groups to the members who are online."""

from catchup.bootstrap.fanout import fanout_service
from catchup.entrypoint.queue import queue_handler

service = fanout_service()
handler = queue_handler(service.fan_out, service.telemetry)
