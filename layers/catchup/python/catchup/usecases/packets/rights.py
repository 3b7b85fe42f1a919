"""Who may give and see red packets, by the rows of the group or of the two people at this moment."""

from dataclasses import dataclass

from catchup.clock import Clock
from catchup.commands import rule_of
from catchup.domain.group import Group, is_group
from catchup.domain.ids import Uid, other_of, private_members
from catchup.domain.membership import Membership
from catchup.domain.packets import Packet
from catchup.errors import Blocked, Denied, NotAMember, NotAnotherMember, Refused
from catchup.usecases.groups.ports import Groups, Members
from catchup.usecases.groups.preconditions import check_goes_on, check_may_speak
from catchup.usecases.presence.ports import Sightings
from catchup.usecases.sending.ports import Placer


class MoreSharesThanMembers(Refused):
    """A packet has a share for each member at most. `members`: how many there are."""

    def __init__(self, members: int) -> None:
        self.members = members


@dataclass(eq=False, repr=False, slots=True)
class Rights:
    """The rights of a chat message, and what a packet asks beyond them. Whoever may write there may give."""

    groups: Groups
    members: Members
    sightings: Sightings
    sent_log: Placer
    clock: Clock

    def may_give(self, packet: Packet) -> None:
        """Raises NotAMember, GroupDissolved, Muted, Blocked, MoreSharesThanMembers, NotAnotherMember."""
        check = self._check_in_group if is_group(packet.session_id) else self._check_in_private
        try:
            check(packet)
        except (Denied, Refused):
            # A retry: the message was accepted before, whatever has become of the group.
            sent = self.sent_log.find(packet.giver, packet.msg_id)
            if sent is None or sent.digest != packet.digest:
                raise

    def may_see(self, packet: Packet, uid: Uid) -> bool:
        """One call for a group, and none for two people. The rows are read consistently: who has left sees nothing."""
        if not is_group(packet.session_id):
            return uid in (private_members(packet.session_id) or ())
        group, seen = _seen(self.groups, uid, packet)
        return group is not None and seen is not None and seen.is_member

    def _check_in_private(self, packet: Packet) -> None:
        other = other_of(packet.session_id, packet.giver)
        if other == packet.giver or packet.receiver not in (None, other):
            raise NotAnotherMember
        if packet.count > 1:
            raise MoreSharesThanMembers(1)
        blocks = self.sightings.of(packet.giver, [other])[other].blocks
        if not rule_of("chat").allows_in_spite_of(blocks):
            raise Blocked

    def _check_in_group(self, packet: Packet) -> None:
        group, seen = _seen(self.groups, packet.giver, packet)
        check_goes_on(seen)
        if group is None or seen is None or not rule_of("chat").allows_in_group(seen):
            raise NotAMember
        check_may_speak(group, seen, self.clock())
        if packet.count > group.members:
            raise MoreSharesThanMembers(group.members)
        if packet.receiver is not None:
            row = self.members.read([packet.receiver], packet.session_id).get(packet.receiver)
            if row is None or not row.is_member:
                raise NotAnotherMember


def _seen(groups: Groups, uid: Uid, packet: Packet) -> tuple[Group | None, Membership | None]:
    group, row = groups.seen_by(uid, packet.session_id)
    return group, None if group is None or row is None else group.seen_as(row)
