"""The errors, as types with fields. The entrypoint turns each into a reply; nothing else builds error replies.

CatchupError
├── InvalidRequest        the request breaks a rule of docs/protocol.md; nothing was changed
│   └── NotYours          it names a uid, sender or session that is not the caller's
├── Denied                the caller has no right to it
│   └── NotAMember, GroupClosed, NotAManager, OnlyOwnerGivesRoles, OnlyOwnerRemovesAdmins, OnlyOwnerMutesAdmins,
│       OnlyOwnerDissolves, OnlyManagersMentionAll, Muted, NotByAsking, Blocked, BlockedBySome, BlockedAsking,
│       OnlyItsAuthor, NotItsAuthor
├── Refused               the state of a group, list or message does not allow it
│   └── AlreadyAMember, GroupFull, GroupDissolved, OwnerCantLeave, NotAnotherMember, NotAsking, TooManyRequests,
│       CantBeRemoved, BlockListFull, PartlyReleased, NothingSaidYet, TooManyToSignal, NoSuchMessage, NotRevisable,
│       AlreadyRecalled, TooLate, CantAddMentions, NoReceipts, ReceiptsOff, TooManyToTell, NoSuchMedia, MediaDiffers,
│       MediaCantChange, VoiceTooLong, NothingToForward, NoSuchUpload, NotMedia,
│       MediaGone, MediaRefused
├── GroupExists           the groupId is taken
├── ContentRejected       moderation refuses the text; nothing was stored
├── ContentHeld           moderation holds the message for review; nobody has received it
├── MsgIdReused           the msgId was used for another message
├── Unreadable            what is stored about this msgId is corrupt
├── Superseded            a newer connection of the device is registered
├── TooManyMessages       the sender is over the send limit; the same message may be sent later
├── TooManyBytes          the person has uploaded as much as one person may in a day
├── Contended             too many writers at once; the same request may be sent again
├── TokenExpired          the connection outlived its token
├── NoIdentity            an event has no identity: the deployment is wrong
└── Unavailable           the store did not answer, or not in time; the same request may be sent again
    └── OutOfTime         the deadline came first
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress


class CatchupError(Exception):
    """An error with a reply of its own."""


class InvalidRequest(CatchupError):
    """The request breaks a rule. `field`: path of the field; `rule`: the broken rule; `fix`: what to change."""

    def __init__(self, field: str, rule: str, fix: str) -> None:
        self.field = field
        self.rule = rule
        self.fix = fix


class Unimplemented(InvalidRequest):
    """The command is unknown to this version."""


class NotYours(InvalidRequest):
    """The request names a uid, sender or session that is not the caller's."""


class Denied(CatchupError):
    """The caller has no right to do this. Nothing was changed."""


class NotAMember(Denied):
    """The caller is no member of the group, or there is no such group."""


class GroupClosed(Denied):
    """The group is not open, or there is no such group."""


class NotAManager(Denied):
    """Only the owner and admins may do this."""


class OnlyOwnerGivesRoles(Denied):
    """The caller is not the owner."""


class OnlyOwnerRemovesAdmins(Denied):
    """An admin tries to remove an admin; only the owner may."""


class OnlyOwnerMutesAdmins(Denied):
    """Somebody tries to mute the owner, or an admin tries to mute an admin."""


class OnlyOwnerDissolves(Denied):
    """The caller is not the owner."""


class Muted(Denied):
    """The caller may not speak in the group until this time, ms since 1970."""

    def __init__(self, until_ms: int) -> None:
        self.until_ms = until_ms


class OnlyManagersMentionAll(Denied):
    """The caller is neither owner nor admin."""


class Blocked(Denied):
    """The recipient has blocked the sender."""


class BlockedBySome(Denied):
    """The caller tries to add people to a group who have blocked the caller."""

    def __init__(self, uids: Sequence[str]) -> None:
        self.uids = uids


class BlockedAsking(Denied):
    """The caller tries to approve people whom the caller or the owner has blocked."""

    def __init__(self, uids: Sequence[str]) -> None:
        self.uids = uids


class NotByAsking(Denied):
    """The group is not one that people ask to join, or its owner has blocked the caller, or there is no such group."""


class Refused(CatchupError):
    """The state of a group, list or message does not allow this. Nothing was changed."""


class AlreadyAMember(Refused):
    """The caller joins, or asks to join, a group of which they are a member."""


class GroupFull(Refused):
    """The group would have too many members."""


class GroupDissolved(Refused):
    """The group has ended."""


class OwnerCantLeave(Refused):
    """The owner tries to leave others behind; a group must have an owner."""


class NotAnotherMember(Refused):
    """The target of a role change or a mute is not a member, or is the caller."""


