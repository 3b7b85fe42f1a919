"""People whom login services call whatever they like: they chat, catch up, block and are in groups like all others."""

import json
from typing import Any

import pytest

from tests.conftest import on_dynamodb_local_alone
from tests.support.world import World

UIDS = [
    ("auth0|5f7c87d0", "alice@example.org"),
    ("CORP\\alice", 'o"neill'),
    ("a,b", "a"),
    ("~" * 64, "!" * 64),
    ("-", "."),
]


@pytest.mark.parametrize(("one", "other"), UIDS)
def test_two_people_chat_catch_up_and_block(world: World, one: str, other: str) -> None:
    sender, receiver = world.online(one), world.online(other)
    session = "p:" + ":".join(sorted((one, other)))
    assert sender.ok("chat", msgId="m", chatType=1, ackFlg=1, to=other, time=1, msg={})["sessionId"] == session
    (push,) = receiver.pushes
    assert (push["uid"], push["body"]["from"], push["body"]["sessionId"]) == (one, one, session)
    assert receiver.ok("login")["counters"][session]["count"] == 1
    assert receiver.ok("clear", sessions={session: 1})["sessions"][session]["code"] == "OK"
    (message,) = receiver.ok("pull", sessionId=session, ack=[])["messages"]
    assert receiver.ok("pull", sessionId=session, ack=[message["seq"]])["end"]
    assert receiver.ok("sessions")["sessions"][0]["sessionId"] == session
    receiver.ok("block", uid=one)
    assert receiver.ok("blocked")["uids"] == [one]
    assert sender.ask("chat", msgId="m2", chatType=1, ackFlg=1, to=other, time=1, msg={})["code"] != "OK"


@pytest.mark.parametrize(("one", "other"), UIDS)
def test_they_are_members_of_groups(world: World, one: str, other: str) -> None:
    owner, member = world.online(one), world.online(other)
    owner.ok("create", msgId="c", groupId="room", uids=[other])
    owner.ok("role", msgId="r", groupId="room", uid=other, role="ADMIN")
    owner.ok("chat", msgId="m", chatType=2, to="room", time=1, msg={}, at=[other])
    assert member.ok("login")["counters"]["g:room"]["mentions"] == [3]
    assert {each["uid"] for each in member.ok("members", groupId="room")["members"]} == {one, other}
    page = member.ok("members", groupId="room", limit=1)
    assert len(member.ok("members", groupId="room", limit=1, next=page["next"])["members"]) == 1
    owner.ok("remove", msgId="x", groupId="room", uids=[other])


def test_a_mention_of_two_is_not_a_mention_of_one_with_a_comma(world: World) -> None:
    owner = world.online("alice")
    owner.ok("create", msgId="c", groupId="room", uids=["a,b", "a", "b"])
    sent: dict[str, Any] = {"msgId": "m", "chatType": 2, "to": "room", "time": 1, "msg": {}}
    owner.ok("chat", **sent, at=["a,b"])
    assert owner.ask("chat", **sent, at=["a", "b"])["code"] == "ALREADY_EXISTS"


@on_dynamodb_local_alone
def test_answers_about_the_longest_uids_that_json_escapes_fit_a_frame(world: World) -> None:
    uids = [f"{number:03}" + '"' * 61 for number in range(200)]
    alice = world.online("alice")
    for uid in uids:
        alice.ok("block", uid=uid)
    answer = alice.ask("blocked")
    assert sorted(answer["body"]["uids"]) == uids
    assert len(json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()) <= 30_000


@pytest.mark.parametrize("uid", ["", "a b", "a:b", "a#b", "é", "x" * 65, "a\x7f"])
def test_what_no_uid_can_be_is_refused_by_name(world: World, uid: str) -> None:
    answer = world.online("alice").ask("chat", msgId="m", chatType=1, ackFlg=1, to=uid, time=1, msg={})
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body.to")
