"""Requests that change a group become the system messages that tell everyone of it; members are listed, with what the
group says about itself.

Requests raise InvalidRequest and its kinds.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from catchup.domain.group import Announcement, Group, GroupChange, JoinRequest, group_session
from catchup.domain.ids import MsgId, SessionId, Uid
from catchup.domain.membership import Membership, Role
from catchup.domain.message import ChatType, Draft
from catchup.errors import InvalidRequest
from catchup.settings import (
    DEFAULT_MEMBERS_PAGE,
    DEFAULT_REQUESTS_PAGE,
    MAX_ANNOUNCEMENT_BYTES,
    MAX_GROUP_NAME_BYTES,
    MAX_NAMED_UIDS,
    MAX_NOTE_BYTES,
)
from catchup.usecases.groups.members import MembersPage
from catchup.usecases.groups.preconditions import ChangeRequest
from catchup.wire import catchup_pb2 as pb
from catchup.wire import rules
from catchup.wire.group_changes import content_of


def change_request(envelope: pb.Envelope, caller: Uid) -> ChangeRequest:
    """Returns the change that a request asks for."""
    kind = envelope.WhichOneof("body") or ""
    body: Any = getattr(envelope, kind)
    msg_id = rules.identifier(body.msg_id, "body.msgId", "an id of your own for this change, such as a UUID")
    group_id = rules.identifier(body.group_id, "body.groupId", "the id of the group")
    change = _change(kind, body, caller)
    content = content_of(change)
    draft = Draft(
        msg_id=MsgId(msg_id),
        sender=caller,
        recipient=Uid(group_id),
        wants_ack=False,
        sent_at_ms=rules.number(envelope.time, "time", 0),
        content=content,
        chat_type=ChatType.GROUP,
        is_system=True,
    )
    new = None
    if kind == "create":
        new = Group(
            session_id=group_session(group_id),
            name=body.name,
            is_open=body.open,
            by_asking=_by_asking(body),
            open_history=body.open_history,
            founder=f"{caller}#{msg_id}",
            owner=caller,
        )
    flags = bytes([new.is_open, new.by_asking, new.open_history]) if new else b""
    digest = sha256(b"\0".join([b"system", group_id.encode(), flags, content])).digest()
    return ChangeRequest(draft, change, digest, new, approves=kind == "approve")


def _by_asking(body: Any) -> bool:
    if body.open and body.ask:
        raise InvalidRequest("body.ask", "not together with open", "send one of the two")
    return bool(body.ask)


def _change(kind: str, body: Any, caller: Uid) -> GroupChange:
    match kind:
        case "create":
            return GroupChange(kind, _uids(body, caller, required=False), name=_name(body.name))
        case "approve":
            return GroupChange("add", _uids(body, caller, required=True))
        case "add" | "remove":
            return GroupChange(kind, _uids(body, caller, required=True))
        case "role":
            uid = rules.uid(body.uid, "body.uid", "the uid of a member")
            # An unknown name has no value; it must not be treated as the lowest role.
            if not body.HasField("role") or body.role not in list(Role):
                raise InvalidRequest("body.role", "MEMBER, ADMIN or OWNER", "send one of these")
            return GroupChange(kind, (uid,), role=Role(body.role))
        case "describe":
            if not (body.HasField("name") or body.HasField("announcement")):
                raise InvalidRequest("body.name", "a name or an announcement is required", "send what changes")
            return GroupChange(
                kind,
                name=_name(body.name) if body.HasField("name") else None,
                announcement=_announcement(body.announcement) if body.HasField("announcement") else None,
            )
        case "mute":
            what = "the uid of a member, or none for all but the owner and admins"
            uids = (rules.uid(body.uid, "body.uid", what),) if body.HasField("uid") else ()
            if not body.HasField("until"):
                raise InvalidRequest("body.until", "required", "send a time in ms since 1970, 0 to end the mute")
            return GroupChange(kind, uids, until_ms=rules.number(body.until, "body.until", 0))
        case _:
            return GroupChange(kind)


def _uids(body: Any, caller: Uid, *, required: bool) -> tuple[Uid, ...]:
    rules.at_most(len(body.uids), MAX_NAMED_UIDS, "body.uids", "uids", "send the rest with add or remove")
    uids = [rules.uid(uid, f"body.uids[{index}]", "the uid of a person") for index, uid in enumerate(body.uids)]
    if required and not uids:
        raise InvalidRequest("body.uids", "required", "name 1 to 50 people")
    # The creator is a member anyway; nobody removes themselves: that is `leave`.
    if caller in uids:
        raise InvalidRequest("body.uids", "must not contain your own uid", "leave yourself out")
    return tuple(dict.fromkeys(uids))


def _name(name: str) -> str:
    return _line(name, "body.name", MAX_GROUP_NAME_BYTES)


def _line(text: str, field: str, most_bytes: int) -> str:
    if len(text.encode()) > most_bytes:
        raise InvalidRequest(field, f"at most {most_bytes} bytes", "send a shorter text")
    if not text.isprintable():
        raise InvalidRequest(field, "no control characters", "send one line")
    return text


def _announcement(text: str) -> str:
    if len(text.encode()) > MAX_ANNOUNCEMENT_BYTES:
        raise InvalidRequest(
            "body.announcement", f"at most {MAX_ANNOUNCEMENT_BYTES} bytes", "send less, or a message with the rest"
        )
    if not text.replace("\n", "").replace("\t", "").isprintable():
        raise InvalidRequest("body.announcement", "no control characters but line feeds and tabs", "leave them out")
    return text


def members_request(envelope: pb.Envelope, most: int) -> tuple[SessionId, int, Uid | None]:
    """Returns the group, the number of members to list (at most so many), and the uid after which the list starts."""
    body = envelope.members
    group_id = rules.identifier(body.group_id, "body.groupId", "the id of the group")
    limit = rules.page_size(body.limit, DEFAULT_MEMBERS_PAGE, most)
    after = rules.uid(body.next, "body.next", "the next of the answer before, or none") if body.next else None
    return group_session(group_id), limit, after


def ask_request(envelope: pb.Envelope) -> tuple[SessionId, str, bool]:
    """Returns the group, the note to those who decide, and whether the request is taken back."""
    body = envelope.ask
    group_id = rules.identifier(body.group_id, "body.groupId", "the id of the group")
    return group_session(group_id), _line(body.note, "body.note", MAX_NOTE_BYTES), body.withdraw


def requests_request(envelope: pb.Envelope, most: int) -> tuple[SessionId, int, Uid | None]:
    """Returns the group, the number of requests to list (at most so many), and the uid after which the list starts."""
    body = envelope.requests
    group_id = rules.identifier(body.group_id, "body.groupId", "the id of the group")
    limit = rules.page_size(body.limit, DEFAULT_REQUESTS_PAGE, most)
    after = rules.uid(body.next, "body.next", "the next of the answer before, or none") if body.next else None
    return group_session(group_id), limit, after


def approve_request(envelope: pb.Envelope, caller: Uid) -> ChangeRequest:
    """Returns the change that adds the people, or says whose requests to refuse."""
    return change_request(envelope, caller)._replace(refuses=envelope.approve.refuse)


def requests_reply(requests: Sequence[JoinRequest], last: Uid | None = None) -> pb.Envelope:
    """A page of requests to join, or the caller's own."""
    entries = [pb.JoinEntry(uid=each.uid, note=each.note, time=each.at_ms) for each in requests]
    return pb.Envelope(requests_reply=pb.RequestsReply(requests=entries, next=last or "", end=last is None))


