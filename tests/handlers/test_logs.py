"""What is logged: enough to find the place, the request and the message; nothing that a person wrote."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import on_moto_alone
from tests.support.outages import Outages, refusal
from tests.support.telemetry import lines, logged
from tests.support.world import Context, Phone, World, from_pb, to_pb

pytestmark = on_moto_alone


SECRET = "what a person wrote"
CHAT: dict[str, Any] = {"msgId": "m", "chatType": 1, "ackFlg": 1, "to": "bob", "msg": {"message": SECRET}}
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def outages(world: World) -> Iterator[Outages]:
    """Calls to DynamoDB that fail."""
    with Outages(world.dynamodb) as outages:
        yield outages


@pytest.fixture
def log() -> Iterator[Lines]:
    """The lines that have been logged; none of them has what a person wrote."""
    with logged() as output:

        def read() -> list[dict[str, Any]]:
            assert SECRET not in output.getvalue()
            return lines(output.getvalue())

        yield read


def send(phone: Phone, request_id: str, function: str, frame: dict[str, Any]) -> dict[str, Any]:
    """An answer to a frame that the gateway has given this id."""
    event = phone.event("MESSAGE", frame["cmd"], json.dumps(frame))
    event["requestContext"]["requestId"] = request_id
    answer: dict[str, Any] = json.loads(
        phone.world.handlers[function](event, Context(aws_request_id=f"aws-{request_id}"))["body"]
    )
    return from_pb(answer["pb"]) if "pb" in answer else answer


def spoil(world: World, session: str, uid: str) -> None:
    """The counter of somebody in a session can't be read any more."""
    key = {"uid": {"S": uid}, "sessionId": {"S": session}}
    world.dynamodb.update_item(
        TableName=world.tables["CounterTable"],
        Key=key,
        UpdateExpression="SET cleared = :text",
        ExpressionAttributeValues={":text": {"S": "?"}},
    )


