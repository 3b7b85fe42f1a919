"""What can go wrong, as types with fields. The entrypoint turns each into a reply; nothing else builds error replies.

CatchupError
├── InvalidRequest        the request breaks a rule of docs/protocol.md; nothing was changed
├── NotYours              it is about something that is not the caller's
├── Refused               a change that the state of a group or list does not allow
├── GroupExists           the groupId is taken
├── ContentRejected       moderation refuses the text; nothing was stored
├── ContentHeld           moderation keeps the message for review; nobody has it yet
├── MsgIdReused           the msgId was used for another message
├── Unreadable            what is stored about this msgId is corrupt
├── Superseded            a newer connection of the device is registered
├── TooManyMessages       the sender is faster than people are; the same message may be sent later
├── Contended             too many writers at once; the same request may be sent again
├── TokenExpired          the connection outlived its token
├── NoIdentity            an event does not say whose it is: the deployment is wrong
└── Unavailable           the store did not answer, or not in time; the same request may be sent again
    └── OutOfTime         the deadline came first
"""

from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass


class CatchupError(Exception):
    """Any error that has a reply of its own."""


@dataclass
class InvalidRequest(CatchupError):
    """`field` is the path of the field at fault; `rule` what it breaks; `fix` what to change."""

    field: str
    rule: str
    fix: str


class Unimplemented(InvalidRequest):
    """A request that this version does not know."""


class Refused(InvalidRequest):
    """A change that the state of a group, or of a block list, does not allow."""


class GroupExists(InvalidRequest):
    """A group with this id was made by somebody else, or by another request."""


class NotYours(InvalidRequest):
    """A uid, sender or session that is not the caller's."""


class ContentRejected(InvalidRequest):
    """The text is not allowed. `rule` never says which words."""


@dataclass
class ContentHeld(CatchupError):
    """The message waits for review: it is delivered when it is released, or never."""

    msg_id: str


@dataclass
class MsgIdReused(CatchupError):
    """The msgId was used before for another content, receiver or ackFlg."""

    msg_id: str


@dataclass
class Unreadable(CatchupError):
    """A row that this request can't do without is corrupt. It is reported and kept."""

    msg_id: str


class Superseded(CatchupError):
    """The device has logged in on a newer connection."""


@dataclass
class TooManyMessages(CatchupError):
    """More new messages of one sender than the limit allows. Nothing was written; later the same will be taken."""

    wait_seconds: int


class Contended(CatchupError):
    """Too many senders in one session at once: no free seq was found in a bounded number of attempts."""


class TokenExpired(CatchupError):
    """The connection's token has expired."""


class NoIdentity(CatchupError):
    """An event does not say whose connection it came over, as if $connect had no authorizer."""


class Unavailable(CatchupError):
    """An AWS call failed after the SDK's retries. Part of the work may be done; each part is safe to repeat."""


class OutOfTime(Unavailable):
    """The invocation's time is nearly over; what is done is done, the rest is for the next request."""


def courtesy() -> AbstractContextManager[None]:
    """For what only tidies up, or spares others work, and will be done by somebody later: if the store does not answer,
    the work around it goes on."""
    return suppress(Unavailable)


def not_a_member(field: str) -> NotYours:
    """Says as much about a group that does not exist."""
    return NotYours(field, "must be a group that you are a member of", "join it, or have yourself added")
