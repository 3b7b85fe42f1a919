"""Pushes messages of groups to the members who are online, notices to people's devices, and receipts."""

from catchup.bootstrap.clients import started
from catchup.bootstrap.fanout import build_fanout
from catchup.entrypoint.queue import queue_handler

service = started("fanout", build_fanout)
handler = queue_handler(service.fan_out, service.notify, service.tell, service.telemetry)