class NotAsking(Refused):
    """The people to approve have no request, and are no members."""

    def __init__(self, uids: Sequence[str]) -> None:
        self.uids = uids


class TooManyRequests(Refused):
    """As many people ask to join the group as may."""


class CantBeRemoved(Refused):
    """The person to remove is the owner, or the caller."""

    def __init__(self, uid: str) -> None:
        self.uid = uid


class BlockListFull(Refused):
    """The caller's block list has no room left."""


class PartlyReleased(Refused):
    """A held message has its place already, so others may have seen it."""


class NothingSaidYet(Refused):
    """A signal to somebody with whom there is no session."""


class TooManyToSignal(Refused):
    """A signal to a group with too many members."""


class OnlyItsAuthor(Denied):
    """The message to recall or edit is somebody else's."""


class NotItsAuthor(Denied):
    """The message whose readers the caller asks for is somebody else's."""


class NoSuchMessage(Refused):
    """The message that the request is about does not exist, or retention has removed it."""


class NotRevisable(Refused):
    """The message that the request is about is a quiet one."""


class AlreadyRecalled(Refused):
    """The message that the request is about was recalled before."""


class TooLate(Refused):
    """The message is older than an author may recall or edit. `limit_seconds` 0: no author may."""

    def __init__(self, limit_seconds: int) -> None:
        self.limit_seconds = limit_seconds


class CantAddMentions(Refused):
    """An edit mentions somebody whom the message did not mention."""


class NoReceipts(Refused):
    """The deployment has no receipts."""


class ReceiptsOff(Refused):
    """The caller has turned receipts off."""


class TooManyToTell(Refused):
    """The group has too many members to tell who has read."""


class NoSuchMedia(Refused):
    """The message names media that were not uploaded for it by its sender, and says of no message that the sender may
    read that they are in it. Also if the upload is older than a day."""


class MediaDiffers(Refused):
    """What a message says of its media is not so. `field`: of the content."""

    def __init__(self, field: str) -> None:
        self.field = field


class MediaCantChange(Refused):
    """An edit changes the media of a message."""


class VoiceTooLong(Refused):
    """A voice message is longer than the deployment takes."""

    def __init__(self, limit_seconds: int) -> None:
        self.limit_seconds = limit_seconds


class NothingToForward(Refused):
    """A message without media says which message it has them from."""


class NoSuchUpload(Refused):
    """The upload in parts was given up, or there was none."""


class NotMedia(Refused):
    """The message has no media, or was recalled."""


class MediaGone(Refused):
    """The file of the message is not there any more."""


class MediaRefused(Refused):
    """The file of the message is not what its sender says that it is."""


class GroupExists(CatchupError):
    """A group with this id was made by somebody else, or by another request."""


class ContentRejected(CatchupError):
    """The text is not allowed. The answer does not name the words, so that nobody can guess a list from answers.
    `field`: the field of the request that has it."""

    def __init__(self, field: str = "msg") -> None:
        self.field = field


class ContentHeld(CatchupError):
    """The message waits for review. It is delivered when it is released, or never."""

    def __init__(self, msg_id: str) -> None:
        self.msg_id = msg_id


class MsgIdReused(CatchupError):
    """The msgId was used before for another content, receiver or ackFlg."""

    def __init__(self, msg_id: str) -> None:
        self.msg_id = msg_id


class Unreadable(CatchupError):
    """A row that this request needs is corrupt. It is reported and kept."""

    def __init__(self, msg_id: str) -> None:
        self.msg_id = msg_id


class Superseded(CatchupError):
    """The device has logged in on a newer connection."""


class TooManyMessages(CatchupError):
    """The sender is over the send limit. Nothing was written; the same message is accepted later."""

    def __init__(self, wait_seconds: int) -> None:
        self.wait_seconds = wait_seconds


class TooManyBytes(CatchupError):
    """The person has uploaded as much as one person may in a day. `wait_seconds`: until the next one."""

    def __init__(self, wait_seconds: int) -> None:
        self.wait_seconds = wait_seconds


class Contended(CatchupError):
    """Too many senders write to one session at once: no free seq was found in a bounded number of attempts."""


class TokenExpired(CatchupError):
    """The connection's token has expired."""


class NoIdentity(CatchupError):
    """An event has no identity, as if $connect had no authorizer."""


class Unavailable(CatchupError):
    """An AWS call failed after the SDK's retries. Part of the work may be done; each part is safe to repeat."""


class OutOfTime(Unavailable):
    """The invocation's time is nearly over. Finished work stays; the next request does the rest."""


def courtesy() -> AbstractContextManager[None]:
    """Ignores an unavailable store in the `with` block: for optional work, such as tidying up, that somebody else will
    do later."""
    return suppress(Unavailable)
