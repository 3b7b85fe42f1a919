"""Tells a session that somebody has opened a red packet: a quiet message of theirs, placed once for each claim.

It is placed and delivered like the notice of an edit: it has a seq, counts for nobody, and waits in the offline store
of a private session. Large groups are not told: each notice would go to everybody, and there may be five hundred.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Protocol

from catchup.domain.group import group_id_of, is_group
from catchup.domain.ids import ConnectionId, DeviceId, MsgId, Uid
from catchup.domain.message import ChatType, Draft, Message, Place, Revision, RevisionKind
from catchup.domain.packets import Claim, Packet
from catchup.domain.presence import Caller, Connection, Encoding
from catchup.domain.standing import Standing
from catchup.errors import Denied, MsgIdReused, NotAMember, Refused
from catchup.usecases.groups.ports import GroupSentLog
from catchup.usecases.groups.preconditions import check_goes_on
from catchup.usecases.groups.rights import Rights
from catchup.usecases.groups.send import Delivery
from catchup.usecases.sending.delivering import PrivateDelivery
from catchup.usecases.sending.placing import Placing
from catchup.usecases.sending.ports import Sent, SentLog

# In larger groups nobody is told.
MAX_TOLD_MEMBERS = 100


class SentLogs(SentLog, GroupSentLog, Protocol):
    """The messages that each person has sent, to people and to groups."""


@dataclass(eq=False, repr=False, slots=True)
class TellOpened:
    """Places and delivers the notice. `content_of`: what it says."""

    placing: Placing
    sent_log: SentLogs
    delivery: Delivery
    private_delivery: PrivateDelivery
    content_of: Callable[[Packet, Claim | None], bytes]

    def __call__(self, packet: Packet, claim: Claim, luckiest: Claim | None) -> None:
        """Does nothing if the packet has no message, or if the person has left. Raises Contended, Unavailable."""
        given = self._message_of(packet)
        if given is None:
            return
        in_group = is_group(packet.session_id)
        draft = Draft(
            msg_id=MsgId(f"opened-{packet.packet_id}"),
            sender=claim.uid,
            recipient=Uid(group_id_of(packet.session_id)) if in_group else packet.giver,
            wants_ack=True,
            sent_at_ms=claim.at_ms,
            content=self.content_of(packet, luckiest),
            chat_type=ChatType.GROUP if in_group else ChatType.PRIVATE,
            revision=Revision(RevisionKind.OPENED, given.seq, given.number, packet.giver),
        )
        # All attempts are for the same claim, whatever else they say.
        digest = sha256(packet.packet_id.encode()).digest()
        with suppress(Denied, MsgIdReused, Refused):
            (self._in_group if in_group else self._in_private)(packet, draft, digest)

    def _message_of(self, packet: Packet) -> Message | None:
        sent = self.sent_log.find(packet.giver, packet.msg_id)
        if sent is None or sent.digest != packet.digest:
            return None
        return self.placing.messages.find(sent, packet.session_id, None, consistent=True)[0]

    def _in_private(self, packet: Packet, draft: Draft, digest: bytes) -> None:
        session, delivery, told = packet.session_id, self.private_delivery, False
        found = self.sent_log.look_up(draft.sender, draft.msg_id, session, [draft.sender])
        before = found.sent or self.sent_log.reserve(Sent(draft.sender, draft.msg_id, digest, found.after_head))
        if before is None:
            candidate = Sent(draft.sender, draft.msg_id, digest, found.after_head)
            notice = self.placing.place(candidate, draft, session, found.after_head)[1]
        else:
            _, notice, counter = self.placing.place_again(
                before, draft, digest, session, found.after_head, draft.recipient, consistent=True
            )
            told = counter is not None and counter.has_told(notice.seq)
        if not told:
            delivery.store(notice)
            delivery.raise_counter(notice)
            delivery.look_and_push(_nowhere(draft.sender), notice, found.presence[draft.sender])

    def _in_group(self, packet: Packet, draft: Draft, digest: bytes) -> None:
        session, of = packet.session_id, self.delivery
        found = self.sent_log.look_up_in_group(draft.sender, draft.msg_id, session)
        group = found.group or of.groups.many([session]).get(session)
        if group is None or group.members > MAX_TOLD_MEMBERS:
            return
        rights = Rights(
            group, [draft.sender], partial(_must_be_member, draft.sender), of.groups, of.members, of.messages
        )
        before, place, notice = found.sent, group.after_head, None
        candidate = Sent(draft.sender, draft.msg_id, digest, place)
        if before is None:
            earlier = self.placing.unless_refused(partial(rights.check, place), candidate, session)
            notice = None if earlier is None else earlier[1]
            before = None if earlier is not None else self.sent_log.reserve(candidate)
            if notice is None and before is None:
                notice = self.placing.place(candidate, draft, session, place, rights)[1]
        if notice is None and before is not None:
            notice = self.placing.place_again(before, draft, digest, session, place, judge=rights, consistent=True)[1]
        if notice is not None:
            of(_nowhere(draft.sender), notice, group, found)


def _must_be_member(uid: Uid, standing: Standing, _place: Place) -> None:
    row = standing.of(uid)
    check_goes_on(row)
    if row is None or not row.is_member:
        raise NotAMember


def _nowhere(uid: Uid) -> Caller:
    """The sender without a connection, so that all of their devices get the push."""
    return Caller(uid, DeviceId(""), Connection(ConnectionId(""), Encoding.JSON, 0))
