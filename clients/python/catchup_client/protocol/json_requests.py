"""The JSON form of requests: their `body` (docs/protocol.md, sections 2 and 4)."""

from typing import Any

from catchup_client.names import Seq, is_group
from catchup_client.protocol.hiding import Hidden, Hide
from catchup_client.protocol.json_media import encode_upload
from catchup_client.protocol.json_settings import encode_choice
from catchup_client.protocol.membership import (
    Add,
    Approve,
    Ask,
    Change,
    ChangeRole,
    Create,
    Describe,
    Members,
    Mute,
    Remove,
    Requests,
)
from catchup_client.protocol.model import GROUP, PRIVATE, Outgoing
from catchup_client.protocol.requests import (
    Ack,
    Block,
    Blocked,
    ChangeSettings,
    Chat,
    Clear,
    Counters,
    History,
    Login,
    Online,
    Ping,
    Pull,
    Read,
    Readers,
    Receipts,
    Request,
    SessionAck,
    Sessions,
    Signal,
    Unblock,
)
from catchup_client.protocol.revising import Edit, Recall
from catchup_client.protocol.uploading import Media, Upload


def encode_body(request: Request[Any]) -> dict[str, Any]:
    """Return the `body` of a request."""
    match request:
        case Ping() | Blocked():
            return {}
        case Login(since):
            return _since(since)
        case Counters(session_ids, next_, since):
            return {"next": next_, **_since(since)} if next_ else {"sessionIds": list(session_ids)}
        case Recall(msg_id, session_id, seq):
            return {"msgId": msg_id, "sessionId": session_id, "seq": seq}
        case Edit(msg_id, session_id, seq, content, at, at_all):
            mentions = {**({"at": list(at)} if at else {}), **({"atAll": True} if at_all else {})}
            return {"msgId": msg_id, "sessionId": session_id, "seq": seq, "msg": content, **mentions}
        case Hide(session_id, seqs):
            return {"sessionId": session_id, "seqs": list(seqs)}
        case Hidden(session_id, after):
            return {"sessionId": session_id, **_bounds(None, after or None)}
        case Clear(sessions):
            return {"sessions": dict(sessions)}
        case Read(sessions):
            return {"sessions": {name: {"seq": read.seq, "received": read.number} for name, read in sessions.items()}}
        case Receipts(on, changed_at_ms):
            return {"on": on, "changedAt": changed_at_ms}
        case Upload():
            return encode_upload(request)
        case Readers(session_id, seq) | Media(session_id, seq):
            return {"sessionId": session_id, "seq": seq}
        case Chat(message):
            return encode_message(message)
        case Ack(acks):
            return {"sessions": {session_id: _session_ack(ack) for session_id, ack in acks.items()}}
        case Pull(session_id, limit, ack, before, after):
            return {"sessionId": session_id, "limit": limit, "ack": list(ack), **_bounds(before, after)}
        case History(session_id, limit, before, after):
            return {"sessionId": session_id, "limit": limit, **_bounds(before, after)}
        case Sessions(limit, next_):
            return {"limit": limit, "next": next_}
        case ChangeSettings(sessions):
            return {"sessions": {session_id: encode_choice(choice) for session_id, choice in sessions.items()}}
        case Block(uid) | Unblock(uid):
            return {"uid": uid}
        case Signal(session_id, to, kind, data):
            return {"chatType": GROUP if is_group(session_id) else PRIVATE, "to": to, "kind": kind, "data": data}
        case Online(uids):
            return {"uids": list(uids)}
        case Change():
            return _change(request)
        case Ask(group_id, note, withdraw):
            return {"groupId": group_id, "note": note, "withdraw": withdraw}
        case Members(group_id, limit, next_) | Requests(group_id, limit, next_):
            return {"groupId": group_id, "limit": limit, "next": next_}
        case _:
            raise TypeError(f"{type(request).__name__} is no request of this protocol")


def encode_message(message: Outgoing) -> dict[str, Any]:
    """Return the `body` of a message that this client sends."""
    return {
        "v": 1,
        "msgId": message.msg_id,
        "chatType": message.chat_type,
        "ackFlg": int(message.wants_ack),
        "to": message.recipient,
        "time": message.time_ms,
        "msg": message.content,
        **({"at": list(message.at)} if message.at else {}),
        **({"atAll": True} if message.at_all else {}),
        **_source(message),
    }


def _source(message: Outgoing) -> dict[str, Any]:
    if message.source is None:
        return {}
    session_id, seq = message.source
    return {"source": {"sessionId": session_id, "seq": seq}}


def _session_ack(ack: SessionAck) -> dict[str, Any]:
    received = {} if ack.received is None else {"received": ack.received}
    return {"seqs": list(ack.seqs), **received}


def _since(since: int | None) -> dict[str, int]:
    return {} if since is None else {"since": since}


def _bounds(before: Seq | None, after: Seq | None) -> dict[str, int]:
    return {name: seq for name, seq in (("before", before), ("after", after)) if seq is not None}


def _change(change: Change) -> dict[str, Any]:
    body: dict[str, Any] = {"msgId": change.msg_id, "groupId": change.group_id}
    match change:
        case Create():
            made = {"name": change.name, "open": change.open, "openHistory": change.open_history, "ask": change.ask}
            return {**body, **made, "uids": list(change.uids)}
        case Add() | Remove():
            return {**body, "uids": list(change.uids)}
        case Approve():
            return {**body, "uids": list(change.uids), "refuse": change.refuse}
        case Describe():
            texts = {"name": change.name, "announcement": change.announcement}
            return {**body, **{field: text for field, text in texts.items() if text is not None}}
        case Mute():
            return {**body, "until": change.until_ms, **({} if change.uid is None else {"uid": change.uid})}
        case ChangeRole():
            return {**body, "uid": change.uid, "role": change.role.name}
        case _:
            return body
