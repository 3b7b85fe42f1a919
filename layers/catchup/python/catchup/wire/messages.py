"""Messages and counters between the domain, the wire and the stored payload.

The schema has a field `from`, a Python keyword: this module is the only one that touches it.
"""

from collections.abc import Sequence

from google.protobuf.message import DecodeError

from catchup.domain.ids import MsgId, Seq, SessionId, Uid
from catchup.domain.message import ChatType, Draft, Message, Place, Revision, RevisionKind
from catchup.domain.session_settings import Position, SessionSettings
from catchup.domain.unread import Unread
from catchup.wire import catchup_pb2 as pb
from catchup.wire.reading import position_to_wire

VERSION = 1
# The `type` of a change of membership.
SYSTEM = "system"


def sender_of(message: pb.Message) -> str:
    """The sender: `from` on the wire."""
    return str(getattr(message, "from"))


def draft_to_wire(draft: Draft) -> pb.Message:
    """Returns the sender's part of a message."""
    message = pb.Message(
        v=VERSION,
        msg_id=draft.msg_id,
        chat_type=draft.chat_type,
        ack_flg=int(draft.wants_ack),
        to=draft.recipient,
        time=draft.sent_at_ms,
        at=draft.at,
    )
    if draft.at_all:
        message.at_all = True
    if draft.is_system:
        message.type = SYSTEM
    if draft.revision is not None:
        kind, seq, number, author = draft.revision
        message.type = kind.value
        message.ref.CopyFrom(pb.Ref(seq=seq, number=number, uid=author))
    setattr(message, "from", draft.sender)
    message.msg.ParseFromString(draft.content)
    return message


def message_to_wire(message: Message) -> pb.Message:
    """A message as it is delivered."""
    wire = draft_to_wire(message.draft)
    wire.session_id = message.session_id
    wire.seq = message.seq
    wire.server_time = message.accepted_at_ms
    wire.number = message.number
    _note_revised(wire, message)
    if message.draft.is_quiet:
        wire.quiet = True
    if message.is_hidden:
        wire.hidden = True
    return wire


def _note_revised(wire: pb.Message, message: Message) -> None:
    if message.revised:
        wire.revised = message.revised
    if message.is_recalled:
        wire.recalled = True


def counter_to_wire(value: Unread, last: Sequence[Message] = ()) -> pb.Counter:
    """One session's counter."""
    return pb.Counter(
        count=value.count,
        last_msg=[message_to_wire(message) for message in last],
        timestamp=value.timestamp_ms,
        received=value.received,
        cleared=value.cleared,
        last_seq=value.last_seq,
        own=value.own,
        mentions=value.mentions,
        own_below=pb.OwnBelow(to=value.own_below.to, count=value.own_below.count) if value.own_below else None,
        joined=value.joined or None,
        joined_number=value.joined_number if value.joined else None,
        left=value.left or None,
        recalled=value.recalled,
        read=position_to_wire(value.read),
        settings=shown_settings(value),
        hidden_version=value.hidden_version or None,
    )


def shown_settings(value: Unread) -> pb.SessionSettings | None:
    """What the person has chosen for a session, beside its counter; None if they never have."""
    settings = value.settings
    return settings_to_wire(settings, value.received, value.read.number) if settings.version else None


def settings_to_wire(value: SessionSettings, received: int = 0, read: int = 0) -> pb.SessionSettings:
    """What a person has chosen for a session. `received`, `read`: how far it has come, and how far it was read, as far
    as that is known here: what ended before is left out."""
    is_hidden, is_marked = value.is_hidden(received), value.is_marked(read)
    return pb.SessionSettings(
        muted_until=value.muted_until_ms,
        pinned=value.pinned_at_ms > 0,
        hidden=is_hidden,
        marked_unread=is_marked,
        pinned_at=value.pinned_at_ms or None,
        hidden_at=_position(value.hidden_at) if is_hidden else None,
        marked_at=_position(value.marked_at) if is_marked else None,
        changed_at=value.changed_at_ms,
        version=value.version,
    )


def _position(value: Position | None) -> pb.Position | None:
    return None if value is None else pb.Position(seq=value.seq, received=value.number)


def encode_payload(message: Message) -> bytes:
    """Returns what a table stores of a message, apart from its session and place."""
    wire = draft_to_wire(message.draft)
    wire.server_time = message.accepted_at_ms
    _note_revised(wire, message)
    return wire.SerializeToString()


def decode_payload(payload: bytes, session: SessionId, place: Place) -> Message:
    """A stored message. Raises ValueError if the payload is not a message's."""
    try:
        wire = pb.Message.FromString(payload)
    except DecodeError as error:
        raise ValueError("not a serialised message") from error
    if not wire.msg_id:
        raise ValueError("a message of nobody's")
    draft = Draft(
        msg_id=MsgId(wire.msg_id),
        sender=Uid(sender_of(wire)),
        recipient=Uid(wire.to),
        wants_ack=bool(wire.ack_flg),
        sent_at_ms=wire.time,
        content=wire.msg.SerializeToString(deterministic=True),
        chat_type=ChatType(wire.chat_type),
        at=tuple(Uid(uid) for uid in wire.at),
        at_all=wire.at_all,
        is_system=wire.type == SYSTEM,
        revision=_revision_of(wire),
    )
    return Message(
        draft,
        session,
        place.seq,
        wire.server_time,
        place.before,
        place.last_change,
        place.quiets,
        revised=Seq(wire.revised),
        is_recalled=wire.recalled,
    )


def _revision_of(wire: pb.Message) -> Revision | None:
    """What a notice is about. Raises ValueError for an unknown type."""
    if not wire.HasField("type") or wire.type == SYSTEM:
        return None
    ref = wire.ref
    return Revision(RevisionKind(wire.type), Seq(ref.seq), ref.number, Uid(ref.uid))
