"""What an operator asks about is counted when it happens, and only then."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.handlers.test_connecting import METHOD, SECRET, bearer, handshake, token
from tests.support.clock import Clock
from tests.support.cold_start import load_function
from tests.support.engines import moto_services
from tests.support.secrets import new_secret
from tests.support.telemetry import lines, logged, metric_lines, metrics
from tests.support.world import Context, Phone, World

SESSION = "p:alice:bob"
Counts = Callable[[], dict[str, float]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(make_world: Callable[..., World], clock: Clock) -> World:
    return make_world(clock=clock)


@pytest.fixture
def alice(world: World) -> Phone:
    return world.phone("alice")


@pytest.fixture
def counted(capsys: pytest.CaptureFixture[str]) -> Counts:
    """What has been counted since the last time."""
    return lambda: metrics(capsys.readouterr().out)


def test_a_message_to_somebody_offline_is_stored(alice: Phone, counted: Counts) -> None:
    alice.chat("bob")
    assert counted() == {"Stored": 1}


def test_a_message_to_somebody_online_is_stored_and_pushed_on_however_many_devices(
    world: World, alice: Phone, counted: Counts
) -> None:
    for device in ("phone", "tablet"):
        world.online("bob", device)
    assert counted() == {"Logins": 2}
    alice.chat("bob")
    assert counted() == {"Stored": 1, "Pushed": 1}


def test_a_message_that_only_the_senders_other_device_took_is_not_pushed(
    world: World, alice: Phone, counted: Counts
) -> None:
    tablet = world.online("alice", "tablet")
    counted()
    alice.chat("bob")
    assert len(tablet.pushes) == 1
    assert counted() == {"Stored": 1}


def test_a_message_without_ack_that_arrives_is_live_and_one_that_does_not_is_stored(
    world: World, alice: Phone, counted: Counts
) -> None:
    bob = world.online("bob")
    counted()
    alice.chat("bob", ack=0)
    assert counted() == {"PushedLive": 1}
    world.gateway.open.discard(bob.connection)
    alice.chat("bob", ack=0)
    assert counted() == {"GoneConnections": 1, "Stored": 1}


def test_a_retry_is_no_second_message_but_a_second_push(world: World, alice: Phone, counted: Counts) -> None:
    world.online("bob")
    alice.chat("bob", msg_id="m")
    counted()
    alice.chat("bob", msg_id="m")
    assert counted() == {"Retried": 1, "Pushed": 1}


def test_pages_and_what_the_next_request_names_are_counted_message_by_message(
    world: World, alice: Phone, counted: Counts
) -> None:
    for _ in range(5):
        alice.chat("bob")
    bob = world.phone("bob")
    counted()
    bob.ok("pull", sessionId=SESSION, limit=3)
    assert counted() == {"Pulled": 3}
    bob.ok("pull", sessionId=SESSION, limit=3, ack=[3, 4, 5])
    assert counted() == {"Pulled": 2, "Acked": 3}
    bob.ok("ack", sessions={SESSION: {"seqs": [1, 2], "received": 5}})
    assert counted() == {"Acked": 2, "Cleared": 1}
    bob.ok("pull", sessionId=SESSION)
    assert counted() == {}


def test_what_could_not_be_deleted_is_not_acked(
    world: World, alice: Phone, counted: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.chat("bob")
    counted()
    monkeypatch.setattr(world.dynamodb, "batch_write_item", lambda **asked: {"UnprocessedItems": asked["RequestItems"]})
    answer = world.phone("bob").ask("ack", Context(remaining_ms=1_200), sessions={SESSION: {"seqs": [1]}})
    assert answer["body"]["sessions"][SESSION]["remaining"] == [1]
    assert counted() == {}


def test_pages_of_groups_are_pulled_and_sessions_of_both_kinds_cleared(
    world: World, alice: Phone, counted: Counts
) -> None:
    alice.change("create", "room", uids=["bob"])
    alice.say("room")
    alice.chat("bob")
    bob = world.phone("bob")
    counted()
    assert len(bob.ok("pull", sessionId="g:room")["messages"]) == 2
    assert counted() == {"Pulled": 2}
    bob.ok("clear", sessions={SESSION: 1, "g:room": 1, "p:bob:carol": 7})
    assert counted() == {"Cleared": 2}


def test_a_fan_out_tells_how_long_the_message_had_waited(
    world: World, alice: Phone, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    alice.change("create", "room", uids=["bob"])
    world.online("bob")
    world.fans_out_at_once = False
    alice.say("room")
    capsys.readouterr()
    clock.now_ms += 1_234
    world.fan_out()
    (line,) = metric_lines(capsys.readouterr().out)
    assert (line["FanOutLag"], line["FannedOut"]) == ([1_234.0], [1.0])


def test_a_message_that_comes_from_the_future_has_not_waited(
    world: World, alice: Phone, clock: Clock, counted: Counts
) -> None:
    alice.change("create", "room")
    world.fans_out_at_once = False
    alice.say("room")
    counted()
    clock.now_ms -= 5
    world.fan_out()
    assert counted() == {"FanOutLag": 0}


def test_the_retry_of_an_old_message_has_not_waited_since_then(
    world: World, alice: Phone, clock: Clock, counted: Counts
) -> None:
    """Or whoever sends an old message again would ring the alarm for late pushes."""
    alice.change("create", "room")
    alice.ok("chat", msgId="m-1", chatType=2, to="room", msg={"message": "hi"})
    clock.now_ms += 86_400_000
    counted()
    alice.ok("chat", msgId="m-1", chatType=2, to="room", msg={"message": "hi"})
    assert counted() == {"Retried": 1, "FanOutLag": 0}


def test_each_answer_429_is_a_throttled_push(world: World, alice: Phone, counted: Counts) -> None:
    bob = world.online("bob")
    world.gateway.failing[bob.connection] = 429
    counted()
    alice.chat("bob")
    assert counted() == {"Stored": 1, "ThrottledPushes": 3}


# ---------------------------------------------------------------- the functions as they are deployed


@pytest.fixture
def authorizer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The authorizer, which has let somebody in: it is warm."""
    with moto_services():
        arn = new_secret(SECRET)
        monkeypatch.setenv("JWT_SECRET_ARN", arn)
        yield load_function("authorizer").handler


