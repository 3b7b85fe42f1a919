"""The replies to errors, defined only here: code, field, rule, and what the client can do."""

from collections.abc import Mapping

from catchup import errors
from catchup.domain.group import MAX_MEMBERS
from catchup.domain.receipts import MAX_RECEIPT_MEMBERS
from catchup.domain.signal import MAX_SIGNAL_MEMBERS
from catchup.entrypoint.negotiation import HttpFault
from catchup.wire import catchup_pb2 as pb

_AGAIN = "send the same request again"

# Field, rule and fix of errors whose reply is always the same, by their code.
_BY_CODE: Mapping[pb.Code.ValueType, Mapping[type[Exception], tuple[str, str, str]]] = {
    pb.PERMISSION_DENIED: {
        errors.GroupClosed: ("body.groupId", "must be an open group", "ask an admin to add you"),
        errors.NotAManager: ("body.groupId", "only the owner and admins may do this", "ask one of them"),
        errors.OnlyOwnerGivesRoles: ("body.role", "only the owner gives roles", "ask the owner"),
        errors.OnlyOwnerRemovesAdmins: ("body.uids", "only the owner removes admins", "ask the owner"),
        errors.OnlyOwnerMutesAdmins: ("body.uid", "only the owner mutes admins, nobody the owner", "ask the owner"),
        errors.OnlyOwnerDissolves: ("body.groupId", "only the owner dissolves the group", "ask the owner"),
        errors.OnlyManagersMentionAll: (
            "body.atAll",
            "only the owner and admins may mention all",
            "list up to 50 uids in at",
        ),
        errors.NotByAsking: (
            "body.groupId",
            "must be a group that one asks to join",
            "join it if it is open, or ask an admin to add you",
        ),
        errors.Blocked: ("body.to", "the recipient has blocked you", "don't send it again"),
        errors.OnlyItsAuthor: (
            "body.seq",
            "must be a message of your own; a group's owner and admins may recall others' messages, and not edit them",
            "ask its author; for a recall in a group, ask an admin",
        ),
        errors.NotItsAuthor: ("body.seq", "must be a message of your own", "name one that you have written"),
    },
    pb.FAILED_PRECONDITION: {
        errors.AlreadyAMember: ("body.groupId", "you are a member already", "nothing is left to do"),
        errors.GroupFull: ("body.groupId", f"a group has at most {MAX_MEMBERS} members", "make another group"),
        errors.TooManyRequests: ("body.groupId", "too many people ask to join this group", "ask again later"),
        errors.OwnerCantLeave: (
            "body.groupId",
            "the owner can't leave others behind",
            "first give the group to another member: role OWNER",
        ),
        errors.NotAnotherMember: ("body.uid", "must be another member", "send the uid of a member"),
        errors.BlockListFull: ("body.uid", "your block list is full", "unblock somebody first"),
        errors.NothingSaidYet: ("body.to", "nobody has written in this session yet", "send a message first"),
        errors.TooManyToSignal: (
            "body.to",
            f"a group of at most {MAX_SIGNAL_MEMBERS} members",
            "send no signals in larger groups",
        ),
        errors.PartlyReleased: ("msgId", "is partly released", "release it again to complete it"),
        errors.NotRevisable: ("body.seq", "must not be a quiet message", "name the message itself"),
        errors.AlreadyRecalled: ("body.seq", "this message was recalled before", "nothing is left to do"),
        errors.CantAddMentions: (
            "body.at",
            "an edit can't mention whom the message did not mention",
            "leave them out, or send a new message",
        ),
        errors.NoReceipts: ("", "this deployment has no receipts", "an operator can turn them on: Receipts"),
        errors.ReceiptsOff: ("", "you have turned receipts off, for both ways", "turn them on: receipts"),
        errors.NoSuchMedia: (
            "body.msg.key",
            "must be your upload for this msgId, of the last day, or in the message that source names",
            "upload it for this message, or name in source a message in which you can see it",
        ),
        errors.MediaCantChange: (
            "body.msg",
            "an edit changes a caption or a name, not the media",
            "recall the message, and send a new one",
        ),
        errors.NoSuchUpload: (
            "body.uploadId",
            "must be of an upload that is under way; after a day it is given up",
            "begin again: leave uploadId out",
        ),
        errors.NotMedia: (
            "body.seq",
            "must be a message with media that was not recalled",
            "name a message of type image, voice, video or file",
        ),
        errors.MediaRefused: (
            "body.seq",
            "the file is not what its sender says that it is",
            "show that it can't be shown",
        ),
        errors.NothingToForward: ("body.source", "only for a message with media", "leave it out"),
        errors.TooManyToTell: (
            "body.sessionId",
            f"a group of at most {MAX_RECEIPT_MEMBERS} members",
            "ask in smaller groups",
        ),
    },
    pb.NOT_FOUND: {
        errors.MediaGone: ("body.seq", "the file is not there any more", "show that it is gone"),
        errors.NoSuchMessage: ("body.seq", "there is no message at this seq", "send the seq of a message in history"),
    },
    pb.ALREADY_EXISTS: {
        errors.GroupExists: ("body.groupId", "a group with this id exists", "choose a new groupId"),
        errors.MsgIdReused: ("body.msgId", "this msgId was used for another message", "choose a new msgId"),
    },
    pb.HELD: {
        errors.ContentHeld: (
            "body.msg",
            "held for review: nobody has received it yet",
            "don't send it again; once released, it is delivered, also to your devices",
        )
    },
    pb.DATA_LOSS: {
        errors.Unreadable: (
            "body.msgId",
            "what is stored under this msgId can't be read",
            "choose a new msgId if the message is not in history",
        )
    },
    pb.ABORTED: {
        errors.Superseded: (
            "",
            "a newer connection of this device is registered",
            "close this connection and use the newer one",
        ),
        errors.Contended: ("", "too many senders at once in this session", _AGAIN),
    },
    pb.UNAUTHENTICATED: {
        errors.TokenExpired: ("", "the token has expired", "use a new token"),
        errors.NoIdentity: ("", "the connection has no identity", "reconnect with a token"),
    },
    pb.DEADLINE_EXCEEDED: {errors.OutOfTime: ("", "the work could not be finished in time", _AGAIN)},
    pb.UNAVAILABLE: {errors.Unavailable: ("", "the store did not answer", _AGAIN)},
}
_ALIKE = {kind: (code, *said) for code, kinds in _BY_CODE.items() for kind, said in kinds.items()}
_UNFORESEEN = (pb.INTERNAL, "", "an error of the server; it has been logged", _AGAIN)


