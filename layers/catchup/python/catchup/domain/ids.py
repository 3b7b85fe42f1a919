"""Identifiers, and the names of private sessions."""

import re
from typing import NewType

Uid = NewType("Uid", str)
DeviceId = NewType("DeviceId", str)
MsgId = NewType("MsgId", str)
SessionId = NewType("SessionId", str)
ConnectionId = NewType("ConnectionId", str)
# The place of a message in its session: 1, 2, 3, … without a gap.
Seq = NewType("Seq", int)

ID_RULE = "[A-Za-z0-9_-]{1,64}"
_ID = re.compile(ID_RULE)
# As login services call people: e-mail addresses, "auth0|5f7c…". All printable ASCII except space, and ":" and "#",
# which separate the names in session ids and keys (docs/adr/0033-what-a-uid-may-be.md).
UID_RULE = "[!-~]{1,64} without : and #"
_UID = re.compile(r"[!\"$-9;-~]{1,64}")
# Every number on the wire stays below this, so that JavaScript's doubles hold it exactly.
MAX_NUMBER = 2**53 - 1
# A number in the content of a message is a double: beyond this, doubles skip whole numbers.
MAX_CONTENT_NUMBER = 2**53

PRIVATE_PREFIX = "p:"
GROUP_PREFIX = "g:"


def is_id(text: str) -> bool:
    """Whether `text` can be a groupId, deviceId or msgId."""
    return _ID.fullmatch(text) is not None


def is_uid(text: str) -> bool:
    """Whether `text` can be a uid.

    >>> is_uid("auth0|5f7c") and is_uid("alice@example.org") and not is_uid("a:b")
    True
    """
    return _UID.fullmatch(text) is not None


def is_session_id(text: str) -> bool:
    """Whether `text` can be the id of a private session or of a group's."""
    group = text.startswith(GROUP_PREFIX) and is_id(text.removeprefix(GROUP_PREFIX))
    return group or private_members(SessionId(text)) is not None


def private_session(one: Uid, other: Uid) -> SessionId:
    """The session of two people, the same from both sides; or of one, with their own notes.

    >>> private_session(Uid("bob"), Uid("alice"))
    'p:alice:bob'
    >>> private_session(Uid("alice"), Uid("alice"))
    'p:alice:alice'
    """
    first, second = sorted((one, other))
    return SessionId(f"{PRIVATE_PREFIX}{first}:{second}")


def private_members(session: SessionId) -> tuple[Uid, Uid] | None:
    """The two people of a private session (for notes the same twice); None for any other text.

    >>> private_members(SessionId("p:alice:bob"))
    ('alice', 'bob')
    >>> private_members(SessionId("p:bob:alice")) is None
    True
    """
    prefix, _, names = session.partition(":")
    first, separator, second = names.partition(":")
    if f"{prefix}:" != PRIVATE_PREFIX or not separator or not (is_uid(first) and is_uid(second)) or first > second:
        return None
    return Uid(first), Uid(second)


def other_of(session: SessionId, uid: Uid) -> Uid:
    """The other person of a private session of this person; themselves, if it is their notes.

    >>> other_of(SessionId("p:alice:bob"), Uid("bob"))
    'alice'
    """
    first, second = private_members(session) or (uid, uid)
    return second if uid == first else first
