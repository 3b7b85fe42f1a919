"""Creates groups and changes their members."""

from catchup.bootstrap.clients import started
from catchup.bootstrap.group import build_group
from catchup.commands import of_function
from catchup.entrypoint.handler import Request, named, request_handler
from catchup.wire import catchup_pb2 as pb
from catchup.wire import groups, sending

service = started("group", build_group)


def change(request: Request) -> pb.Envelope:
    """Changes a group."""
    asked = groups.change_request(request.envelope, request.caller.uid)
    return sending.chat_ack(service.change(request.caller, asked), asked.draft)


def members(request: Request) -> pb.Envelope:
    """Returns a page of a group's members."""
    asked = groups.members_request(request.envelope, request.budget.largest_page)
    return groups.members_reply(service.members(request.caller.uid, *asked))


changes_of_groups = (cmd for cmd, command in of_function("group").items() if command.parser == "change_request")
handler = request_handler("group", {**dict.fromkeys(changes_of_groups, change), **named(members)}, service.telemetry)
