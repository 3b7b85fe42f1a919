"""What groups need of the world, beside what sending does. The rules of `usecases.sending.ports` hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from catchup.domain.group import Group, Membership, Mention, Role
from catchup.domain.ids import ConnectionId, MsgId, Seq, SessionId, Uid
from catchup.domain.message import Message, Place
from catchup.domain.pace import Pace
from catchup.domain.presence import Endpoint
from catchup.domain.standing import Changed
from catchup.usecases.sending.ports import Sent


class GroupLookup(NamedTuple):
    """What a request to a group must know first. None: there is no such group; the person was never a member.
    `pace`: how fast the person has been."""

    sent: Sent | None
    group: Group | None
    membership: Membership | None
    pace: Pace = Pace()


class GroupSentLog(Protocol):
    """What each person has sent to groups, by msgId."""

    def look_up_in_group(self, uid: Uid, msg_id: MsgId, session: SessionId) -> GroupLookup:
        """One call. Eventually consistent: conditions catch what is stale, and rights are judged by what is read
        later (`usecases.groups.rights`)."""


class Groups(Protocol):
    """The groups' own rows."""

    def found(self, group: Group) -> bool:
        """Makes the group, unless there is one with this id by another `founder`."""

    def seen_by(self, uid: Uid, session: SessionId) -> tuple[Group | None, Membership | None]:
        """A group, and a person in it. One call; both consistent."""

    def many(self, sessions: Sequence[SessionId]) -> Mapping[SessionId, Group]:
        """These groups; consistent."""

    def raise_head(self, session: SessionId, following: Place, at_ms: int) -> None:
        """Raises the head to the message before this place, never lowers it. Only to one that exists, and up to which
        all changes are applied, and all authors have their messages among their own."""

    def count_members(self, session: SessionId, seq: Seq, change: int) -> None:
        """Adds to the number of members, once for each message that changes it; in the order of the session."""

    def hand_over(self, session: SessionId, seq: Seq, to: Uid) -> None:
        """The group is theirs from this message on, unless a later one has given it to somebody."""

    def mention_all(self, session: SessionId, mention: Mention) -> None:
        """Notes that a message mentions everyone."""

    def start_roster(self, session: SessionId, now_ms: int) -> None:
        """From now on logins enter a roster; nothing if they do already."""

    def set_hot(self, session: SessionId, hot: bool) -> None:
        """Whether bursts become hints."""

    def hinted(self, session: SessionId, seq: Seq) -> None:
        """Notes that everyone online is told, or will be, that the group has come this far; never less than before."""


class MemberEntry(NamedTuple):
    """A member, as the list of members has it."""

    uid: Uid
    role: Role
    joined: Seq


class Members(Protocol):
    """Persons in groups. Changes of membership carry the seq of their message, and are applied in the order of the
    session: one that is repeated later undoes nothing."""

    def read(self, uids: Sequence[Uid], session: SessionId) -> Mapping[Uid, Membership]:
        """These persons; consistent. One call for up to 100. Who was never in the group is missing."""

    def admit(self, uid: Uid, session: SessionId, change: Changed, role: Role) -> bool:
        """Makes someone a member who is none. Whether this change did so, now or before."""

    def dismiss(self, uid: Uid, session: SessionId, change: Changed) -> bool:
        """Ends a membership. Whether this change did so, now or before."""

    def set_role(self, uid: Uid, session: SessionId, seq: Seq, role: Role) -> bool:
        """Of a member. Whether this message or a later one has set it; False for someone who is no member, or has
        become one since."""

    def note_own(self, uid: Uid, session: SessionId, number: int) -> Membership | None:
        """Adds to the person's own numbers, unless it is cleared or told by how many they are. The row as it is then;
        None if it can't be read."""

    def settle_own(self, found: Membership, settled: Membership) -> None:
        """Tells the oldest own numbers by how many they are, on condition that the row is as it was found."""

    def mention(self, uid: Uid, session: SessionId, mention: Mention) -> None:
        """Notes that a message mentions a member."""

    def clear(self, found: Membership, number: int, own_left: int) -> bool:
        """Clears up to this number, and up to when the person came or went. `own_left`: own messages above it, up to
        `own_floor`. False if the row has changed."""

    def roster_noted(self, uid: Uid, session: SessionId) -> None:
        """The person's next login enters the roster at once."""

    def page(self, session: SessionId, after: Uid | None, limit: int) -> tuple[Sequence[MemberEntry], Uid | None]:
        """Members in the order of their uids, and after whom to go on; None if these are all. Eventually consistent."""


class RosterEntry(NamedTuple):
    """A device that was online, of someone who sees messages from `joined` on. `key`: what a page goes on after."""

    endpoint: Endpoint
    joined: Seq
    key: str


class RosterPage(NamedTuple):
    """`next`: where to go on; "" if these are all."""

    entries: Sequence[RosterEntry]
    next: str = ""


class Roster(Protocol):
    """Who is online in groups with many members."""

    def enter(self, endpoint: Endpoint, joined: Mapping[SessionId, Seq]) -> None:
        """Enters a device in these groups. `joined`: from where on the person sees messages in each."""

    def leave(self, endpoint: Endpoint, session: SessionId) -> None:
        """Removes a device whose connection is gone, on condition that it is still this connection."""

    def expel(self, uid: Uid, session: SessionId, left: Seq) -> None:
        """Removes a person's devices, unless they have joined again after that seq."""

    def page(self, session: SessionId, start: str) -> RosterPage:
        """One query; consistent."""


@dataclass(frozen=True, slots=True, repr=False)
class Job:
    """Something to push to those online. `number`: that of the message at `seq`. `start`: where to go on, "" at the
    beginning.

    `message` None: only the head. `except_for`: the connection that it came over. `also`: people to push to whether or
    not the list of members has them yet, or still. `only`: to nobody else. `request_id`: of the request that queued
    it, for the log alone; the queue sets it. `queued_at_ms`: when the sender's request queued it, 0 if nobody asks how
    long that took.
    """

    session_id: SessionId
    seq: Seq
    number: int
    message: Message | None = None
    except_for: ConnectionId | None = None
    also: tuple[Uid, ...] = ()
    only: bool = False
    from_roster: bool = False
    start: str = ""
    request_id: str = ""
    queued_at_ms: int = 0


class Jobs(Protocol):
    """The queues of what is to be pushed. A job that was put may come more than once."""

    def put(self, job: Job, delay_seconds: int = 0) -> None:
        """Durable when it returns."""

    def put_hint(self, session: SessionId, now_ms: int) -> None:
        """At most one for each group and second; it is worked on when that second is over."""
