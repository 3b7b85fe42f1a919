"""The tables, as PynamoDB models: attributes, keys, and the expressions made of them.

The calls themselves go through `dynamo.Dynamo` (docs/adr/0002-pynamodb-models-boto3-calls.md). Table names, TTL and
encryption stand in template.yaml; a test compares the keys.
"""

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.models import Model

from catchup.storage.attributes import LAYOUT, IntegerAttribute, LayoutAttribute


def pair_text(pair: tuple[int, int]) -> str:
    """Two numbers that belong together, in the form that rows have: "3#8"."""
    return f"{pair[0]}#{pair[1]}"


def pair_of(text: str) -> tuple[int, int]:
    """The inverse of `pair_text`. Raises ValueError or AttributeError for any other text."""
    first, second = text.split("#")
    return int(first), int(second)


def pair_if_any(text: str | None) -> tuple[int, int]:
    """The pair of a text that is absent for two zeros."""
    return (0, 0) if text is None else pair_of(text)


class PresenceRow(Model):
    """A person. Beside these, one map attribute per device, `d#<deviceId>`: see presence_book."""

    uid = UnicodeAttribute(hash_key=True)
    ttl = IntegerAttribute(null=True)
    # When a device went last, ms since 1970.
    last_seen = IntegerAttribute(null=True, attr_name="lastSeen")
    # Until when new messages of this person are refused, ms since 1970, after too many of them.
    cooldown_until = IntegerAttribute(null=True, attr_name="cooldownUntil")
    # The level at a time in ms since 1970, and the marks since then (domain.allowance).
    pace_since = IntegerAttribute(null=True, attr_name="paceSince")
    pace_level = IntegerAttribute(null=True, attr_name="paceLevel")
    pace_marks = NumberSetAttribute(null=True, attr_name="paceMarks")
    # Messages of this person that were recalled in groups: `<when accepted, ms since 1970>#<sessionId>#<seq>`.
    recalled = UnicodeSetAttribute(null=True)


class UploadsRow(Model):
    """How much a person uploads in a day, a row of the Presence table. The key is `up:<uid>`."""

    uid = UnicodeAttribute(hash_key=True)
    # Days since 1970, and bytes since that day's beginning.
    day = IntegerAttribute(null=True)
    bytes = IntegerAttribute(null=True)
    # The key of the last upload.
    last = UnicodeAttribute(null=True)
    ttl = IntegerAttribute(null=True)


class SessionRow(Model):
    """A group. `lastSeq` is a hint that only rises, together with `number` and `chg`; every seq up to it exists."""

    session_id = UnicodeAttribute(hash_key=True, attr_name="sessionId")
    last_seq = IntegerAttribute(attr_name="lastSeq", default=0)
    # The number of the message at `lastSeq`.
    number = IntegerAttribute(null=True)
    # The last change of membership up to `lastSeq`.
    last_change = IntegerAttribute(null=True, attr_name="chg")
    timestamp = IntegerAttribute(null=True)
    name = UnicodeAttribute(null=True)
    # The message that gave it its name; absent: it has that of its creation.
    name_seq = IntegerAttribute(null=True, attr_name="nameSeq")
    # Who made it, and by which request: `<uid>#<msgId>`.
    founder = UnicodeAttribute(null=True)
    # The owner, and the message of the hand-over; 0: none since the group was created.
    owner = UnicodeAttribute(null=True)
    owner_seq = IntegerAttribute(null=True, attr_name="ownerSeq")
    is_open = BooleanAttribute(null=True, attr_name="open")
    by_asking = BooleanAttribute(null=True, attr_name="ask")
    open_history = BooleanAttribute(null=True, attr_name="openHistory")
    # Until when only the owner and admins may speak, and the message that says so.
    muted_until = IntegerAttribute(null=True, attr_name="mutedUntil")
    muted_seq = IntegerAttribute(null=True, attr_name="mutedSeq")
    # The message that ended the group, and its number.
    dissolved = IntegerAttribute(null=True)
    dissolved_number = IntegerAttribute(null=True, attr_name="dissolvedNumber")
    # The number of members, and the change up to which it is counted.
    members = IntegerAttribute(null=True)
    counted_to = IntegerAttribute(null=True, attr_name="countedTo")
    roster_since = IntegerAttribute(null=True, attr_name="rosterSince")
    hot = BooleanAttribute(null=True)
    # Up to which seq everyone online was told by a hint.
    hinted_seq = IntegerAttribute(null=True, attr_name="hintedSeq")
    # Messages that mention everyone: seq, number, and the tag of the author.
    to_all = UnicodeSetAttribute(null=True, attr_name="toAll")
    # Those that an edit or a recall has taken back lately: a send that is late must not note them.
    not_to_all = UnicodeSetAttribute(null=True, attr_name="notToAll")
    # The last recall or edit up to `lastSeq`, and when the row learned of it.
    revised = IntegerAttribute(null=True)
    revised_at = IntegerAttribute(null=True, attr_name="revisedAt")
    # Numbers that were recalled. Most of those up to the floor are in the row `r:<groupId>`, which has nothing else.
    recalled = NumberSetAttribute(null=True)
    recalled_floor = IntegerAttribute(null=True, attr_name="recalledFloor")