def refused_reply(asked: ChangeRequest) -> pb.Envelope:
    """The answer to a refusal: nothing was said in the group."""
    session = group_session(asked.draft.recipient)
    return pb.Envelope(chat_ack=pb.ChatAck(msg_id=asked.draft.msg_id, session_id=session))


def members_reply(page: MembersPage) -> pb.Envelope:
    """A page of a group's members; the first one says what the group is, and what it announces."""
    return pb.Envelope(
        members_reply=pb.MembersReply(
            members=[
                pb.Member(uid=entry.uid, role=entry.role, joined=entry.joined)  # type: ignore[arg-type]
                for entry in page.entries
            ],
            next=page.last or "",
            end=page.last is None,
            group=group_summary(page.group, page.caller),
            announcement=_announced(page.announcement),
        )
    )


def _announced(announcement: Announcement) -> pb.Announcement | None:
    if not announcement.text:
        return None
    return pb.Announcement(text=announcement.text, uid=announcement.author, time=announcement.at_ms)


def group_summary(group: Group | None, membership: Membership | None) -> pb.GroupSummary | None:
    """What somebody is told of a group that they are or were in. `membership` has the effective role."""
    if group is None or membership is None:
        return None
    return pb.GroupSummary(
        name=group.name,
        role=membership.role,  # type: ignore[arg-type]
        members=0 if group.dissolved else group.members,
        joined=membership.joined,
        left=None if membership.is_member else membership.ended,
        muted_until=membership.muted_until_ms or None,
        all_muted_until=group.muted_until_ms or None,
        dissolved=bool(group.dissolved) or None,
    )
