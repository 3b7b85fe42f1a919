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
"""A message's place in its session: 1, 2, 3, … without a gap."""

Number = NewType("Number", int)
"""The position of a message among the counted ones: in a private session among those of its author, in a group among
those of all members. Unread messages are counted with it; `known` is such a number."""

NAME_RULE = "[A-Za-z0-9_-]{1,64}"
UID_RULE = "[!-~]{1,64} without : and #"
_NAME = re.compile(NAME_RULE)
_UID = re.compile(r"""[!"$-9;-~]{1,64}""")


def is_uid(text: str) -> bool:
    """Tell whether `text` may be a uid.

    >>> is_uid("auth0|5f7c"), is_uid("alice@example.org"), is_uid("alice:1")
    (True, True, False)
    """
    return _UID.fullmatch(text) is not None


def is_session(text: str) -> bool:
    """Tell whether `text` may be a session's id.

    >>> is_session("p:alice:bob"), is_session("g:room"), is_session("alice")
    (True, True, False)
    """
    kind, _, names = text.partition(":")
    return (
        is_name(names) if kind == "g" else kind == "p" and len(uids := names.split(":")) == 2 and all(map(is_uid, uids))
    )


def is_name(text: str) -> bool:
    """Tell whether `text` may be a group id, device id or message id.

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
    """Return the session of two people, in whichever order they are given, or of one person's notes.

    >>> private_session(Uid("bob"), Uid("alice"))
    'p:alice:bob'
    >>> private_session(Uid("a-b"), Uid("a"))
    'p:a:a-b'
    """
    first, second = sorted((one, other), key=lambda uid: uid.encode())
    return SessionId(f"p:{first}:{second}")
