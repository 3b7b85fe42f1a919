"""Logs devices in, lets them read counters, pages and history, notes how far people have read, and hides messages."""

from catchup.bootstrap.clients import started
from catchup.bootstrap.sync import build_sync
from catchup.entrypoint.handler import Request, named, request_handler
from catchup.wire import catching_up, hiding, reading, session_settings
from catchup.wire import catchup_pb2 as pb

service = started("sync", build_sync)


def login(request: Request) -> pb.Envelope:
    """Returns the counters of all sessions that have something unread."""
    since_ms = catching_up.login_request(request.envelope)
    return catching_up.counters_reply(service.log_in(request.caller, request.budget, since_ms))


def counters(request: Request) -> pb.Envelope:
    """Returns the counters of named sessions, or of all that have something unread."""
    asked = catching_up.counters_request(request.envelope)
    return catching_up.counters_reply(service.counters(request.caller.uid, asked, request.budget))


def clear(request: Request) -> pb.Envelope:
    """Clears these counts, which the client has added to its own."""
    return catching_up.cleared_reply(service.clear(request.caller.uid, catching_up.clear_request(request.envelope)))


def ack(request: Request) -> pb.Envelope:
    """Deletes these messages, which the client has saved, from the offline store."""
    acks = catching_up.ack_request(request.envelope, request.budget.largest_page)
    return catching_up.acknowledged_reply(service.acknowledge(request.caller.uid, acks))


def pull(request: Request) -> pb.Envelope:
    """Returns the next page, and deletes the previous one from the offline store."""
    asked = catching_up.pull_request(request.envelope, request.caller.uid, request.budget.largest_page)
    return catching_up.page_reply(service.pull(request.caller.uid, asked, request.budget))


def history(request: Request) -> pb.Envelope:
    """Returns a page of a session's history."""
    asked = catching_up.history_request(request.envelope, request.caller.uid, request.budget.largest_page)
    return catching_up.page_reply(service.history(request.caller.uid, asked, request.budget))


def sessions(request: Request) -> pb.Envelope:
    """Returns a page of the caller's sessions."""
    limit, after = catching_up.sessions_request(request.envelope, request.budget.largest_page)
    return catching_up.sessions_reply(*service.sessions(request.caller.uid, limit, after, request.budget))


def settings(request: Request) -> pb.Envelope:
    """Changes how the caller wants to see these sessions."""
    changes = session_settings.settings_request(request.envelope, service.settings.latest_ms)
    return session_settings.settings_reply(service.settings(request.caller, changes), request.budget)


def read(request: Request) -> pb.Envelope:
    """Notes how far the person has read, and tells their other devices."""
    return catching_up.cleared_reply(service.read(request.caller, reading.read_request(request.envelope)))


def hide(request: Request) -> pb.Envelope:
    """Hides these messages from the caller, and tells their other devices."""
    session, seqs = hiding.hide_request(request.envelope, request.caller.uid)
    return hiding.hidden_reply(service.hide(request.caller, session, seqs))


def hidden(request: Request) -> pb.Envelope:
    """Returns a page of what the caller has hidden in a session."""
    return hiding.hidden_reply(
        service.hidden(request.caller.uid, *hiding.hidden_request(request.envelope, request.caller.uid))
    )


def ping(_request: Request) -> pb.Envelope:
    """Answers, which keeps the connection from idling out."""
    return pb.Envelope(pong=pb.Pong())


routes = named(login, counters, clear, ack, pull, history, sessions, settings, ping, read, hide, hidden)
handler = request_handler("sync", routes, service.telemetry)
