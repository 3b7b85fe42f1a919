"""The JSON form of what groups add; see `json_form`."""

from typing import Any

from catchup_client.names import Seq, SessionId, Uid
from catchup_client.protocol.fields import Fields
from catchup_client.protocol.groups import GroupSummary, Head, Member, MembersReply, OwnBelow, Role
from catchup_client.protocol.membership import Add, Change, ChangeRole, Create, Members, Remove

CHANGES = frozenset({"create", "join", "leave", "add", "remove", "role"})
"""Answers that hold the place of the message which the change has become."""


def encode_change(change: Change) -> dict[str, Any]:
    """Return the `body` of a request that changes a group."""
    body: dict[str, Any] = {"msgId": change.msg_id, "groupId": change.group_id}
    match change:
        case Create():
            made = {"name": change.name, "open": change.open, "openHistory": change.open_history}
            return {**body, **made, "uids": list(change.uids)}
        case Add() | Remove():
            return {**body, "uids": list(change.uids)}
        case ChangeRole():
            return {**body, "uid": change.uid, "role": change.role.name}
        case _:
            return body


def encode_members(request: Members) -> dict[str, Any]:
    """Return the `body` of a `members`."""
    return {"groupId": request.group_id, "limit": request.limit, "next": request.next}


def decode_head(frame: Fields) -> Head:
    """Read a `head`."""
    body = frame.object("body")
    return Head(SessionId(body.some_text("sessionId")), Seq(body.number("seq")))


def decode_members(body: Fields) -> MembersReply:
    """Read the answer of `members`."""
    members = tuple(
        Member(Uid(member.some_text("uid")), Role.of_name(member.text("role")), Seq(member.number("joined")))
        for member in body.objects("members")
    )
    return MembersReply(members, body.text("next"), body.flag("end"))


def decode_own_below(counter: Fields) -> OwnBelow | None:
    """Read `ownBelow` of a counter."""
    if "ownBelow" not in counter:
        return None
    below = counter.object("ownBelow")
    return OwnBelow(Seq(below.number("to")), below.number("count"))


def decode_summary(summary: Fields) -> GroupSummary | None:
    """Read `group` of a session's summary."""
    if "group" not in summary:
        return None
    group = summary.object("group")
    left = group.optional_number("left")
    return GroupSummary(
        name=group.text("name"),
        role=Role.of_name(group.text("role")),
        members=group.number("members"),
        joined=Seq(group.number("joined")),
        left=None if left is None else Seq(left),
    )
