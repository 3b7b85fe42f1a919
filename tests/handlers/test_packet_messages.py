"""The message of a red packet in the tables of a deployment, and who may give and see one."""

from dataclasses import replace
from typing import Any

import pytest

from catchup.bootstrap.sending import Writing
from catchup.domain.ids import MAX_NUMBER, SessionId, Uid
from catchup.domain.packets import Claim, Packet
from catchup.errors import Blocked, GroupDissolved, Muted, NotAMember, NotAnotherMember
from catchup.storage.sightings import DynamoSightings
from catchup.usecases.media.attaching import Unattached
from catchup.usecases.packets.giving import GiveMessage
from catchup.usecases.packets.rights import MoreSharesThanMembers, Rights
from catchup.usecases.packets.telling import TellOpened
from catchup.usecases.sending.gate import OpenGate
from catchup.wire.packets import content_of, notice_of
from tests.contract.packets import packet
from tests.support.world import Phone, World

GROUP, PRIVATE = SessionId("g:friends"), SessionId("p:alice:bob")
IN_GROUP = packet(session_id=GROUP)
IN_PRIVATE = packet(session_id=PRIVATE, count=1)


@pytest.fixture
def friends(world: World) -> World:
    """A group of alice, bob and carol."""
    world.phone("alice").change("create", "friends", uids=["bob", "carol"], name="friends")
    return world


def telling(world: World) -> TellOpened:
    of = Writing(world.settings, world.parts)
    return TellOpened(of.placing, of.sent_log, of.delivery, of.private_delivery, notice_of)


def notices(phone: Phone, session: str) -> list[dict[str, Any]]:
    return [each for each in phone.ok("history", sessionId=session)["messages"] if each.get("type") == "opened"]


@pytest.mark.parametrize("given", [IN_GROUP, IN_PRIVATE], ids=["group", "private"])
def test_who_opens_a_packet_is_told_once_and_counts_for_nobody(friends: World, given: Packet) -> None:
    alice, tell = friends.online("alice"), telling(friends)
    packet_message = parts_of(friends)[1](given)
    friends.fan_out()
    claim = Claim(Uid("bob"), 0, 5)
    before = alice.ok("counters", sessionIds=[given.session_id])["counters"][given.session_id]
    for luckiest in (claim, None):
        tell(given, claim, luckiest)
        friends.fan_out()
    (notice,) = notices(alice, given.session_id)
    assert (notice["from"], notice["quiet"]) == ("bob", True)
    assert notice["msg"] == {"packetId": given.packet_id, "luckiest": "bob"}
    assert notice["ref"] == {"seq": packet_message.seq, "number": packet_message.number, "uid": "alice"}
    pushed = [push["body"] for push in alice.pushes if push["cmd"] == "chat" and push["body"].get("type") == "opened"]
    assert [each["seq"] for each in pushed][:1] == [notice["seq"]]
    after = alice.ok("counters", sessionIds=[given.session_id])["counters"][given.session_id]
    assert (after["count"], after["received"]) == (before["count"], before["received"])


def test_the_message_after_a_notice_counts_as_usual(friends: World) -> None:
    alice, bob = friends.online("alice"), friends.online("bob")
    parts_of(friends)[1](IN_PRIVATE)
    telling(friends)(IN_PRIVATE, Claim(Uid("bob"), 0, 5), None)
    assert bob.chat("alice")["number"] == 1
    assert alice.ok("counters", sessionIds=[PRIVATE])["counters"][PRIVATE]["count"] == 1


def test_who_has_left_and_a_packet_without_a_message_are_not_told_of(friends: World) -> None:
    tell = telling(friends)
    tell(IN_GROUP, Claim(Uid("bob"), 0, 5), None)
    parts_of(friends)[1](IN_GROUP)
    friends.phone("bob").change("leave", "friends")
    tell(IN_GROUP, Claim(Uid("bob"), 0, 5), None)
    assert not notices(friends.phone("alice"), GROUP)