class AnnouncementRow(Model):
    """What a group announces, a row of the Session table, so that the group's own row stays small. The key is
    `a:<groupId>`."""

    session_id = UnicodeAttribute(hash_key=True, attr_name="sessionId")
    text = UnicodeAttribute(null=True)
    # Who wrote it, when, and the message that says so.
    author = UnicodeAttribute(null=True)
    timestamp = IntegerAttribute(null=True)
    seq = IntegerAttribute(null=True)


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
    # The candidate place: the seq, and before it: how many counted messages, and the last change of membership.
    seq = IntegerAttribute()
    before = UnicodeAttribute()
    last_change = IntegerAttribute(null=True, attr_name="chg")
    # Private sessions: how many quiet messages before it: a pair; absent if none.
    quiets = UnicodeAttribute(null=True)
    # Present only if the message waits for review.
    held = BooleanAttribute(null=True)
    digest = BinaryAttribute(legacy_encoding=False)
    ttl = IntegerAttribute()


class MessageRow(Model):
    """A message in its place: history. Putting the row allocates the seq and the number."""

    session_id = UnicodeAttribute(hash_key=True, attr_name="sessionId")
    seq = IntegerAttribute(range_key=True)
    sender = UnicodeAttribute()
    msg_id = UnicodeAttribute(attr_name="msgId")
    payload = BinaryAttribute(legacy_encoding=False)
    # How many counted messages there are before it: a pair.
    before = UnicodeAttribute()
    # Private sessions: who of the two has hidden it from themselves.
    hidden_by = UnicodeSetAttribute(null=True, attr_name="hiddenBy")
    # Groups: whether it is a change of membership, and the seq of the last one before it.
    is_change = BooleanAttribute(null=True, attr_name="change")
    last_change = IntegerAttribute(null=True, attr_name="chg")
    # Whether it is the notice of a recall or an edit; and, in private sessions, how many such there are before it.
    is_notice = BooleanAttribute(null=True, attr_name="notice")
    quiets = UnicodeAttribute(null=True)
    # The seq of the recall or edit that the payload is from, and whether it was recalled: then nothing changes it.
    revised = IntegerAttribute(null=True)
    recalled = BooleanAttribute(null=True)
    # The key of the media that a recalled message had, until they are deleted.
    media = UnicodeAttribute(null=True)
    layout = LayoutAttribute(default=LAYOUT)
    ttl = IntegerAttribute()


class InboxRow(Model):
    """A message that waits for a person. The key is `<sessionId>#<seq, 16 digits>`: newest last within a session."""

    uid = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)
    payload = BinaryAttribute(legacy_encoding=False)
    before = UnicodeAttribute()
    # As in MessageRow.
    revised = IntegerAttribute(null=True)
    recalled = BooleanAttribute(null=True)
    layout = LayoutAttribute(default=LAYOUT)
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
    layout = LayoutAttribute(default=LAYOUT)
    ttl = IntegerAttribute()


