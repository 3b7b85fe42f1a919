"""Decides who may connect."""

from catchup.bootstrap.authorizer import build_authorizer
from catchup.bootstrap.clients import started
from catchup.entrypoint.authorizer import authorizer_handler

service = started("authorizer", build_authorizer)
handler = authorizer_handler(service.verifier, service.telemetry)