def parts_of(world: World) -> tuple[Rights, GiveMessage]:
    of = Writing(world.settings, world.parts)
    gate, none = OpenGate(), Unattached()
    rights = Rights(of.groups, of.members, DynamoSightings(of.storage), of.sent_log, of.clock)
    return rights, GiveMessage(of.send(gate, none), of.send_to_group(gate, none), content_of)


@pytest.mark.parametrize("given", [IN_GROUP, IN_PRIVATE], ids=["group", "private"])
def test_a_packet_is_a_message_that_counts_once(friends: World, given: Packet) -> None:
    bob, tablet = friends.online("bob"), friends.online("alice", "tablet")
    _, give = parts_of(friends)
    first = give(given)
    friends.fan_out()
    assert give(given).seq == first.seq
    friends.fan_out()
    counter = bob.ok("counters", sessionIds=[given.session_id])["counters"][given.session_id]
    assert counter["count"] == 1
    (said,) = [each for each in bob.ok("history", sessionId=given.session_id)["messages"] if "type" not in each]
    assert said["msg"]["packetId"] == given.packet_id
    assert (said["from"], said["msg"]["type"]) == ("alice", "packet")
    for phone in (bob, tablet):
        pushed: list[Any] = [push["body"]["msg"] for push in phone.pushes if push["cmd"] == "chat"]
        assert said["msg"] in pushed


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (replace(IN_GROUP, giver=Uid("stranger")), NotAMember),
        (replace(IN_GROUP, session_id=SessionId("g:unknown")), NotAMember),
        (replace(IN_GROUP, count=4), MoreSharesThanMembers),
        (replace(IN_GROUP, receiver=Uid("stranger")), NotAnotherMember),
        (replace(IN_PRIVATE, count=2), MoreSharesThanMembers),
        (replace(IN_PRIVATE, receiver=Uid("carol")), NotAnotherMember),
        (replace(IN_PRIVATE, session_id=SessionId("p:alice:alice")), NotAnotherMember),
    ],
)
def test_some_packets_may_not_be_given(friends: World, given: Packet, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        parts_of(friends)[0].may_give(given)


def test_who_may_write_may_give(friends: World) -> None:
    rights, _ = parts_of(friends)
    for given in (IN_GROUP, IN_PRIVATE, replace(IN_GROUP, receiver=Uid("bob"), count=1)):
        rights.may_give(given)


def test_who_may_not_write_gives_nothing(friends: World) -> None:
    rights, _ = parts_of(friends)
    friends.phone("bob").ok("block", uid="alice")
    with pytest.raises(Blocked):
        rights.may_give(IN_PRIVATE)
    friends.phone("alice").change("mute", "friends", uid="bob", until=MAX_NUMBER)
    with pytest.raises(Muted):
        rights.may_give(replace(IN_GROUP, giver=Uid("bob")))
    friends.phone("alice").change("dissolve", "friends")
    with pytest.raises(GroupDissolved):
        rights.may_give(IN_GROUP)


def test_a_packet_that_has_its_message_may_be_given_again(friends: World) -> None:
    rights, give = parts_of(friends)
    given = replace(IN_GROUP, giver=Uid("bob"))
    give(given)
    friends.phone("bob").change("leave", "friends")
    rights.may_give(given)
    with pytest.raises(NotAMember):
        rights.may_give(replace(given, digest=b"other"))


def test_who_is_there_at_this_moment_sees_it(friends: World) -> None:
    rights, _ = parts_of(friends)
    assert [rights.may_see(IN_GROUP, Uid(uid)) for uid in ("alice", "bob", "stranger")] == [True, True, False]
    assert [rights.may_see(IN_PRIVATE, Uid(uid)) for uid in ("alice", "bob", "carol")] == [True, True, False]
    friends.phone("bob").change("leave", "friends")
    assert not rights.may_see(IN_GROUP, Uid("bob"))
