"""A message is sent."""

from catchup.bootstrap import chat_service
from catchup.entrypoint.websocket import Request, frame_handler
from catchup.wire import catchup_pb2 as pb
from catchup.wire import replies, requests

service = chat_service()


def chat(request: Request) -> pb.Envelope:
    """One private message."""
    draft, digest = requests.chat(request.envelope, request.caller.uid)
    return replies.chat_ack(service.send(request.caller, draft, digest, request.deadline))


handler = frame_handler({"chat": chat}, service.telemetry)
