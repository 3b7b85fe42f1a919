"""Lets operators review held messages: list, release or drop them. No function of the service does this.

A release is a normal send with the original sender and msgId that skips the gate. Each of its steps may be repeated,
and the last one forgets the held message. So an interrupted release can be repeated, and the message is delivered once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catchup.domain.ids import ConnectionId, DeviceId, MsgId, Seq, SessionId, Uid
from catchup.domain.message import ChatType, Draft, Message, Place
from catchup.domain.presence import Caller, Connection, Encoding
from catchup.errors import MsgIdReused, PartlyReleased
from catchup.usecases.screening.ports import HeldMessage, HeldMessages
from catchup.usecases.sending.gate import OpenGate
from catchup.usecases.sending.ports import MessageLog, Sent, SentLog

Send = Callable[[Caller, Draft, bytes], Message]


@dataclass(eq=False, repr=False, slots=True)
class ReleaseGate(OpenGate):
    """Lets everything through, and turns a held message into a stored one. It does so only when the message may be
    placed, so that a message that can't be released stays held."""

    sent_log: SentLog

    def resume(self, sent: Sent, digest: bytes) -> Sent:
        """Returns the Sent row. Raises MsgIdReused."""
        if sent.digest != digest:
            raise MsgIdReused(sent.msg_id)
        return sent

    def screen(self, draft: Draft, _session: SessionId, digest: bytes) -> Draft:
        self.sent_log.hold(Sent(draft.sender, draft.msg_id, digest, Place(Seq(0)), is_held=True), is_held=False)
        return draft


@dataclass(eq=False, repr=False, slots=True)
class Review:
    """Reviews held messages. `send` and `send_to_group` have a ReleaseGate."""

    held: HeldMessages
    sent_log: SentLog
    messages: MessageLog
    send: Send
    send_to_group: Send

    def list(
        self, after: tuple[Uid, MsgId] | None = None, limit: int = 100
    ) -> tuple[Sequence[HeldMessage], tuple[Uid, MsgId] | None]:
        """Returns some held messages, in no order, and the one after which to continue; None at the end."""
        return self.held.page(after, limit)

    def release(self, sender: Uid, msg_id: MsgId) -> Message | None:
        """Delivers the message as it was sent. Returns None if it is not held (any more).

        Raises what a send raises, and Denied if the sender has left the group or is blocked. Then it stays held: drop
        it, or try again.
        """
        held = self.held.get(sender, msg_id)
        if held is None:
            return None
        send = self.send_to_group if held.draft.chat_type is ChatType.GROUP else self.send
        message = send(nowhere(sender), held.draft, held.digest)
        # A drop that came between has held it again.
        self.sent_log.hold(Sent(sender, msg_id, held.digest, Place(Seq(0)), is_held=True), is_held=False)
        self.held.remove(sender, msg_id)
        return message

    def drop(self, sender: Uid, msg_id: MsgId) -> None:
        """Forgets the message. Retries get the same answer as before, so the sender does not notice a drop.

        Raises PartlyReleased if an interrupted release has given it a place, because others may have seen it.
        """
        held = self.held.get(sender, msg_id)
        if held is None:
            return
        sent = self.sent_log.find(sender, msg_id)
        if sent is not None:
            if not sent.is_held:
                sent = self.sent_log.hold(sent, is_held=True)
            # Only now: a release that places it later than this changes it again.
            if self.messages.find(sent, held.session_id, None, consistent=True)[0] is not None:
                self.sent_log.hold(sent, is_held=False)
                raise PartlyReleased
        self.held.remove(sender, msg_id)


def nowhere(sender: Uid) -> Caller:
    """The sender without a connection, so that all of their devices get the push."""
    return Caller(sender, DeviceId(""), Connection(ConnectionId(""), Encoding.JSON, 0))
