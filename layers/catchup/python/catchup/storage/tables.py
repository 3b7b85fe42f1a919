"""The tables, as PynamoDB models: attributes, keys, and the expressions made of them.

The calls themselves go through `dynamo.Dynamo` (docs/adr/0002-pynamodb-models-boto3-calls.md). Table names, TTL and
encryption stand in template.yaml; a test compares the keys.
"""

from typing import Any

from pynamodb.attributes import (
    Attribute,
    BinaryAttribute,
    BooleanAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.constants import NUMBER
from pynamodb.models import Model

# The layout of a row. A row with a higher one was written by newer code: it is skipped, reported and kept.
LAYOUT = 1


class IntegerAttribute(Attribute[int]):
    """A whole number; PynamoDB's NumberAttribute may give a float."""

    attr_type = NUMBER

    def serialize(self, value: Any) -> str:
        """DynamoDB's text of a number."""
        return str(int(value))

    def deserialize(self, value: Any) -> int:
        """Raises ValueError for a fraction."""
        return int(value)


class PresenceRow(Model):
    """A person. Beside these, one map attribute per device, `d#<deviceId>`: see presence_book."""

    uid = UnicodeAttribute(hash_key=True)
    ttl = IntegerAttribute(null=True)
    # Until when new messages of this person are refused, ms since 1970, after too many of them.
    cooldown_until = IntegerAttribute(null=True, attr_name="cooldownUntil")
    # The level at a time in ms since 1970, and the marks since then (domain.allowance).
    pace_since = IntegerAttribute(null=True, attr_name="paceSince")
    pace_level = IntegerAttribute(null=True, attr_name="paceLevel")
    pace_marks = NumberSetAttribute(null=True, attr_name="paceMarks")


class SessionRow(Model):
    """A session. `lastSeq` is a hint that only rises; every seq up to it exists. The other attributes are for
    groups."""

    session_id = UnicodeAttribute(hash_key=True, attr_name="sessionId")
    last_seq = IntegerAttribute(attr_name="lastSeq", default=0)
    # The last change of membership up to `lastSeq`, written together with it.
    last_change = IntegerAttribute(null=True, attr_name="chg")
    timestamp = IntegerAttribute(null=True)
    name = UnicodeAttribute(null=True)
    # Who made it, and by which request: `<uid>#<msgId>`.
    founder = UnicodeAttribute(null=True)
    # The owner, and the message of the hand-over; 0: none since the group was created.
    owner = UnicodeAttribute(null=True)
    owner_seq = IntegerAttribute(null=True, attr_name="ownerSeq")
    is_open = BooleanAttribute(null=True, attr_name="open")
    open_history = BooleanAttribute(null=True, attr_name="openHistory")
    # The number of members, and the change up to which it is counted.
    members = IntegerAttribute(null=True)
    counted_to = IntegerAttribute(null=True, attr_name="countedTo")
    roster_since = IntegerAttribute(null=True, attr_name="rosterSince")
    hot = BooleanAttribute(null=True)
    # Up to which seq everyone online was told by a hint.
    hinted_seq = IntegerAttribute(null=True, attr_name="hintedSeq")
    to_all = NumberSetAttribute(null=True, attr_name="toAll")
    # Private sessions: who of the two has blocked the other.
    blocked_by = UnicodeSetAttribute(null=True, attr_name="blockedBy")


class BlockListRow(Model):
    """A person's block list, a row of the Session table. The key is `b:<uid>`."""

    session_id = UnicodeAttribute(hash_key=True, attr_name="sessionId")
    blocked = UnicodeSetAttribute(null=True)


class EpochRow(Model):
    """The epoch: one row of the Session table."""

    session_id = UnicodeAttribute(hash_key=True, attr_name="sessionId")
    epoch = UnicodeAttribute()


class SentRow(Model):
    """The message behind a sender's msgId."""

    uid = UnicodeAttribute(hash_key=True)
    msg_id = UnicodeAttribute(range_key=True, attr_name="msgId")
    # The candidate: the seq, and the last change of membership before it.
    seq = IntegerAttribute()
    last_change = IntegerAttribute(null=True, attr_name="chg")
    route = UnicodeAttribute()
    digest = BinaryAttribute(legacy_encoding=False)
    # The attempt that wrote the row, so that a put that the SDK repeats recognises its own row.
    attempt = UnicodeAttribute()
    ttl = IntegerAttribute()


class MessageRow(Model):
    """A message in its place: history. Putting the row allocates the seq."""

    session_id = UnicodeAttribute(hash_key=True, attr_name="sessionId")
    seq = IntegerAttribute(range_key=True)
    sender = UnicodeAttribute()
    msg_id = UnicodeAttribute(attr_name="msgId")
    payload = BinaryAttribute(legacy_encoding=False)
    # Only there if the message was sent to someone online without asking for an ack: it is not to be counted.
    live = BooleanAttribute(null=True)
    # Groups: whether it is a change of membership, and the seq of the last one before it.
    is_change = BooleanAttribute(null=True, attr_name="change")
    last_change = IntegerAttribute(null=True, attr_name="chg")
    layout = IntegerAttribute(default=LAYOUT)
    ttl = IntegerAttribute()


class InboxRow(Model):
    """A message that waits for a person. The key is `<sessionId>#<seq, 16 digits>`: newest last within a session."""

    uid = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)
    payload = BinaryAttribute(legacy_encoding=False)
    layout = IntegerAttribute(default=LAYOUT)
    ttl = IntegerAttribute()


