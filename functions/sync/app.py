"""A person catches up."""

from catchup.bootstrap.sync import sync_service
from catchup.entrypoint.websocket import Request, frame_handler, named
from catchup.wire import catchup_pb2 as pb
from catchup.wire import replies, requests

service = sync_service()


def login(request: Request) -> pb.Envelope:
    """The counters of all sessions that have something unread."""
    return replies.counters(service.log_in(request.caller, request.budget))


def counters(request: Request) -> pb.Envelope:
    """The counters of named sessions, or the next frame of a login's answer."""
    asked = requests.counters(request.envelope)
    if asked.following:
        return replies.counters(service.counters.following(request.caller.uid, asked.after, request.budget))
    return replies.counters(service.counters.named(request.caller.uid, asked.sessions))


def clear(request: Request) -> pb.Envelope:
    """The client has added these counts."""
    seen = requests.clear(request.envelope)
    return replies.cleared(service.clear(request.caller.uid, seen))


def ack(request: Request) -> pb.Envelope:
    """The client has saved these messages."""
    acks = requests.ack(request.envelope)
    return replies.acknowledged(service.acknowledge(request.caller.uid, acks))


def pull(request: Request) -> pb.Envelope:
    """The next page, and the one before it leaves the offline store."""
    asked = requests.pull(request.envelope, request.caller.uid)
    return replies.page(service.pull(request.caller.uid, asked, request.budget))


def history(request: Request) -> pb.Envelope:
    """A page of everything said."""
    asked = requests.history(request.envelope, request.caller.uid)
    return replies.page(service.history(request.caller.uid, asked, request.budget))


def sessions(request: Request) -> pb.Envelope:
    """A page of this person's sessions."""
    limit, after = requests.sessions(request.envelope)
    return replies.sessions(*service.sessions(request.caller.uid, limit, after, request.budget))


def ping(_request: Request) -> pb.Envelope:
    """Keeps the connection from idling out."""
    return pb.Envelope(pong=pb.Pong())


routes = named(login, counters, clear, ack, pull, history, sessions, ping)
handler = frame_handler("sync", routes, service.telemetry)
