"""What is held is delivered to nobody, until it is released: then once."""

import pytest

from catchup.bootstrap.screening import build_review
from catchup.domain.ids import MsgId, Uid
from catchup.errors import Denied, PartlyReleased, Unavailable
from catchup.usecases.screening.review import Review
from tests.support.clock import Clock
from tests.support.lagging import hide_what_was_sent
from tests.support.outages import Outages, refusal
from tests.support.screening import MINUTE_MS, Lists, history, send
from tests.support.world import Phone, World


@pytest.fixture
def review(world: World) -> Review:
    return build_review(world.settings, world.parts)


@pytest.mark.parametrize(("to", "chat_type"), [("bob", 1), ("room", 2)])
def test_a_held_message_is_delivered_to_nobody(world: World, room: str, to: str, chat_type: int) -> None:
    bob, tablet = world.online("bob"), world.online("alice", "tablet")
    before = world.trace()
    answer = send(world.phone("alice"), "my casino", to, chat_type)
    assert (answer["code"], answer["error"]["field"], answer["body"]["msgId"]) == ("HELD", "body.msg", "m-1")
    after = world.trace()
    assert {table for table in after if after[table] != before[table]} == {"SentTable", "HeldTable"}
    assert bob.pushes == tablet.pushes == []
    assert send(world.phone("alice"), "my casino", to, chat_type)["code"] == "HELD"
    assert world.trace() == after


def test_another_content_under_a_held_msg_id_is_another_message(world: World, alice: Phone) -> None:
    send(alice, "my casino")
    before = world.trace()
    assert send(alice, "your casino")["code"] == "ALREADY_EXISTS"
    assert send(alice, "hello")["code"] == "ALREADY_EXISTS"
    assert world.trace() == before


@pytest.mark.parametrize(("to", "chat_type", "session"), [("bob", 1, "p:alice:bob"), ("room", 2, "g:room")])
def test_a_released_message_is_delivered_once(
    world: World, room: str, review: Review, to: str, chat_type: int, session: str
) -> None:
    bob, tablet = world.online("bob"), world.online("alice", "tablet")
    alice = world.phone("alice")
    send(alice, "my casino", to, chat_type)
    send(alice, "later", to, chat_type, msg_id="m-2")
    message = review.release(Uid("alice"), MsgId("m-1"))
    world.fan_out()
    assert message is not None
    assert (message.seq, message.session_id) == (2 if chat_type == 1 else 3, session)
    assert history(bob, session)[:2] == ["my casino", "later"]
    for phone in (bob, tablet):
        assert [push["body"]["msgId"] for push in phone.pushes] == ["m-2", "m-1"]
    counts = bob.ok("counters", sessionIds=[session])["counters"][session]
    assert counts["count"] == message.number == 2
    trace = world.trace()
    assert review.release(Uid("alice"), MsgId("m-1")) is None
    assert world.trace() == trace
    assert world.rows("Held") == []
    again = send(alice, "my casino", to, chat_type)
    assert (again["code"], again["body"]["seq"]) == ("OK", message.seq)


def test_a_release_that_ends_half_way_is_done_again_and_delivers_once(world: World, review: Review) -> None:
    alice = world.phone("alice")
    send(alice, "my casino")
    with Outages(world.dynamodb) as outages:
        outages.fail("DeleteItem", refusal("ThrottlingException"))
        with pytest.raises(Unavailable):
            review.release(Uid("alice"), MsgId("m-1"))
    assert review.release(Uid("alice"), MsgId("m-1")) is not None
    assert history(alice) == ["my casino"]
    counter = world.phone("bob").ok("counters", sessionIds=["p:alice:bob"])["counters"]["p:alice:bob"]
    assert counter["count"] == 1


def test_a_released_message_is_masked_for_nobody_and_its_sender_finds_what_they_sent(
    world: World, review: Review
) -> None:
    """A person has read it, and let it through as it is."""
    alice = world.phone("alice")
    send(alice, "damn casino")
    review.release(Uid("alice"), MsgId("m-1"))
    assert history(alice) == ["damn casino"]


def test_held_messages_are_listed_with_what_a_reviewer_needs(world: World, alice: Phone, review: Review) -> None:
    for number in range(3):
        send(alice, f"casino {number}", msg_id=f"m-{number}")
    listed, after = review.list(limit=2)
    rest, end = review.list(after, limit=2)
    held = sorted([*listed, *rest], key=lambda item: item.draft.msg_id)
    assert end is None
    assert [item.draft.msg_id for item in held] == ["m-0", "m-1", "m-2"]
    assert {item.sources for item in held} == {("list-HOLD@7",)}
    assert {(item.session_id, item.draft.sender) for item in held} == {("p:alice:bob", "alice")}
    assert b"casino 1" in held[1].draft.content


def test_a_dropped_message_is_never_delivered(world: World, alice: Phone, review: Review) -> None:
    send(alice, "my casino")
    for _ in range(2):
        review.drop(Uid("alice"), MsgId("m-1"))
    assert review.release(Uid("alice"), MsgId("m-1")) is None
    assert send(alice, "my casino")["code"] == "HELD"
    assert world.rows("Message") == world.rows("Held") == []


