"""What can go wrong, as types with fields. The entrypoint turns each into a reply; nothing else builds error replies.

CatchupError
├── InvalidRequest        the request breaks a rule of docs/protocol.md; nothing was changed
│   └── NotYours          it names a uid, sender or session that is not the caller's
├── Denied                the caller has no right to it
│   └── NotAMember, GroupClosed, NotAManager, OnlyOwnerGivesRoles, OnlyOwnerRemovesAdmins, OnlyManagersMentionAll,
│       Blocked, BlockedBySome
├── Refused               the state of a group or list does not allow it
│   └── AlreadyAMember, GroupFull, OwnerCantLeave, NotAnotherMember, CantBeRemoved, BlockListFull, PartlyReleased
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

from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass


class CatchupError(Exception):
    """Any error that has a reply of its own."""


@dataclass(eq=False, repr=False)
class InvalidRequest(CatchupError):
    """`field` is the path of the field at fault; `rule` what it breaks; `fix` what to change."""

    field: str
    rule: str
    fix: str


class Unimplemented(InvalidRequest):
    """A request that this version does not know."""


class NotYours(InvalidRequest):
    """A uid, sender or session that is not the caller's."""


class Denied(CatchupError):
    """The caller has no right to do this. Nothing was changed."""


class NotAMember(Denied):
    """The caller is no member of the group, or there is no such group."""


class GroupClosed(Denied):
    """Nobody joins this group by themselves, or there is no such group."""


class NotAManager(Denied):
    """Only the owner and admins may do this."""


class OnlyOwnerGivesRoles(Denied):
    """The caller is not the owner."""


class OnlyOwnerRemovesAdmins(Denied):
    """The caller is an admin, and so is somebody whom they would remove."""


class OnlyManagersMentionAll(Denied):
    """The caller is neither owner nor admin."""


class Blocked(Denied):
    """The recipient has blocked the sender."""


@dataclass(eq=False, repr=False)
class BlockedBySome(Denied):
    """These have blocked the caller, who would put them into a group."""

    uids: Sequence[str]


class Refused(CatchupError):
    """The state of a group, list or message does not allow this. Nothing was changed."""


class AlreadyAMember(Refused):
    """The caller would join a group of theirs."""


class GroupFull(Refused):
    """The group would have too many members."""


class OwnerCantLeave(Refused):
    """A group has an owner."""


class NotAnotherMember(Refused):
    """A role would be given to somebody who is no member, or to the caller."""


@dataclass(eq=False, repr=False)
class CantBeRemoved(Refused):
    """The owner, or the caller."""

    uid: str


class BlockListFull(Refused):
    """The caller blocks as many as one may."""


class PartlyReleased(Refused):
    """A held message has a place already: others may have seen it."""


class GroupExists(CatchupError):
    """A group with this id was made by somebody else, or by another request."""


class ContentRejected(CatchupError):
    """The text is not allowed. Nobody is told which words: a list must not be guessed from its answers."""


@dataclass(eq=False, repr=False)
class ContentHeld(CatchupError):
    """The message waits for review: it is delivered when it is released, or never."""

    msg_id: str


@dataclass(eq=False, repr=False)
class MsgIdReused(CatchupError):
    """The msgId was used before for another content, receiver or ackFlg."""

    msg_id: str


@dataclass(eq=False, repr=False)
class Unreadable(CatchupError):
    """A row that this request can't do without is corrupt. It is reported and kept."""

    msg_id: str


class Superseded(CatchupError):
    """The device has logged in on a newer connection."""


@dataclass(eq=False, repr=False)
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
