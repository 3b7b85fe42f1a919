"""Tells people how to upload media, and where to download them."""

from catchup.bootstrap.clients import started
from catchup.bootstrap.media import build_media
from catchup.entrypoint.handler import Request, named, request_handler
from catchup.wire import catchup_pb2 as pb
from catchup.wire import media as media_frames

service = started("media", build_media)


def upload(request: Request) -> pb.Envelope:
    """Tells how to upload a file, or what is left of it."""
    asked = media_frames.upload_request(request.envelope, service.max_bytes)
    return media_frames.upload_reply(service.upload(request.caller.uid, asked))


def media(request: Request) -> pb.Envelope:
    """Tells where the file of a message is."""
    asked = media_frames.media_request(request.envelope, request.caller.uid)
    return media_frames.media_reply(*asked, service.download(request.caller.uid, *asked))


routes = named(upload, media)
handler = request_handler("media", routes, service.telemetry)
