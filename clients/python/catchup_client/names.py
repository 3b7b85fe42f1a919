"""The names and numbers of the protocol as types, so that they can't be mixed up (docs/protocol.md, section 3)."""

import re
from typing import NewType

Uid = NewType("Uid", str)
"""A person."""

SessionId = NewType("SessionId", str)
"""`p:<uid>:<uid>` or `g:<groupId>`."""

MsgId = NewType("MsgId", str)
"""A message's id, chosen by its sender."""

Seq = NewType("Seq", int)
"""A message's number in its session: 1, 2, 3, … without a hole."""

Received = NewType("Received", int)
"""A message's number among all that this account was sent by others in one session; `known` is one of these."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def is_name(text: str) -> bool:
    """Tell whether `text` may be a uid, group id, device id or message id.

    >>> is_name("alice-1"), is_name("alice:1"), is_name("")
    (True, False, False)
    """
    return _NAME.fullmatch(text) is not None


def group_session(group: str) -> SessionId:
    """Return the session of a group, which may be named by its id or by its session.

    >>> group_session("room"), group_session("g:room")
    ('g:room', 'g:room')
    """
    return SessionId(group if group.startswith("g:") else f"g:{group}")


def is_group(session_id: str) -> bool:
    """Tell whether a session is a group's.

    >>> is_group("g:room"), is_group("p:alice:bob")
    (True, False)
    """
    return session_id.startswith("g:")


def private_session(one: Uid, other: Uid) -> SessionId:
    """Return the session of two people, the same for both, whoever asks; or of one person's notes.

    >>> private_session(Uid("bob"), Uid("alice"))
    'p:alice:bob'
    >>> private_session(Uid("a-b"), Uid("a"))
    'p:a:a-b'
    """
    first, second = sorted((one, other), key=lambda uid: uid.encode())
    return SessionId(f"p:{first}:{second}")
