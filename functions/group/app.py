"""Creates groups, changes them, and decides who joins them."""

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


def ask(request: Request) -> pb.Envelope:
    """Asks to join a group, or takes that back."""
    made = service.ask(request.caller.uid, *groups.ask_request(request.envelope))
    return groups.requests_reply([made] if made is not None else [])


def requests(request: Request) -> pb.Envelope:
    """Returns a page of the requests to join a group."""
    asked = groups.requests_request(request.envelope, request.budget.largest_page)
    return groups.requests_reply(*service.requests.list(request.caller.uid, *asked, request.budget))


def approve(request: Request) -> pb.Envelope:
    """Admits people who have asked, or refuses them."""
    asked = groups.approve_request(request.envelope, request.caller.uid)
    admitted = service.requests.decide(request.caller, asked)
    return groups.refused_reply(asked) if admitted is None else sending.chat_ack(admitted, asked.draft)


changes_of_groups = (cmd for cmd, command in of_function("group").items() if command.parser == "change_request")
others = named(ask, requests, approve, members)
handler = request_handler("group", {**dict.fromkeys(changes_of_groups, change), **others}, service.telemetry)