def test_the_first_handshake_of_a_process_is_a_cold_start(authorizer: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        authorizer(bearer(token()), Context())
    (line,) = metric_lines(capsys.readouterr().out)
    assert (line["function"], line["ColdStarts"]) == ("authorizer", [1.0])


@pytest.mark.parametrize(
    ("event", "reason", "said"),
    [
        (handshake({}), "DecodeError", "DecodeError"),
        (bearer(token(exp=1)), "ExpiredSignatureError", "ExpiredSignatureError"),
        (bearer(token("another-secret-that-is-long-enough-too")), "InvalidSignatureError", "InvalidSignatureError"),
        (bearer(token(sub="a b")), "TokenUnusable", "sub must match"),
        (
            handshake({"Authorization": f"Bearer {token()}", "Sec-WebSocket-Protocol": "mqtt"}),
            "UnknownSubprotocol",
            "no known subprotocol offered",
        ),
    ],
    ids=["no token", "expired", "forged", "no uid", "subprotocol"],
)
def test_a_refusal_says_why_in_the_log_and_in_the_metric_and_never_repeats_the_token(
    authorizer: Any, capsys: pytest.CaptureFixture[str], event: dict[str, Any], reason: str, said: str
) -> None:
    event["requestContext"] |= {"connectionId": "c-1", "requestId": "q-1"}
    with logged() as log:
        try:
            policy = authorizer(event, Context())
            assert policy["policyDocument"]["Statement"][0] == {
                "Action": "execute-api:Invoke",
                "Effect": "Deny",
                "Resource": METHOD,
            }
        except Exception as error:  # noqa: BLE001  as API Gateway takes any
            assert str(error) == "Unauthorized"  # noqa: PT017
    (line,) = lines(log.getvalue())
    assert line["level"] == "INFO"
    assert said in line["reason"]
    assert (line["connection_id"], line["request_id"], line["function"]) == ("c-1", "q-1", "authorizer")
    output = capsys.readouterr().out
    (refused,) = (line for line in metric_lines(output) if "Refused" in line)
    assert (refused["reason"], refused["Refused"]) == (reason, [1.0])
    for header in event["headers"].values():
        for secret in header.removeprefix("Bearer ").split("."):
            assert secret not in log.getvalue() + output