def test_an_unforeseen_error_is_logged_by_kind_and_place_and_without_its_text(
    world: World, log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(**arguments: Any) -> None:
        raise TypeError(f"no serializer for {arguments} and {SECRET}")

    monkeypatch.setattr(world.dynamodb, "put_item", explode)
    assert world.phone("alice").ask("chat", **CHAT)["code"] == "INTERNAL"
    (line,) = log()
    assert line["cmd"] == "chat"
    assert line["trace"][-1] == "builtins.TypeError"
    assert any("sent_log.py" in place for place in line["trace"])


def test_an_error_of_aws_is_logged_with_its_code(world: World, log: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": SECRET}}, "PutItem")

    monkeypatch.setattr(world.dynamodb, "put_item", refuse)
    assert world.phone("alice").ask("chat", **CHAT)["code"] == "INTERNAL"
    (line,) = log()
    assert line["trace"][-1].endswith("ClientError AccessDeniedException")


def test_a_job_that_cannot_be_read_is_logged_without_its_text(world: World, log: Lines) -> None:
    event = {"Records": [{"messageId": "1", "body": json.dumps({"layout": SECRET})}]}
    assert world.handlers["fanout"](event, Context()) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    (line,) = log()
    assert line["message_id"] == "1"


def test_a_line_has_the_ids_of_its_connection_request_invocation_and_message(world: World, log: Lines) -> None:
    alice = world.phone("alice")
    assert send(alice, "q-1", "chat", {"cmd": "chat", "body": {**CHAT, "to": "a b"}})["code"] == "INVALID_ARGUMENT"
    (line,) = log()
    expected = {"connection_id": alice.connection, "request_id": "q-1", "function_request_id": "aws-q-1"}
    assert {name: line[name] for name in expected} == expected
    assert (line["msg_id"], line["cmd"], line["level"]) == ("m", "chat", "INFO")
    assert (line["message"], line["code"], line["error"]) == ("refused", "INVALID_ARGUMENT", "InvalidRequest")


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_line_from_deep_inside_has_the_message_too(world: World, log: Lines, encoding: str) -> None:
    alice = world.phone("alice")
    alice.chat("bob")
    spoil(world, "p:alice:bob", "bob")
    frame = {"cmd": "chat", "body": CHAT}
    send(alice, "q-2", "chat", frame if encoding == "json" else {"cmd": "chat", "pb": to_pb(frame)})
    assert {(line["message"], line["request_id"], line["msg_id"]) for line in log()} == {("poison row", "q-2", "m")}


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_change_of_a_group_is_a_message_too(world: World, log: Lines, encoding: str) -> None:
    frame = {"cmd": "leave", "body": {"msgId": "m-7", "groupId": "nobodys"}}
    framed = frame if encoding == "json" else {"cmd": "leave", "pb": to_pb(frame)}
    assert send(world.phone("alice"), "q-1", "group", framed)["code"] == "PERMISSION_DENIED"
    (line,) = log()
    assert (line["msg_id"], line["cmd"]) == ("m-7", "leave")


def test_ids_of_an_invocation_are_not_in_the_lines_of_the_next(world: World, log: Lines) -> None:
    alice, bob = world.phone("alice"), world.phone("bob")
    send(alice, "q-1", "chat", {"cmd": "chat", "body": {**CHAT, "to": "a b"}})
    send(bob, "q-2", "sync", {"cmd": "pull", "body": {"sessionId": "p:alice:carol"}})
    world.handlers["fanout"]({"Records": [{"messageId": "1", "body": "no job"}]}, Context(aws_request_id="aws-3"))
    _, second, third = log()
    assert (second["connection_id"], second["request_id"]) == (bob.connection, "q-2")
    assert "msg_id" not in second
    assert not {"connection_id", "request_id", "msg_id", "cmd", "code", "session"} & set(third)
    assert third["function_request_id"] == "aws-3"


@pytest.mark.parametrize("msg_id", ["a b", SECRET, "x" * 65, 7])
def test_a_msg_id_that_is_none_is_not_logged(world: World, log: Lines, msg_id: Any) -> None:
    send(world.phone("alice"), "q-1", "chat", {"cmd": "chat", "body": {**CHAT, "msgId": msg_id}})
    (line,) = log()
    assert "msg_id" not in line


def test_a_route_that_is_none_is_refused_without_its_name(world: World, log: Lines) -> None:
    answer = send(world.phone("alice"), "q-1", "connection", {"cmd": SECRET, "body": {"text": SECRET}})
    assert answer["code"] == "UNIMPLEMENTED"
    (line,) = log()
    assert (line["message"], line["code"], line["error"]) == ("refused", "UNIMPLEMENTED", "Unimplemented")


def test_a_store_that_does_not_answer_is_a_warning_with_its_code(world: World, log: Lines, outages: Outages) -> None:
    outages.fail("PutItem", refusal("ThrottlingException"))
    assert send(world.phone("alice"), "q-1", "chat", {"cmd": "chat", "body": CHAT})["code"] == "UNAVAILABLE"
    (line,) = log()
    assert (line["level"], line["msg_id"]) == ("WARNING", "m")
    assert any("ThrottlingException" in place for place in line["trace"])


def test_a_fan_out_has_the_message_and_the_request_that_sent_it(
    world: World, log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = world.phone("alice")
    alice.change("create", "room", uids=["bob"])
    world.fans_out_at_once = False
    send(alice, "q-5", "chat", {"cmd": "chat", "body": {**CHAT, "chatType": 2, "to": "room"}})

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": SECRET}}, "Query")

    with monkeypatch.context() as patch:
        patch.setattr(world.dynamodb, "query", refuse)
        world.fan_out()
    (line,) = log()
    assert (line["message"], line["message_id"]) == ("a job failed", world.queues.later[-1]["messageId"])
    assert (line["session"], line["seq"], line["msg_id"], line["request_id"]) == ("g:room", "2", "m", "q-5")


def test_jobs_of_a_batch_do_not_share_their_ids(world: World, log: Lines) -> None:
    alice = world.phone("alice")
    alice.change("create", "room", uids=["bob"])
    world.fans_out_at_once = False
    send(alice, "q-5", "chat", {"cmd": "chat", "body": {**CHAT, "chatType": 2, "to": "room"}})
    records = [*world.queues.take(delayed=False), {"messageId": "last", "body": "no job"}]
    world.handlers["fanout"]({"Records": records}, Context())
    (line,) = log()
    assert line["message_id"] == "last"
    assert not {"session", "seq", "msg_id", "request_id"} & set(line)


def test_what_goes_on_in_another_job_has_the_same_request(world: World, log: Lines) -> None:
    alice = world.phone("alice")
    alice.change("create", "room", uids=["bob"])
    world.fans_out_at_once = False
    send(alice, "q-6", "group", {"cmd": "add", "body": {"msgId": "c", "groupId": "room", "uids": ["carol"]}})
    world.handlers["fanout"]({"Records": world.queues.take(delayed=False)}, Context())
    later = world.queues.take(delayed=True)
    assert [json.loads(record["body"])["requestId"] for record in later] == ["request", "q-6"]
    assert log() == []


@pytest.mark.parametrize("kind", ["CONNECT", "DISCONNECT"])
def test_a_connection_without_an_identity_is_logged_with_its_ids(world: World, log: Lines, kind: str) -> None:
    event = world.phone("alice").event(kind, "$connect")
    del event["requestContext"]["authorizer"]
    assert world.handlers["connection"](event, Context())["statusCode"] == 401
    (line,) = log()
    assert (line["level"], line["connection_id"]) == ("ERROR", event["requestContext"]["connectionId"])
