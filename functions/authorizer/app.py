"""Decides who may connect."""

from catchup.bootstrap.authorizer import authorizer_service
from catchup.entrypoint.authorizer import authorizer_handler

service = authorizer_service()
handler = authorizer_handler(service.verifier, service.telemetry)