def test_what_waits_too_long_is_not_released(world: World, alice: Phone, review: Review, clock: Clock) -> None:
    send(alice, "my casino")
    clock.now_ms += 31 * 86_400_000
    assert review.release(Uid("alice"), MsgId("m-1")) is None
    assert review.list()[0] == []


def test_whoever_left_the_group_says_nothing_any_more(world: World, room: str, review: Review) -> None:
    bob = world.phone("bob")
    send(bob, "my casino", room, 2)
    bob.change("leave", room)
    with pytest.raises(Denied):
        review.release(Uid("bob"), MsgId("m-1"))
    assert len(world.rows("Held")) == 1
    assert send(bob, "my casino", room, 2)["code"] == "HELD"


def test_what_cannot_be_released_is_held_on_until_it_can(world: World, alice: Phone, review: Review) -> None:
    send(alice, "my casino")
    bob = world.online("bob")
    bob.ok("block", uid="alice")
    with pytest.raises(Denied):
        review.release(Uid("alice"), MsgId("m-1"))
    assert send(alice, "my casino")["code"] == "HELD"
    assert history(bob) == []
    bob.ok("unblock", uid="alice")
    assert review.release(Uid("alice"), MsgId("m-1")) is not None
    assert history(bob) == ["my casino"]


def release_dies(world: World, review: Review, operation: str, after: int = 0) -> None:
    with Outages(world.dynamodb) as outages:
        outages.fail(operation, refusal("ThrottlingException"), after)
        with pytest.raises(Unavailable):
            review.release(Uid("alice"), MsgId("m-1"))


def test_what_was_let_out_in_part_cannot_be_dropped(world: World, alice: Phone, review: Review) -> None:
    """Its receiver may have it already: it is released to its end."""
    send(alice, "my casino")
    release_dies(world, review, "DeleteItem")
    with pytest.raises(PartlyReleased):
        review.drop(Uid("alice"), MsgId("m-1"))
    assert len(world.rows("Held")) == 1
    assert review.release(Uid("alice"), MsgId("m-1")) is not None
    assert world.rows("Held") == []


def test_what_is_dropped_before_a_release_let_it_out_is_held_for_good(
    world: World, alice: Phone, review: Review
) -> None:
    send(alice, "my casino")
    release_dies(world, review, "PutItem")
    review.drop(Uid("alice"), MsgId("m-1"))
    assert send(alice, "my casino")["code"] == "HELD"
    assert world.rows("Message") == world.rows("Held") == []


@pytest.mark.parametrize("word", ["casino", "bomb"])
@pytest.mark.parametrize(("to", "chat_type"), [("bob", 1), ("room", 2)])
def test_what_has_its_place_is_not_judged_though_a_read_takes_it_for_new(
    world: World,
    room: str,
    lists: Lists,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    word: str,
    to: str,
    chat_type: int,
) -> None:
    alice = world.online("alice")
    lists.put()
    assert send(alice, f"my {word}", to, chat_type)["code"] == "OK"
    lists.put(HOLD=["casino"], REJECT=["bomb"])
    clock.now_ms += MINUTE_MS
    before = world.trace()
    hide_what_was_sent(world, monkeypatch)
    assert send(alice, f"my {word}", to, chat_type)["code"] == "OK"
    monkeypatch.undo()
    assert world.trace() == before


def test_a_retry_that_is_held_changes_nothing_when_it_comes_again(
    world: World, alice: Phone, lists: Lists, clock: Clock
) -> None:
    lists.put()
    with Outages(world.dynamodb) as outages:
        outages.fail("PutItem", refusal("ThrottlingException"), after=1)
        assert send(alice, "my casino")["code"] == "UNAVAILABLE"
    lists.put(HOLD=["casino"])
    clock.now_ms += MINUTE_MS
    assert send(alice, "my casino")["code"] == "HELD"
    send(alice, "hello", msg_id="m-2")
    before = world.trace()
    assert send(alice, "my casino")["code"] == "HELD"
    assert world.trace() == before


def test_an_attempt_that_died_before_its_answer_is_held_all_the_same(world: World, alice: Phone) -> None:
    with Outages(world.dynamodb) as outages:
        outages.fail("PutItem", refusal("ThrottlingException"), after=1)
        assert send(alice, "my casino")["code"] == "UNAVAILABLE"
    assert send(alice, "my casino")["code"] == "HELD"
    assert len(world.rows("Held")) == len(world.rows("Sent")) == 1


def test_what_is_held_stays_held_when_moderation_is_switched_off(world: World, alice: Phone) -> None:
    send(alice, "my casino")
    without = World(world.dynamodb, world.tables)
    assert send(without.phone("alice"), "my casino")["code"] == "HELD"
    assert send(without.phone("alice"), "a bomb", msg_id="m-2")["code"] == "OK"
