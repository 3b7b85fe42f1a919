"""Sends and revises messages, signals, manages the block list, and tells who is online and who has read."""

from catchup.bootstrap.chat import build_chat
from catchup.bootstrap.clients import started
from catchup.domain.message import ChatType
from catchup.entrypoint.handler import Request, named, request_handler
from catchup.wire import catchup_pb2 as pb
from catchup.wire import people, presence, revising, sending, signals
from catchup.wire import receipts as receipt_frames

service = started("chat", build_chat)


def chat(request: Request) -> pb.Envelope:
    """Sends a message to a person or a group."""
    draft, digest = sending.chat_request(request.envelope, request.caller.uid)
    send = service.send_to_group if draft.chat_type is ChatType.GROUP else service.send
    return sending.chat_ack(send(request.caller, draft, digest), draft)


def recall(request: Request) -> pb.Envelope:
    """Recalls a message: its content is removed, and it counts no more."""
    asked = revising.revision_request(request.envelope, request.caller.uid)
    return revising.revision_ack(service.revise(request.caller, asked), asked)


def edit(request: Request) -> pb.Envelope:
    """Replaces the content of a message."""
    return recall(request)


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


def signal(request: Request) -> pb.Envelope:
    """Tells those online in a session of something that is not kept, such as typing."""
    service.signal(signals.signal_request(request.envelope, request.caller.uid))
    return signals.signal_reply()


def online(request: Request) -> pb.Envelope:
    """Returns who of these people is online."""
    uids = presence.online_request(request.envelope)
    return presence.online_reply(service.online(request.caller.uid, uids))


def receipts(request: Request) -> pb.Envelope:
    """Turns receipts on or off for the caller, and tells their other devices."""
    chosen = receipt_frames.receipts_request(request.envelope, service.receipts.latest_ms)
    return receipt_frames.receipts_reply(service.receipts(request.caller, *chosen))


def readers(request: Request) -> pb.Envelope:
    """Returns who has read a message of the caller in a group."""
    asked = receipt_frames.readers_request(request.envelope)
    return receipt_frames.readers_reply(*asked, service.readers(request.caller.uid, *asked))


routes = named(chat, recall, edit, block, unblock, blocked, signal, online, receipts, readers)
handler = request_handler("chat", routes, service.telemetry)
