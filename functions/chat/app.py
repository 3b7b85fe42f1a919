"""A message is sent."""

from catchup.bootstrap import chat_service
from catchup.domain.message import ChatType
from catchup.entrypoint.websocket import Request, frame_handler
from catchup.wire import catchup_pb2 as pb
from catchup.wire import replies, requests

service = chat_service()


def chat(request: Request) -> pb.Envelope:
    """One message, to a person or a group."""
    draft, digest = requests.chat(request.envelope, request.caller.uid)
    send = service.send_to_group if draft.chat_type is ChatType.GROUP else service.send
    return replies.chat_ack(send(request.caller, draft, digest, request.deadline), draft)


handler = frame_handler({"chat": chat}, service.telemetry)