def failure(error: Exception, cmd: str) -> pb.Envelope:
    """Returns the answer to a failed request of this `cmd`: the code, and what to change. An unforeseen error is
    INTERNAL, without details of the server."""
    match error:
        case errors.Unimplemented():
            return _of_field(pb.UNIMPLEMENTED, error)
        case errors.NotAMember() | errors.GroupDissolved() | errors.Muted():
            return _of_group(error, _group_field(cmd))
        case errors.BlockedBySome() | errors.BlockedAsking() | errors.NotAsking() | errors.CantBeRemoved():
            return _of_people(error)
        case errors.ContentRejected(field=name):
            field = f"body.{name}"
            fix = "change the text; send it as a new message"
            return _reply(pb.REJECTED, field, "has text that is not allowed here", fix)
        case errors.NotYours():
            return _of_field(pb.PERMISSION_DENIED, error)
        case errors.TooManyMessages() | errors.TooManyBytes():
            return _of_limit(error)
        case errors.TooLate() | errors.MediaDiffers() | errors.VoiceTooLong():
            return _of_state(error)
        case HttpFault():
            return _of_field(error.code, error)
        case errors.InvalidRequest():
            return _of_field(pb.INVALID_ARGUMENT, error)
        case _:
            return _reply(*_ALIKE.get(type(error), _UNFORESEEN))


def is_foreseen(error: Exception) -> bool:
    """Whether the error has a reply of its own."""
    return isinstance(error, errors.CatchupError)