class CounterRow(Model):
    """A person in a private session; under 1 KB, so that a change costs one write unit."""

    uid = UnicodeAttribute(hash_key=True)
    session_id = UnicodeAttribute(range_key=True, attr_name="sessionId")
    # The last message of the other person, and how many counted messages the other and the owner had written up to it.
    last_seq = IntegerAttribute(default=0, attr_name="lastSeq")
    received = IntegerAttribute(default=0)
    sent = IntegerAttribute(default=0)
    cleared = IntegerAttribute(default=0)
    timestamp = IntegerAttribute(default=0)
    pending = NumberSetAttribute(null=True)
    # Present only if the owner has blocked the other.
    blocked = BooleanAttribute(null=True)
    # How many quiet messages the other and the owner had written up to `lastSeq`, and of the other's up to the last
    # clear.
    quiet_received = IntegerAttribute(default=0, attr_name="quietReceived")
    quiet_sent = IntegerAttribute(default=0, attr_name="quietSent")
    quiet_seen = IntegerAttribute(default=0, attr_name="quietSeen")
    # When the row last learned of one.
    # When it last learned of what numbers alone do not tell: a recall, an edit, how far the person has read.
    news_at = IntegerAttribute(default=0, attr_name="newsAt")
    # Numbers of the other's messages that were recalled.
    recalled = NumberSetAttribute(null=True)
    # How far the owner has read: a number, and the highest seq that was named for it.
    read = IntegerAttribute(default=0)
    read_seq = IntegerAttribute(default=0, attr_name="readSeq")
    # How often the owner has hidden messages from themselves, and a digest of what they hid last.
    hidden_version = IntegerAttribute(null=True, attr_name="hiddenVersion")
    hidden_last = UnicodeAttribute(null=True, attr_name="hiddenLast")


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
    joined_number = IntegerAttribute(default=0, attr_name="joinedNumber")
    left = IntegerAttribute(default=0)
    left_number = IntegerAttribute(default=0, attr_name="leftNumber")
    # When the person last read here, or left.
    news_at = IntegerAttribute(null=True, attr_name="newsAt")
    # The last of `joined`, `left`, recalls and edits after which a device has cleared.
    seen = IntegerAttribute(default=0)
    cleared = IntegerAttribute(default=0)
    timestamp = IntegerAttribute(default=0)
    own = NumberSetAttribute(null=True)
    own_floor = IntegerAttribute(default=0, attr_name="ownFloor")
    own_below = IntegerAttribute(default=0, attr_name="ownBelow")
    # Own numbers above `cleared` that were recalled.
    own_recalled = NumberSetAttribute(null=True, attr_name="ownRecalled")
    # Messages that mention the person: pairs of seq and number.
    mentions = UnicodeSetAttribute(null=True)
    # As `not_to_all` of a group.
    unmentioned = UnicodeSetAttribute(null=True)
    # Until when the person may not speak, and the message that says so. Both outlast a membership.
    muted_until = IntegerAttribute(null=True, attr_name="mutedUntil")
    muted_seq = IntegerAttribute(null=True, attr_name="mutedSeq")
    # As in CounterRow, and the mentions above `cleared` that the person has hidden.
    hidden_version = IntegerAttribute(null=True, attr_name="hiddenVersion")
    hidden_mentions = UnicodeSetAttribute(null=True, attr_name="hiddenMentions")
    in_roster = BooleanAttribute(null=True, attr_name="inRoster")
    read = IntegerAttribute(default=0)
    read_seq = IntegerAttribute(default=0, attr_name="readSeq")
    # The list of the group that the person is in, the key of the index `byList`: `asks:<groupId>` of those who ask to
    # join, `manages:<groupId>` of the owner and admins.
    listed = UnicodeAttribute(null=True)
    # Since when the person asks to join, and what they say to those who decide.
    asked = IntegerAttribute(null=True)
    note = UnicodeAttribute(null=True)
    # Which refusal has ended the last request: its caller and msgId.
    refused_by = UnicodeAttribute(null=True, attr_name="refusedBy")


class RosterRow(Model):
    """A device that is online, in a group with many members. The key is `<uid>#<deviceId>`. Or a recalled message; its
    key is ` #<seq>`, and comes first."""

    session_id = UnicodeAttribute(hash_key=True, attr_name="sessionId")
    device = UnicodeAttribute(range_key=True)
    connection_id = UnicodeAttribute(attr_name="connectionId")
    encoding = UnicodeAttribute()
    since = IntegerAttribute()
    # The seq from which on the person sees messages.
    joined = IntegerAttribute(default=0)
    ttl = IntegerAttribute()
