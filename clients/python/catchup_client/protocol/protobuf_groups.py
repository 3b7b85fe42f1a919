"""The protobuf form of what groups add; see `protobuf_form`."""

from catchup_client._wire.catchup.v1 import catchup_pb2 as pb
from catchup_client.errors import ProtocolViolation
from catchup_client.names import Seq, SessionId, Uid
from catchup_client.protocol.groups import GroupSummary, Head, Member, MembersReply, OwnBelow, Role
from catchup_client.protocol.membership import Add, Change, ChangeRole, Create, Join, Leave, Members, Remove


def encode_change(change: Change, envelope: pb.Envelope) -> None:
    """Set the body of a request that changes a group."""
    msg_id, group_id = change.msg_id, change.group_id
    match change:
        case Create():
            envelope.create.CopyFrom(
                pb.CreateRequest(
                    msg_id=msg_id,
                    group_id=group_id,
                    name=change.name,
                    uids=change.uids,
                    open=change.open,
                    open_history=change.open_history,
                )
            )
        case Join():
            envelope.join.CopyFrom(pb.JoinRequest(msg_id=msg_id, group_id=group_id))
        case Leave():
            envelope.leave.CopyFrom(pb.LeaveRequest(msg_id=msg_id, group_id=group_id))
        case Add():
            envelope.add.CopyFrom(pb.AddRequest(msg_id=msg_id, group_id=group_id, uids=change.uids))
        case Remove():
            envelope.remove.CopyFrom(pb.RemoveRequest(msg_id=msg_id, group_id=group_id, uids=change.uids))
        case ChangeRole():
            role = pb.Role.Value(change.role.name)
            envelope.role.CopyFrom(pb.RoleRequest(msg_id=msg_id, group_id=group_id, uid=change.uid, role=role))


def encode_members(request: Members, envelope: pb.Envelope) -> None:
    """Set the body of a `members`."""
    envelope.members.CopyFrom(pb.MembersRequest(group_id=request.group_id, limit=request.limit, next=request.next))


def decode_head(head: pb.Head) -> Head:
    """Read a `head`."""
    if not head.session_id:
        raise ProtocolViolation("a head lacks its session_id")
    return Head(SessionId(head.session_id), Seq(head.seq))


def decode_members(reply: pb.MembersReply) -> MembersReply:
    """Read the answer of `members`."""
    members = (Member(Uid(one.uid), Role.of_number(one.role), Seq(one.joined)) for one in reply.members)
    return MembersReply(tuple(members), reply.next, reply.end)


def decode_own_below(counter: pb.Counter) -> OwnBelow | None:
    """Read `own_below` of a counter."""
    if not counter.HasField("own_below"):
        return None
    return OwnBelow(Seq(counter.own_below.to), counter.own_below.count)


def decode_summary(summary: pb.SessionSummary) -> GroupSummary | None:
    """Read `group` of a session's summary."""
    if not summary.HasField("group"):
        return None
    group = summary.group
    return GroupSummary(
        name=group.name,
        role=Role.of_number(group.role),
        members=group.members,
        joined=Seq(group.joined),
        left=Seq(group.left) if group.HasField("left") else None,
    )
