"""Red packets on the wire: the content of their messages, and the jobs of their queue."""

import base64
import json
from typing import Any

from google.protobuf.struct_pb2 import Struct

from catchup.domain.ids import MsgId, SessionId, Uid
from catchup.domain.packets import Claim, Packet, PacketId
from catchup.domain.shares import Mode
from catchup.usecases.packets.ports import Due, PacketJob, Task

# The `type` of the content. No client can send it.
PACKET = "packet"
# The layout of a job. A function that meets a higher one leaves it in the queue for newer code.
LAYOUT = 1


def content_of(packet: Packet) -> bytes:
    """The content of a packet's message: all that those who see it need to know, and nothing about its shares."""
    described: dict[str, Any] = {
        "type": PACKET,
        "packetId": packet.packet_id,
        "total": packet.total,
        "count": packet.count,
        "mode": packet.mode.value,
        "currency": packet.currency,
        "expiresAt": packet.expires_at_ms,
    }
    if packet.greeting:
        described["greeting"] = packet.greeting
    if packet.receiver is not None:
        described["receiver"] = packet.receiver
    struct = Struct()
    struct.update(described)
    return struct.SerializeToString(deterministic=True)


def notice_of(packet: Packet, luckiest: Claim | None) -> bytes:
    """The content of the notice that somebody has opened a packet: who, says its sender. It has no amount: who may know
    asks for the packet's state."""
    struct = Struct()
    struct.update({"packetId": packet.packet_id, **({} if luckiest is None else {"luckiest": luckiest.uid})})
    return struct.SerializeToString(deterministic=True)


def encode_job(job: PacketJob) -> str:
    """A job. It has all of the packet: the packet's row may not be there yet."""
    packet = job.packet
    return json.dumps(
        {
            "layout": LAYOUT,
            "task": job.task.value,
            "uid": job.uid,
            "dueAt": None if job.due is None else job.due.at_ms,
            "packetId": packet.packet_id,
            "giver": packet.giver,
            "session": packet.session_id,
            "msgId": packet.msg_id,
            "total": packet.total,
            "count": packet.count,
            "mode": packet.mode.value,
            "currency": packet.currency,
            "seed": base64.b64encode(packet.seed).decode(),
            "digest": base64.b64encode(packet.digest).decode(),
            "created": packet.created_at_ms,
            "expires": packet.expires_at_ms,
            "greeting": packet.greeting,
            "receiver": packet.receiver,
        }
    )


def decode_job(text: str) -> PacketJob:
    """The inverse. Raises ValueError for anything else."""
    try:
        read: dict[str, Any] = json.loads(text)
        if read["layout"] > LAYOUT:
            raise ValueError(f"layout {read['layout']}")
        packet = Packet(
            packet_id=PacketId(read["packetId"]),
            giver=Uid(read["giver"]),
            session_id=SessionId(read["session"]),
            msg_id=MsgId(read["msgId"]),
            total=int(read["total"]),
            count=int(read["count"]),
            mode=Mode(read["mode"]),
            currency=str(read["currency"]),
            seed=base64.b64decode(read["seed"], validate=True),
            digest=base64.b64decode(read["digest"], validate=True),
            created_at_ms=int(read["created"]),
            expires_at_ms=int(read["expires"]),
            greeting=str(read["greeting"]),
            receiver=_uid(read["receiver"]),
        )
        due = None if read["dueAt"] is None else Due(packet, int(read["dueAt"]))
        return PacketJob(Task(read["task"]), packet, _uid(read["uid"]), due)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"no job: {type(error).__name__}") from error


def _uid(value: Any) -> Uid | None:
    return None if value is None else Uid(str(value))
