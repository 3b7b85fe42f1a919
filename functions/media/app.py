"""Tells people how to upload media."""

from catchup.bootstrap.clients import started
from catchup.bootstrap.media import build_media
from catchup.entrypoint.handler import Request, named, request_handler
from catchup.wire import catchup_pb2 as pb
from catchup.wire import media

service = started("media", build_media)


def upload(request: Request) -> pb.Envelope:
    """Tells how to upload a file, or what is left of it."""
    asked = media.upload_request(request.envelope, service.max_bytes)
    return media.upload_reply(service.upload(request.caller.uid, asked))


routes = named(upload)
handler = request_handler("media", routes, service.telemetry)
