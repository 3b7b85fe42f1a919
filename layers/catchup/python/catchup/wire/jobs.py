"""Jobs of the fan-out, as JSON text for the queue."""

import base64
import json
from typing import Any

from google.protobuf.message import DecodeError

from catchup.domain.ids import ConnectionId, Seq, SessionId, Uid
from catchup.domain.message import Numbers, Place
from catchup.usecases.groups.ports import Job
from catchup.usecases.people.ports import Notice
from catchup.wire import catchup_pb2 as pb
from catchup.wire.messages import decode_payload, encode_payload

# The layout of a job. A function that meets a higher one leaves it in the queue for newer code.
LAYOUT = 1


def encode_job(job: Job) -> str:
    """A job; its message is a serialised Message in base64."""
    return json.dumps(
        {
            "layout": LAYOUT,
            "session": job.session_id,
            "seq": job.seq,
            "number": job.number,
            "message": base64.b64encode(encode_payload(job.message)).decode() if job.message else None,
            "before": job.message.before.first if job.message else 0,
            "exceptFor": job.except_for,
            "also": job.also,
            "only": job.only,
            "fromRoster": job.from_roster,
            "start": job.start,
            "requestId": job.request_id,
            "queuedAt": job.queued_at_ms,
        }
    )


def encode_hint(session: SessionId) -> str:
    """Encodes a hint for this group."""
    return json.dumps({"layout": LAYOUT, "session": session, "hint": True})


def encode_notice(notice: Notice) -> str:
    """A notice; its frame in base64."""
    return json.dumps(
        {
            "layout": LAYOUT,
            "notice": base64.b64encode(notice.frame).decode(),
            "to": notice.to,
            "exceptFor": notice.except_for,
            "read": notice.read,
            "managersOf": notice.managers_of,
            "requestId": notice.request_id,
        }
    )


def decode_job(text: str) -> Job | Notice | SessionId:
    """A job, a notice, or the group in which a hint is due. Raises ValueError for anything else."""
    try:
        read: dict[str, Any] = json.loads(text)
        if read["layout"] > LAYOUT:
            raise ValueError(f"layout {read['layout']}")
        if "notice" in read:
            return _notice(read)
        session = SessionId(read["session"])
        if read.get("hint"):
            return session
        seq = Seq(int(read["seq"]))
        payload = read["message"]
        place = Place(seq, Numbers(int(read["before"])))
        return Job(
            session_id=session,
            seq=seq,
            number=int(read["number"]),
            message=None if payload is None else decode_payload(base64.b64decode(payload), session, place),
            except_for=_except_for(read),
            also=tuple(Uid(uid) for uid in read["also"]),
            only=bool(read["only"]),
            from_roster=bool(read["fromRoster"]),
            start=str(read["start"]),
            # Older jobs have none of these.
            request_id=str(read.get("requestId", "")),
            queued_at_ms=int(read.get("queuedAt", 0)),
        )
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"no job: {type(error).__name__}") from error


def _notice(read: dict[str, Any]) -> Notice:
    frame = base64.b64decode(read["notice"], validate=True)
    try:
        pb.Envelope.FromString(frame)
    except DecodeError as error:
        raise ValueError("no frame of a notice") from error
    to = tuple(Uid(uid) for uid in read["to"])
    # Older notices have none.
    sessions = tuple(SessionId(session) for session in read.get("read", ()))
    group = read.get("managersOf")
    managers_of = None if group is None else SessionId(group)
    return Notice(to, frame, _except_for(read), sessions, managers_of, str(read.get("requestId", "")))


def _except_for(read: dict[str, Any]) -> ConnectionId | None:
    return None if read["exceptFor"] is None else ConnectionId(read["exceptFor"])