class HeldRow(Model):
    """A message that waits for review, as its sender sent it."""

    uid = UnicodeAttribute(hash_key=True)
    msg_id = UnicodeAttribute(range_key=True, attr_name="msgId")
    session_id = UnicodeAttribute(attr_name="sessionId")
    payload = BinaryAttribute(legacy_encoding=False)
    digest = BinaryAttribute(legacy_encoding=False)
    # The list that held it: `<list>@<version>`.
    sources = UnicodeSetAttribute(null=True)
    layout = IntegerAttribute(default=LAYOUT)
    ttl = IntegerAttribute()


class CounterRow(Model):
    """A person in a session; under 1 KB, so that a change costs one write unit."""

    uid = UnicodeAttribute(hash_key=True)
    session_id = UnicodeAttribute(range_key=True, attr_name="sessionId")
    received = IntegerAttribute(default=0)
    cleared = IntegerAttribute(default=0)
    timestamp = IntegerAttribute(default=0)
    recent = NumberSetAttribute(null=True)
    floor = IntegerAttribute(default=0)
    uncounted = NumberSetAttribute(null=True)


class MembershipRow(Model):
    """A person in a group: a row of the Counter table too. `groupId` is there while the person is a member: it is the
    key of the index `byGroup`."""

    uid = UnicodeAttribute(hash_key=True)
    session_id = UnicodeAttribute(range_key=True, attr_name="sessionId")
    group_id = UnicodeAttribute(null=True, attr_name="groupId")
    role = IntegerAttribute(default=0)
    # The seq of the message that set it.
    role_at = IntegerAttribute(null=True, attr_name="roleAt")
    joined = IntegerAttribute(default=0)
    left = IntegerAttribute(default=0)
    cleared = IntegerAttribute(default=0)
    timestamp = IntegerAttribute(default=0)
    own = NumberSetAttribute(null=True)
    own_floor = IntegerAttribute(default=0, attr_name="ownFloor")
    own_below = IntegerAttribute(default=0, attr_name="ownBelow")
    mentions = NumberSetAttribute(null=True)
    in_roster = BooleanAttribute(null=True, attr_name="inRoster")


class RosterRow(Model):
    """A device that is online, in a group with many members. The key is `<uid>#<deviceId>`."""

    session_id = UnicodeAttribute(hash_key=True, attr_name="sessionId")
    device = UnicodeAttribute(range_key=True)
    connection_id = UnicodeAttribute(attr_name="connectionId")
    encoding = UnicodeAttribute()
    since = IntegerAttribute()
    # The seq from which on the person sees messages.
    joined = IntegerAttribute(default=0)
    ttl = IntegerAttribute()
