"""The ports of groups, beside those of sending. The rules of `usecases.sending.ports` apply."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from catchup.domain.group import Announcement, Group, JoinRequest
from catchup.domain.ids import ConnectionId, MsgId, Seq, SessionId, Uid
from catchup.domain.membership import Membership, Mention, Role
from catchup.domain.message import Message, Place
from catchup.domain.pace import Pace
from catchup.domain.presence import Endpoint
from catchup.domain.standing import Changed
from catchup.usecases.sending.ports import Sent


class GroupLookup(NamedTuple):
    """What a request to a group reads first. None: the group does not exist, or the person was never a member.
    `pace`: how fast the person has sent. `target`: the message that the request is about, if it names one; it may be
    stale."""

    sent: Sent | None
    group: Group | None
    membership: Membership | None
    pace: Pace = Pace()
    target: Message | None = None


class GroupSentLog(Protocol):
    """The messages that each person has sent to groups, by msgId."""

    def look_up_in_group(
        self, uid: Uid, msg_id: MsgId | None, session: SessionId, target: Seq | None = None
    ) -> GroupLookup:
        """One call. `msg_id`: None for requests that are no messages. Eventually consistent: conditions catch stale
        rows, and rights are judged by later reads (`usecases.groups.rights`)."""


class Groups(Protocol):
    """The rows of groups."""

    def found(self, group: Group) -> bool:
        """Creates the group, unless one with this id by another `founder` exists."""

    def seen_by(self, uid: Uid, session: SessionId, consistent: bool = True) -> tuple[Group | None, Membership | None]:
        """A group, and a person's row in it. One call."""

    def described_to(self, uid: Uid, session: SessionId) -> tuple[Group | None, Membership | None, Announcement]:
        """The same, with what the group announces. One call."""

    def many(self, sessions: Sequence[SessionId]) -> Mapping[SessionId, Group]:
        """The rows of these groups; consistent."""

    def recalled_in(self, sessions: Sequence[SessionId]) -> Mapping[SessionId, frozenset[int]]:
        """The recalled numbers up to each group's `recalled_floor`, consistent."""

    def raise_head(
        self,
        session: SessionId,
        following: Place,
        at_ms: int | None,
        revised: Seq = Seq(0),
        recalled: Iterable[int] = (),
    ) -> None:
        """Raises the head to the message before this place, never lowers it. That message must exist. Up to it, all
        changes must be applied, and all messages and recalls noted as their authors' own. `at_ms`: when it was
        accepted; None for a notice. `revised`: the last notice since the head before; 0: there is none. `recalled`:
        the numbers that were recalled since then."""

    def count_members(self, session: SessionId, seq: Seq, change: int) -> bool:
        """Adds to the number of members, once for each message that changes it, in the order of the session. Returns
        whether nobody is left after this message."""

    def hand_over(self, session: SessionId, seq: Seq, to: Uid) -> None:
        """Makes this person the owner from this message on, unless a later message has made somebody else the owner."""

    def rename(self, session: SessionId, seq: Seq, name: str) -> None:
        """Gives the group a name from this message on, unless a later message has given it another."""

    def announce(self, session: SessionId, seq: Seq, announcement: Announcement) -> None:
        """Announces this from this message on, unless a later message announces something else."""

    def mute_all(self, session: SessionId, seq: Seq, until_ms: int) -> None:
        """Lets only the owner and admins speak until this time, unless a later message says otherwise."""

    def dissolve(self, session: SessionId, seq: Seq, number: int) -> None:
        """Ends the group with this message. Members' rows are not written: all who are members then were members."""

    def mention_all(self, session: SessionId, mention: Mention) -> None:
        """Notes that a message mentions everyone."""

    def unmention_all(self, session: SessionId, mention: Mention) -> None:
        """Notes that it does not mention everyone any more."""

    def start_roster(self, session: SessionId, now_ms: int) -> None:
        """Makes logins enter a roster from now on. Does nothing if they already do."""

    def set_hot(self, session: SessionId, hot: bool) -> None:
        """Sets whether bursts become hints."""

    def hinted(self, session: SessionId, seq: Seq) -> None:
        """Notes the head that everyone online has been told, or will be. It never goes down."""


class MemberEntry(NamedTuple):
    """A member in the list of members."""

    uid: Uid
    role: Role
    joined: Seq


