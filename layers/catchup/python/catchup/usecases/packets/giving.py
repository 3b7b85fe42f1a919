"""Places the message of a red packet: a normal message of its giver's, which is counted, stored and pushed like any."""

from collections.abc import Callable
from dataclasses import dataclass

from catchup.domain.group import group_id_of, is_group
from catchup.domain.ids import ConnectionId, DeviceId, Uid, other_of
from catchup.domain.message import ChatType, Draft, Message
from catchup.domain.packets import Claim, Packet
from catchup.domain.presence import Caller, Connection, Encoding

Send = Callable[[Caller, Draft, bytes], Message]


@dataclass(eq=False, repr=False, slots=True)
class GiveMessage:
    """Sends the message of a packet. `send`, `send_to_group`: with a gate that is open, since the greeting was judged
    before any money was reserved, and without a limit, for the same reason. `content_of`: what the message says."""

    send: Send
    send_to_group: Send
    content_of: Callable[[Packet], bytes]

    def __call__(self, packet: Packet) -> Message:
        """Raises what a send raises. All devices of the giver get the push: a job has no connection."""
        in_group = is_group(packet.session_id)
        to = Uid(group_id_of(packet.session_id)) if in_group else other_of(packet.session_id, packet.giver)
        draft = Draft(
            msg_id=packet.msg_id,
            sender=packet.giver,
            recipient=to,
            wants_ack=True,
            sent_at_ms=packet.created_at_ms,
            content=self.content_of(packet),
            chat_type=ChatType.GROUP if in_group else ChatType.PRIVATE,
        )
        nowhere = Caller(packet.giver, DeviceId(""), Connection(ConnectionId(""), Encoding.JSON, 0))
        return (self.send_to_group if in_group else self.send)(nowhere, draft, packet.digest)


@dataclass(eq=False, repr=False, slots=True)
class Messages:
    """The messages of a packet: its own, and those that somebody has opened it."""

    give: Callable[[Packet], Message]
    tell: Callable[[Packet, Claim, Claim | None], None]