def _group_field(cmd: str) -> str:
    """The field of a request that names a group."""
    fields = getattr(pb.Envelope(), cmd).DESCRIPTOR.fields_by_name
    named = (f"body.{fields[name].json_name}" for name in ("group_id", "to", "session_id") if name in fields)
    return next(named, "body.groupId")


def _of_group(error: errors.NotAMember | errors.GroupDissolved | errors.Muted, field: str) -> pb.Envelope:
    """The reply about somebody who may not act in the group of this field."""
    match error:
        case errors.GroupDissolved():
            return _reply(pb.FAILED_PRECONDITION, field, "the group is dissolved", "make another group")
        case errors.Muted(until_ms=until_ms):
            fix = "wait until then, or ask the owner or an admin"
            return _reply(pb.PERMISSION_DENIED, field, f"you are muted until {until_ms}", fix)
        case _:
            # The same reply for a group that does not exist.
            rule, fix = "must be a group that you are a member of", "join it, or ask an admin to add you"
            return _reply(pb.PERMISSION_DENIED, field, rule, fix)


def _of_people(
    error: errors.BlockedBySome | errors.BlockedAsking | errors.NotAsking | errors.CantBeRemoved,
) -> pb.Envelope:
    """The reply about people whom a change may not name."""
    match error:
        case errors.BlockedBySome(uids=uids):
            rule = f"these people have blocked you: {', '.join(uids)}"
            return _reply(pb.PERMISSION_DENIED, "body.uids", rule, "leave them out")
        case errors.BlockedAsking(uids=uids):
            rule = f"you, or the owner, have blocked these people: {', '.join(uids)}"
            return _reply(pb.PERMISSION_DENIED, "body.uids", rule, "leave them out, or refuse them")
        case errors.NotAsking(uids=uids):
            rule = f"these people don't ask to join: {', '.join(uids)}"
            return _reply(pb.FAILED_PRECONDITION, "body.uids", rule, "leave them out, or add them")
        case errors.CantBeRemoved():
            fix = "to remove yourself, send leave; as the owner, hand the group over first"
            return _reply(pb.FAILED_PRECONDITION, "body.uids", f"{error.uid} can't be removed", fix)


def _of_state(error: errors.TooLate | errors.MediaDiffers | errors.VoiceTooLong) -> pb.Envelope:
    """The reply about what is not, or no more, as the request says."""
    if isinstance(error, errors.MediaDiffers):
        rule = "must be as it was uploaded, or as it is in the source"
        return _reply(pb.FAILED_PRECONDITION, f"body.msg.{error.field}", rule, "send what `upload` has answered")
    if isinstance(error, errors.VoiceTooLong):
        rule = f"at most {1_000 * error.limit_seconds} milliseconds"
        return _reply(pb.FAILED_PRECONDITION, "body.msg.durationMs", rule, "send it as a file")
    is_limited = error.limit_seconds > 0
    rule = f"must be of the last {error.limit_seconds} seconds" if is_limited else "authors may not do this here"
    return _reply(pb.FAILED_PRECONDITION, "body.seq", rule, "send a new message")


def _of_limit(error: errors.TooManyMessages | errors.TooManyBytes) -> pb.Envelope:
    """The reply to somebody who sends more than one person may."""
    fix = f"send the same again in {error.wait_seconds} seconds"
    if isinstance(error, errors.TooManyBytes):
        return _reply(pb.RESOURCE_EXHAUSTED, "body.bytes", "you upload more than one person may in a day", fix)
    return _reply(pb.RESOURCE_EXHAUSTED, "", "you send more messages, or changes of groups, than one person may", fix)


def _of_field(code: pb.Code.ValueType, error: errors.InvalidRequest) -> pb.Envelope:
    return _reply(code, error.field, error.rule, error.fix)


def _reply(code: pb.Code.ValueType, field: str, rule: str, fix: str) -> pb.Envelope:
    # The path may come from the client: it is shortened, and reduced to what a frame can carry.
    path = field.encode("utf-8", "replace").decode()[:200]
    return pb.Envelope(code=code, error=pb.Error(field=path, rule=rule.encode("utf-8", "replace").decode(), fix=fix))
