"""Groups are made, and people come and go."""

from catchup.bootstrap.group import group_service
from catchup.commands import of_function
from catchup.entrypoint.websocket import Request, frame_handler, named
from catchup.wire import catchup_pb2 as pb
from catchup.wire import changes, replies, requests

service = group_service()


def change(request: Request) -> pb.Envelope:
    """A create, join, leave, add, remove or role."""
    asked = changes.change(request.envelope, request.caller.uid)
    return replies.chat_ack(service.change(request.caller, asked), asked.draft)


def members(request: Request) -> pb.Envelope:
    """A page of a group's members."""
    asked = requests.members(request.envelope)
    return replies.members(*service.members(request.caller.uid, *asked))


changes_of_groups = (cmd for cmd, command in of_function("group").items() if command.parser == "changes.change")
handler = frame_handler("group", {**dict.fromkeys(changes_of_groups, change), **named(members)}, service.telemetry)