class Members(Protocol):
    """The rows of persons in groups. Changes of membership have the seq of their message, and are applied in the order
    of the session, so a late repetition undoes nothing."""

    def read(self, uids: Sequence[Uid], session: SessionId) -> Mapping[Uid, Membership]:
        """The rows of these persons; consistent. One call for up to 100. People who were never members are missing."""

    def admit(self, uid: Uid, session: SessionId, change: Changed, role: Role) -> bool:
        """Makes a person a member if they are not. Returns whether this change did so, now or earlier."""

    def dismiss(self, uid: Uid, session: SessionId, change: Changed) -> bool:
        """Ends a membership. Returns whether this change did so, now or earlier."""

    def set_role(self, uid: Uid, session: SessionId, seq: Seq, role: Role) -> bool:
        """Sets a member's role. Returns whether this message or a later one has set it; False if the person is not a
        member, or became one later."""

    def mute(self, uid: Uid, session: SessionId, seq: Seq, until_ms: int) -> None:
        """Lets a member not speak until this time, unless a later message says otherwise."""

    def note_own(self, uid: Uid, session: SessionId, number: int) -> Membership | None:
        """Adds to the person's own numbers, unless the number is cleared or included in a count. Returns the row after
        that; None if it can't be read."""

    def note_recalled(self, uid: Uid, session: SessionId, number: int, floor: int) -> None:
        """Notes that an own message of the person was recalled, unless its number is cleared. It must be noted before
        the group's row lists the number: whoever reads the row after that one can tell that it is left out already.
        `floor`: the group's `recalled_floor`; numbers up to it are needed no more."""

    def settle_own(self, found: Membership, settled: Membership) -> None:
        """Replaces own numbers by their count, or lists some again, on condition that the row has not changed."""

    def mention(self, uid: Uid, session: SessionId, mention: Mention) -> None:
        """Notes that a message mentions a member."""

    def unmention(self, uid: Uid, session: SessionId, mention: Mention) -> None:
        """Notes that it does not mention them any more."""

    def clear(self, found: Membership, number: int, own_left: int, seen: Seq | None = None) -> bool:
        """Clears up to this number, and notes that a device knows of what happened up to `seen`; None: up to the last
        joining or leaving: see `domain.clearing`. Returns False if the row has changed."""

    def roster_noted(self, uid: Uid, session: SessionId) -> None:
        """Makes the person's next login enter the roster at once."""

    def page(self, session: SessionId, after: Uid | None, limit: int) -> tuple[Sequence[MemberEntry], Uid | None]:
        """Members in the order of their uids, and the uid after which to continue; None at the end. Eventually
        consistent."""


class JoinRequests(Protocol):
    """The requests to join groups. A person has at most one in each group, and members have none."""

    def ask(self, session: SessionId, request: JoinRequest) -> JoinRequest | None:
        """Makes a request, or changes the note of the one that is there. Returns it; None if the person is a
        member."""

    def forget(self, uid: Uid, session: SessionId) -> None:
        """Removes this person's request. Does nothing if there is none."""

    def refuse(self, uid: Uid, session: SessionId, caller: Uid, msg_id: MsgId) -> None:
        """Removes this person's request, unless this refusal has removed one before: then they have asked again."""

    def page(self, session: SessionId, after: Uid | None, limit: int) -> tuple[Sequence[JoinRequest], Uid | None]:
        """Returns at most `limit` requests after this uid, in the order of uids, and the uid after which to continue;
        None at the end. It may lag behind by a second."""


class AskingNotices(Protocol):
    """Tells those who decide that somebody asks to join."""

    def asking(self, session: SessionId, request: JoinRequest) -> None:
        """Queues a push to the owner and admins of the group. Those who are away find the request in the list."""


class RosterEntry(NamedTuple):
    """A device in the roster. Its person sees messages from `joined` on. `key`: the entry's key, for the next page."""

    endpoint: Endpoint
    joined: Seq
    key: str


class RosterPage(NamedTuple):
    """A page of a roster. `next`: where the next page starts; "" at the end. `recalled`: messages that were recalled
    lately; on the first page only."""

    entries: Sequence[RosterEntry]
    next: str = ""
    recalled: frozenset[Seq] = frozenset()


class Roster(Protocol):
    """The devices online in groups with many members."""

    def enter(self, endpoint: Endpoint, joined: Mapping[SessionId, Seq]) -> None:
        """Enters a device in these groups. `joined`: the seq from which the person sees messages, for each group."""

    def leave(self, endpoint: Endpoint, session: SessionId) -> None:
        """Removes a device with a dead connection, on condition that its entry still has this connection."""

    def expel(self, uid: Uid, session: SessionId, left: Seq) -> None:
        """Removes a person's devices, unless they have joined again after that seq."""

    def note_recalled(self, session: SessionId, seq: Seq) -> None:
        """Notes that a message was recalled, for fan-outs that still wait."""

    def recalled(self, session: SessionId) -> frozenset[Seq]:
        """The messages that were recalled lately. One query; consistent."""

    def page(self, session: SessionId, start: str, consistent: bool = True) -> RosterPage:
        """A page of the roster. One query."""


class Job(NamedTuple):
    """A push to everyone online. `number`: that of the message at `seq`. `start`: the place to continue at, "" at the
    beginning.

    `message` None: only the head is pushed. `except_for`: the sender's connection. `also`: people who get the push even
    if they are not in the list of members. `only`: nobody else gets it. `request_id`: the request that queued the job;
    the queue sets it, only for the log. `queued_at_ms`: the time when the sender's request queued it, 0 if it is not
    measured.
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

    def without(self, recalled: frozenset[Seq]) -> "Job":
        """This job, without the content of a message that is one of these, or of an edit of one."""
        message = self.message
        if message is None:
            return self
        revision = message.draft.revision
        if revision is not None and revision.seq in recalled:
            empty = replace(message.draft, content=b"", at=(), at_all=False)
            return self._replace(message=replace(message, draft=empty))
        return self._replace(message=message.recalled(message.revised)) if message.seq in recalled else self


class Jobs(Protocol):
    """The queues of jobs. A job may come more than once."""

    def put(self, job: Job, delay_seconds: int = 0) -> None:
        """Queues a job. It is durable when this returns."""

    def put_hint(self, session: SessionId, now_ms: int) -> None:
        """Queues a hint, at most one per group and second. It runs when that second is over."""
