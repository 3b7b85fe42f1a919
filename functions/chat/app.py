"""Sends and revises messages, and manages the block list."""

from catchup.bootstrap.chat import build_chat
from catchup.bootstrap.clients import started
from catchup.domain.group import is_group
from catchup.domain.message import ChatType
from catchup.entrypoint.handler import Request, named, request_handler
from catchup.wire import catchup_pb2 as pb
from catchup.wire import people, revising, sending

service = started("chat", build_chat)


def chat(request: Request) -> pb.Envelope:
    """Sends a message to a person or a group."""
    draft, digest = sending.chat_request(request.envelope, request.caller.uid)
    send = service.send_to_group if draft.chat_type is ChatType.GROUP else service.send
    return sending.chat_ack(send(request.caller, draft, digest), draft)


def recall(request: Request) -> pb.Envelope:
    """Recalls a message: its content is removed, and it counts no more."""
    return _revised(request)


def edit(request: Request) -> pb.Envelope:
    """Replaces the content of a message."""
    return _revised(request)


def _revised(request: Request) -> pb.Envelope:
    asked = revising.revision_request(request.envelope, request.caller.uid)
    revise = service.revise_in_group if is_group(asked.session_id) else service.revise
    notice = revise(request.caller, asked)
    # A retry of an edit that another one has followed does not know any more what was stored.
    return sending.chat_ack(notice, asked.edited if notice.draft.content else notice.draft)


def block(request: Request) -> pb.Envelope:
    """Blocks a person: the caller gets no private messages from them any more."""
    uid = people.block_request(request.envelope, request.caller.uid)
    service.blocks.block(request.caller.uid, uid)
    return people.block_reply(uid, True)


def unblock(request: Request) -> pb.Envelope:
    """Unblocks a person."""
    uid = people.block_request(request.envelope, request.caller.uid)
    service.blocks.unblock(request.caller.uid, uid)
    return people.block_reply(uid, False)


def blocked(request: Request) -> pb.Envelope:
    """Returns all people whom the caller has blocked."""
    return people.blocked_reply(service.blocks.blocked(request.caller.uid))


handler = request_handler("chat", named(chat, recall, edit, block, unblock, blocked), service.telemetry)
